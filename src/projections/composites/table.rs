//! Changes as rows: the tables of the composites read model, and what its document holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::change::{CompositeChange, DocumentPatch, Patch, change};
use crate::domain::composite::event::Cause;
use crate::domain::id::{CompositeId, ProviderId, TenantId};
use crate::domain::time::Timestamp;
use crate::ledger::database::Sql;
use crate::ledger::record::{RecordedEvent, SealedPersonal};
use crate::ledger::row::{Cell, Change, ColumnKind, Projection, RowChange, Table};
use crate::projections::cell::{column, document, instant, uuid_or_null, version};
use crate::projections::row::{Composite, Segment, StuckAt};

/// The composites read model.
#[derive(Clone, Copy, Debug)]
pub struct Composites;

impl Projection for Composites {
    fn name(&self) -> &'static str {
        "composites"
    }

    fn schema(&self) -> Sql {
        sql!("composites/table")
    }

    fn tables(&self) -> &'static [&'static Table] {
        &TABLES
    }

    fn project(&self, event: &RecordedEvent) -> Vec<RowChange> {
        let tenant = event.stream.tenant;
        let composite = CompositeId::from_uuid(event.stream.id);
        match change(event) {
            Some(CompositeChange::Begin(begun)) => begin(tenant, *begun),
            Some(CompositeChange::Patch(patch)) => patched(tenant, composite, &patch),
            None => Vec::new(),
        }
    }
}

static TABLES: [&Table; 2] = [&COMPOSITES, &SEGMENTS];

static COMPOSITES: Table = Table {
    name: "composites",
    columns: &[
        column("tenant", ColumnKind::Uuid),
        column("composite", ColumnKind::Uuid),
        column("status", ColumnKind::Text),
        column("start_at", ColumnKind::Int),
        column("end_at", ColumnKind::Int),
        column("created_at", ColumnKind::Int),
        column("updated_at", ColumnKind::Int),
        column("version", ColumnKind::Int),
        column("key_id", ColumnKind::Uuid),
        column("doc", ColumnKind::Document),
    ],
    key_columns: 2,
    put: sql!("composites/put"),
    patch: sql!("composites/patch"),
    delete: sql!("composites/delete"),
};

static SEGMENTS: Table = Table {
    name: "composite_segments",
    columns: &[
        column("tenant", ColumnKind::Uuid),
        column("composite", ColumnKind::Uuid),
        column("segment", ColumnKind::Int),
        column("provider", ColumnKind::Uuid),
        column("start_at", ColumnKind::Int),
    ],
    key_columns: 3,
    put: sql!("composites/put_segments"),
    patch: sql!("composites/patch_segments"),
    delete: sql!("composites/delete_segments"),
};

/// What of a composite booking is neither searched nor sorted by. What is said of single segments are further members,
/// see [`super::marks`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CompositeDocument {
    pub(super) generation: u32,
    pub(super) segments: Vec<Segment>,
    pub(super) waits_for_person: bool,
    pub(super) everything_held: bool,
    pub(super) deadline: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) cause: Option<Cause>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) stuck: Option<StuckAt>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) requested: Option<SealedPersonal>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) moved: Option<SealedPersonal>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) cancelled: Option<SealedPersonal>,
}

fn begin(tenant: TenantId, composite: Composite) -> Vec<RowChange> {
    let id = composite.composite;
    let mut rows = segments(tenant, id, &composite.segments);
    rows.push(RowChange {
        table: &COMPOSITES,
        key: key(tenant, id),
        change: Change::Put(vec![
            Cell::Text(composite.status.as_str().to_owned()),
            start(&composite.segments),
            end(&composite.segments),
            instant(composite.created_at),
            instant(composite.updated_at),
            version(composite.version),
            uuid_or_null(
                composite
                    .requested
                    .as_ref()
                    .map(|sealed| sealed.key.as_uuid()),
            ),
            document(&CompositeDocument {
                generation: composite.generation,
                segments: composite.segments,
                waits_for_person: composite.waits_for_person,
                everything_held: composite.everything_held,
                deadline: composite.deadline,
                cause: composite.cause,
                stuck: composite.stuck,
                requested: composite.requested,
                moved: composite.moved,
                cancelled: composite.cancelled,
            }),
        ]),
    });
    rows
}

fn patched(tenant: TenantId, composite: CompositeId, patch: &Patch) -> Vec<RowChange> {
    let mut cells = BTreeMap::from([
        ("version", version(patch.version)),
        ("updated_at", instant(patch.updated_at)),
    ]);
    if let Some(status) = patch.status {
        cells.insert("status", Cell::Text(status.as_str().to_owned()));
    }
    let mut rows = Vec::new();
    if let Some(moved) = &patch.document.segments {
        cells.insert("start_at", start(moved));
        cells.insert("end_at", end(moved));
        rows = segments(tenant, composite, moved);
    }
    for (index, provider) in &patch.document.marks.providers {
        // What is taken back is in the rows that moved with it.
        if let Some(provider) = provider {
            rows.push(given(tenant, composite, *index, *provider));
        }
    }
    if patch.document != DocumentPatch::default() {
        cells.insert("doc", document(&patch.document));
    }
    rows.push(RowChange {
        table: &COMPOSITES,
        key: key(tenant, composite),
        change: Change::Patch(cells),
    });
    rows
}

/// The segments are in order of time, and there is at least one.
fn start(segments: &[Segment]) -> Cell {
    let first = segments.first().map(|segment| segment.slot.start());
    first.map_or(Cell::Null, instant)
}

fn end(segments: &[Segment]) -> Cell {
    let last = segments.last().map(|segment| segment.slot.end());
    last.map_or(Cell::Null, instant)
}

fn segments(tenant: TenantId, composite: CompositeId, segments: &[Segment]) -> Vec<RowChange> {
    let row = |(index, segment): (u32, &Segment)| RowChange {
        table: &SEGMENTS,
        key: segment_key(tenant, composite, index),
        change: Change::Put(vec![
            Cell::Uuid(segment.provider.as_uuid()),
            instant(segment.slot.start()),
        ]),
    };
    (0_u32..).zip(segments).map(row).collect()
}

fn given(
    tenant: TenantId,
    composite: CompositeId,
    segment: u32,
    provider: ProviderId,
) -> RowChange {
    let cell = Cell::Uuid(provider.as_uuid());
    RowChange {
        table: &SEGMENTS,
        key: segment_key(tenant, composite, segment),
        change: Change::Patch(BTreeMap::from([("provider", cell)])),
    }
}

fn key(tenant: TenantId, composite: CompositeId) -> Vec<Cell> {
    vec![
        Cell::Uuid(tenant.as_uuid()),
        Cell::Uuid(composite.as_uuid()),
    ]
}

fn segment_key(tenant: TenantId, composite: CompositeId, segment: u32) -> Vec<Cell> {
    let mut cells = key(tenant, composite);
    cells.push(Cell::Int(i64::from(segment)));
    cells
}
