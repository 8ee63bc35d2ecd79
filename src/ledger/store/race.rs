//! Stage 1 of the append: does every stream still have the version that the decision saw?
//!
//! Written streams are locked against everybody, read ones (event types, the tenant) against writers only. Were they
//! not locked at all, two batches of two processes could each read what the other writes and both commit. Were they
//! locked like written ones, batches would queue behind each other's tenant stream from their first statement on.
//!
//! Within a batch the same holds in batch order, which is the order of positions: a unit that read what an earlier unit
//! of the batch writes has read too early.

use std::collections::{BTreeMap, BTreeSet};

use super::candidates::Candidates;
use super::reading::stream_key;
use super::rowset::{Kind, RowSet};
use super::statements::{STREAMS_LOCK, STREAMS_READ};
use super::transaction::Transaction;
use crate::domain::id::TenantId;
use crate::ledger::database::{DatabaseError, Param, Sql};
use crate::ledger::record::StreamKey;
use crate::ledger::unit::UnitOutcome;

/// Makes the units leave whose streams have moved. Returns the tenants of the batch that have no head yet.
pub(super) async fn check(
    transaction: &mut Transaction,
    candidates: &mut Candidates<'_>,
) -> Result<BTreeSet<TenantId>, DatabaseError> {
    let mut is_written: BTreeMap<StreamKey, bool> = BTreeMap::new();
    for (_, unit) in candidates.staying() {
        for write in &unit.writes {
            is_written.insert(write.stream, true);
        }
        for (stream, _) in &unit.reads {
            is_written.entry(*stream).or_insert(false);
        }
    }
    lock(transaction, &is_written).await?;
    let mut reads = RowSet::new([Kind::Uuid, Kind::Text, Kind::Uuid]);
    for stream in is_written.keys() {
        reads.push([
            Param::from(stream.tenant),
            Param::from(stream.kind.as_str()),
            Param::from(stream.id),
        ]);
    }
    let mut versions = BTreeMap::new();
    let mut headless: BTreeSet<TenantId> = is_written.keys().map(|stream| stream.tenant).collect();
    for row in transaction.apply(STREAMS_READ, reads, Vec::new()).await? {
        if row.text("kind")? == "head" {
            headless.remove(&TenantId::from_uuid(row.uuid("tenant")?));
        } else {
            let (stream, version) = stream_key(&row)?;
            versions.insert(stream, version);
        }
    }
    compare(candidates, &versions);
    Ok(headless)
}

/// Locks streams in key order, the written ones (`true`) against everybody. On SQLite the writer is alone already.
pub(super) async fn lock(
    transaction: &mut Transaction,
    streams: &BTreeMap<StreamKey, bool>,
) -> Result<(), DatabaseError> {
    if !transaction.is_postgres() {
        return Ok(());
    }
    let mut locks = RowSet::new([Kind::Uuid, Kind::Text, Kind::Uuid, Kind::Int]);
    for (stream, is_written) in streams {
        locks.push([
            Param::from(stream.tenant),
            Param::from(stream.kind.as_str()),
            Param::from(stream.id),
            Param::from(i64::from(*is_written)),
        ]);
    }
    transaction
        .apply(Sql::both(STREAMS_LOCK), locks, Vec::new())
        .await?;
    Ok(())
}

fn compare(candidates: &mut Candidates<'_>, versions: &BTreeMap<StreamKey, u64>) {
    let version = |stream: &StreamKey| versions.get(stream).copied().unwrap_or(0);
    let mut written_before: BTreeSet<StreamKey> = BTreeSet::new();
    for (index, unit) in candidates.all().iter().enumerate() {
        let moved = unit.writes.iter().any(|write| {
            version(&write.stream) != write.expected || written_before.contains(&write.stream)
        });
        let read_moved = unit.reads.iter().any(|(stream, expected)| {
            version(stream) != *expected || written_before.contains(stream)
        });
        if moved {
            candidates.leave(index, UnitOutcome::Moved);
        } else if read_moved {
            candidates.leave(index, UnitOutcome::ReadMoved);
        } else {
            written_before.extend(unit.writes.iter().map(|write| write.stream));
        }
    }
}
