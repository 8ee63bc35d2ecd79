//! A ledger in one process: what it does when there is too much of something.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::database::Database;
use super::limits::QUEUE_MAX;
use super::record::{Actor, Addressed, CommandContext, Origin, StreamKey};
use super::store::connect::OpenOptions;
use super::store::migration::migrate;
use super::{Ledger, LedgerError, NumberKind, Unready};
use crate::clock::{Clock, Ids, SystemClock, SystemIds};
use crate::domain::Command;
use crate::domain::id::{ProviderId, TenantId};
use crate::domain::provider::command::ProviderCommand;
use crate::domain::tenant::Role;

/// A ledger on a SQLite file that goes with it.
struct Opened {
    ledger: Arc<Ledger>,
    file: PathBuf,
    stop: CancellationToken,
}

impl Opened {
    async fn new() -> Self {
        let name = format!("daybook-ledger-{:032x}.db", rand::random::<u128>());
        let file = std::env::temp_dir().join(name);
        let url = format!("sqlite://{}", file.display());
        migrate(&url, &[]).await.unwrap();
        let database = Database::open(&url, &OpenOptions::default()).await.unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ids: Arc<dyn Ids> = Arc::new(SystemIds::new(Arc::clone(&clock)));
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        let key = [7; 32];
        let ledger = Ledger::open(database, vec![], clock, ids, &key, &tracker, stop.clone());
        Self { ledger, file, stop }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.stop.cancel();
        for suffix in ["", "-wal", "-shm"] {
            // What stays is in nobody's way: its name was drawn.
            drop(std::fs::remove_file(format!(
                "{}{suffix}",
                self.file.display()
            )));
        }
    }
}

fn tenant() -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(1))
}

fn stream() -> StreamKey {
    StreamKey::provider(tenant(), ProviderId::from_uuid(Uuid::from_u128(2)))
}

/// A command that is refused: there is no such provider.
fn refused() -> (CommandContext, Vec<Addressed>) {
    let context = CommandContext {
        tenant: tenant(),
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
    let command = Addressed {
        stream: stream(),
        command: Command::Provider(Box::new(ProviderCommand::Lapse)),
    };
    (context, vec![command])
}

#[tokio::test]
async fn no_more_commands_are_taken_than_may_be_under_way() {
    let opened = Opened::new().await;
    let lane = opened.ledger.lanes.hold(stream()).await;
    let mut waiting = JoinSet::new();
    for _ in 0..QUEUE_MAX {
        let ledger = Arc::clone(&opened.ledger);
        waiting.spawn(async move {
            let (context, commands) = refused();
            ledger.execute(context, commands).await
        });
    }
    while 0 < opened.ledger.places.available_permits() {
        tokio::task::yield_now().await;
    }

    let (context, commands) = refused();
    let answer = opened.ledger.execute(context, commands).await;

    assert!(matches!(answer, Err(LedgerError::Unavailable)));
    drop(lane);
    for decided in waiting.join_all().await {
        assert!(matches!(decided, Err(LedgerError::Refused { .. })));
    }
}

#[tokio::test]
async fn nobody_waits_for_a_lane_for_ever() {
    let opened = Opened::new().await;
    let streams = BTreeSet::from([stream()]);
    let soon = || Instant::now() + Duration::from_millis(10);
    let lanes = opened.ledger.hold(&streams, soon()).await.unwrap();

    let waited = opened.ledger.hold(&streams, soon()).await;
    assert!(matches!(waited, Err(LedgerError::Unavailable)));

    drop(lanes);
    opened.ledger.hold(&streams, Instant::now()).await.unwrap();
}

#[tokio::test]
async fn who_waits_for_numbers_of_one_kind_stops_nobody_who_draws_another() {
    let opened = Opened::new().await;
    let bookings = opened.ledger.numbers.at_hand(NumberKind::Booking);
    let drawing = bookings.lock().await;

    let provider = opened.ledger.draw_number(NumberKind::Provider);
    let provider = tokio::time::timeout(Duration::from_secs(5), provider).await;

    assert_eq!(provider.unwrap().unwrap(), 1);
    drop(drawing);
    for expected in [1, 2] {
        let drawn = opened.ledger.draw_number(NumberKind::Booking).await;
        assert_eq!(drawn.unwrap(), expected);
    }
}

#[tokio::test]
async fn a_ledger_whose_committer_has_ended_is_not_ready() {
    let opened = Opened::new().await;
    opened.ledger.readiness().await.unwrap();
    opened.stop.cancel();
    while opened.ledger.committer.is_running() {
        tokio::task::yield_now().await;
    }

    let readiness = opened.ledger.readiness().await;

    assert!(matches!(readiness, Err(Unready::NotCommitting)));
}
