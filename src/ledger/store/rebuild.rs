//! Rebuilding a read model of one tenant from event 1, and reading its rows back to compare.

use std::collections::BTreeSet;

use super::reading::{logged_row, unsigned};
use super::rowset::{Kind, RowSet};
use super::statements::{HEADS_LOCK, LOG_ROWS, STREAMS_LOCK_ALL};
use super::transaction::Transaction;
use super::{Store, read_models};
use crate::domain::id::TenantId;
use crate::ledger::database::{DatabaseError, Param, Row, Sql};
use crate::ledger::record::RecordedEvent;
use crate::ledger::row::{Cell, Column, ColumnKind, Projection, RowChange, Table};
use crate::ledger::unit::LoggedRow;

/// A rebuild is long; each of its statements may be, too.
const PATIENCE: &str = "set local statement_timeout = 0";

/// Events folded at a time: bounds memory, and keeps each statement far from its timeout.
const CHUNK: i64 = 1_000;

impl Store {
    /// Rebuilds a projection's rows of one tenant in one transaction that holds the tenant's head, so nothing is
    /// appended meanwhile. `progress` receives (events done, events in total). Returns the events folded.
    ///
    /// # Errors
    /// [`DatabaseError`], also what `decode` returns; nothing has changed then.
    pub async fn rebuild<D, P>(
        &self,
        tenant: TenantId,
        projection: &dyn Projection,
        decode: D,
        mut progress: P,
    ) -> Result<u64, DatabaseError>
    where
        D: Fn(LoggedRow) -> Result<RecordedEvent, DatabaseError> + Send + Sync,
        P: FnMut(u64, u64) + Send,
    {
        let tenants = BTreeSet::from([tenant]);
        let mut transaction = Transaction::begin(&self.database, &tenants).await?;
        if transaction.is_postgres() {
            transaction.fetch(Sql::both(PATIENCE), Vec::new()).await?;
        }
        let total = lock(&mut transaction, tenant).await?;
        for table in projection.tables() {
            let text = format!("delete from {} where tenant = $1", table.name);
            transaction
                .fetch_composed(text, vec![Param::from(tenant)])
                .await?;
        }
        let mut done = 0;
        while done < total {
            let rows = chunk(&mut transaction, tenant, done).await?;
            let mut changes: Vec<RowChange> = Vec::new();
            for row in rows {
                expect_next(done, row.position)?;
                done = row.position;
                changes.extend(projection.project(&decode(row)?));
            }
            let changes: Vec<&RowChange> = changes.iter().collect();
            read_models::write(&mut transaction, &changes).await?;
            progress(done, total);
        }
        transaction.commit().await?;
        Ok(done)
    }

    /// Every row of a tenant in a read-model table, by key: what a rebuild must reproduce. Documents come in canonical
    /// form (RFC 8785): the order of their members depends on how often they were patched.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn rows(
        &self,
        tenant: TenantId,
        table: &Table,
    ) -> Result<Vec<Vec<Cell>>, DatabaseError> {
        let tenants = BTreeSet::from([tenant]);
        let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        let text = format!(
            "select {} from {} where tenant = $1",
            names.join(", "),
            table.name
        );
        let mut transaction = Transaction::begin(&self.database, &tenants).await?;
        let rows = transaction
            .fetch_composed(text, vec![Param::from(tenant)])
            .await?;
        transaction.rollback().await;
        let mut rows: Vec<Vec<Cell>> = rows
            .iter()
            .map(|row| {
                table
                    .columns
                    .iter()
                    .map(|column| cell(row, column))
                    .collect()
            })
            .collect::<Result<_, _>>()?;
        // Sorted here: the databases collate text differently.
        rows.sort();
        Ok(rows)
    }
}

/// Holds the tenant's streams, then its head, as an append does; returns the last position.
async fn lock(transaction: &mut Transaction, tenant: TenantId) -> Result<u64, DatabaseError> {
    let mut tenants = RowSet::new([Kind::Uuid]);
    tenants.push([Param::from(tenant)]);
    transaction
        .apply(STREAMS_LOCK_ALL, tenants.clone(), Vec::new())
        .await?;
    let heads = transaction.apply(HEADS_LOCK, tenants, Vec::new()).await?;
    heads.first().map_or(Ok(0), |row| unsigned(row, "position"))
}

async fn chunk(
    transaction: &mut Transaction,
    tenant: TenantId,
    after: u64,
) -> Result<Vec<LoggedRow>, DatabaseError> {
    let after =
        i64::try_from(after).map_err(|error| DatabaseError::corrupt("events.position", error))?;
    let params = vec![Param::from(tenant), Param::from(after), Param::from(CHUNK)];
    let rows = transaction.fetch(LOG_ROWS, params).await?;
    if rows.is_empty() {
        return Err(hole(after.unsigned_abs()));
    }
    rows.iter().map(logged_row).collect()
}

fn expect_next(before: u64, position: u64) -> Result<(), DatabaseError> {
    if before.checked_add(1) == Some(position) {
        return Ok(());
    }
    Err(hole(before))
}

fn hole(before: u64) -> DatabaseError {
    DatabaseError::corrupt("events.position", format!("hole after position {before}"))
}

fn cell(row: &Row, column: &Column) -> Result<Cell, DatabaseError> {
    let value = match column.kind {
        ColumnKind::Text => row.text_or_null(column.name)?.map(Cell::Text),
        ColumnKind::Document => row
            .text_or_null(column.name)?
            .map(|text| canonical(column, &text))
            .transpose()?,
        ColumnKind::Int => row.int_or_null(column.name)?.map(Cell::Int),
        ColumnKind::Uuid => row.uuid_or_null(column.name)?.map(Cell::Uuid),
    };
    Ok(value.unwrap_or(Cell::Null))
}

fn canonical(column: &Column, text: &str) -> Result<Cell, DatabaseError> {
    serde_json_canonicalizer::pipe(text)
        .map(Cell::Text)
        .map_err(|error| DatabaseError::corrupt(column.name, error))
}
