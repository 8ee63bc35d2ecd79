//! What a written batch leaves: positions, versions, rows as they were given.

use super::fixture::{
    Fixture, PAYLOAD, at, claim, committed, event_type, key, name, promises, provider, stream,
    tenant, unit, write, writing,
};
use crate::domain::ClaimChange;
use crate::domain::id::{BookingId, KeyId};
use crate::ledger::unit::{NameUse, UnitOutcome, WrappedKey};
use uuid::Uuid;

promises! {
    positions_are_contiguous_per_tenant_over_mixed_batches
    events_come_back_as_they_were_given
    a_moved_claim_does_not_meet_itself
    keys_names_and_attendee_keys_are_found_again
    a_name_can_be_pointed_and_released
    recorded_at_never_runs_backwards
    numbers_are_drawn_once
    old_keys_are_forgotten
    a_lost_commit_is_resolved_by_command
    the_statements_do_not_grow_with_the_batch
}

async fn positions_are_contiguous_per_tenant_over_mixed_batches(fixture: &Fixture) {
    let (one, two) = (tenant(1), tenant(2));
    let first = [
        writing(stream(one, 1), 0, 2),
        writing(stream(two, 1), 0, 1),
        writing(stream(one, 2), 0, 1),
    ];
    assert_eq!(
        fixture.append(&first).await,
        [committed(2), committed(1), committed(3)]
    );
    let second = [
        writing(stream(one, 1), 2, 1),
        writing(stream(one, 2), 0, 3), // moved: leaves without a hole
        writing(stream(one, 3), 0, 2),
        unit(one), // records nothing
        writing(stream(two, 1), 1, 2),
    ];
    assert_eq!(
        fixture.append(&second).await,
        [
            committed(4),
            UnitOutcome::Moved,
            committed(6),
            committed(0),
            committed(3)
        ]
    );
    let log = fixture.store.log_rows(one, 0, 100).await.unwrap();
    let positions: Vec<u64> = log.iter().map(|row| row.position).collect();
    assert_eq!(positions, [1, 2, 3, 4, 5, 6]);
    assert_eq!(fixture.store.head(one).await.unwrap().unwrap().0, 6);
    assert_eq!(fixture.store.tenants().await.unwrap(), [one, two]);
    let streams = [stream(one, 1), stream(one, 9), stream(two, 1)];
    let versions = fixture.store.versions(&streams).await.unwrap();
    assert_eq!(
        versions.into_iter().collect::<Vec<_>>(),
        [(stream(one, 1), 3), (stream(two, 1), 3)]
    );
}

async fn events_come_back_as_they_were_given(fixture: &Fixture) {
    let tenant = tenant(1);
    let booking = BookingId::from_uuid(Uuid::from_u128(7));
    let mut given = writing(stream(tenant, 1), 0, 5);
    for event in &mut given.writes[0].events {
        event.causation = Some(Uuid::from_u128(8));
        if event.sequence == 3 {
            event.subject = Some(booking);
            event.key = Some(KeyId::from_uuid(Uuid::from_u128(9)));
            event.sealed = Some(vec![0, 255, 10, 0]);
        }
    }
    let expected = given.writes[0].events.clone();
    let command = given.command;
    fixture.append(&[given]).await;
    let store = &fixture.store;
    let read = store.stream_rows(stream(tenant, 1), 0, 100).await.unwrap();
    assert_eq!(read, expected);
    assert_eq!(read[0].payload, PAYLOAD);
    let part = store.event_rows(stream(tenant, 1), 2, 3).await.unwrap();
    assert_eq!(part, expected[1..3]);
    let about = async |part| store.subject_rows(tenant, booking, part).await.unwrap();
    let subject = about((2, 7)).await;
    assert_eq!(subject.len(), 1);
    assert!(about((0, 0)).await.is_empty() && about((3, 7)).await.is_empty());
    assert_eq!((subject[0].position, &subject[0].row), (3, &expected[2]));
    assert_eq!(store.command_rows(tenant, command).await.unwrap().len(), 5);
    let tail = store.log_rows(tenant, 3, 1).await.unwrap();
    assert_eq!((tail.len(), tail[0].position), (1, 4));
}

