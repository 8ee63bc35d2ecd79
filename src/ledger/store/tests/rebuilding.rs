//! Read models: folded inline, rebuilt from the log, and equal.

use std::collections::BTreeMap;

use super::fixture::{Fixture, at, committed, promises, stream, tenant, writing};
use crate::domain::Event;
use crate::domain::id::TenantId;
use crate::domain::tenant::{TenantEvent, TenantSettings};
use crate::ledger::database::{Database, DatabaseError, Sql};
use crate::ledger::live_tables::ReadModel;
use crate::ledger::record::RecordedEvent;
use crate::ledger::row::{Cell, Change, Column, ColumnKind, Projection, RowChange, Table};
use crate::ledger::store::Store;
use crate::ledger::store::connect::OpenOptions;
use crate::ledger::store::folding::fold;
use crate::ledger::store::rebuild::{Rebuild, RebuildError};
use crate::ledger::unit::{EventRow, LoggedRow, Unit};

promises! {
    rebuilt_rows_equal_inline_rows
    what_arrives_during_a_rebuild_is_in_it
    a_rebuild_takes_over_from_another
    nobody_writes_past_a_flip
    patches_of_one_batch_meet_puts_and_deletes
    a_row_that_does_not_fit_its_table_fails_alone
}

static SAMPLES: Table = Table {
    name: "samples",
    columns: &[
        Column {
            name: "tenant",
            kind: ColumnKind::Uuid,
        },
        Column {
            name: "id",
            kind: ColumnKind::Text,
        },
        Column {
            name: "amount",
            kind: ColumnKind::Int,
        },
        Column {
            name: "doc",
            kind: ColumnKind::Document,
        },
    ],
    key_columns: 2,
    put: Sql {
        postgres: include_str!("sample/put.postgres.sql"),
        sqlite: include_str!("sample/put.sqlite.sql"),
    },
    patch: Sql {
        postgres: include_str!("sample/patch.postgres.sql"),
        sqlite: include_str!("sample/patch.sqlite.sql"),
    },
    delete: Sql {
        postgres: include_str!("sample/delete.postgres.sql"),
        sqlite: include_str!("sample/delete.sqlite.sql"),
    },
};

static TABLES: [&Table; 1] = [&SAMPLES];

/// One row per stream: put by the first event, patched by the second and third, deleted by the fourth, put by the fifth.
pub(super) struct Samples;

