//! The whole service over a database of its own, asked as a client asks it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request};
use chrono::{Duration, NaiveTime, Weekday};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::api::{Api, router};
use crate::clock::{Clock, Ids};
use crate::domain::Command;
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::event_type::{EventTypeCommand, EventTypeCreated};
use crate::domain::id::{
    ApiKeyId, EventTypeId, EventTypeNumber, ProviderId, ProviderNumber, ScheduleNumber, TenantId,
};
use crate::domain::provider::command::{Create, ProviderCommand};
use crate::domain::provider::event::Profile;
use crate::domain::schedule::{OpeningHours, Schedule, WeeklyHours};
use crate::domain::tenant::{ApiKeyIssued, Role, TenantCommand, TenantSettings};
use crate::domain::time::Timestamp;
use crate::ledger::Ledger;
use crate::ledger::api_key::hash_of;
use crate::ledger::database::Database;
use crate::ledger::live_tables::ReadModel;
use crate::ledger::record::{Actor, Addressed, CommandContext, Origin, StreamKey};
use crate::ledger::store::connect::OpenOptions;
use crate::ledger::store::migration::migrate;
use crate::projections;
use crate::sagas::{Path, Sagas};

pub(super) const OWNER: &str = "cal_owner";
pub(super) const ANA: &str = "cal_ana";
pub(super) const BEA: &str = "cal_bea";
pub(super) const AGENT: &str = "cal_agent";
pub(super) const VISITOR: &str = "cal_visitor";
const VERSION: &str = "2024-08-13";

#[derive(Debug)]
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        "2031-03-01T10:00:00Z".parse().unwrap()
    }
}

#[derive(Debug)]
struct Count(AtomicU64);

impl Ids for Count {
    fn uuid(&self) -> Uuid {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        Uuid::from_u128(0x0700_0000_0000_7000_8000_0000_0000_0000 | u128::from(number))
    }

    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(16) {
            let drawn = spread(self.uuid());
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
    }
}

/// Spreads a counter over all bytes, as randomness is.
fn spread(uuid: Uuid) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(uuid.as_bytes()).into()
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Bytes,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    /// `data`, of a success with this status.
    #[track_caller]
    pub(super) fn data(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.json());
        self.json()["data"].clone()
    }

    /// `error.message`, of a failure with this status.
    #[track_caller]
    pub(super) fn message(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.json());
        self.json()["error"]["message"].as_str().unwrap().to_owned()
    }
}

/// The service.
pub(super) struct Desk {
    router: Router,
    ledger: Arc<Ledger>,
    tenant: TenantId,
    file: PathBuf,
}

impl Desk {
    /// A tenant with two providers, both hosts of every event type, the first one booked.
    pub(super) async fn open(name: &str) -> Self {
        let file = std::env::temp_dir().join(format!(
            "daybook-desk-{name}-{:032x}.db",
            rand::random::<u128>()
        ));
        let url = format!("sqlite://{}", file.display());
        let projections = projections::all();
        let models = projections.iter().map(|it| ReadModel::of(it.as_ref()));
        let options = OpenOptions {
            read_models: models.collect(),
            ..OpenOptions::default()
        };
        migrate(&url, &options.read_models).await.unwrap();
        let database = Database::open(&url, &options).await.unwrap();
        let clock: Arc<dyn Clock> = Arc::new(Stopped);
        let ids: Arc<dyn Ids> = Arc::new(Count(AtomicU64::new(1)));
        let ledger = Ledger::open(
            database,
            projections,
            Arc::clone(&clock),
            Arc::clone(&ids),
            &[7; 32],
            &TaskTracker::new(),
            CancellationToken::new(),
        );
        let sagas = Sagas::new(
            Arc::clone(&ledger),
            Arc::clone(&clock),
            &*ids,
            TaskTracker::new(),
            Path::Linked,
        );
        let api = Api::new(
            Arc::clone(&ledger),
            Arc::new(sagas),
            clock,
            ids,
            "http://desk",
            None,
            CancellationToken::new(),
        );
        let desk = Self {
            router: router(Arc::new(api)),
            ledger,
            tenant: TenantId::from_uuid(Uuid::from_u128(1)),
            file,
        };
        desk.furnish().await;
        desk
    }

