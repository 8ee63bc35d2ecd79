//! Snapshots: the newest that this program folded is found, what it makes superfluous goes, and no tenant sees another's.

use super::fixture::{Fixture, at, event, promises, stream, tenant, writing};
use crate::domain::id::CommandId;
use crate::ledger::record::StreamKey;
use crate::ledger::snapshots::Snapshot;

pub(super) fn snapshot(stream: StreamKey, sequence: u64) -> Snapshot {
    Snapshot {
        stream,
        sequence,
        state_hash: [1; 32],
        stream_hash: [2; 32],
        decided_at: at(500),
        state: "{}".to_owned(),
    }
}

async fn put(fixture: &Fixture, stream: StreamKey, sequence: u64, broken: &[u64]) {
    let snapshot = snapshot(stream, sequence);
    fixture.store.put_snapshot(&snapshot, broken).await.unwrap();
}

/// Sequences of a stream's snapshots, newest first.
async fn sequences(fixture: &Fixture, stream: StreamKey) -> Vec<u64> {
    let mut sequences = Vec::new();
    let mut below = u64::MAX;
    while let Some(found) = fixture.store.snapshot(stream, below).await.unwrap() {
        below = found.snapshot.sequence;
        sequences.push(below);
    }
    sequences
}

promises! {
    the_first_of_each_five_thousand_events_and_the_newest_stay
    a_broken_one_and_those_of_an_older_program_go
    it_comes_with_the_hash_of_its_event
    no_stream_and_no_tenant_sees_anothers
}

async fn the_first_of_each_five_thousand_events_and_the_newest_stay(fixture: &Fixture) {
    let stream = stream(tenant(1), 1);
    for sequence in [600, 1_100, 5_100, 5_600, 9_999, 10_050, 10_600, 11_100] {
        put(fixture, stream, sequence, &[]).await;
    }
    assert_eq!(sequences(fixture, stream).await, [11_100, 10_050, 5_100]);
}

async fn a_broken_one_and_those_of_an_older_program_go(fixture: &Fixture) {
    let stream = stream(tenant(1), 1);
    for sequence in [5_100, 10_050] {
        put(fixture, stream, sequence, &[]).await;
    }
    let older = "update snapshots set layout_hash = 'older' where sequence = 10050";
    assert_eq!(fixture.by_hand(tenant(1), older).await, Ok(1));
    assert_eq!(sequences(fixture, stream).await, [5_100]);

    // Below one of an older program and on the same sequence as a broken one.
    put(fixture, stream, 5_100, &[5_100]).await;
    assert_eq!(sequences(fixture, stream).await, [5_100]);
    let all = "select count(*) as n from snapshots";
    assert_eq!(fixture.count(tenant(1), all).await, 1);

    let newer = "update snapshots set evolve_version = 1000000";
    assert_eq!(fixture.by_hand(tenant(1), newer).await, Ok(1));
    put(fixture, stream, 5_100, &[]).await;
    assert_eq!(sequences(fixture, stream).await, Vec::<u64>::new());
    assert_eq!(fixture.count(tenant(1), all).await, 1);
}

async fn it_comes_with_the_hash_of_its_event(fixture: &Fixture) {
    let stream = stream(tenant(1), 1);
    fixture.append(&[writing(stream, 0, 2)]).await;
    let expected = event(CommandId::from_uuid(stream.id), stream, 2).hash;
    for (sequence, hash) in [(2, Some(expected)), (3, None)] {
        put(fixture, stream, sequence, &[]).await;
        let found = fixture.store.snapshot(stream, u64::MAX).await.unwrap();
        let found = found.unwrap();
        assert_eq!(found.snapshot, snapshot(stream, sequence));
        assert_eq!(found.log_hash, hash);
    }
}

async fn no_stream_and_no_tenant_sees_anothers(fixture: &Fixture) {
    let one = stream(tenant(1), 1);
    put(fixture, one, 600, &[]).await;
    assert_eq!(
        sequences(fixture, stream(tenant(1), 2)).await,
        Vec::<u64>::new()
    );
    assert_eq!(
        sequences(fixture, stream(tenant(2), 1)).await,
        Vec::<u64>::new()
    );
}
