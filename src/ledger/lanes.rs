//! Hot streams: loaded aggregates, one lane each.
//!
//! A lane's gate is held while a command decides and commits. Correctness never depends on what is hot: the primary key
//! of the log is the fence. A lane that is held or awaited is never evicted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
}

impl Lane {
    /// What is hot now; a commit may be under way.
    pub(super) fn peek(&self) -> Option<Hot> {
        self.lock().clone()
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
            for event in events.iter().filter(|event| event.stream == self.stream) {
                hot.evolve(event);
            }
            snapshots.offer_due(self.stream, hot);
        }
        self.uncertain = false;
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
