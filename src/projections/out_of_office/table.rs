//! Changes as rows: the table of the out-of-office read model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::provider::event::OutOfOffice;
use crate::ledger::database::Sql;
use crate::ledger::record::{RecordedEvent, SealedPersonal};
use crate::ledger::row::{Cell, Change, ColumnKind, Projection, RowChange, Table};
use crate::projections::cell::{column, document, instant, number, version};

use super::{EntryChange, change};

/// The out-of-office read model.
#[derive(Clone, Copy, Debug)]
pub struct OutOfOffices;

impl Projection for OutOfOffices {
    fn name(&self) -> &'static str {
        "out_of_office"
    }

    fn schema(&self) -> Sql {
        sql!("out_of_office/table")
    }

    fn tables(&self) -> &'static [&'static Table] {
        &TABLES
    }

    fn project(&self, event: &RecordedEvent) -> Vec<RowChange> {
        let row = |entry: &OutOfOffice, change| RowChange {
            table: &OUT_OF_OFFICE,
            key: vec![
                Cell::Uuid(event.stream.tenant.as_uuid()),
                Cell::Uuid(event.stream.id),
                number(entry.number.get()),
            ],
            change,
        };
        let changed = match change(event) {
            Some(EntryChange::Begin(entry)) => row(entry, begun(event, entry)),
            Some(EntryChange::Replace(entry)) => row(entry, replaced(event, entry)),
            Some(EntryChange::Delete(entry)) => row(entry, Change::Delete),
            None => return Vec::new(),
        };
        vec![changed]
    }
}

static TABLES: [&Table; 1] = [&OUT_OF_OFFICE];

static OUT_OF_OFFICE: Table = Table {
    name: "out_of_office",
    columns: &[
        column("tenant", ColumnKind::Uuid),
        column("provider", ColumnKind::Uuid),
        column("number", ColumnKind::Int),
        column("start_at", ColumnKind::Int),
        column("end_at", ColumnKind::Int),
        column("created_at", ColumnKind::Int),
        column("updated_at", ColumnKind::Int),
        column("version", ColumnKind::Int),
        column("doc", ColumnKind::Document),
    ],
    key_columns: 3,
    put: sql!("out_of_office/put"),
    patch: sql!("out_of_office/patch"),
    delete: sql!("out_of_office/delete"),
};

/// What of an entry is neither searched nor sorted by.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EntryDocument {
    pub(super) entry: OutOfOffice,
    pub(super) notes: Option<SealedPersonal>,
}

fn doc(event: &RecordedEvent, entry: &OutOfOffice) -> Cell {
    document(&EntryDocument {
        entry: entry.clone(),
        notes: event.personal.clone(),
    })
}

fn begun(event: &RecordedEvent, entry: &OutOfOffice) -> Change {
    Change::Put(vec![
        instant(entry.start),
        instant(entry.end),
        instant(event.decided_at),
        instant(event.decided_at),
        version(event.sequence),
        doc(event, entry),
    ])
}

fn replaced(event: &RecordedEvent, entry: &OutOfOffice) -> Change {
    Change::Patch(BTreeMap::from([
        ("start_at", instant(entry.start)),
        ("end_at", instant(entry.end)),
        ("updated_at", instant(event.decided_at)),
        ("version", version(event.sequence)),
        ("doc", doc(event, entry)),
    ]))
}
