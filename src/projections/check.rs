//! Whether the rows of a read model are what its events say: `daybook projections check`, and every test when it ends.
//!
//! Pure: events and dumped rows come in, differences go out. A projection that is folded here and one that is written
//! in the append transaction are the same function; what this check finds is a write that was lost, doubled or altered.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::ledger::record::RecordedEvent;
use crate::ledger::row::{Cell, Change, ColumnKind, Projection, RowChange, Table};

/// A table of the read model with its rows as they are in the database, every column in order.
#[derive(Debug)]
pub struct DumpedTable {
    /// Which table.
    pub table: &'static Table,
    /// Its rows, in any order.
    pub rows: Vec<Vec<Cell>>,
}

/// Where a read model is not what its events say. Names keys and columns, never values: rows hold sealed data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The events make a row that the table does not have.
    Missing {
        /// The table.
        table: &'static str,
        /// The row's key.
        key: Vec<Cell>,
    },
    /// The table has a row that no event makes.
    Unexpected {
        /// The table.
        table: &'static str,
        /// The row's key.
        key: Vec<Cell>,
    },
    /// A column of a row holds something else.
    Column {
        /// The table.
        table: &'static str,
        /// The row's key.
        key: Vec<Cell>,
        /// The column.
        column: &'static str,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { table, key } => write!(formatter, "{table} {key:?} is missing"),
            Self::Unexpected { table, key } => write!(formatter, "{table} {key:?} is unexpected"),
            Self::Column { table, key, column } => {
                write!(formatter, "{table} {key:?} differs in column {column}")
            }
        }
    }
}

/// Compares the rows of a read model with what its events make of it. Events come in the order of their log; rows are
/// those of the same tenants. Documents are compared as parsed JSON: databases order members differently.
pub fn differences(
    projection: &dyn Projection,
    events: impl IntoIterator<Item: Borrow<RecordedEvent>>,
    dumped: Vec<DumpedTable>,
) -> Vec<Difference> {
    let mut folded = Folded::default();
    for event in events {
        folded.add(projection, event.borrow());
    }
    compare(&folded, dumped)
}

/// As [`differences`], with events that were folded before: a long log is read in pages, and none is kept.
pub fn compare(folded: &Folded, dumped: Vec<DumpedTable>) -> Vec<Difference> {
    dumped
        .into_iter()
        .flat_map(|dumped| table_differences(folded, dumped))
        .collect()
}

/// Rows in memory, by table and key.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    tables: BTreeMap<&'static str, BTreeMap<Vec<Cell>, Vec<Cell>>>,
}

impl Folded {
    /// Applies what a projection makes of an event.
    pub fn add(&mut self, projection: &dyn Projection, event: &RecordedEvent) {
        for change in projection.project(event) {
            self.fold(&change);
        }
    }

    /// Applies one change as the statements of its table do: a patch of an absent row changes nothing.
    pub fn fold(&mut self, change: &RowChange) {
        let rows = self.tables.entry(change.table.name).or_default();
        match &change.change {
            Change::Put(cells) => {
                rows.insert(change.key.clone(), cells.clone());
            }
            Change::Patch(patch) => {
                if let Some(cells) = rows.get_mut(&change.key) {
                    patch_cells(change.table, cells, patch);
                }
            }
            Change::Delete => {
                rows.remove(&change.key);
            }
        }
    }

    /// The rows of a table in ascending order of key, every column in order.
    pub fn rows(&self, table: &Table) -> Vec<Vec<Cell>> {
        let rows = self.tables.get(table.name).into_iter().flatten();
        rows.map(|(key, cells)| [key.as_slice(), cells].concat())
            .collect()
    }
}

fn patch_cells(table: &Table, cells: &mut [Cell], patch: &BTreeMap<&'static str, Cell>) {
    let columns = table.columns.iter().skip(table.key_columns);
    for (column, cell) in columns.zip(cells) {
        match (column.kind, patch.get(column.name)) {
            (_, None | Some(Cell::Null)) => {}
            (ColumnKind::Document, Some(members)) => *cell = merged(cell, members),
            (ColumnKind::Text | ColumnKind::Int | ColumnKind::Uuid, Some(value)) => {
                *cell = value.clone();
            }
        }
    }
}

/// The document with the members of another in place of its own, one level deep.
fn merged(document: &Cell, members: &Cell) -> Cell {
    match (json(document), json(members)) {
        (Some(Value::Object(mut document)), Some(Value::Object(members))) => {
            document.extend(members);
            Cell::Text(Value::Object(document).to_string())
        }
        (_, _) => members.clone(),
    }
}

fn json(cell: &Cell) -> Option<Value> {
    match cell {
        Cell::Text(text) => serde_json::from_str(text).ok(),
        Cell::Null | Cell::Int(_) | Cell::Uuid(_) => None,
    }
}

fn table_differences(folded: &Folded, dumped: DumpedTable) -> Vec<Difference> {
    let DumpedTable { table, rows } = dumped;
    let name = table.name;
    let mut found: BTreeMap<Vec<Cell>, Vec<Cell>> = rows
        .into_iter()
        .map(|mut row| {
            let cells = row.split_off(table.key_columns.min(row.len()));
            (row, cells)
        })
        .collect();
    let mut differences = Vec::new();
    for (key, expected) in folded.tables.get(name).into_iter().flatten() {
        match found.remove(key) {
            None => differences.push(Difference::Missing {
                table: name,
                key: key.clone(),
            }),
            Some(cells) => differences.extend(row_differences(table, key, expected, &cells)),
        }
    }
    let unexpected = found.into_keys();
    differences.extend(unexpected.map(|key| Difference::Unexpected { table: name, key }));
    differences
}

fn row_differences(
    table: &'static Table,
    key: &[Cell],
    expected: &[Cell],
    found: &[Cell],
) -> Vec<Difference> {
    let columns = table.columns.iter().skip(table.key_columns).enumerate();
    columns
        .filter(|(index, column)| {
            let (left, right) = (expected.get(*index), found.get(*index));
            let left_json = || left.and_then(json);
            let same_json = || left_json().is_some() && left_json() == right.and_then(json);
            left != right && (column.kind != ColumnKind::Document || !same_json())
        })
        .map(|(_, column)| Difference::Column {
            table: table.name,
            key: key.to_vec(),
            column: column.name,
        })
        .collect()
}
