//! What the database refuses by itself, whatever the program asks.

use std::time::Duration;

use tokio::time::Instant;

use super::fixture::{
    Fixture, claim, committed, promises, provider, stream, tenant, write, writing,
};
use crate::ledger::unit::UnitOutcome;

promises! {
    overlapping_claims_are_refused_by_the_database
    claims_of_one_owner_may_overlap
    events_are_append_only
    a_refused_unit_does_not_take_the_batch_with_it
    a_batch_that_is_refused_too_late_is_not_halved
}

async fn a_batch_that_is_refused_too_late_is_not_halved(fixture: &Fixture) {
    let tenant = tenant(1);
    let claiming = |number| {
        let mut unit = writing(stream(tenant, number), 0, 1);
        unit.claims = vec![(provider(1), claim(number, 0, 10))];
        unit
    };
    let batch = [claiming(1), claiming(2)];
    let now = super::fixture::at(1_000);

    let late = fixture.store.append_halving(&batch, now, Instant::now());
    assert_eq!(late.await.unwrap(), [UnitOutcome::Failed; 2]);

    let in_time = Instant::now() + Duration::from_mins(1);
    let halved = fixture.store.append_halving(&batch, now, in_time).await;
    assert_eq!(halved.unwrap(), [committed(1), UnitOutcome::GuardRefused]);
}

async fn overlapping_claims_are_refused_by_the_database(fixture: &Fixture) {
    let tenant = tenant(1);
    let claiming = |number, start, end| {
        let mut unit = writing(stream(tenant, number), 0, 1);
        unit.claims = vec![(provider(1), claim(number, start, end))];
        unit
    };
    let day = 86_400_000_000;
    let longest = [claiming(1, 0, 31 * day)];
    assert_eq!(fixture.append(&longest).await, [committed(1)]);
    let batch = [
        claiming(2, 31 * day, 32 * day), // touches
        claiming(3, 31 * day - 1, 31 * day),
        claiming(4, 40 * day, 41 * day),
        claiming(5, 31 * day + 5, 31 * day + 6), // inside one of this batch
        claiming(6, 50 * day, 51 * day),
    ];
    let outcomes = fixture.append(&batch).await;
    assert_eq!(outcomes[0], committed(2));
    assert_eq!(outcomes[1], UnitOutcome::GuardRefused);
    assert_eq!(outcomes[3], UnitOutcome::GuardRefused);
    assert_eq!((outcomes[2], outcomes[4]), (committed(3), committed(4)));
    let sql = "select count(*) as n from claims";
    assert_eq!(fixture.count(tenant, sql).await, 4);
}

async fn claims_of_one_owner_may_overlap(fixture: &Fixture) {
    use crate::domain::ClaimChange;
    let tenant = tenant(1);
    let mut unit = writing(stream(tenant, 1), 0, 1);
    let ClaimChange::Insert { owner, .. } = claim(1, 0, 10) else {
        unreachable!()
    };
    let mut second = claim(2, 5, 15);
    if let ClaimChange::Insert { owner: own, .. } = &mut second {
        *own = owner;
    }
    unit.claims = vec![(provider(1), claim(1, 0, 10)), (provider(1), second)];
    assert_eq!(fixture.append(&[unit]).await, [committed(1)]);
}

async fn events_are_append_only(fixture: &Fixture) {
    let tenant = tenant(1);
    fixture.append(&[writing(stream(tenant, 1), 0, 1)]).await;
    for sql in [
        "update events set actor = 'x'",
        "delete from events",
        "insert or replace into events select * from events",
        "truncate events",
    ] {
        assert!(fixture.by_hand(tenant, sql).await.is_err(), "{sql}");
    }
    let sql = "select count(*) as n from events where actor = 'system'";
    assert_eq!(fixture.count(tenant, sql).await, 1);
}

async fn a_refused_unit_does_not_take_the_batch_with_it(fixture: &Fixture) {
    let tenant = tenant(1);
    let mut bad = writing(stream(tenant, 2), 0, 1);
    bad.writes[0].events[0].payload = "{not json".to_owned();
    let mut linked = writing(stream(tenant, 3), 0, 1);
    linked
        .writes
        .push(write(linked.command, stream(tenant, 4), 0, 1));
    let batch = [
        writing(stream(tenant, 1), 0, 1),
        bad,
        linked,
        writing(stream(tenant, 5), 0, 1),
    ];
    let outcomes = fixture.append(&batch).await;
    assert_eq!(
        outcomes,
        [
            committed(1),
            UnitOutcome::Failed,
            committed(3),
            committed(4)
        ]
    );
}
