//! Stop 2 of 6, what it reads: a stream that is not hot, as its newest snapshot that fits and the events after it.

use std::collections::BTreeMap;

use super::database::DatabaseError;
use super::lanes::Hot;
use super::limits::LOAD_CHUNK;
use super::record::{Addressed, StreamKey};
use super::statistics::Counts;
use super::store::snapshots::Found;
use super::{Ledger, LedgerError, codec};

impl Ledger {
    /// Folds the events that a stream has not seen yet; a cold one begins with a snapshot.
    ///
    /// # Errors
    /// [`LedgerError::Database`]; [`LedgerError::Corrupt`] when an event is missing or cannot be read.
    pub(super) async fn load(&self, hot: Hot, stream: StreamKey) -> Result<Hot, LedgerError> {
        let mut broken = Vec::new();
        let mut hot = if hot.version == 0 {
            self.newest_snapshot(stream, &mut broken).await?
        } else {
            hot
        };
        let (begun_at, began_with) = (hot.version, hot.snapshot);
        loop {
            let count = self.fold_chunk(&mut hot, stream).await?;
            if count < usize::try_from(LOAD_CHUNK).unwrap_or(usize::MAX) {
                break;
            }
            self.snapshots.offer_kept(stream, &mut hot);
        }
        if broken.is_empty() {
            self.snapshots.offer_due(stream, &mut hot);
        } else if 0 < hot.version {
            self.snapshots.offer(stream, &mut hot, broken);
        }
        Counts::add(&self.counts.streams_loaded, 1);
        tracing::debug!(
            tenant.id = %stream.tenant, stream.id = %stream.id, stream.version = hot.version,
            snapshot = began_with, events = hot.version.saturating_sub(begun_at), "stream loaded"
        );
        Ok(hot)
    }

    /// The newest snapshot that fits, else a stream without events. Each look goes below the one before it.
    async fn newest_snapshot(
        &self,
        stream: StreamKey,
        broken: &mut Vec<u64>,
    ) -> Result<Hot, LedgerError> {
        let mut below = u64::MAX;
        while let Some(found) = self.snapshot_below(stream, below).await? {
            match found.snapshot.open(found.log_hash) {
                Ok(hot) => {
                    Counts::add(&self.counts.snapshots_loaded, 1);
                    return Ok(hot);
                }
                Err(unfit) => {
                    below = found.snapshot.sequence;
                    Counts::add(&self.counts.snapshots_ignored, 1);
                    tracing::warn!(
                        tenant.id = %stream.tenant, stream.id = %stream.id, stream.version = below,
                        %unfit, "a snapshot is ignored"
                    );
                    broken.push(below);
                }
            }
        }
        Ok(Hot::empty(stream))
    }

    /// A row that cannot even be read is no reason to refuse the stream: it is replayed.
    async fn snapshot_below(
        &self,
        stream: StreamKey,
        below: u64,
    ) -> Result<Option<Found>, LedgerError> {
        match self.store.snapshot(stream, below).await {
            Err(error @ DatabaseError::Corrupt { .. }) => {
                Counts::add(&self.counts.snapshots_ignored, 1);
                tracing::warn!(
                    tenant.id = %stream.tenant, stream.id = %stream.id, %error,
                    "a snapshot cannot be read; the stream is replayed"
                );
                Ok(None)
            }
            found => Ok(found?),
        }
    }

    async fn fold_chunk(&self, hot: &mut Hot, stream: StreamKey) -> Result<usize, LedgerError> {
        let rows = self
            .store
            .stream_rows(stream, hot.version, LOAD_CHUNK)
            .await?;
        let mut events = Vec::with_capacity(rows.len());
        for (row, expected) in rows.iter().zip(hot.version + 1..) {
            if row.sequence != expected {
                return Err(LedgerError::Corrupt(format!(
                    "{} {} has no sequence {expected}",
                    stream.kind.as_str(),
                    stream.id
                )));
            }
            events.push(codec::decode(row)?);
        }
        for event in &events {
            hot.evolve(event);
        }
        Counts::add(&self.counts.events_loaded, events.len());
        Ok(events.len())
    }

    /// Makes sure, with the lanes held, that facts of bookings which the states no longer know are their latest. Without
    /// it, facts read before a past or cancelled booking was moved, and moved out of the state again, could move it
    /// twice. What another process appends after this look moves the stream, and the commit finds that.
    ///
    /// # Errors
    /// [`LedgerError::Stale`] when they are not; [`LedgerError::Database`].
    pub(super) async fn check_facts(
        &self,
        hot: &BTreeMap<StreamKey, Hot>,
        commands: &[Addressed],
    ) -> Result<(), LedgerError> {
        for addressed in commands {
            let Some(hot) = hot.get(&addressed.stream) else {
                continue;
            };
            for (booking, version) in hot.state.unknown_bookings(&addressed.command) {
                Counts::add(&self.counts.facts_checked, 1);
                if self.store.subject_last(addressed.stream, booking).await? != version {
                    return Err(LedgerError::Stale);
                }
            }
        }
        Ok(())
    }
}