async fn a_moved_claim_does_not_meet_itself(fixture: &Fixture) {
    let tenant = tenant(1);
    let mut place = writing(stream(tenant, 1), 0, 1);
    place.claims = vec![(provider(1), claim(1, 100, 200))];
    let mut moves = writing(stream(tenant, 1), 1, 1);
    let ClaimChange::Insert { claim: id, .. } = claim(1, 100, 200) else {
        unreachable!()
    };
    moves.claims = vec![
        (provider(1), ClaimChange::Remove(id)),
        (provider(1), claim(1, 150, 250)),
    ];
    assert_eq!(fixture.append(&[place]).await, [committed(1)]);
    assert_eq!(fixture.append(&[moves]).await, [committed(2)]);
    // Handed over: the stream that takes it may come before the one that gives it.
    let mut handed = writing(stream(tenant, 1), 2, 1);
    handed.claims = vec![
        (provider(0), claim(1, 150, 250)),
        (provider(1), ClaimChange::Remove(id)),
    ];
    assert_eq!(fixture.append(&[handed]).await, [committed(3)]);
    let sql = "select count(*) as n from claims where starts_at = 150";
    assert_eq!(fixture.count(tenant, sql).await, 1);
}

async fn keys_names_and_attendee_keys_are_found_again(fixture: &Fixture) {
    let tenant = tenant(1);
    let attendee = KeyId::from_uuid(Uuid::from_u128(5));
    let mut unit = writing(stream(tenant, 1), 0, 1);
    unit.key = Some(key("k"));
    unit.names = vec![name("clinic", NameUse::Claim(r#"{"a":1}"#.to_owned()))];
    let wrapped = WrappedKey {
        key: attendee,
        wrapped: vec![1, 0, 255],
        epoch: 3,
        created_at: at(9),
    };
    unit.keys_new = vec![wrapped.clone()];
    unit.terms = vec![("t".to_owned(), attendee), ("t".to_owned(), attendee)];
    assert_eq!(fixture.append(&[unit]).await, [committed(1)]);
    let store = &fixture.store;
    assert_eq!(store.key_row(tenant, "k").await.unwrap(), Some(key("k")));
    assert_eq!(store.key_row(tenant, "l").await.unwrap(), None);
    let kind = crate::ledger::unit::NameKind::TenantSlug;
    let found = store.find_name(kind, "", "clinic").await.unwrap();
    assert_eq!(found, Some((tenant, r#"{"a":1}"#.to_owned())));
    assert_eq!(store.find_name(kind, "x", "clinic").await.unwrap(), None);
    let keys = store.attendee_keys(tenant, &[attendee]).await.unwrap();
    assert_eq!(keys, [wrapped]);
}

async fn a_name_can_be_pointed_and_released(fixture: &Fixture) {
    use crate::ledger::unit::{NameChange, NameKind};
    let tenant = tenant(1);
    let username = |scope: &str, change| NameChange {
        kind: NameKind::Username,
        scope: scope.to_owned(),
        name: "ana".to_owned(),
        change,
    };
    let claim = |scope: &str| username(scope, NameUse::Claim(scope.to_owned()));
    let find = async |scope: &'static str| {
        let found = fixture
            .store
            .find_name(NameKind::Username, scope, "ana")
            .await;
        found.unwrap().map(|(_, target)| target)
    };
    let mut both = writing(stream(tenant, 1), 0, 1);
    both.names = vec![claim("a"), claim("b")];
    fixture.append(&[both]).await;
    // Without its scope it is found only once it is the only one.
    assert_eq!(find("").await, None);
    assert_eq!(find("b").await.as_deref(), Some("b"));
    let mut change = writing(stream(tenant, 1), 1, 1);
    change.names = vec![
        username("a", NameUse::Release),
        username("b", NameUse::Point("new".to_owned())),
    ];
    fixture.append(&[change]).await;
    assert_eq!(find("a").await, None);
    assert_eq!(find("").await.as_deref(), Some("new"));
    // A name that is pointed to before it was claimed is there from then on.
    let mut point = writing(stream(tenant, 1), 2, 1);
    point.names = vec![username("c", NameUse::Point("first".to_owned()))];
    fixture.append(&[point]).await;
    assert_eq!(find("c").await.as_deref(), Some("first"));
}

async fn recorded_at_never_runs_backwards(fixture: &Fixture) {
    let tenant = tenant(1);
    let store = &fixture.store;
    for (version, now) in [(0, 5_000), (1, 4_000), (2, 6_000)] {
        let unit = writing(stream(tenant, 1), version, 1);
        store.append(&[unit], at(now)).await.unwrap();
    }
    let log = store.log_rows(tenant, 0, 9).await.unwrap();
    assert!(
        log.windows(2)
            .all(|two| two[0].recorded_at <= two[1].recorded_at)
    );
    assert_eq!(
        store.head(tenant).await.unwrap(),
        Some((3, log[2].recorded_at))
    );
}

async fn numbers_are_drawn_once(fixture: &Fixture) {
    let store = &fixture.store;
    assert_eq!(store.draw_numbers("booking", 100).await.unwrap(), 1);
    assert_eq!(store.draw_numbers("booking", 1).await.unwrap(), 101);
    assert_eq!(store.draw_numbers("provider", 1).await.unwrap(), 1);
    assert_eq!(store.draw_numbers("booking", 5).await.unwrap(), 102);
    assert!(store.draw_numbers("booking", 0).await.is_err());
}

async fn old_keys_are_forgotten(fixture: &Fixture) {
    let tenant = tenant(1);
    let mut unit = unit(tenant);
    unit.key = Some(key("k"));
    assert_eq!(fixture.append(&[unit]).await, [committed(0)]);
    assert_eq!(fixture.store.expire_keys(at(700)).await.unwrap(), 0);
    assert_eq!(fixture.store.expire_keys(at(701)).await.unwrap(), 1);
    assert_eq!(fixture.store.key_row(tenant, "k").await.unwrap(), None);
}

async fn a_lost_commit_is_resolved_by_command(fixture: &Fixture) {
    let (one, two) = (tenant(1), tenant(2));
    let written = writing(stream(one, 1), 0, 3);
    let never = writing(stream(two, 1), 0, 1);
    let sought = [(one, written.command), (two, never.command)];
    fixture.append(&[written]).await;
    let found = fixture.store.resolve(&sought).await.unwrap();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [(sought[0].1, 3)]);
    assert_eq!(fixture.store.tenants().await.unwrap(), [one]);
}

async fn the_statements_do_not_grow_with_the_batch(fixture: &Fixture) {
    let tenant = tenant(1);
    let batch = |first: u128, count: u128| {
        (first..first + count)
            .map(|number| {
                let mut unit = unit(tenant);
                let stream = stream(tenant, number);
                unit.writes.push(write(unit.command, stream, 0, 1));
                unit.reads = vec![(event_type(tenant, 1), 0)];
                unit.key = Some(key(&number.to_string()));
                unit.claims = vec![(provider(number), claim(number, 100, 200))];
                unit
            })
            .collect::<Vec<_>>()
    };
    let database = fixture.store.database();
    let mut counts = Vec::new();
    // The first batch adds the head.
    for (first, count) in [(0, 1), (1, 1), (10, 200)] {
        let written = super::super::append::write(database, &batch(first, count), at(1)).await;
        counts.push(written.unwrap().statements);
    }
    assert_eq!(counts[0], counts[1] + 1);
    assert_eq!(counts[1], counts[2]);
}
