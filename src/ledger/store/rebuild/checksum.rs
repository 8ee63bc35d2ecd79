//! Rows of a read model as of one position: read back page by page, and summed.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::{Rebuild, RebuildError};
use crate::domain::id::TenantId;
use crate::ledger::database::{DatabaseError, Param, Row, hex};
use crate::ledger::live_tables::Naming;
use crate::ledger::row::{Cell, Column, ColumnKind, Table};
use crate::ledger::store::Store;
use crate::ledger::store::reading::unsigned;
use crate::ledger::store::statements::HEAD_READ;
use crate::ledger::store::transaction::Transaction;

/// Rows read at once: bounds memory.
const PAGE: usize = 2_000;

/// A sum over rows that does not depend on their order: databases sort text differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checksum {
    /// How many rows.
    pub rows: u64,
    sum: [u8; 32],
}

impl Checksum {
    /// Adds a row. Rows of one table differ in their keys, so that none cancels another out.
    fn add(&mut self, table: &str, cells: &[Cell]) {
        self.rows += 1;
        let digest = Sha256::digest(format!("{table} {cells:?}"));
        self.sum
            .iter_mut()
            .zip(digest)
            .for_each(|(sum, byte)| *sum ^= byte);
    }

    /// Adds the rows of another sum.
    pub fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        self.sum
            .iter_mut()
            .zip(other.sum)
            .for_each(|(sum, byte)| *sum ^= byte);
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum: String = hex(&self.sum).chars().take(16).collect();
        write!(formatter, "{sum} over {} rows", self.rows)
    }
}

/// The rows of one tenant, new beside live, as of one position.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// Of the log.
    pub position: u64,
    /// The live rows; `None` when the live tables are another program's, or gone.
    pub live: Option<Checksum>,
    /// The new rows.
    pub new: Checksum,
}

/// All rows of one tenant as of one position.
#[derive(Debug)]
pub struct TenantRows {
    /// Of the log.
    pub position: u64,
    /// Each table with its rows, every column in order, sorted.
    pub tables: Vec<(&'static Table, Vec<Vec<Cell>>)>,
}

impl Rebuild<'_> {
    /// Sums the live rows of a tenant in a snapshot, brings the new rows to the snapshot's position, and sums them.
    ///
    /// # Errors
    /// As [`Rebuild::fill`].
    pub async fn compare(&mut self, tenant: TenantId) -> Result<Compared, RebuildError> {
        let naming = self.store.database().refresh().await?;
        let tables = self.projection.tables();
        let live = self.store.sum(tenant, tables, naming).await;
        let (position, live) = match live {
            Ok((position, live)) => (position, Some(live)),
            Err(error) if error.is_table_gone() => {
                let head = self.store.head(tenant).await?;
                (head.map_or(0, |(position, _)| position), None)
            }
            Err(error) => return Err(error.into()),
        };
        self.fold_until(tenant, position, 0, &mut |_, _| {}).await?;
        let next = Arc::clone(&self.next);
        let (_, new) = self
            .store
            .sum(tenant, tables, next)
            .await
            .map_err(Self::failed)?;
        Ok(Compared {
            position,
            live,
            new,
        })
    }

    /// The new rows of a tenant; they are of the position of its last comparison.
    ///
    /// # Errors
    /// As [`Rebuild::fill`].
    pub async fn new_rows(&self, tenant: TenantId) -> Result<TenantRows, RebuildError> {
        let next = Arc::clone(&self.next);
        let rows = self
            .store
            .read_rows(tenant, self.projection.tables(), next)
            .await;
        let mut rows = rows.map_err(Self::failed)?;
        rows.position = self.done.get(&tenant).copied().unwrap_or_default();
        Ok(rows)
    }
}

