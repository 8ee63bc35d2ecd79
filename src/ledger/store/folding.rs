//! Folds the row changes of a batch: one change per row, so that a table takes three statements whatever the batch.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::ledger::database::DatabaseError;
use crate::ledger::row::{Cell, Change, Column, ColumnKind, RowChange, Table};

/// The folded changes of one table, by key.
#[derive(Debug)]
pub(super) struct TableChanges {
    /// The table.
    pub(super) table: &'static Table,
    /// One change per key.
    pub(super) changes: BTreeMap<Vec<Cell>, Change>,
}

/// Folds changes in the order given; tables come out by name, rows by key.
///
/// # Errors
/// [`DatabaseError::Corrupt`] when a change does not fit its table.
pub(super) fn fold(
    changes: &[&RowChange],
) -> Result<BTreeMap<&'static str, TableChanges>, DatabaseError> {
    let mut tables: BTreeMap<&'static str, TableChanges> = BTreeMap::new();
    for change in changes {
        let table = change.table;
        check(change)?;
        let folded = tables.entry(table.name).or_insert_with(|| TableChanges {
            table,
            changes: BTreeMap::new(),
        });
        let next = match folded.changes.remove(&change.key) {
            None => change.change.clone(),
            Some(earlier) => follow(table, earlier, &change.change)?,
        };
        folded.changes.insert(change.key.clone(), next);
    }
    Ok(tables)
}

/// Every change is checked by itself: one that does not fit must not pass because a later one replaces it.
fn check(change: &RowChange) -> Result<(), DatabaseError> {
    let table = change.table;
    let (keys, values) = table
        .columns
        .split_at_checked(table.key_columns)
        .ok_or_else(|| DatabaseError::corrupt(table.name, "has more key columns than columns"))?;
    check_cells(table, keys, &change.key)?;
    match &change.change {
        Change::Delete => Ok(()),
        Change::Put(cells) => check_cells(table, values, cells),
        Change::Patch(cells) => {
            for (name, cell) in cells {
                let (_, kind) = value_column(table, name)?;
                check_cell(name, kind, cell)?;
            }
            Ok(())
        }
    }
}

fn check_cells(table: &Table, columns: &[Column], cells: &[Cell]) -> Result<(), DatabaseError> {
    if columns.len() != cells.len() {
        return Err(DatabaseError::corrupt(
            table.name,
            format!("{} cells for {} columns", cells.len(), columns.len()),
        ));
    }
    for (column, cell) in columns.iter().zip(cells) {
        check_cell(column.name, column.kind, cell)?;
    }
    Ok(())
}

fn check_cell(name: &str, kind: ColumnKind, cell: &Cell) -> Result<(), DatabaseError> {
    match (kind, cell) {
        (_, Cell::Null)
        | (ColumnKind::Text | ColumnKind::Document, Cell::Text(_))
        | (ColumnKind::Int, Cell::Int(_))
        | (ColumnKind::Uuid, Cell::Uuid(_)) => Ok(()),
        (
            ColumnKind::Text | ColumnKind::Document | ColumnKind::Int | ColumnKind::Uuid,
            Cell::Text(_) | Cell::Int(_) | Cell::Uuid(_),
        ) => Err(DatabaseError::corrupt(
            name,
            format!("is {kind:?}, the change is not"),
        )),
    }
}

/// What two changes of one row come to: the later replaces the earlier, but a patch is laid over what is there.
fn follow(table: &Table, earlier: Change, later: &Change) -> Result<Change, DatabaseError> {
    let Change::Patch(patch) = later else {
        return Ok(later.clone());
    };
    match earlier {
        Change::Delete => Ok(Change::Delete),
        Change::Put(mut cells) => {
            for (name, cell) in patch {
                let (place, kind) = value_column(table, name)?;
                let old = cells
                    .get_mut(place)
                    .ok_or_else(|| DatabaseError::corrupt(name, "is not in the row put"))?;
                lay_over(name, kind, old, cell)?;
            }
            Ok(Change::Put(cells))
        }
        Change::Patch(mut merged) => {
            for (name, cell) in patch {
                let (_, kind) = value_column(table, name)?;
                let old = merged.entry(*name).or_insert(Cell::Null);
                lay_over(name, kind, old, cell)?;
            }
            Ok(Change::Patch(merged))
        }
    }
}

/// Where a column stands among those after the key, and its type.
pub(super) fn value_column(
    table: &Table,
    name: &str,
) -> Result<(usize, ColumnKind), DatabaseError> {
    table
        .columns
        .iter()
        .skip(table.key_columns)
        .enumerate()
        .find(|(_, column)| column.name == name)
        .map(|(place, column)| (place, column.kind))
        .ok_or_else(|| {
            DatabaseError::corrupt(name, format!("is no value column of {}", table.name))
        })
}

/// Null leaves the old value; a document's members replace the old ones one by one (not deeper), null included.
fn lay_over(name: &str, kind: ColumnKind, old: &mut Cell, new: &Cell) -> Result<(), DatabaseError> {
    match (kind, &*old, new) {
        (_, _, Cell::Null) => {}
        (ColumnKind::Document, Cell::Text(before), Cell::Text(after)) => {
            let mut members = document(name, before)?;
            members.extend(document(name, after)?);
            *old = Cell::Text(Value::Object(members).to_string());
        }
        (
            ColumnKind::Text | ColumnKind::Int | ColumnKind::Uuid | ColumnKind::Document,
            _,
            Cell::Int(_) | Cell::Text(_) | Cell::Uuid(_),
        ) => *old = new.clone(),
    }
    Ok(())
}

fn document(name: &str, text: &str) -> Result<Map<String, Value>, DatabaseError> {
    serde_json::from_str(text).map_err(|error| DatabaseError::corrupt(name, error))
}
