//! Rows on their way into a statement: one array per column on Postgres, one JSON array of arrays on SQLite.

use serde_json::Value;

use crate::ledger::database::{DatabaseError, Param, hex};
use crate::ledger::row::ColumnKind;

/// Type of a column of a [`RowSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `text[]`.
    Text,
    /// `bigint[]`.
    Int,
    /// `uuid[]`.
    Uuid,
    /// `bytea[]`; hexadecimal text on SQLite.
    Bytes,
}

impl From<ColumnKind> for Kind {
    fn from(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text | ColumnKind::Document => Self::Text,
            ColumnKind::Int => Self::Int,
            ColumnKind::Uuid => Self::Uuid,
        }
    }
}

/// Rows of equal shape, kept by row: either database transposes or writes them once.
#[derive(Clone, Debug)]
pub(super) struct RowSet {
    kinds: Vec<Kind>,
    rows: Vec<Vec<Param>>,
}

impl RowSet {
    /// No rows yet.
    pub(super) fn new(kinds: impl Into<Vec<Kind>>) -> Self {
        Self {
            kinds: kinds.into(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; its shape is checked when it is bound.
    pub(super) fn push(&mut self, row: impl Into<Vec<Param>>) {
        self.rows.push(row.into());
    }

    /// Whether there is nothing to do.
    pub(super) const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// One array per column.
    ///
    /// # Errors
    /// [`DatabaseError::Corrupt`] when a value does not fit its column.
    pub(super) fn into_arrays(self) -> Result<Vec<Param>, DatabaseError> {
        let count = self.rows.len();
        let mut arrays: Vec<Param> = self
            .kinds
            .iter()
            .map(|kind| match kind {
                Kind::Text => Param::Texts(Vec::with_capacity(count)),
                Kind::Int => Param::Ints(Vec::with_capacity(count)),
                Kind::Uuid => Param::Uuids(Vec::with_capacity(count)),
                Kind::Bytes => Param::ByteArrays(Vec::with_capacity(count)),
            })
            .collect();
        for row in self.rows {
            whole(row.len(), arrays.len())?;
            for (array, value) in arrays.iter_mut().zip(row) {
                match (array, value) {
                    (Param::Texts(array), Param::Text(value)) => array.push(value),
                    (Param::Ints(array), Param::Int(value)) => array.push(value),
                    (Param::Uuids(array), Param::Uuid(value)) => array.push(value),
                    (Param::ByteArrays(array), Param::Bytes(value)) => array.push(value),
                    (array, value) => return Err(misfit(array, &value)),
                }
            }
        }
        Ok(arrays)
    }

    /// One JSON array of arrays.
    ///
    /// # Errors
    /// As [`Self::into_arrays`].
    pub(super) fn into_json(self) -> Result<Param, DatabaseError> {
        let kinds = self.kinds;
        let mut rows = Vec::with_capacity(self.rows.len());
        for row in self.rows {
            whole(row.len(), kinds.len())?;
            let cells: Result<Vec<Value>, DatabaseError> = kinds
                .iter()
                .zip(row)
                .map(|(kind, value)| json(*kind, value))
                .collect();
            rows.push(cells?);
        }
        serde_json::to_string(&rows)
            .map(Param::from)
            .map_err(|error| DatabaseError::corrupt("row set", error))
    }
}

fn json(kind: Kind, value: Param) -> Result<Value, DatabaseError> {
    Ok(match (kind, value) {
        (Kind::Text, Param::Text(value)) => value.into(),
        (Kind::Int, Param::Int(value)) => value.into(),
        (Kind::Uuid, Param::Uuid(value)) => value.map(|uuid| uuid.to_string()).into(),
        (Kind::Bytes, Param::Bytes(value)) => value.map(|bytes| hex(&bytes)).into(),
        (kind, value) => return Err(misfit(&kind, &value)),
    })
}

fn whole(cells: usize, columns: usize) -> Result<(), DatabaseError> {
    if cells == columns {
        return Ok(());
    }
    Err(DatabaseError::corrupt(
        "row set",
        format!("{cells} values for {columns} columns"),
    ))
}

fn misfit(column: &impl std::fmt::Debug, value: &Param) -> DatabaseError {
    let found = match value {
        Param::Text(_) => "text",
        Param::Int(_) => "an integer",
        Param::Uuid(_) => "a UUID",
        Param::Bytes(_) => "bytes",
        Param::Texts(_) | Param::Ints(_) | Param::Uuids(_) | Param::ByteArrays(_) => "an array",
    };
    // The column's Debug text would show values of an array in the making: only its variant's name is kept.
    let column = format!("{column:?}");
    let name = column.split('(').next().unwrap_or_default();
    DatabaseError::corrupt("row set", format!("{found} in a column of {name}"))
}
