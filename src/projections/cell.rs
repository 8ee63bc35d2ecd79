//! Cells of the read models' rows: how the domain's values are written, and how corrupt ones are named.

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::domain::time::Timestamp;
use crate::ledger::database::{DatabaseError, Row};
use crate::ledger::row::{Cell, Column, ColumnKind};

/// A column of a table.
pub(super) const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind }
}

/// An instant, as microseconds since the Unix epoch.
pub(super) const fn instant(at: Timestamp) -> Cell {
    Cell::Int(at.timestamp_micros())
}

/// A version or sequence. Streams end long before 2^63.
pub(super) fn version(version: u64) -> Cell {
    Cell::Int(i64::try_from(version).unwrap_or(i64::MAX))
}

/// A wire number.
pub(super) fn number(number: i32) -> Cell {
    Cell::Int(i64::from(number))
}

/// A truth value: 1 or 0, because the kinds of columns have none and indexes need none.
pub(super) fn flag(is_true: bool) -> Cell {
    Cell::Int(i64::from(is_true))
}

/// A UUID or null.
pub(super) fn uuid_or_null(uuid: Option<Uuid>) -> Cell {
    uuid.map_or(Cell::Null, Cell::Uuid)
}

/// A document.
pub(super) fn document(members: &impl Serialize) -> Cell {
    Cell::Text(serde_json::to_string(members).expect("members have text keys and finite numbers"))
}

/// Reads a document.
pub(super) fn parsed<T: DeserializeOwned>(column: &str, text: &str) -> Result<T, DatabaseError> {
    serde_json::from_str(text).map_err(|error| DatabaseError::corrupt(column, error))
}

/// Reads a version.
pub(super) fn version_of(row: &Row) -> Result<u64, DatabaseError> {
    u64::try_from(row.int("version")?).map_err(|error| DatabaseError::corrupt("version", error))
}

/// Reads a wire number.
pub(super) fn number_of(row: &Row, column: &str) -> Result<i32, DatabaseError> {
    i32::try_from(row.int(column)?).map_err(|error| DatabaseError::corrupt(column, error))
}

/// Names the table of a corrupt value before its column.
pub(super) fn in_table(table: &str, error: DatabaseError) -> DatabaseError {
    match error {
        DatabaseError::Corrupt { column, reason } => DatabaseError::Corrupt {
            column: format!("{table}.{column}"),
            reason,
        },
        other @ (DatabaseError::Driver(_) | DatabaseError::Outdated { .. }) => other,
    }
}
