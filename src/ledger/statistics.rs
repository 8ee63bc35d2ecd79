//! What the ledger counts about itself since it was opened.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts since the ledger was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Streams that were loaded because they were not hot, or had moved on.
    pub streams_loaded: u64,
    /// Events that were read and folded for that.
    pub events_loaded: u64,
    /// Snapshots that were used for that.
    pub snapshots_loaded: u64,
    /// Snapshots that were ignored because something did not fit. Those of an older program are not even read.
    pub snapshots_ignored: u64,
    /// Snapshots that were offered: written, dropped, or still to be written.
    pub snapshots_offered: u64,
    /// Snapshots that were written.
    pub snapshots_written: u64,
    /// Snapshots that were not written: the queue was full, or the database refused.
    pub snapshots_dropped: u64,
    /// Questions to the log whether facts of a booking that has left its provider's state are its latest.
    pub facts_checked: u64,
}

/// The same, being counted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) streams_loaded: AtomicU64,
    pub(super) events_loaded: AtomicU64,
    pub(super) snapshots_loaded: AtomicU64,
    pub(super) snapshots_ignored: AtomicU64,
    pub(super) snapshots_offered: AtomicU64,
    pub(super) snapshots_written: AtomicU64,
    pub(super) snapshots_dropped: AtomicU64,
    pub(super) facts_checked: AtomicU64,
}

impl Counts {
    /// Adds to one of the counts.
    pub(super) fn add(count: &AtomicU64, more: usize) {
        count.fetch_add(u64::try_from(more).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// All counts now.
    pub(super) fn statistics(&self) -> Statistics {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Statistics {
            streams_loaded: read(&self.streams_loaded),
            events_loaded: read(&self.events_loaded),
            snapshots_loaded: read(&self.snapshots_loaded),
            snapshots_ignored: read(&self.snapshots_ignored),
            snapshots_offered: read(&self.snapshots_offered),
            snapshots_written: read(&self.snapshots_written),
            snapshots_dropped: read(&self.snapshots_dropped),
            facts_checked: read(&self.facts_checked),
        }
    }
}
