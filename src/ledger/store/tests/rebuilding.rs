//! Read models: folded inline, rebuilt from the log, and equal.

use std::collections::BTreeMap;

use super::fixture::{Fixture, committed, promises, stream, tenant, writing};
use crate::domain::Event;
use crate::domain::id::TenantId;
use crate::domain::tenant::{TenantEvent, TenantSettings};
use crate::ledger::database::{DatabaseError, Sql};
use crate::ledger::record::RecordedEvent;
use crate::ledger::row::{Cell, Change, Column, ColumnKind, Projection, RowChange, Table};
use crate::ledger::store::folding::fold;
use crate::ledger::unit::{EventRow, LoggedRow, Unit};

promises! {
    rebuilt_rows_equal_inline_rows
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
struct Samples;

impl Projection for Samples {
    fn name(&self) -> &'static str {
        "samples"
    }
    fn schema(&self) -> Sql {
        Sql::both("")
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
    let store = &fixture.store;
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
    let inline = store.rows(tenant(1), &SAMPLES).await.unwrap();
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
    let mut seen = Vec::new();
    let folded = store
        .rebuild(
            tenant(1),
            &Samples,
            |row: LoggedRow| Ok(decode(row.row)),
            |done, total| seen.push((done, total)),
        )
        .await
        .unwrap();
    assert_eq!(folded, 1_215);
    assert_eq!(seen, [(1_000, 1_215), (1_215, 1_215)]);
    assert_eq!(store.rows(tenant(1), &SAMPLES).await.unwrap(), inline);
    assert_eq!(store.rows(tenant(2), &SAMPLES).await.unwrap().len(), 1);
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
    let rows = fixture.store.rows(one, &SAMPLES).await.unwrap();
    let rows: Vec<_> = rows.into_iter().map(|row| row[1..].to_vec()).collect();
    let text = |text: &str| Cell::Text(text.to_owned());
    assert_eq!(
        rows,
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
