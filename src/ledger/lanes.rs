//! Hot streams: loaded aggregates, one lane each.
//!
//! A lane's gate is held while a command decides and commits. Correctness never depends on what is hot: the primary key
//! of the log is the fence. A lane that is held or awaited is never evicted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::Duration;
use tokio::sync::OwnedMutexGuard;

use super::limits::HOT_STREAMS_MAX;
use super::record::{RecordedEvent, StreamKey};
use super::snapshots::Snapshots;
use crate::domain::State;
use crate::domain::time::Timestamp;

/// A loaded stream.
#[derive(Clone, Debug)]
pub(super) struct Hot {
    pub(super) version: u64,
    /// Hash of the last event.
    pub(super) hash: [u8; 32],
    /// When the last event was decided: no later one is decided before it.
    pub(super) decided_at: Timestamp,
    pub(super) state: Arc<State>,
    /// Version of the newest snapshot that is known of, or on its way; 0 without one.
    pub(super) snapshot: u64,
}

impl Hot {
    /// A stream without events.
    pub(super) fn empty(stream: StreamKey) -> Self {
        Self {
            version: 0,
            hash: super::hash::NO_PREVIOUS,
            decided_at: Timestamp::UNIX_EPOCH,
            state: Arc::new(State::empty(stream.kind)),
            snapshot: 0,
        }
    }

    /// Folds a recorded event in; clones the state only while a reader holds it.
    pub(super) fn evolve(&mut self, event: &RecordedEvent) {
        Arc::make_mut(&mut self.state).evolve(event.sequence, event.decided_at, &event.event);
        self.version = event.sequence;
        self.hash = event.hash;
        self.decided_at = event.decided_at;
    }
}

/// One stream's lane.
#[derive(Debug, Default)]
pub(super) struct Lane {
    gate: Arc<tokio::sync::Mutex<()>>,
    hot: Mutex<Option<Hot>>,
    /// When the database was last asked whether what is hot is the newest.
    confirmed_at: Mutex<Option<Timestamp>>,
}

impl Lane {
    /// What is hot now; a commit may be under way.
    pub(super) fn peek(&self) -> Option<Hot> {
        self.lock().clone()
    }

    /// What is hot, if the database has confirmed it within `age`.
    pub(super) fn peek_confirmed(&self, now: Timestamp, age: Duration) -> Option<Hot> {
        let confirmed_at = *self.confirmed();
        let is_fresh = |at: &Timestamp| *at <= now && now < *at + age;
        confirmed_at.filter(is_fresh).and_then(|_at| self.peek())
    }

    /// Notes that nothing newer than what is hot was in the database at some time after `asked_at`.
    pub(super) fn confirm(&self, asked_at: Timestamp) {
        *self.confirmed() = Some(asked_at);
    }

    /// As [`Self::confirm`], if what is hot has the version that the database was found to have.
    pub(super) fn confirm_version(&self, asked_at: Timestamp, version: u64) {
        let is_current = |hot: &Hot| hot.version == version;
        if self.lock().as_ref().is_some_and(is_current) {
            self.confirm(asked_at);
        }
    }

