//! What operators ask of the ledger: its tenants, its read models' rows, and a rebuild of them.

use std::collections::BTreeSet;

use super::database::{Database, DatabaseError};
use super::limits::CLAIMS_OVER_MAX;
use super::record::{RecordedEvent, StreamKey};
use super::row::{Projection, Table};
use super::store::rebuild::{Rebuild, RebuildError, TenantRows};
use super::unit::LoggedRow;
use super::{Ledger, LedgerError, Statistics, codec};
use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;

/// Why a ledger cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum Unready {
    /// The task that writes commands has ended: with the ledger, or died. Only a new process helps.
    #[error("commands are not written any more: restart this process")]
    NotCommitting,
    /// The database does not answer; [`DatabaseError::Outdated`] when another program has rebuilt a read model.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

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

    /// Forgets idempotency keys bound before an instant, of all tenants, at most 10,000; returns how many.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    pub async fn forget_keys(&self, bound_before: Timestamp) -> Result<u64, LedgerError> {
        Ok(self.store.expire_keys(bound_before).await?)
    }

    /// Whether commands are written, the database answers, and its read models are those of this program. Learns of
    /// flips on the way.
    ///
    /// # Errors
    /// [`Unready`].
    pub async fn readiness(&self) -> Result<(), Unready> {
        if !self.committer.is_running() {
            return Err(Unready::NotCommitting);
        }
        Ok(self.database.refresh().await?.usable()?)
    }

    /// Begins to rebuild a read model beside its live tables; servers go on.
    ///
    /// # Errors
    /// See [`Rebuild::begin`].
    pub async fn begin_rebuild<'a>(
        &self,
        owner: Database,
        projection: &'a dyn Projection,
    ) -> Result<Rebuild<'a>, RebuildError> {
        Rebuild::begin(self.store.clone(), owner, projection, &decode).await
    }

    /// Every row of a tenant in the live tables of a read model, with the position of the log they are of.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    pub async fn rows(
        &self,
        tenant: TenantId,
        tables: &'static [&'static Table],
    ) -> Result<TenantRows, LedgerError> {
        Ok(self.store.rows_at_head(tenant, tables).await?)
    }

    /// How many rows a live table has, over all tenants.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    pub async fn count_rows(
        &self,
        tenants: &[TenantId],
        table: &'static Table,
    ) -> Result<u64, LedgerError> {
        let tenants: BTreeSet<TenantId> = tenants.iter().copied().collect();
        Ok(self.store.count_rows(&tenants, table).await?)
    }
}

fn decode(logged: &LoggedRow) -> Result<RecordedEvent, DatabaseError> {
    codec::decode(&logged.row).map_err(|error| DatabaseError::corrupt("payload", error))
}
