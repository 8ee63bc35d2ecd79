//! Recovery: finds sagas that nobody drives any more, over all tenants, and drives them step by step.
//!
//! Looks at the start, on each tick, and when a request has left its saga behind. What it takes on it leases, so that
//! several processes share the work; that one finds a saga which another drives too only costs them a few empty steps.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Sagas, system};
use crate::domain::id::{CompositeId, TenantId};
use crate::ledger::LedgerError;
use crate::ledger::open_sagas::{LEASE_SECONDS, OpenSaga, OpenSagas};
use crate::ledger::record::StreamKey;

/// How often it looks: a saga whose process has died is driven on within its lease and this.
pub const TICK: Duration = Duration::from_secs(1);

/// Sagas that one look takes on, and drives at the same time: bounds what recovery adds to the load of others.
pub const SAGAS_MAX: u32 = 32;

/// The follower.
#[derive(Clone, Debug)]
pub struct Recovery {
    /// Through which it drives.
    pub sagas: Arc<Sagas>,
    /// How often it looks.
    pub every: Duration,
}

impl Recovery {
    /// Starts it: the first look at once, then one per tick, until `stop`.
    pub fn start(self, tracker: &TaskTracker, stop: CancellationToken) {
        tracker.spawn(self.run(stop));
    }

    async fn run(self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(self.every);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let look = async {
                tokio::select! {
                    _ = tick.tick() => {}
                    () = self.sagas.left_over.notified() => {}
                }
                self.sweep().await
            };
            // Left in the middle nothing is lost: the log says where each saga is.
            let swept = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                swept = look => swept,
            };
            match swept {
                Ok(0) => {}
                Ok(sagas) => tracing::info!(sagas, "composite bookings driven on"),
                Err(error) => tracing::warn!(%error, "no look for unsettled composite bookings"),
            }
        }
    }

    /// Looks until nothing is due; returns how many sagas were driven.
    ///
    /// # Errors
    /// [`LedgerError::Database`]: the database is out of reach.
    pub async fn sweep(&self) -> Result<usize, LedgerError> {
        let mut driven = 0;
        loop {
            let due = self.sagas.lease().await?;
            if due.is_empty() {
                return Ok(driven);
            }
            driven += due.len();
            let mut drives = JoinSet::new();
            for (tenant, composite) in due {
                drives.spawn(drive(Arc::clone(&self.sagas), tenant, composite));
            }
            drives.join_all().await;
        }
    }
}

async fn drive(sagas: Arc<Sagas>, tenant: TenantId, composite: CompositeId) {
    let stream = StreamKey::composite(tenant, composite);
    let drive = sagas.drive_as(system(tenant, composite), stream);
    if let Err(error) = drive.run().await {
        // One saga's trouble is not another's; its lease runs out and it is tried again.
        tracing::warn!(tenant.id = %tenant, composite.id = %composite, %error, "a composite booking could not be driven on");
    }
}

impl Sagas {
    /// Takes on what is due.
    async fn lease(&self) -> Result<Vec<(TenantId, CompositeId)>, LedgerError> {
        let now = self.clock.now();
        let until = now
            .checked_add_signed(TimeDelta::seconds(LEASE_SECONDS))
            .unwrap_or(now);
        let store = self.ledger.store();
        Ok(store
            .lease_sagas(self.holder, now, until, SAGAS_MAX)
            .await?)
    }

    /// Sagas of all tenants that have not settled, by state.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    pub async fn open(&self) -> Result<Vec<OpenSagas>, LedgerError> {
        Ok(self.ledger.store().open_sagas().await?)
    }

    /// Sagas of all tenants that are stuck or overdue ([`super::OVERDUE_SECONDS`]), the oldest first, at most `sagas_max`.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    pub async fn unwell(&self, sagas_max: u32) -> Result<Vec<OpenSaga>, LedgerError> {
        let now = self.clock.now();
        let before = now
            .checked_sub_signed(TimeDelta::seconds(super::OVERDUE_SECONDS))
            .unwrap_or(now);
        Ok(self.ledger.store().unwell_sagas(before, sagas_max).await?)
    }
}
