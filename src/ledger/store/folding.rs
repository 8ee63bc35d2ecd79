//! Folds the row changes of a batch: one change per row, so that a table takes three statements whatever the batch.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::ledger::database::DatabaseError;
use crate::ledger::row::{Cell, Change, ColumnKind, RowChange, Table};

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
        check_key(table, &change.key)?;
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

fn check_key(table: &Table, key: &[Cell]) -> Result<(), DatabaseError> {
    if key.len() == table.key_columns {
        return Ok(());
    }
    Err(DatabaseError::corrupt(
        table.name,
        format!("key of {} cells for {}", key.len(), table.key_columns),
    ))
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
