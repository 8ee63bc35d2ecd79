//! A second process on a test's database: the library itself, in the process of the tests.

use std::sync::Arc;

use daybook::clock::{Clock, SystemClock, SystemIds};
use daybook::domain::id::TenantId;
use daybook::ledger::Ledger;
use daybook::ledger::database::Database;
use daybook::ledger::record::{Actor, CommandContext, Origin};
use daybook::ledger::store::connect::OpenOptions;
use daybook::projections;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::database::TestDatabase;
use super::program::MASTER_KEY;

/// A ledger beside the server, with caches of its own; dropped, its tasks end.
pub(crate) struct OwnLedger {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) clock: Arc<dyn Clock>,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl OwnLedger {
    /// Opens a database that a server has migrated.
    pub(crate) async fn on(database: &TestDatabase) -> Self {
        let options = OpenOptions {
            connections_max: 4,
            ..OpenOptions::default()
        };
        let opened = Database::open(&database.url(), &options).await;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        let ledger = Ledger::open(
            opened.expect("the database opens"),
            projections::all(),
            Arc::clone(&clock),
            Arc::new(SystemIds::new(Arc::clone(&clock))),
            MASTER_KEY,
            &tracker,
            stop.clone(),
        );
        Self {
            ledger,
            clock,
            tracker,
            stop,
        }
    }

    /// A command of the system's own.
    pub(crate) fn context(&self, tenant: TenantId) -> CommandContext {
        CommandContext {
            tenant,
            actor: Actor {
                id: "system".to_owned(),
                role: daybook::domain::tenant::Role::Owner,
            },
            origin: Origin::default(),
            idempotency: None,
            correlation: uuid::Uuid::from_u128(rand::random()),
            causation: None,
        }
    }

    /// Ends its tasks and closes its connections.
    pub(crate) async fn close(self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
        self.ledger.database().close().await;
    }
}
