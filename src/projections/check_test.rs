//! What the check finds, and what it does not mind.

use super::bookings::Bookings;
use super::check::{Difference, DumpedTable, Folded, differences};
use super::sample::*;
use super::sample_database::{databases, dump, execute};
use crate::domain::provider::event::ProviderEvent as E;
use crate::ledger::record::RecordedEvent;
use crate::ledger::row::{Cell, Projection as _};

fn events() -> Vec<RecordedEvent> {
    let mut recorder = Recorder::default();
    vec![
        recorder.of_provider(1, E::BookingPlaced(placed(1, 60))),
        recorder.of_provider(1, E::BookingPlaced(seated(placed(2, 120), 1))),
        recorder.of_provider(1, E::BookingCancelled(ended(&placed(1, 60)))),
        recorder.of_provider(2, E::ProviderEngaged(engaged(&placed(1, 60)))),
    ]
}

fn rows(events: &[RecordedEvent]) -> Vec<DumpedTable> {
    let mut folded = Folded::default();
    let changes = events.iter().flat_map(|event| Bookings.project(event));
    changes.for_each(|change| folded.fold(&change));
    let tables = Bookings.tables().iter();
    tables
        .map(|table| DumpedTable {
            table,
            rows: folded.rows(table),
        })
        .collect()
}

fn found(dumped: Vec<DumpedTable>) -> Vec<String> {
    let differences = differences(&Bookings, events(), dumped);
    differences.iter().map(Difference::to_string).collect()
}

#[test]
fn equal_rows_differ_in_nothing() {
    assert!(found(rows(&events())).is_empty());
}

#[test]
fn the_order_of_a_documents_members_does_not_matter() {
    let mut dumped = rows(&events());
    let document = dumped[0].rows[0].last_mut().unwrap();
    let Cell::Text(text) = document else {
        panic!("{document:?}")
    };
    let member = r#""completed":false,"#;
    assert!(!text.contains("{\"completed"));
    let rest = text
        .replace(member, "")
        .replace(r#","completed":false"#, "");
    *document = Cell::Text(rest.replacen('{', &format!("{{ {member}"), 1));
    assert!(found(dumped).is_empty());
}

#[test]
fn a_lost_a_doubled_and_an_altered_row_are_found() {
    let mut dumped = rows(&events());
    let mut extra = dumped[0].rows[0].clone();
    extra[1] = Cell::Text("uid3".into());
    dumped[0].rows[0][6] = Cell::Text("accepted".into());
    *dumped[0].rows[1].last_mut().unwrap() = Cell::Text("{".into());
    dumped[0].rows.push(extra);
    dumped[1].rows.clear();
    let found = found(dumped);
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found[0].ends_with("differs in column status"));
    assert!(found[1].ends_with("differs in column doc"));
    assert!(found[2].ends_with("is unexpected") && found[2].contains("uid3"));
    assert!(found[3].starts_with("booking_seats") && found[3].ends_with("is missing"));
}

#[tokio::test]
async fn the_statements_write_many_rows_at_once() {
    for database in databases(&Bookings).await {
        for DumpedTable { table, rows } in rows(&events()) {
            execute(&database, table, table.put, &rows).await;
            // Again: a put replaces. A patch of nulls leaves everything; one of an absent row makes none.
            execute(&database, table, table.put, &rows).await;
            let absent = [&rows[0][..1], &[absent_key(&rows[0][1])]].concat();
            let keys = rows.iter().map(|row| row[..table.key_columns].to_vec());
            let patches = keys.clone().chain([absent]).map(|mut row| {
                row.resize(table.columns.len(), Cell::Null);
                row
            });
            let patches: Vec<_> = patches.collect();
            execute(&database, table, table.patch, &patches).await;
        }
        let dumped = dump(&database, &Bookings).await;
        assert!(found(dumped).is_empty());
        for DumpedTable { table, rows } in rows(&events()) {
            let keys = rows.iter().map(|row| row[..table.key_columns].to_vec());
            execute(&database, table, table.delete, &keys.collect::<Vec<_>>()).await;
        }
        let emptied = dump(&database, &Bookings).await;
        assert!(emptied.iter().all(|table| table.rows.is_empty()));
    }
}

fn absent_key(present: &Cell) -> Cell {
    match present {
        Cell::Text(_) => Cell::Text("absent".into()),
        Cell::Uuid(_) => Cell::Uuid(id(0xdead)),
        Cell::Null | Cell::Int(_) => panic!("{present:?} is no key"),
    }
}

#[tokio::test]
async fn members_of_documents_are_replaced_whole_on_both_databases() {
    let events = &events()[..1];
    for database in databases(&Bookings).await {
        let mut dumped = rows(events);
        let DumpedTable { table, rows } = dumped.remove(0);
        execute(&database, table, table.put, &rows).await;
        let mut patch = rows[0][..table.key_columns].to_vec();
        patch.resize(table.columns.len(), Cell::Null);
        let members = r#"{"host":{"a":null},"icsUid":null,"absent.7":true,"claims":[1,"x"]}"#;
        *patch.last_mut().unwrap() = Cell::Text(members.into());
        execute(&database, table, table.patch, &[patch.clone()]).await;
        // A second patch leaves what it does not name, nested nulls included.
        *patch.last_mut().unwrap() = Cell::Text(r#"{"moved":null}"#.into());
        execute(&database, table, table.patch, &[patch]).await;
        let tables = dump(&database, &Bookings).await;
        let Some(Cell::Text(document)) = tables[0].rows[0].last() else {
            panic!("{tables:?}")
        };
        let stored: serde_json::Value = serde_json::from_str(document).unwrap();
        let members: serde_json::Value = serde_json::from_str(members).unwrap();
        for (name, member) in members.as_object().unwrap() {
            assert_eq!(&stored[name], member);
        }
        assert_eq!(stored["attendee"], 1001);
    }
}
