//! Writes to a ledger without HTTP: one whose clock stands where the caller wants it.

use std::sync::Arc;

use chrono::Duration;
use daybook::clock::{Clock, Ids, ManualClock, SystemIds};
use daybook::config::Config;
use daybook::domain::Command;
use daybook::domain::event_type::settings::EventTypeSettings;
use daybook::domain::event_type::{EventTypeCommand, EventTypeCreated};
use daybook::domain::id::{
    AttendeeNumber, BookingId, BookingNumber, BookingUid, EventTypeId, EventTypeNumber, KeyId,
    ProviderId, ProviderNumber, ScheduleNumber, TenantId,
};
use daybook::domain::personal::{Attendee, Personal};
use daybook::domain::provider::command::{Create, Occurrence, Place, ProviderCommand, Standing};
use daybook::domain::provider::event::Profile;
use daybook::domain::schedule::Schedule;
use daybook::domain::tenant::Role;
use daybook::domain::terms::Terms;
use daybook::domain::time::{TimeSlot, Timestamp};
use daybook::ledger::database::Database;
use daybook::ledger::record::{Actor, Addressed, CommandContext, Origin, StreamKey};
use daybook::ledger::store::connect::OpenOptions;
use daybook::ledger::{Ledger, NumberKind};
use daybook::projections;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Outcome;
use super::calendar::MINUTES;

/// A ledger and the tenant it writes for.
#[derive(Debug)]
pub(crate) struct Writer {
    ledger: Arc<Ledger>,
    tenant: TenantId,
    clock: Arc<ManualClock>,
    ids: SystemIds,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Writer {
    /// Opens the migrated database.
    pub(crate) async fn open(config: &Config, tenant: TenantId, now: Timestamp) -> Outcome<Self> {
        let options = OpenOptions::default();
        let database = Database::open(&config.database.to_connect(), &options).await?;
        let clock = Arc::new(ManualClock::new(now));
        let ids = SystemIds::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        let master_key = config.master_key(|| [0; 32])?;
        let ledger = Ledger::open(
            database,
            projections::all(),
            Arc::clone(&clock) as Arc<dyn Clock>,
            Arc::new(ids.clone()),
            master_key.expose(),
            &tracker,
            stop.clone(),
        );
        Ok(Self {
            ledger,
            tenant,
            clock,
            ids,
            tracker,
            stop,
        })
    }

    /// Ends its tasks.
    pub(crate) async fn close(self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// A provider with working hours, and the terms of an event type of it.
    pub(crate) async fn provider(&self, username: &str) -> Outcome<(ProviderId, Terms)> {
        let provider = ProviderId::from_uuid(self.ids.uuid());
        let number = ProviderNumber::new(self.ledger.draw_number(NumberKind::Provider).await?);
        let schedule = ScheduleNumber::new(self.ledger.draw_number(NumberKind::Schedule).await?);
        let profile = Profile::new(
            username.to_owned(),
            format!("{username}@example.org"),
            username.to_owned(),
            chrono_tz::UTC,
        );
        let hours = Schedule::working_week(chrono_tz::UTC);
        let commands = vec![self.to_provider(
            provider,
            ProviderCommand::Create(Create {
                number,
                profile,
                schedule: Some((schedule, hours)),
            }),
        )];
        self.execute(commands).await?;
        let event_type = EventTypeId::from_uuid(self.ids.uuid());
        let settings = EventTypeSettings::plain(
            "Visit".to_owned(),
            "visit".to_owned(),
            u32::try_from(MINUTES)?,
        );
        let wire = EventTypeNumber::new(self.ledger.draw_number(NumberKind::EventType).await?);
        let terms = settings.terms(event_type, wire, 1);
        let created = EventTypeCreated {
            team: None,
            assignment: None,
            number: wire,
            owner: provider,
            owner_number: number,
            hosts: vec![provider],
            settings,
        };
        let create = Addressed {
            stream: StreamKey::event_type(self.tenant, event_type),
            command: Command::EventType(EventTypeCommand::Create(Box::new(created))),
        };
        self.execute(vec![create]).await?;
        Ok((provider, terms))
    }

    /// Books every start, all in one transaction.
    pub(crate) async fn book(
        &self,
        provider: ProviderId,
        terms: &Terms,
        starts: &[Timestamp],
    ) -> Outcome<()> {
        let mut commands = Vec::with_capacity(starts.len());
        for start in starts {
            let place = self.place(terms, *start).await?;
            commands.push(self.to_provider(provider, ProviderCommand::Place(place)));
        }
        self.execute(commands).await
    }

    /// Moves its clock.
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    async fn place(&self, terms: &Terms, start: Timestamp) -> Outcome<Place> {
        let number = self.ledger.draw_number(NumberKind::Booking).await?;
        let attendee = self.ledger.draw_number(NumberKind::Attendee).await?;
        let occurrence = Occurrence {
            booking: BookingId::from_uuid(self.ids.uuid()),
            number: BookingNumber::new(number),
            uid: BookingUid::from_uuid(self.ids.uuid()),
            guests: Vec::new(),
            attendee: AttendeeNumber::new(attendee),
            slot: TimeSlot::starting(start, u32::try_from(MINUTES)?)?,
        };
        let guest = Attendee {
            name: format!("Guest {number}"),
            email: Some(format!("guest{number}@example.org")),
            phone_number: None,
            time_zone: "Europe/Riga".to_owned(),
            language: "en".to_owned(),
        };
        Ok(Place {
            co_hosted: None,
            terms: terms.clone(),
            occurrences: vec![occurrence],
            series: None,
            seats: Vec::new(),
            hold: None,
            out_of_bounds: true,
            limits_skipped: false,
            standing: Standing::ByTerms,
            composite: None,
            key_is_new: true,
            key: KeyId::from_uuid(self.ids.uuid()),
            personal: Personal {
                attendee: Some(guest),
                ..Personal::default()
            },
        })
    }

    fn to_provider(&self, provider: ProviderId, command: ProviderCommand) -> Addressed {
        Addressed {
            stream: StreamKey::provider(self.tenant, provider),
            command: Command::Provider(Box::new(command)),
        }
    }

    async fn execute(&self, commands: Vec<Addressed>) -> Outcome<()> {
        let correlation = self.ids.uuid();
        let context = CommandContext {
            tenant: self.tenant,
            actor: Actor {
                id: "load".to_owned(),
                role: Role::Owner,
            },
            origin: Origin {
                request_id: correlation.to_string(),
                ip: None,
                user_agent: None,
            },
            idempotency: None,
            correlation,
            causation: None,
            reads: Vec::new(),
            parts: Vec::new(),
        };
        self.ledger.execute(context, commands).await?;
        Ok(())
    }
}
