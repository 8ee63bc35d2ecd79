//! What operators ask of the ledger: its tenants, its read models' rows, and a rebuild of them.

use std::collections::BTreeSet;

use super::database::DatabaseError;
use super::limits::CLAIMS_OVER_MAX;
use super::record::StreamKey;
use super::row::{Cell, Projection, Table};
use super::{Ledger, LedgerError, Statistics, codec};
use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;

impl Ledger {
    /// Every tenant that has a log.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    pub async fn tenants(&self) -> Result<Vec<TenantId>, LedgerError> {
        Ok(self.store.tenants().await?)
    }

    /// What the ledger has counted since it was opened.
    pub fn statistics(&self) -> Statistics {
        self.counts.statistics()
    }

    /// Providers' streams with something to record as lapsed. Those that are hot in this process are known exactly. Of the
    /// others, those with a claim that ended at or before `orphaned_before`: until then they are left to the process that
    /// has them hot.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    pub async fn lapsed(
        &self,
        now: Timestamp,
        orphaned_before: Timestamp,
    ) -> Result<BTreeSet<StreamKey>, LedgerError> {
        let mut streams = self
            .store
            .providers_with_claims_over(orphaned_before, CLAIMS_OVER_MAX)
            .await?;
        streams.extend(self.lanes.lapsed(now));
        Ok(streams)
    }

    /// Rebuilds a projection's rows of one tenant from event 1, while nothing is appended to the tenant's log;
    /// `progress` receives (events done, events in total). Returns the events folded.
    ///
    /// # Errors
    /// [`LedgerError::Database`]; nothing has changed then.
    pub async fn rebuild(
        &self,
        tenant: TenantId,
        projection: &dyn Projection,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<u64, LedgerError> {
        let decode = |logged: super::unit::LoggedRow| {
            codec::decode(&logged.row).map_err(|error| DatabaseError::corrupt("payload", error))
        };
        Ok(self
            .store
            .rebuild(tenant, projection, decode, progress)
            .await?)
    }

    /// Every row of a tenant in a read-model table, by key.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    pub async fn rows(
        &self,
        tenant: TenantId,
        table: &Table,
    ) -> Result<Vec<Vec<Cell>>, LedgerError> {
        Ok(self.store.rows(tenant, table).await?)
    }
}
