//! Whoever meets a conflict leaves whole; the rest of the batch is written.

use super::fixture::{
    Fixture, claim, committed, event_type, key, name, promises, provider, stream, tenant, unit,
    writing,
};
use crate::domain::id::KeyId;
use crate::domain::rejection::UniqueName;
use crate::ledger::unit::{NameUse, UnitOutcome, WrappedKey};
use uuid::Uuid;

promises! {
    a_unit_that_leaves_leaves_nothing
    of_two_with_one_key_the_first_wins
    a_name_lost_to_a_unit_that_left_is_tried_again
    what_was_read_must_not_have_moved
    a_read_is_checked_against_earlier_units_of_the_batch
    a_destroyed_attendee_key_cannot_be_used
    names_of_other_tenants_are_taken_too
}

fn taken() -> UnitOutcome {
    UnitOutcome::NameTaken(UniqueName::TenantSlug)
}

fn claiming(text: &str) -> crate::ledger::unit::NameChange {
    name(text, NameUse::Claim("{}".to_owned()))
}

async fn a_unit_that_leaves_leaves_nothing(fixture: &Fixture) {
    let tenant = tenant(1);
    let mut first = writing(stream(tenant, 1), 0, 1);
    first.key = Some(key("known"));
    first.names = vec![claiming("taken")];
    fixture.append(&[first]).await;

    let mut known = writing(stream(tenant, 2), 0, 1);
    known.key = Some(key("known"));
    known.names = vec![claiming("b")];
    let mut lost = writing(stream(tenant, 3), 0, 1);
    lost.key = Some(key("c"));
    lost.names = vec![claiming("c"), claiming("taken")];
    lost.claims = vec![(provider(3), claim(3, 100, 200))];
    let mut moved = writing(stream(tenant, 1), 0, 1);
    moved.key = Some(key("d"));
    moved.names = vec![claiming("d")];
    let mut destroyed = writing(stream(tenant, 4), 0, 1);
    destroyed.key = Some(key("e"));
    destroyed.names = vec![claiming("e")];
    destroyed.keys_used = vec![KeyId::from_uuid(Uuid::from_u128(404))];
    let stays = writing(stream(tenant, 5), 0, 1);
    let outcomes = fixture
        .append(&[known, lost, moved, destroyed, stays])
        .await;
    assert_eq!(
        outcomes,
        [
            UnitOutcome::KeyKnown,
            taken(),
            UnitOutcome::Moved,
            UnitOutcome::KeyDestroyed,
            committed(2)
        ]
    );
    for (sql, rows) in [
        ("select count(*) as n from events", 2),
        ("select count(*) as n from streams", 2),
        ("select count(*) as n from idempotency", 1),
        ("select count(*) as n from directory", 1),
        ("select count(*) as n from claims", 0),
    ] {
        assert_eq!(fixture.count(tenant, sql).await, rows, "{sql}");
    }
}

async fn of_two_with_one_key_the_first_wins(fixture: &Fixture) {
    let tenant = tenant(1);
    let keyed = |number| {
        let mut unit = writing(stream(tenant, number), 0, 1);
        unit.key = Some(key("k"));
        unit
    };
    let outcomes = fixture.append(&[keyed(1), keyed(2)]).await;
    assert_eq!(outcomes, [committed(1), UnitOutcome::KeyKnown]);
    assert_eq!(fixture.append(&[keyed(3)]).await, [UnitOutcome::KeyKnown]);
}

async fn a_name_lost_to_a_unit_that_left_is_tried_again(fixture: &Fixture) {
    let tenant = tenant(1);
    let mut first = writing(stream(tenant, 1), 0, 1);
    first.names = vec![claiming("taken")];
    fixture.append(&[first]).await;
    let mut leaves = writing(stream(tenant, 2), 0, 1);
    leaves.names = vec![claiming("free"), claiming("taken")];
    let mut loser = writing(stream(tenant, 3), 0, 1);
    loser.names = vec![claiming("free")];
    let outcomes = fixture.append(&[leaves, loser.clone()]).await;
    assert_eq!(outcomes, [taken(), UnitOutcome::Moved]);
    let mut second = writing(stream(tenant, 4), 0, 1);
    second.names = vec![claiming("free")];
    let again = fixture.append(&[loser, second]).await;
    assert_eq!(again, [committed(2), taken()]);
}

async fn what_was_read_must_not_have_moved(fixture: &Fixture) {
    let tenant = tenant(1);
    fixture
        .append(&[writing(event_type(tenant, 1), 0, 2)])
        .await;
    let reading = |number, version| {
        let mut unit = writing(stream(tenant, number), 0, 1);
        unit.reads = vec![(event_type(tenant, 1), version)];
        unit
    };
    let outcomes = fixture.append(&[reading(1, 1), reading(2, 2)]).await;
    assert_eq!(outcomes, [UnitOutcome::ReadMoved, committed(3)]);
}

async fn a_read_is_checked_against_earlier_units_of_the_batch(fixture: &Fixture) {
    let tenant = tenant(1);
    let reading = |number| {
        let mut unit = writing(stream(tenant, number), 0, 1);
        unit.reads = vec![(event_type(tenant, 1), 0)];
        unit
    };
    let batch = [reading(1), writing(event_type(tenant, 1), 0, 1), reading(2)];
    let outcomes = fixture.append(&batch).await;
    assert_eq!(
        outcomes,
        [committed(1), committed(2), UnitOutcome::ReadMoved]
    );
}

async fn a_destroyed_attendee_key_cannot_be_used(fixture: &Fixture) {
    let tenant = tenant(1);
    let attendee = KeyId::from_uuid(Uuid::from_u128(5));
    let mut first = unit(tenant);
    first.keys_new = vec![WrappedKey {
        key: attendee,
        wrapped: vec![1],
        epoch: 1,
        created_at: super::fixture::at(1),
    }];
    fixture.append(&[first]).await;
    let using = |number| {
        let mut unit = writing(stream(tenant, number), 0, 1);
        unit.keys_used = vec![attendee];
        unit
    };
    let outcomes = fixture.append(&[using(1), using(2)]).await;
    assert_eq!(outcomes, [committed(1), committed(2)]);
    let destroy = "update attendee_keys set wrapped = null, destroyed_at = 5";
    assert_eq!(fixture.by_hand(tenant, destroy).await, Ok(1));
    assert_eq!(
        fixture.append(&[using(3)]).await,
        [UnitOutcome::KeyDestroyed]
    );
    let keys = fixture.store.attendee_keys(tenant, &[attendee]).await;
    assert!(keys.unwrap().is_empty());
}

async fn names_of_other_tenants_are_taken_too(fixture: &Fixture) {
    let claim = |owner, number| {
        let mut unit = writing(stream(owner, number), 0, 1);
        unit.names = vec![claiming("clinic")];
        unit
    };
    let first = [claim(tenant(1), 1)];
    assert_eq!(fixture.append(&first).await, [committed(1)]);
    assert_eq!(fixture.append(&[claim(tenant(2), 2)]).await, [taken()]);
    // Not even by hand can it be freed or pointed elsewhere.
    let mut steals = writing(stream(tenant(2), 3), 0, 1);
    steals.names = vec![name("clinic", NameUse::Release)];
    assert_eq!(fixture.append(&[steals]).await, [committed(1)]);
    assert_eq!(fixture.append(&[claim(tenant(2), 2)]).await, [taken()]);
}