    fn confirmed(&self) -> MutexGuard<'_, Option<Timestamp>> {
        self.confirmed_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Publishes a freshly loaded stream, unless a newer one is there.
    pub(super) fn offer(&self, loaded: Hot) {
        let mut hot = self.lock();
        if hot
            .as_ref()
            .is_none_or(|known| known.version < loaded.version)
        {
            *hot = Some(loaded);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Hot>> {
        self.hot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lane held by one command. Dropped while [`Self::begin_commit`] is not followed by [`Self::finish_commit`], it evicts
/// the state: what the database holds is not known.
#[derive(Debug)]
pub(super) struct HeldLane {
    pub(super) stream: StreamKey,
    lane: Arc<Lane>,
    uncertain: bool,
    _gate: OwnedMutexGuard<()>,
}

impl HeldLane {
    pub(super) fn hot(&self) -> Option<Hot> {
        self.lane.peek()
    }

    pub(super) fn load(&self, hot: Hot) {
        *self.lane.lock() = Some(hot);
    }

    pub(super) fn evict(&self) {
        *self.lane.lock() = None;
    }

    pub(super) fn begin_commit(&mut self) {
        self.uncertain = true;
    }

    /// Nothing was written: what is hot stays true.
    pub(super) fn abandon_commit(&mut self) {
        self.uncertain = false;
    }

    /// The events are committed: folds those of this stream, and offers the state as a snapshot when one is due.
    pub(super) fn finish_commit(&mut self, events: &[RecordedEvent], snapshots: &Snapshots) {
        if let Some(hot) = self.lane.lock().as_mut() {
            fold(hot, self.stream, events);
            snapshots.offer_due(self.stream, hot);
        }
        self.uncertain = false;
    }
}

/// Folds the events of a stream that are not in it yet: a reader may have loaded them already, between their commit and
/// now.
fn fold(hot: &mut Hot, stream: StreamKey, events: &[RecordedEvent]) {
    for event in events.iter().filter(|event| event.stream == stream) {
        if hot.version < event.sequence {
            hot.evolve(event);
        }
    }
}

impl Drop for HeldLane {
    fn drop(&mut self) {
        if self.uncertain {
            self.evict();
        }
    }
}

/// All lanes of this process.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    table: Mutex<LaneTable>,
}

#[derive(Debug, Default)]
struct LaneTable {
    lanes: BTreeMap<StreamKey, (Arc<Lane>, u64)>,
    tick: u64,
}

impl Lanes {
    /// The lane of a stream, made when absent.
    pub(super) fn lane(&self, stream: StreamKey) -> Arc<Lane> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.tick += 1;
        let tick = table.tick;
        if let Some((lane, used)) = table.lanes.get_mut(&stream) {
            *used = tick;
            return Arc::clone(lane);
        }
        if HOT_STREAMS_MAX <= table.lanes.len() {
            table.evict();
        }
        let lane = Arc::new(Lane::default());
        table.lanes.insert(stream, (Arc::clone(&lane), tick));
        lane
    }

    /// Hot streams with something that has passed its time and is not recorded so, in key order.
    pub(super) fn lapsed(&self, now: Timestamp) -> Vec<StreamKey> {
        let table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table
            .lanes
            .iter()
            .filter(|(_, (lane, _))| {
                let hot = lane.lock();
                hot.as_ref().is_some_and(|hot| hot.state.has_lapsed(now))
            })
            .map(|(stream, _)| *stream)
            .collect()
    }

    /// Waits for a lane's gate, first come, first served.
    pub(super) async fn hold(&self, stream: StreamKey) -> HeldLane {
        let lane = self.lane(stream);
        let gate = Arc::clone(&lane.gate).lock_owned().await;
        HeldLane {
            stream,
            lane,
            uncertain: false,
            _gate: gate,
        }
    }
}

impl LaneTable {
    /// Drops the least recently used idle lanes. Whoever holds or awaits a lane has a second reference to it.
    fn evict(&mut self) {
        let mut idle: Vec<(u64, StreamKey)> = self
            .lanes
            .iter()
            .filter(|(_, (lane, _))| Arc::strong_count(lane) == 1)
            .map(|(stream, (_, used))| (*used, *stream))
            .collect();
        idle.sort_unstable();
        for (_, stream) in idle.into_iter().take(HOT_STREAMS_MAX / 16) {
            self.lanes.remove(&stream);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use chrono::{DateTime, Duration};
    use uuid::Uuid;

    use super::{Hot, Lanes, fold};
    use crate::domain::Event;
    use crate::domain::id::{CommandId, EventId, HoldId, ProviderId, TenantId};
    use crate::domain::provider::event::{HoldEnded, ProviderEvent};
    use crate::ledger::codec;
    use crate::ledger::record::{RecordedEvent, StreamKey};
    use crate::ledger::unit::EventRow;

    fn stream() -> StreamKey {
        let tenant = TenantId::from_uuid(Uuid::from_u128(1));
        StreamKey::provider(tenant, ProviderId::from_uuid(Uuid::from_u128(2)))
    }

    fn first_event() -> RecordedEvent {
        let row = EventRow {
            stream: stream(),
            sequence: 1,
            event_type: String::new(),
            event_version: String::new(),
            payload: String::new(),
            metadata: String::new(),
            id: EventId::from_uuid(Uuid::nil()),
            command: CommandId::from_uuid(Uuid::nil()),
            correlation: Uuid::nil(),
            causation: None,
            actor: String::new(),
            decided_at: DateTime::UNIX_EPOCH,
            key: None,
            sealed: None,
            subject: None,
            previous_hash: [0; 32],
            hash: [1; 32],
        };
        let ended = HoldEnded {
            hold: HoldId::from_uuid(Uuid::nil()),
            exclusive: false,
            claim: None,
        };
        let event = Event::Provider(Box::new(ProviderEvent::HoldReleased(ended)));
        codec::recorded(&row, event, BTreeMap::new())
    }

    #[test]
    fn what_a_reader_loaded_during_the_commit_is_not_folded_twice() {
        let (event, mut hot) = (first_event(), Hot::empty(stream()));
        fold(&mut hot, stream(), std::slice::from_ref(&event));
        let loaded = Arc::clone(&hot.state);

        fold(&mut hot, stream(), &[event]);

        assert_eq!(hot.version, 1);
        // Folding would have copied the state, which is held here.
        assert!(Arc::ptr_eq(&loaded, &hot.state));
    }

    #[tokio::test]
    async fn what_is_hot_is_believed_only_as_long_as_it_was_confirmed() {
        let (lanes, now) = (Lanes::default(), DateTime::UNIX_EPOCH);
        let (lane, age) = (lanes.lane(stream()), Duration::seconds(5));
        lane.offer(Hot::empty(stream()));
        assert!(lane.peek_confirmed(now, age).is_none());

        lane.confirm(now);

        let later = |seconds| now + Duration::seconds(seconds);
        assert!(lane.peek_confirmed(later(4), age).is_some());
        assert!(lane.peek_confirmed(later(5), age).is_none());
        assert!(lane.peek_confirmed(later(-1), age).is_none());
    }
}
