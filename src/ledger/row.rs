//! Changes of read models: data, not statements. A projection returns them; the store folds and applies them set-wise.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::database::Sql;
use super::record::RecordedEvent;

/// Derives one read model from events: pure, total, and the same for inline writes and rebuilds.
pub trait Projection: Send + Sync {
    /// Its name on the command line: the folder under `projections/`.
    fn name(&self) -> &'static str;
    /// Creates its tables when they are absent, with their row-level security on Postgres; several statements.
    fn schema(&self) -> Sql;
    /// Raised when the same events come to other rows without a change of the tables: part of the layout, so that a
    /// process of the revision before neither reads nor writes what a rebuild by this one has made live.
    fn revision(&self) -> u32 {
        1
    }
    /// Its tables, in the order they are written. No name is another one followed by `_`; indexes and constraints begin
    /// with the name of their table: they are renamed with it (`live_tables`).
    fn tables(&self) -> &'static [&'static Table];
    /// The changes of one event, in order. Its only input is the event; every change names a row of its own stream.
    fn project(&self, event: &RecordedEvent) -> Vec<RowChange>;
}

/// A table of a read model. Its first key column is always `tenant`.
#[derive(Debug)]
pub struct Table {
    /// Name in the database.
    pub name: &'static str,
    /// Columns in the order of the statements' parameters.
    pub columns: &'static [Column],
    /// How many of them, from the first, are the key.
    pub key_columns: usize,
    /// Inserts or replaces rows. Postgres: one array parameter per column (`unnest`); SQLite: `$1` is a JSON array of
    /// arrays in column order (`json_each`).
    pub put: Sql,
    /// Changes the given columns: null leaves a column as it is; a [`ColumnKind::Document`] is merged member by member.
    pub patch: Sql,
    /// Deletes rows; only key columns are bound.
    pub delete: Sql,
}

/// A column of a read model.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Name in the database.
    pub name: &'static str,
    /// Its type.
    pub kind: ColumnKind,
}

/// Types of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// `text`.
    Text,
    /// `bigint`.
    Int,
    /// `uuid` (text on SQLite).
    Uuid,
    /// `text` that holds a JSON object; patches merge its members.
    Document,
}

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// Null; in a patch: unchanged.
    Null,
    /// An integer.
    Int(i64),
    /// Text (also documents).
    Text(String),
    /// A UUID.
    Uuid(Uuid),
}

/// One change of one row.
#[derive(Clone, Debug)]
pub struct RowChange {
    /// The table.
    pub table: &'static Table,
    /// The key, in column order, tenant first.
    pub key: Vec<Cell>,
    /// What happens to it.
    pub change: Change,
}

/// What happens to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The whole row: the columns after the key, in order.
    Put(Vec<Cell>),
    /// Some columns by name.
    Patch(BTreeMap<&'static str, Cell>),
    /// Gone.
    Delete,
}
