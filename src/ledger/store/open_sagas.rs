//! Beside stage 4 of the append: the rows of sagas that have not settled. And what recovery and operators ask of them.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::Store;
use super::candidates::Candidates;
use super::rowset::{Kind, RowSet};
use super::statements::{
    OPEN_SAGAS_COUNTED, OPEN_SAGAS_DELETE, OPEN_SAGAS_DUE_SQLITE, OPEN_SAGAS_LEASE, OPEN_SAGAS_PUT,
    OPEN_SAGAS_UNWELL,
};
use super::transaction::Transaction;
use crate::domain::id::{CompositeId, TenantId};
use crate::domain::time::Timestamp;
use crate::ledger::database::{Database, DatabaseError, Param, Row, Sql};
use crate::ledger::open_sagas::{OpenSaga, OpenSagas, OpenState, SagaChange};

impl Store {
    /// Takes sagas of any tenant that are due at `now`, the oldest first, at most `sagas_max`; nobody else is given them
    /// until `until`.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn lease_sagas(
        &self,
        holder: Uuid,
        now: Timestamp,
        until: Timestamp,
        sagas_max: u32,
    ) -> Result<Vec<(TenantId, CompositeId)>, DatabaseError> {
        let params = vec![
            Param::from(holder),
            Param::from(now),
            Param::from(until),
            Param::from(i64::from(sagas_max)),
        ];
        let rows = match &self.database {
            Database::Postgres { .. } => {
                self.database
                    .fetch_untenanted(OPEN_SAGAS_LEASE, params)
                    .await?
            }
            Database::Sqlite { .. } => {
                let due = Sql::both(OPEN_SAGAS_DUE_SQLITE);
                let due = self.database.fetch_untenanted(due, vec![Param::from(now)]);
                if due.await?.is_empty() {
                    return Ok(Vec::new());
                }
                let mut transaction = Transaction::begin(&self.database, &BTreeSet::new()).await?;
                let rows = transaction.fetch(OPEN_SAGAS_LEASE, params).await?;
                transaction.commit().await?;
                rows
            }
        };
        rows.iter().map(saga).collect()
    }

    /// How many sagas have not settled, by state, over all tenants.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn open_sagas(&self) -> Result<Vec<OpenSagas>, DatabaseError> {
        let rows = self
            .database
            .fetch_untenanted(OPEN_SAGAS_COUNTED, Vec::new());
        let counted = |row: &Row| {
            Ok(OpenSagas {
                state: state(row)?,
                count: row.int("sagas")?,
                oldest: row.instant("oldest")?,
            })
        };
        rows.await?.iter().map(counted).collect()
    }

    /// Sagas of any tenant that are stuck, or that are not settled although they were requested at or before
    /// `since_before`; the oldest first, at most `sagas_max`.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn unwell_sagas(
        &self,
        since_before: Timestamp,
        sagas_max: u32,
    ) -> Result<Vec<OpenSaga>, DatabaseError> {
        let params = vec![Param::from(since_before), Param::from(i64::from(sagas_max))];
        let rows = self.database.fetch_untenanted(OPEN_SAGAS_UNWELL, params);
        let listed = |row: &Row| {
            let (tenant, composite) = saga(row)?;
            Ok(OpenSaga {
                tenant,
                composite,
                state: state(row)?,
                since: row.instant("since")?,
            })
        };
        rows.await?.iter().map(listed).collect()
    }
}

fn saga(row: &Row) -> Result<(TenantId, CompositeId), DatabaseError> {
    let tenant = TenantId::from_uuid(row.uuid("tenant")?);
    Ok((tenant, CompositeId::from_uuid(row.uuid("composite")?)))
}

fn state(row: &Row) -> Result<OpenState, DatabaseError> {
    let text = row.text("state")?;
    OpenState::from_text(&text).ok_or_else(|| DatabaseError::corrupt("state", text))
}

/// Writes the rows of the units that stay; without composite bookings sends nothing.
pub(super) async fn write(
    transaction: &mut Transaction,
    candidates: &Candidates<'_>,
) -> Result<(), DatabaseError> {
    // Of several changes in the batch the last one holds.
    let last: BTreeMap<(TenantId, CompositeId), SagaChange> = candidates
        .staying()
        .flat_map(|(_, unit)| unit.sagas.iter().map(|saga| (unit.tenant, saga)))
        .map(|(tenant, saga)| ((tenant, saga.composite), *saga))
        .collect();
    let mut settled = RowSet::new([Kind::Uuid, Kind::Uuid]);
    let mut open = RowSet::new([Kind::Uuid, Kind::Uuid, Kind::Text, Kind::Int, Kind::Int]);
    for ((tenant, composite), saga) in last {
        let key = [Param::from(tenant), Param::from(composite.as_uuid())];
        match saga.open {
            None => settled.push(key),
            Some(state) => {
                let mut row = key.to_vec();
                row.push(Param::from(state.as_str()));
                row.push(Param::from(saga.at));
                row.push(Param::from(state.due_at(saga.at)));
                open.push(row);
            }
        }
    }
    transaction
        .apply(OPEN_SAGAS_DELETE, settled, Vec::new())
        .await?;
    transaction.apply(OPEN_SAGAS_PUT, open, Vec::new()).await?;
    Ok(())
}
