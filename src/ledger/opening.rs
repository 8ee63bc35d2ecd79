//! Opening, provisionally: the ledger's own code takes this file's place.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::database::Database;
use super::row::{Cell, Projection, Table};
use super::{Ledger, LedgerError};
use crate::clock::{Clock, Ids};
use crate::domain::id::TenantId;

impl Ledger {
    /// Opens the log: starts the committer on `tracker`, until `stop`.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    #[expect(clippy::unused_async, reason = "provisional")]
    pub async fn open(
        _database: Database,
        _projections: Vec<Box<dyn Projection>>,
        _clock: Arc<dyn Clock>,
        _ids: Arc<dyn Ids>,
        _master_key: [u8; 32],
        _tracker: &TaskTracker,
        _stop: CancellationToken,
    ) -> Result<Arc<Self>, LedgerError> {
        Err(LedgerError::Unavailable)
    }

    /// Every tenant that has a log.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    #[expect(clippy::unused_async, reason = "provisional")]
    pub async fn tenants(&self) -> Result<Vec<TenantId>, LedgerError> {
        Err(LedgerError::Unavailable)
    }

    /// Rebuilds a projection's rows of one tenant from event 1; `progress` receives (events done, events in total).
    ///
    /// # Errors
    /// [`LedgerError::Database`], [`LedgerError::Corrupt`].
    #[expect(clippy::unused_async, reason = "provisional")]
    pub async fn rebuild(
        &self,
        _tenant: TenantId,
        _projection: &dyn Projection,
        _progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<u64, LedgerError> {
        Err(LedgerError::Unavailable)
    }

    /// Every row of a tenant in a read-model table, by key.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    #[expect(clippy::unused_async, reason = "provisional")]
    pub async fn rows(
        &self,
        _tenant: TenantId,
        _table: &Table,
    ) -> Result<Vec<Vec<Cell>>, LedgerError> {
        Err(LedgerError::Unavailable)
    }
}
