//! Changes as rows: the table of the event types read model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::event_type::hosts::Assignment;
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::{ProviderId, ProviderNumber, TeamId};
use crate::ledger::database::Sql;
use crate::ledger::record::RecordedEvent;
use crate::ledger::row::{Cell, Change, ColumnKind, Projection, RowChange, Table};
use crate::projections::cell::{column, document, flag, instant, number, version};

use super::{EventTypeChange, change};

/// The event types read model.
#[derive(Clone, Copy, Debug)]
pub struct EventTypes;

impl Projection for EventTypes {
    fn name(&self) -> &'static str {
        "event_types"
    }

    fn schema(&self) -> Sql {
        sql!("event_types/table")
    }

    fn tables(&self) -> &'static [&'static Table] {
        &TABLES
    }

    fn project(&self, event: &RecordedEvent) -> Vec<RowChange> {
        let row = |change| RowChange {
            table: &EVENT_TYPES,
            key: vec![
                Cell::Uuid(event.stream.tenant.as_uuid()),
                Cell::Uuid(event.stream.id),
            ],
            change,
        };
        change(event)
            .map(|change| row(cells(event, change)))
            .into_iter()
            .collect()
    }
}

static TABLES: [&Table; 1] = [&EVENT_TYPES];

static EVENT_TYPES: Table = Table {
    name: "event_types",
    columns: &[
        column("tenant", ColumnKind::Uuid),
        column("event_type", ColumnKind::Uuid),
        column("number", ColumnKind::Int),
        column("owner", ColumnKind::Uuid),
        column("slug", ColumnKind::Text),
        column("hidden", ColumnKind::Int),
        column("created_at", ColumnKind::Int),
        column("updated_at", ColumnKind::Int),
        column("version", ColumnKind::Int),
        column("doc", ColumnKind::Document),
    ],
    key_columns: 2,
    put: sql!("event_types/put"),
    patch: sql!("event_types/patch"),
    delete: sql!("event_types/delete"),
};

/// What of an event type is neither searched nor sorted by.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EventTypeDocument {
    pub(super) owner_number: ProviderNumber,
    pub(super) hosts: Vec<ProviderId>,
    /// Of a team's event type: who made it. The column `owner` is the team's then, so that its event types are found
    /// together, and not among those of a user.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) maker: Option<ProviderId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) assignment: Option<Assignment>,
    pub(super) settings: EventTypeSettings,
}

/// The members of [`EventTypeDocument`] that a change replaces.
#[derive(Serialize)]
struct SettingsPatch<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    hosts: Option<Vec<ProviderId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignment: Option<&'a Assignment>,
    settings: &'a EventTypeSettings,
}

fn cells(event: &RecordedEvent, change: EventTypeChange<'_>) -> Change {
    match change {
        EventTypeChange::Begin(row) => Change::Put(vec![
            number(row.number.get()),
            Cell::Uuid(row.team.map_or(row.owner.as_uuid(), TeamId::as_uuid)),
            Cell::Text(row.settings.slug.clone()),
            flag(row.settings.hidden),
            instant(row.created_at),
            instant(row.updated_at),
            version(row.version),
            document(&EventTypeDocument {
                owner_number: row.owner_number,
                hosts: row.hosts,
                maker: row.team.map(|_| row.owner),
                assignment: row.assignment,
                settings: row.settings,
            }),
        ]),
        EventTypeChange::Settings(changed) => Change::Patch(BTreeMap::from([
            ("slug", Cell::Text(changed.settings.slug.clone())),
            ("hidden", flag(changed.settings.hidden)),
            ("updated_at", instant(event.decided_at)),
            ("version", version(event.sequence)),
            (
                "doc",
                document(&SettingsPatch {
                    hosts: changed.assignment.as_ref().map(Assignment::providers),
                    assignment: changed.assignment.as_ref(),
                    settings: &changed.settings,
                }),
            ),
        ])),
        EventTypeChange::Delete => Change::Delete,
    }
}
