//! Snapshots of streams: read when a stream is cold, written after the commit in a transaction of their own.

use std::collections::BTreeSet;

use super::Store;
use super::reading::{hash, signed, unsigned};
use super::statements::{
    SNAPSHOT_DELETE, SNAPSHOT_PUT, SNAPSHOT_READ, SNAPSHOTS_DELETE_UNFIT, SNAPSHOTS_THIN,
};
use super::transaction::Transaction;
use crate::domain::{EVOLVE_VERSION, STATE_LAYOUT};
use crate::ledger::database::{DatabaseError, Param};
use crate::ledger::limits::SNAPSHOT_KEPT_EVERY;
use crate::ledger::record::StreamKey;
use crate::ledger::snapshots::Snapshot;

/// A snapshot as it was found, with what the log says about it.
#[derive(Clone, Debug)]
pub struct Found {
    /// As stored.
    pub snapshot: Snapshot,
    /// Hash of the event at its sequence; absent when the log has none.
    pub log_hash: Option<[u8; 32]>,
}

impl Store {
    /// The newest snapshot of a stream below a sequence, of those that were folded and written as this program does;
    /// not checked otherwise.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn snapshot(
        &self,
        stream: StreamKey,
        below: u64,
    ) -> Result<Option<Found>, DatabaseError> {
        let mut params = key(stream);
        params.extend([
            Param::from(signed(below)),
            Param::from(STATE_LAYOUT),
            Param::from(i64::from(EVOLVE_VERSION)),
        ]);
        let rows = self
            .database
            .fetch(stream.tenant, SNAPSHOT_READ, params)
            .await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let log_hash = match row.bytes_or_null("log_hash")? {
            Some(_) => Some(hash(row, "log_hash")?),
            None => None,
        };
        Ok(Some(Found {
            snapshot: Snapshot {
                stream,
                sequence: unsigned(row, "sequence")?,
                state_hash: hash(row, "state_hash")?,
                stream_hash: hash(row, "stream_hash")?,
                decided_at: row.instant("decided_at")?,
                state: row.text("state")?,
            },
            log_hash,
        }))
    }

    /// Writes a snapshot. Deletes those named (they were found broken), those an older program wrote, and those it makes
    /// superfluous.
    ///
    /// # Errors
    /// [`DatabaseError`]; nothing has changed then.
    pub async fn put_snapshot(
        &self,
        snapshot: &Snapshot,
        broken: &[u64],
    ) -> Result<(), DatabaseError> {
        let stream = snapshot.stream;
        let tenants = BTreeSet::from([stream.tenant]);
        let mut transaction = Transaction::begin(&self.database, &tenants).await?;
        for sequence in broken {
            let params = at(stream, *sequence, []);
            transaction.fetch(SNAPSHOT_DELETE, params).await?;
        }
        let folded = [
            Param::from(STATE_LAYOUT),
            Param::from(i64::from(EVOLVE_VERSION)),
        ];
        let mut unfit = key(stream);
        unfit.extend(folded.clone());
        transaction.fetch(SNAPSHOTS_DELETE_UNFIT, unfit).await?;
        let mut row = at(stream, snapshot.sequence, folded);
        row.extend([
            Param::Bytes(Some(snapshot.state_hash.to_vec())),
            Param::Bytes(Some(snapshot.stream_hash.to_vec())),
            Param::from(snapshot.decided_at),
            Param::from(snapshot.state.as_str()),
        ]);
        transaction.fetch(SNAPSHOT_PUT, row).await?;
        let kept = [Param::from(signed(SNAPSHOT_KEPT_EVERY))];
        let superfluous = at(stream, snapshot.sequence, kept);
        transaction.fetch(SNAPSHOTS_THIN, superfluous).await?;
        transaction.commit().await
    }
}

fn key(stream: StreamKey) -> Vec<Param> {
    vec![
        Param::from(stream.tenant),
        Param::from(stream.kind.as_str()),
        Param::from(stream.id),
    ]
}

fn at<const N: usize>(stream: StreamKey, sequence: u64, further: [Param; N]) -> Vec<Param> {
    let mut params = key(stream);
    params.push(Param::from(signed(sequence)));
    params.extend(further);
    params
}