impl Store {
    /// Every row of a tenant in the live tables of a read model, with the position they are of: both from one snapshot,
    /// so it may be asked while a server writes. Documents come in canonical form (RFC 8785): the order of their
    /// members depends on how often they were patched.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn rows_at_head(
        &self,
        tenant: TenantId,
        tables: &'static [&'static Table],
    ) -> Result<TenantRows, DatabaseError> {
        self.database()
            .following(|naming| self.read_rows(tenant, tables, naming))
            .await
    }

    async fn read_rows(
        &self,
        tenant: TenantId,
        tables: &'static [&'static Table],
        naming: Arc<Naming>,
    ) -> Result<TenantRows, DatabaseError> {
        let mut snapshot = Transaction::begin_snapshot(self.database(), tenant, naming).await?;
        let position = head(&mut snapshot, tenant).await?;
        let mut read = Vec::new();
        for table in tables {
            let mut rows = Vec::new();
            pages(&mut snapshot, tenant, table, |row| rows.push(row)).await?;
            // Sorted here: the databases collate text differently.
            rows.sort();
            read.push((*table, rows));
        }
        snapshot.rollback().await;
        Ok(TenantRows {
            position,
            tables: read,
        })
    }

    async fn sum(
        &self,
        tenant: TenantId,
        tables: &'static [&'static Table],
        naming: Arc<Naming>,
    ) -> Result<(u64, Checksum), DatabaseError> {
        let mut snapshot = Transaction::begin_snapshot(self.database(), tenant, naming).await?;
        let position = head(&mut snapshot, tenant).await?;
        let mut sum = Checksum::default();
        for table in tables {
            pages(&mut snapshot, tenant, table, |row| {
                sum.add(table.name, &row);
            })
            .await?;
        }
        snapshot.rollback().await;
        Ok((position, sum))
    }

    /// How many rows of some tenants a live table has.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn count_rows(
        &self,
        tenants: &BTreeSet<TenantId>,
        table: &'static Table,
    ) -> Result<u64, DatabaseError> {
        let mut rows = 0;
        for tenant in tenants {
            let count = |naming: Arc<Naming>| async move {
                let database = self.database();
                let text = format!(
                    "select count(*) as n from {} where tenant = $1",
                    naming.name(table.name)
                );
                let mut snapshot = Transaction::begin_snapshot(database, *tenant, naming).await?;
                let found = snapshot
                    .fetch_composed(text, vec![Param::from(*tenant)])
                    .await?;
                snapshot.rollback().await;
                found.first().map_or(Ok(0), |row| unsigned(row, "n"))
            };
            rows += self.database().following(count).await?;
        }
        Ok(rows)
    }
}

async fn head(snapshot: &mut Transaction, tenant: TenantId) -> Result<u64, DatabaseError> {
    let heads = snapshot.fetch(HEAD_READ, vec![Param::from(tenant)]).await?;
    heads.first().map_or(Ok(0), |row| unsigned(row, "position"))
}

/// Hands over every row of a tenant, a page at a time by primary key.
async fn pages(
    snapshot: &mut Transaction,
    tenant: TenantId,
    table: &'static Table,
    mut take: impl FnMut(Vec<Cell>),
) -> Result<(), DatabaseError> {
    let names = |columns: &[Column]| -> Vec<&str> { columns.iter().map(|c| c.name).collect() };
    let keys = table.columns.get(1..table.key_columns).unwrap_or_default();
    let (columns, keys) = (names(table.columns).join(", "), names(keys));
    let places: Vec<String> = (2..)
        .take(keys.len())
        .map(|place| format!("${place}"))
        .collect();
    let (keys, places) = (keys.join(", "), places.join(", "));
    let name = snapshot.naming().name(table.name);
    let select = format!("select {columns} from {name} where tenant = $1");
    let order = format!(" order by {keys} limit {PAGE}");
    let mut text = format!("{select}{order}");
    let mut params = vec![Param::from(tenant)];
    loop {
        let found = snapshot.fetch_composed(text, params).await?;
        let count = found.len();
        params = vec![Param::from(tenant)];
        for (index, row) in found.iter().enumerate() {
            let cells = table.columns.iter().map(|column| cell(row, column));
            let cells: Vec<Cell> = cells.collect::<Result<_, _>>()?;
            if index + 1 == count {
                let key = cells.iter().take(table.key_columns).skip(1);
                params.extend(key.cloned().map(bound));
            }
            take(cells);
        }
        if count < PAGE {
            return Ok(());
        }
        text = format!("{select} and ({keys}) > ({places}){order}");
    }
}

/// A cell of a key, which is never null.
fn bound(cell: Cell) -> Param {
    match cell {
        Cell::Null => Param::Text(None),
        Cell::Int(number) => number.into(),
        Cell::Text(text) => text.into(),
        Cell::Uuid(uuid) => uuid.into(),
    }
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
