//! Snapshots: the folded state of long streams, written down after the commit so that a cold stream need not be replayed.
//!
//! They are taken from committed state only, by one task beside the committer. Its queue is bounded, and a full one drops
//! work: the next command on the stream offers it again. A snapshot is derived and never trusted: it says which program
//! folded it, on which event of the log it stands and what it must hash to, and is ignored, then replaced, when anything
//! does not fit. [`super::loading`] reads them.
//!
//! A state holds no personal data of attendees (the rules see none), so neither does a snapshot.

mod stored;

use std::error::Error;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use stored::Snapshot;

use super::lanes::Hot;
use super::limits::{SNAPSHOT_EVERY, SNAPSHOT_KEPT_EVERY, SNAPSHOT_QUEUE_MAX};
use super::record::StreamKey;
use super::statistics::Counts;
use super::store::Store;

/// A committed state to be written down.
#[derive(Debug)]
struct Job {
    stream: StreamKey,
    hot: Hot,
    /// Sequences of snapshots that were found broken.
    broken: Vec<u64>,
}

/// The way to the task that writes snapshots.
#[derive(Clone, Debug)]
pub(super) struct Snapshots {
    queue: mpsc::Sender<Job>,
    counts: Arc<Counts>,
}

impl Snapshots {
    /// Starts the task. Once `stop` is cancelled it ends with the snapshot at hand: what waits is derived anyway.
    pub(super) fn start(
        store: Store,
        counts: Arc<Counts>,
        tracker: &TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let (queue, jobs) = mpsc::channel(SNAPSHOT_QUEUE_MAX);
        tracker.spawn(run(store, Arc::clone(&counts), jobs, stop));
        Self { queue, counts }
    }

    /// Offers a committed state when so many events have been committed since the last one. Costs a comparison, and
    /// seldom a copy of the state with the next command.
    pub(super) fn offer_due(&self, stream: StreamKey, hot: &mut Hot) {
        if SNAPSHOT_EVERY <= hot.version.saturating_sub(hot.snapshot) {
            self.offer(stream, hot, Vec::new());
        }
    }

    /// Offers a state in the middle of a long replay when one of those that are kept for ever is due.
    pub(super) fn offer_kept(&self, stream: StreamKey, hot: &mut Hot) {
        if hot.snapshot / SNAPSHOT_KEPT_EVERY < hot.version / SNAPSHOT_KEPT_EVERY {
            self.offer(stream, hot, Vec::new());
        }
    }

    /// Offers a committed state, with the snapshots it replaces because they were found broken.
    pub(super) fn offer(&self, stream: StreamKey, hot: &mut Hot, broken: Vec<u64>) {
        let job = Job {
            stream,
            hot: hot.clone(),
            broken,
        };
        Counts::add(&self.counts.snapshots_offered, 1);
        match self.queue.try_send(job) {
            Ok(()) => hot.snapshot = hot.version,
            Err(_) => Counts::add(&self.counts.snapshots_dropped, 1),
        }
    }
}

async fn run(
    store: Store,
    counts: Arc<Counts>,
    mut jobs: mpsc::Receiver<Job>,
    stop: CancellationToken,
) {
    loop {
        let job = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            job = jobs.recv() => job,
        };
        let Some(job) = job else { return };
        match write(&store, &job).await {
            Ok(()) => Counts::add(&counts.snapshots_written, 1),
            Err(error) => {
                Counts::add(&counts.snapshots_dropped, 1);
                let stream = job.stream;
                tracing::warn!(
                    tenant.id = %stream.tenant, stream.kind = stream.kind.as_str(), stream.id = %stream.id,
                    stream.version = job.hot.version, error = &error as &dyn Error, "a snapshot was not written"
                );
            }
        }
    }
}

async fn write(store: &Store, job: &Job) -> Result<(), super::LedgerError> {
    let snapshot = Snapshot::of(job.stream, &job.hot)?;
    store.put_snapshot(&snapshot, &job.broken).await?;
    tracing::debug!(
        stream.id = %job.stream.id, stream.version = snapshot.sequence, bytes = snapshot.state.len(),
        "snapshot written"
    );
    Ok(())
}