    async fn furnish(&self) {
        let tenant = StreamKey::tenant(self.tenant);
        self.execute(
            tenant,
            Command::Tenant(TenantCommand::Create(TenantSettings {
                name: "Clinic".to_owned(),
                slug: "clinic".to_owned(),
            })),
        )
        .await;
        for (number, name) in [(17, "ana"), (18, "bea")] {
            let stream = StreamKey::provider(self.tenant, provider(number));
            let create = ProviderCommand::Create(Create {
                number: ProviderNumber::new(number),
                profile: profile(name),
                schedule: Some((ScheduleNumber::new(number), always_open())),
            });
            self.execute(stream, Command::Provider(Box::new(create)))
                .await;
        }
        for (secret, role, acts_as) in [
            (OWNER, Role::Owner, None),
            (ANA, Role::Provider, Some(provider(17))),
            (BEA, Role::Provider, Some(provider(18))),
            (AGENT, Role::Agent, None),
            (VISITOR, Role::Anonymous, None),
        ] {
            let issued = ApiKeyIssued {
                key: ApiKeyId::from_uuid(
                    Uuid::from_slice(&hash_of(secret).as_bytes()[..16]).unwrap(),
                ),
                hash: hash_of(secret),
                role,
                provider: acts_as,
                label: String::new(),
                expires_at: None,
            };
            self.execute(tenant, Command::Tenant(TenantCommand::IssueApiKey(issued)))
                .await;
        }
    }

    /// Offers an event type of 60 minutes.
    pub(super) async fn offer(&self, number: i32, change: impl FnOnce(&mut EventTypeSettings)) {
        let mut settings = settings(number);
        change(&mut settings);
        let id = EventTypeId::from_uuid(Uuid::from_u128(u128::try_from(number).unwrap()));
        let created = EventTypeCreated {
            number: EventTypeNumber::new(number),
            owner: provider(17),
            owner_number: ProviderNumber::new(17),
            hosts: vec![provider(17), provider(18)],
            team: None,
            assignment: None,
            settings,
        };
        self.execute(
            StreamKey::event_type(self.tenant, id),
            Command::EventType(EventTypeCommand::Create(Box::new(created))),
        )
        .await;
    }

    async fn execute(&self, stream: StreamKey, command: Command) {
        let context = CommandContext {
            tenant: self.tenant,
            actor: Actor {
                id: "system".to_owned(),
                role: Role::Owner,
            },
            origin: Origin::default(),
            idempotency: None,
            correlation: Uuid::nil(),
            causation: None,
            reads: Vec::new(),
            parts: Vec::new(),
        };
        let commands = vec![Addressed { stream, command }];
        self.ledger.execute(context, commands).await.unwrap();
    }

    pub(super) async fn get(&self, path: &str, key: Option<&str>) -> Answer {
        self.ask("GET", path, &[], key, None).await
    }

    pub(super) async fn post(&self, path: &str, key: Option<&str>, body: &Value) -> Answer {
        self.ask("POST", path, &[], key, Some(body)).await
    }

    pub(super) async fn post_once(&self, path: &str, once: &str, body: &Value) -> Answer {
        let headers = [("idempotency-key", once)];
        self.ask("POST", path, &headers, Some(ANA), Some(body))
            .await
    }

    pub(super) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        key: Option<&str>,
        body: Option<&Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if headers.iter().all(|(name, _)| *name != "cal-api-version") {
            request = request.header("cal-api-version", VERSION);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(key) = key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let request = request.body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            bytes: to_bytes(response.into_body(), usize::MAX).await.unwrap(),
        }
    }

    pub(super) async fn close(self) {
        self.ledger.database().close().await;
        for suffix in ["", "-wal", "-shm"] {
            let file = PathBuf::from(format!("{}{suffix}", self.file.display()));
            if file.exists() {
                std::fs::remove_file(file).unwrap();
            }
        }
    }
}

fn provider(number: i32) -> ProviderId {
    ProviderId::from_uuid(Uuid::from_u128(u128::try_from(number).unwrap()))
}

fn profile(name: &str) -> Profile {
    Profile {
        name: name.to_uppercase(),
        email: format!("{name}@example.org"),
        username: name.to_owned(),
        zone: chrono_tz::UTC,
        time_format: 24,
        week_start: "Monday".to_owned(),
        bio: None,
        avatar_url: None,
        locale: "en".to_owned(),
        details_json: None,
    }
}

fn always_open() -> Schedule {
    let days = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
        Weekday::Sun,
    ];
    Schedule {
        name: "Always".to_owned(),
        zone: chrono_tz::UTC,
        weekly: vec![WeeklyHours {
            days: days.to_vec(),
            hours: OpeningHours {
                from: NaiveTime::MIN,
                to: NaiveTime::MIN + Duration::minutes(23 * 60 + 59),
            },
        }],
        overrides: Vec::new(),
    }
}

fn settings(number: i32) -> EventTypeSettings {
    EventTypeSettings {
        notice_minutes: 0,
        locations_json: "[]".to_owned(),
        ..EventTypeSettings::plain("Intro".to_owned(), format!("intro-{number}"), 60)
    }
}
