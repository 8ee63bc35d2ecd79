//! Stage 5 of the append: rows of read models, folded and written set-wise; rebuilds write through here, too.

use super::folding::{self, TableChanges};
use super::rowset::{Kind, RowSet};
use super::transaction::Transaction;
use crate::ledger::database::{DatabaseError, Param};
use crate::ledger::row::{Cell, Change, RowChange};

/// Writes changes in the order given, folded to one per row: per table (by name) deletions, puts, patches.
pub(super) async fn write(
    transaction: &mut Transaction,
    changes: &[&RowChange],
) -> Result<(), DatabaseError> {
    for table in folding::fold(changes)?.into_values() {
        write_table(transaction, table).await?;
    }
    Ok(())
}

async fn write_table(
    transaction: &mut Transaction,
    folded: TableChanges,
) -> Result<(), DatabaseError> {
    let table = folded.table;
    let kinds: Vec<Kind> = table
        .columns
        .iter()
        .map(|column| Kind::from(column.kind))
        .collect();
    let (key_kinds, value_kinds) = kinds
        .split_at_checked(table.key_columns)
        .ok_or_else(|| DatabaseError::corrupt(table.name, "has more key columns than columns"))?;
    let mut deletes = RowSet::new(key_kinds);
    let mut puts = RowSet::new(kinds.as_slice());
    let mut patches = RowSet::new(kinds.as_slice());
    for (key, change) in folded.changes {
        let mut row: Vec<Param> = key_kinds
            .iter()
            .zip(key)
            .map(|(kind, cell)| param(*kind, cell))
            .collect();
        match change {
            Change::Delete => deletes.push(row),
            Change::Put(cells) => {
                let values = value_kinds.iter().zip(cells);
                row.extend(values.map(|(kind, cell)| param(*kind, cell)));
                puts.push(row);
            }
            Change::Patch(cells) => {
                let mut values = vec![Cell::Null; value_kinds.len()];
                for (name, cell) in cells {
                    let (place, _) = folding::value_column(table, name)?;
                    if let Some(value) = values.get_mut(place) {
                        *value = cell;
                    }
                }
                let values = value_kinds.iter().zip(values);
                row.extend(values.map(|(kind, cell)| param(*kind, cell)));
                patches.push(row);
            }
        }
    }
    transaction.apply(table.delete, deletes, Vec::new()).await?;
    transaction.apply(table.put, puts, Vec::new()).await?;
    transaction.apply(table.patch, patches, Vec::new()).await?;
    Ok(())
}

/// A null takes the type of its column; a cell of another type is found when it is bound.
fn param(kind: Kind, cell: Cell) -> Param {
    match (cell, kind) {
        (Cell::Int(number), _) => Param::from(number),
        (Cell::Text(text), _) => Param::from(text),
        (Cell::Uuid(uuid), _) => Param::from(uuid),
        (Cell::Null, Kind::Text) => Param::Text(None),
        (Cell::Null, Kind::Int) => Param::Int(None),
        (Cell::Null, Kind::Uuid) => Param::Uuid(None),
        (Cell::Null, Kind::Bytes) => Param::Bytes(None),
    }
}
