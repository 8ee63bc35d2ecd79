//! Stage 6 of the append, the last: heads locked, positions handed out, events and stream versions written.

use std::collections::{BTreeMap, BTreeSet};

use super::candidates::Candidates;
use super::rowset::{Kind, RowSet};
use super::statements::{
    EVENTS_APPEND_SQLITE, HEADS_ADD, HEADS_ADVANCE_SQLITE, LOG_APPEND_POSTGRES,
    STREAMS_ADVANCE_SQLITE,
};
use super::transaction::Transaction;
use crate::domain::id::{BookingId, KeyId, TenantId};
use crate::domain::time::Timestamp;
use crate::ledger::database::{DatabaseError, Param, Row, Sql};
use crate::ledger::record::StreamKey;
use crate::ledger::unit::EventRow;

/// Last position of each unit that stayed and had events, by its index in the batch.
pub(super) type LastPositions = BTreeMap<usize, u64>;

/// Writes the events of the units that stay. `headless` are tenants whose log begins here.
pub(super) async fn write(
    transaction: &mut Transaction,
    candidates: &Candidates<'_>,
    headless: &BTreeSet<TenantId>,
    now: Timestamp,
) -> Result<LastPositions, DatabaseError> {
    let mut events = RowSet::new(EVENT_KINDS);
    let mut streams: BTreeMap<StreamKey, &EventRow> = BTreeMap::new();
    let mut counts: BTreeMap<TenantId, u64> = BTreeMap::new();
    for (_, unit) in candidates.staying() {
        for event in unit.writes.iter().flat_map(|write| &write.events) {
            events.push(event_cells(event));
            streams.insert(event.stream, event);
            let count = counts.entry(event.stream.tenant).or_default();
            *count = count.saturating_add(1);
        }
    }
    let mut new_heads = RowSet::new([Kind::Uuid]);
    for tenant in counts.keys().filter(|tenant| headless.contains(tenant)) {
        new_heads.push([Param::from(*tenant)]);
    }
    transaction.apply(HEADS_ADD, new_heads, Vec::new()).await?;
    let streams = stream_rows(&streams)?;
    let heads = if transaction.is_postgres() {
        append_postgres(transaction, events, streams).await?
    } else {
        append_sqlite(transaction, events, streams, &counts, now).await?
    };
    last_positions(candidates, &counts, &ends(&heads)?)
}

const EVENT_KINDS: [Kind; 19] = [
    Kind::Uuid,
    Kind::Text,
    Kind::Uuid,
    Kind::Int,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Uuid,
    Kind::Uuid,
    Kind::Uuid,
    Kind::Uuid,
    Kind::Text,
    Kind::Int,
    Kind::Uuid,
    Kind::Bytes,
    Kind::Uuid,
    Kind::Bytes,
    Kind::Bytes,
];

fn event_cells(event: &EventRow) -> [Param; 19] {
    [
        Param::from(event.stream.tenant),
        Param::from(event.stream.kind.as_str()),
        Param::from(event.stream.id),
        // A sequence beyond 2^63 is refused by the check on the column.
        Param::from(i64::try_from(event.sequence).unwrap_or(-1)),
        Param::from(event.event_type.as_str()),
        Param::from(event.event_version.as_str()),
        Param::from(event.payload.as_str()),
        Param::from(event.metadata.as_str()),
        Param::from(event.id.as_uuid()),
        Param::from(event.command.as_uuid()),
        Param::from(event.correlation),
        Param::from(event.causation),
        Param::from(event.actor.as_str()),
        Param::from(event.decided_at),
        Param::from(event.key.map(KeyId::as_uuid)),
        Param::Bytes(event.sealed.clone()),
        Param::from(event.subject.map(BookingId::as_uuid)),
        Param::Bytes(Some(event.previous_hash.to_vec())),
        Param::Bytes(Some(event.hash.to_vec())),
    ]
}

fn stream_rows(streams: &BTreeMap<StreamKey, &EventRow>) -> Result<RowSet, DatabaseError> {
    let mut rows = RowSet::new([Kind::Uuid, Kind::Text, Kind::Uuid, Kind::Int, Kind::Bytes]);
    for (stream, last) in streams {
        let version = i64::try_from(last.sequence)
            .map_err(|error| DatabaseError::corrupt("sequence", error))?;
        rows.push([
            Param::from(stream.tenant),
            Param::from(stream.kind.as_str()),
            Param::from(stream.id),
            Param::from(version),
            Param::Bytes(Some(last.hash.to_vec())),
        ]);
    }
    Ok(rows)
}

async fn append_postgres(
    transaction: &mut Transaction,
    events: RowSet,
    streams: RowSet,
) -> Result<Vec<Row>, DatabaseError> {
    let mut further = streams.into_arrays()?;
    further.push(Param::from(transaction.naming().epoch()));
    transaction
        .apply(Sql::both(LOG_APPEND_POSTGRES), events, further)
        .await
}

async fn append_sqlite(
    transaction: &mut Transaction,
    events: RowSet,
    streams: RowSet,
    counts: &BTreeMap<TenantId, u64>,
    now: Timestamp,
) -> Result<Vec<Row>, DatabaseError> {
    let mut heads = RowSet::new([Kind::Uuid, Kind::Int]);
    for (tenant, count) in counts {
        let count =
            i64::try_from(*count).map_err(|error| DatabaseError::corrupt("events", error))?;
        heads.push([Param::from(*tenant), Param::from(count)]);
    }
    let epoch = Param::from(transaction.naming().epoch());
    let further = vec![Param::from(now), epoch];
    transaction
        .apply(Sql::both(EVENTS_APPEND_SQLITE), events, further)
        .await?;
    transaction
        .apply(Sql::both(STREAMS_ADVANCE_SQLITE), streams, Vec::new())
        .await?;
    transaction
        .apply(
            Sql::both(HEADS_ADVANCE_SQLITE),
            heads,
            vec![Param::from(now)],
        )
        .await
}

fn ends(heads: &[Row]) -> Result<BTreeMap<TenantId, u64>, DatabaseError> {
    heads
        .iter()
        .map(|row| {
            let position = u64::try_from(row.int("position")?)
                .map_err(|error| DatabaseError::corrupt("position", error))?;
            Ok((TenantId::from_uuid(row.uuid("tenant")?), position))
        })
        .collect()
}

/// Walks the batch as the statement did: positions of a tenant are contiguous in batch order and end at its new head.
fn last_positions(
    candidates: &Candidates<'_>,
    counts: &BTreeMap<TenantId, u64>,
    ends: &BTreeMap<TenantId, u64>,
) -> Result<LastPositions, DatabaseError> {
    let mut next: BTreeMap<TenantId, u64> = BTreeMap::new();
    for (tenant, count) in counts {
        let before = ends
            .get(tenant)
            .and_then(|end| end.checked_sub(*count))
            .ok_or_else(|| DatabaseError::corrupt("heads.position", "did not advance"))?;
        next.insert(*tenant, before);
    }
    let mut positions = LastPositions::new();
    for (index, unit) in candidates.staying() {
        for event in unit.writes.iter().flat_map(|write| &write.events) {
            if let Some(position) = next.get_mut(&event.stream.tenant) {
                *position = position.saturating_add(1);
                positions.insert(index, *position);
            }
        }
    }
    Ok(positions)
}
