//! Changes as rows: the tables of the providers read model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::id::ScheduleNumber;
use crate::domain::provider::event::{Profile, ScheduleSet};
use crate::ledger::database::Sql;
use crate::ledger::record::RecordedEvent;
use crate::ledger::row::{Cell, Change, ColumnKind, Projection, RowChange, Table};
use crate::projections::cell::{column, document, flag, instant, number, version};

use super::{ProviderChange, change};

/// The providers read model.
#[derive(Clone, Copy, Debug)]
pub struct Providers;

impl Projection for Providers {
    fn name(&self) -> &'static str {
        "providers"
    }

    fn schema(&self) -> Sql {
        sql!("providers/table")
    }

    fn tables(&self) -> &'static [&'static Table] {
        &TABLES
    }

    fn project(&self, event: &RecordedEvent) -> Vec<RowChange> {
        match change(event) {
            Some(ProviderChange::Begin(row)) => vec![provider(
                event,
                Change::Put(vec![
                    number(row.number.get()),
                    flag(row.bookable),
                    Cell::Null,
                    instant(row.created_at),
                    instant(row.updated_at),
                    version(row.version),
                    document(&ProviderDocument {
                        profile: row.profile,
                    }),
                ]),
            )],
            Some(ProviderChange::Profile(profile)) => {
                let profile = document(&ProviderDocument {
                    profile: profile.clone(),
                });
                vec![patch(event, Some(("doc", profile)))]
            }
            Some(ProviderChange::SetSchedule(set)) => vec![
                patch(
                    event,
                    set.is_default
                        .then(|| ("default_schedule", number(set.schedule.get()))),
                ),
                schedule(event, set.schedule, put_schedule(set)),
            ],
            Some(ProviderChange::RemoveSchedule(removed)) => {
                vec![patch(event, None), schedule(event, removed, Change::Delete)]
            }
            None => Vec::new(),
        }
    }
}

static TABLES: [&Table; 2] = [&PROVIDERS, &SCHEDULES];

static PROVIDERS: Table = Table {
    name: "providers",
    columns: &[
        column("tenant", ColumnKind::Uuid),
        column("provider", ColumnKind::Uuid),
        column("number", ColumnKind::Int),
        column("bookable", ColumnKind::Int),
        column("default_schedule", ColumnKind::Int),
        column("created_at", ColumnKind::Int),
        column("updated_at", ColumnKind::Int),
        column("version", ColumnKind::Int),
        column("doc", ColumnKind::Document),
    ],
    key_columns: 2,
    put: sql!("providers/put"),
    patch: sql!("providers/patch"),
    delete: sql!("providers/delete"),
};

static SCHEDULES: Table = Table {
    name: "provider_schedules",
    columns: &[
        column("tenant", ColumnKind::Uuid),
        column("provider", ColumnKind::Uuid),
        column("schedule", ColumnKind::Int),
        column("is_default", ColumnKind::Int),
        column("doc", ColumnKind::Document),
    ],
    key_columns: 3,
    put: sql!("providers/put_schedules"),
    patch: sql!("providers/patch_schedules"),
    delete: sql!("providers/delete_schedules"),
};

/// What of a provider is neither searched nor sorted by.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ProviderDocument {
    pub(super) profile: Profile,
}

fn provider(event: &RecordedEvent, change: Change) -> RowChange {
    RowChange {
        table: &PROVIDERS,
        key: vec![
            Cell::Uuid(event.stream.tenant.as_uuid()),
            Cell::Uuid(event.stream.id),
        ],
        change,
    }
}

/// A change of the provider's row: its version and time follow every event that changes it or its schedules.
fn patch(event: &RecordedEvent, cell: Option<(&'static str, Cell)>) -> RowChange {
    let mut cells = BTreeMap::from([
        ("updated_at", instant(event.decided_at)),
        ("version", version(event.sequence)),
    ]);
    cells.extend(cell);
    provider(event, Change::Patch(cells))
}

fn schedule(event: &RecordedEvent, schedule: ScheduleNumber, change: Change) -> RowChange {
    RowChange {
        table: &SCHEDULES,
        key: vec![
            Cell::Uuid(event.stream.tenant.as_uuid()),
            Cell::Uuid(event.stream.id),
            number(schedule.get()),
        ],
        change,
    }
}

fn put_schedule(set: &ScheduleSet) -> Change {
    Change::Put(vec![flag(set.is_default), document(&set.definition)])
}
