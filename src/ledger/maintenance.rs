//! What operators ask of the ledger: its tenants, its read models' rows, and a rebuild of them.

use std::collections::BTreeSet;

use super::database::{Database, DatabaseError};
use super::row::{Projection, Table};
use super::store::rebuild::{Rebuild, RebuildError, TenantRows};
use super::unit::LoggedRow;
use super::{Ledger, LedgerError, codec};
use crate::domain::id::TenantId;
use crate::ledger::record::RecordedEvent;

impl Ledger {
    /// Every tenant that has a log.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    pub async fn tenants(&self) -> Result<Vec<TenantId>, LedgerError> {
        Ok(self.store.tenants().await?)
    }

    /// Whether the database answers, and its read models are those of this program. Learns of flips on the way.
    ///
    /// # Errors
    /// [`DatabaseError`]; [`DatabaseError::Outdated`] when another program has rebuilt a read model.
    pub async fn readiness(&self) -> Result<(), DatabaseError> {
        self.database.refresh().await?.usable()
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