impl Projection for Samples {
    fn name(&self) -> &'static str {
        "samples"
    }
    fn schema(&self) -> Sql {
        Sql {
            postgres: include_str!("sample/table.postgres.sql"),
            sqlite: include_str!("sample/table.sqlite.sql"),
        }
    }
    fn tables(&self) -> &'static [&'static Table] {
        &TABLES
    }
    fn project(&self, event: &RecordedEvent) -> Vec<RowChange> {
        let id = event.stream.id.to_string();
        let change = match event.sequence {
            1 => put(1, r#"{"a":1,"b":{"c":null}}"#),
            2 => patch(None, Some(r#"{"b":[2],"d":"é"}"#)),
            3 => patch(Some(3), None),
            4 => Change::Delete,
            _ => put(5, r#"{"e":5}"#),
        };
        vec![changed(event.stream.tenant, &id, change)]
    }
}

fn put(amount: i64, doc: &str) -> Change {
    Change::Put(vec![Cell::Int(amount), Cell::Text(doc.to_owned())])
}

fn patch(amount: Option<i64>, doc: Option<&str>) -> Change {
    let mut cells = BTreeMap::new();
    if let Some(amount) = amount {
        cells.insert("amount", Cell::Int(amount));
    }
    if let Some(doc) = doc {
        cells.insert("doc", Cell::Text(doc.to_owned()));
    }
    Change::Patch(cells)
}

fn changed(tenant: TenantId, id: &str, change: Change) -> RowChange {
    RowChange {
        table: &SAMPLES,
        key: vec![Cell::Uuid(tenant.as_uuid()), Cell::Text(id.to_owned())],
        change,
    }
}

fn decode(row: EventRow) -> RecordedEvent {
    RecordedEvent {
        stream: row.stream,
        sequence: row.sequence,
        event: Event::Tenant(TenantEvent::TenantCreated(TenantSettings {
            name: String::new(),
            slug: String::new(),
        })),
        event_type: row.event_type,
        event_version: row.event_version,
        id: row.id,
        command: row.command,
        correlation: row.correlation,
        causation: row.causation,
        actor: row.actor,
        decided_at: row.decided_at,
        metadata: BTreeMap::new(),
        personal: None,
        previous_hash: row.previous_hash,
        hash: row.hash,
    }
}

fn projected(number: u128, expected: u64, count: u64) -> Unit {
    let mut unit = writing(stream(tenant(1), number), expected, count);
    for event in &unit.writes[0].events {
        unit.rows.extend(Samples.project(&decode(event.clone())));
    }
    unit
}

async fn rebuilt_rows_equal_inline_rows(fixture: &Fixture) {
    for batch in [
        vec![projected(1, 0, 1), projected(2, 0, 2), projected(3, 0, 4)],
        vec![projected(1, 1, 2), projected(2, 2, 3), projected(4, 0, 3)],
        vec![projected(5, 0, 1_200)],
    ] {
        fixture.append(&batch).await;
    }
    let mut other = writing(stream(tenant(2), 1), 0, 1);
    other.rows = vec![changed(tenant(2), "x", put(1, "{}"))];
    fixture.append(&[other]).await;
    let inline = rows(fixture, tenant(1)).await;
    assert_eq!(inline.len(), 4);
    assert_eq!(
        inline[0][2..],
        [
            Cell::Int(3),
            Cell::Text(r#"{"a":1,"b":[2],"d":"é"}"#.to_owned())
        ]
    );
    let spoil = "update samples set amount = 77";
    assert!(fixture.by_hand(tenant(1), spoil).await.is_ok());
    let mut rebuild = begin(fixture).await.unwrap();
    let mut seen = Vec::new();
    let mut progress = |done, total| seen.push((done, total));
    let folded = rebuild.fill(&mut progress).await.unwrap();
    assert_eq!(folded, 1_216);
    assert_eq!(seen.last(), Some(&(1_216, 1_216)));
    let compared = rebuild.compare(tenant(1)).await.unwrap();
    assert_eq!((compared.position, compared.new.rows), (1_215, 4));
    assert_ne!(compared.live, Some(compared.new));
    let neighbour = rebuild.compare(tenant(2)).await.unwrap();
    assert_eq!(neighbour.new.rows, 1);
    rebuild.flip().await.unwrap();
    rebuild.clean().await.unwrap();
    assert_eq!(rows(fixture, tenant(1)).await, inline);
    assert_eq!(rows(fixture, tenant(2)).await.len(), 1);
}

async fn what_arrives_during_a_rebuild_is_in_it(fixture: &Fixture) {
    fixture.append(&[projected(1, 0, 2)]).await;
    for round in 0..3 {
        let mut rebuild = begin(fixture).await.unwrap();
        rebuild.fill(&mut |_, _| {}).await.unwrap();
        let compared = rebuild.compare(tenant(1)).await.unwrap();
        assert_eq!(compared.live, Some(compared.new));
        // After the comparison, also of a tenant that is new.
        let mut late = writing(stream(tenant(3 + round), 1), 0, 1);
        for event in &late.writes[0].events {
            late.rows.extend(Samples.project(&decode(event.clone())));
        }
        fixture.append(&[projected(10 + round, 0, 1), late]).await;
        let flipped = rebuild.flip().await.unwrap();
        assert_eq!(flipped.events, 2);
        fixture.append(&[projected(20 + round, 0, 3)]).await;
        rebuild.clean().await.unwrap();
        assert_eq!(rows(fixture, tenant(3 + round)).await.len(), 1);
    }
    assert_eq!(rows(fixture, tenant(1)).await.len(), 7);
    let versions = fixture.store.read_model_versions().await.unwrap();
    let versions: Vec<_> = versions
        .iter()
        .map(|row| (row.version, row.state.as_str()))
        .collect();
    assert_eq!(versions, [(4, "live")]);
}

async fn a_rebuild_takes_over_from_another(fixture: &Fixture) {
    fixture.append(&[projected(1, 0, 2)]).await;
    let mut first = begin(fixture).await.unwrap();
    let mut second = begin(fixture).await.unwrap();
    let lost = first.fill(&mut |_, _| {}).await;
    assert!(matches!(lost, Err(RebuildError::Superseded)), "{lost:?}");
    second.fill(&mut |_, _| {}).await.unwrap();
    let flipped = first.flip().await;
    assert!(matches!(flipped, Err(RebuildError::Superseded)));
    second.flip().await.unwrap();
    first.clean().await.unwrap();
    second.clean().await.unwrap();
    assert_eq!(rows(fixture, tenant(1)).await.len(), 1);
}

async fn nobody_writes_past_a_flip(fixture: &Fixture) {
    fixture.append(&[projected(1, 0, 1)]).await;
    // Another process, with the names of before.
    let options = OpenOptions {
        connections_max: 2,
        read_models: vec![ReadModel::of(&Samples)],
        ..OpenOptions::default()
    };
    let other = Store::new(Database::open(&fixture.url, &options).await.unwrap());
    let mut rebuild = begin(fixture).await.unwrap();
    rebuild.fill(&mut |_, _| {}).await.unwrap();
    rebuild.flip().await.unwrap();
    // It follows: with rows for the old tables, without any rows, and when it reads.
    assert_eq!(other.database().tables().known().epoch(), 0);
    let follows = other
        .append(&[projected(1, 1, 1)], at(1_000))
        .await
        .unwrap();
    assert_eq!(follows, [committed(2)]);
    assert_eq!(other.database().tables().known().epoch(), 1);
    rebuild.clean().await.unwrap();
    let behind = Store::new(Database::open(&fixture.url, &options).await.unwrap());
    let mut again = begin(fixture).await.unwrap();
    again.fill(&mut |_, _| {}).await.unwrap();
    again.flip().await.unwrap();
    let bare = writing(stream(tenant(1), 9), 0, 1);
    let followed = behind.append(&[bare], at(1_000)).await.unwrap();
    assert_eq!(followed, [committed(3)]);
    let read = other.rows_at_head(tenant(1), &TABLES).await.unwrap();
    assert_eq!((read.position, read.tables[0].1.len()), (3, 1));
    assert_eq!(other.database().tables().known().epoch(), 2);
    other.database().close().await;
    behind.database().close().await;
    again.clean().await.unwrap();
}

async fn begin(fixture: &Fixture) -> Result<Rebuild<'static>, RebuildError> {
    let owner = fixture.store.database().open_owner(&fixture.url);
    let owner = owner.await.unwrap();
    Rebuild::begin(fixture.store.clone(), owner, &Samples, &decode_logged).await
}

#[expect(clippy::unnecessary_wraps, reason = "the ledger's own may fail")]
fn decode_logged(row: &LoggedRow) -> Result<RecordedEvent, DatabaseError> {
    Ok(decode(row.row.clone()))
}

async fn rows(fixture: &Fixture, tenant: TenantId) -> Vec<Vec<Cell>> {
    let rows = fixture.store.rows_at_head(tenant, &TABLES).await.unwrap();
    rows.tables.into_iter().next().unwrap().1
}

async fn patches_of_one_batch_meet_puts_and_deletes(fixture: &Fixture) {
    let one = tenant(1);
    let mut unit = writing(stream(one, 1), 0, 1);
    unit.rows = vec![
        changed(one, "a", put(1, r#"{"x":1,"y":1}"#)),
        changed(one, "a", patch(Some(2), Some(r#"{"y":null}"#))),
        changed(one, "b", patch(Some(2), None)), // there is no such row
        changed(one, "c", put(1, "{}")),
        changed(one, "c", Change::Delete),
        changed(one, "d", Change::Delete),
        changed(one, "d", put(4, "{}")),
    ];
    assert_eq!(fixture.append(&[unit]).await, [committed(1)]);
    let found = rows(fixture, one).await;
    let found: Vec<_> = found.into_iter().map(|row| row[1..].to_vec()).collect();
    let text = |text: &str| Cell::Text(text.to_owned());
    assert_eq!(
        found,
        [
            vec![text("a"), Cell::Int(2), text(r#"{"x":1,"y":null}"#)],
            vec![text("d"), Cell::Int(4), text("{}")]
        ]
    );
}

async fn a_row_that_does_not_fit_its_table_fails_alone(fixture: &Fixture) {
    use crate::ledger::unit::UnitOutcome::Failed;
    let one = tenant(1);
    let with = |number, change| {
        let mut unit = writing(stream(one, number), 0, 1);
        unit.rows = vec![change];
        unit
    };
    let mut key = changed(one, "a", Change::Delete);
    key.key.pop();
    let unknown = Change::Patch(BTreeMap::from([("nonesuch", Cell::Int(1))]));
    let batch = [
        with(1, key),
        with(2, changed(one, "a", Change::Put(vec![Cell::Int(1)]))),
        with(3, changed(one, "a", unknown)),
        with(
            4,
            changed(one, "a", Change::Put(vec![Cell::Int(1), Cell::Int(1)])),
        ),
        with(5, changed(one, "a", put(1, "{}"))),
    ];
    let outcomes = fixture.append(&batch).await;
    assert_eq!(outcomes, [Failed, Failed, Failed, Failed, committed(1)]);
}

fn folded(changes: &[RowChange]) -> Result<Change, DatabaseError> {
    let changes: Vec<&RowChange> = changes.iter().collect();
    let tables = fold(&changes)?;
    let table = tables.into_values().next().unwrap();
    Ok(table.changes.into_values().next().unwrap())
}

#[test]
fn later_changes_of_a_row_are_laid_over_earlier_ones() {
    let fold = |changes: Vec<Change>| {
        let changes: Vec<RowChange> = changes
            .into_iter()
            .map(|change| changed(tenant(1), "a", change))
            .collect();
        folded(&changes).unwrap()
    };
    let (one, two) = (Some(r#"{"x":1,"y":1}"#), Some(r#"{"y":2}"#));
    assert_eq!(
        fold(vec![patch(Some(1), one), patch(None, two)]),
        patch(Some(1), Some(r#"{"x":1,"y":2}"#))
    );
    assert_eq!(
        fold(vec![put(1, "{}"), patch(Some(2), two), put(3, "{}")]),
        put(3, "{}")
    );
    assert_eq!(fold(vec![put(1, "{}"), Change::Delete]), Change::Delete);
    assert_eq!(
        fold(vec![Change::Delete, patch(Some(1), None)]),
        Change::Delete
    );
    assert_eq!(fold(vec![Change::Delete, put(1, "{}")]), put(1, "{}"));
}
