//! Reads of the log and of what is written beside it.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::Store;
use super::statements::{
    ATTENDEE_KEYS_READ, COMMAND_ROWS, HEAD_READ, KEYS_EXPIRE, LOG_ROWS, NAME_FIND, NUMBERS_DRAW,
    SETTINGS_ROWS, STREAM_ROWS, STREAMS_READ, SUBJECT_LAST, SUBJECT_ROWS, TENANTS_READ,
};
use crate::domain::AggregateKind;
use crate::domain::id::{BookingId, CommandId, EventId, KeyId, ProviderId, TenantId};
use crate::domain::time::Timestamp;
use crate::ledger::database::{Database, DatabaseError, Param, Row, sqlite_arguments};
use crate::ledger::record::StreamKey;
use crate::ledger::unit::{EventRow, LoggedRow, NameKind, WrappedKey};

use super::rowset::{Kind, RowSet};

/// Idempotency keys forgotten in one statement, so that it stays short.
const EXPIRED_MAX: i64 = 10_000;

impl Store {
    /// Versions of streams of one or several tenants; absent streams are left out (their version is 0).
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn versions(
        &self,
        streams: &[StreamKey],
    ) -> Result<BTreeMap<StreamKey, u64>, DatabaseError> {
        let tenants: BTreeSet<TenantId> = streams.iter().map(|stream| stream.tenant).collect();
        let mut versions = BTreeMap::new();
        for tenant in tenants {
            let mut keys = RowSet::new([Kind::Uuid, Kind::Text, Kind::Uuid]);
            for stream in streams.iter().filter(|stream| stream.tenant == tenant) {
                keys.push([
                    Param::from(stream.tenant),
                    Param::from(stream.kind.as_str()),
                    Param::from(stream.id),
                ]);
            }
            let params = match self.database {
                Database::Postgres { .. } => keys.into_arrays()?,
                Database::Sqlite { .. } => vec![keys.into_json()?],
            };
            for row in self.database.fetch(tenant, STREAMS_READ, params).await? {
                if row.text("kind")? != "head" {
                    let (stream, version) = stream_key(&row)?;
                    versions.insert(stream, version);
                }
            }
        }
        Ok(versions)
    }

    /// Events of a stream after a sequence, in order, at most `limit`.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn stream_rows(
        &self,
        stream: StreamKey,
        after: u64,
        limit: u32,
    ) -> Result<Vec<EventRow>, DatabaseError> {
        let params = vec![
            Param::from(stream.tenant),
            Param::from(stream.kind.as_str()),
            Param::from(stream.id.to_string()),
            Param::from(signed(after)),
            Param::from(i64::from(limit)),
        ];
        // `aggregate_id` is text on both, as in the postgres-es layout.
        let rows = self
            .database
            .fetch(stream.tenant, STREAM_ROWS, params)
            .await?;
        rows.iter().map(event_row).collect()
    }

    /// Events that set a provider's profile and schedules, in order.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn settings_rows(
        &self,
        tenant: TenantId,
        provider: ProviderId,
    ) -> Result<Vec<EventRow>, DatabaseError> {
        let params = vec![Param::from(tenant), Param::from(provider.to_string())];
        let rows = self.database.fetch(tenant, SETTINGS_ROWS, params).await?;
        rows.iter().map(event_row).collect()
    }

    /// Events of a stream from `first` to `last`, both included.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn event_rows(
        &self,
        stream: StreamKey,
        first: u64,
        last: u64,
    ) -> Result<Vec<EventRow>, DatabaseError> {
        let after = first.saturating_sub(1);
        let limit = u32::try_from(last.saturating_sub(after)).unwrap_or(u32::MAX);
        self.stream_rows(stream, after, limit).await
    }

    /// The log of a tenant after a position, in order, at most `limit`.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn log_rows(
        &self,
        tenant: TenantId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<LoggedRow>, DatabaseError> {
        let params = vec![
            Param::from(tenant),
            Param::from(signed(after)),
            Param::from(i64::from(limit)),
        ];
        let rows = self.database.fetch(tenant, LOG_ROWS, params).await?;
        rows.iter().map(logged_row).collect()
    }

    /// Events about one booking after a position (0: from the first), by position, so many at most.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn subject_rows(
        &self,
        tenant: TenantId,
        booking: BookingId,
        (after, limit): (u64, u32),
    ) -> Result<Vec<LoggedRow>, DatabaseError> {
        let mut params = vec![Param::from(tenant), Param::from(booking.as_uuid())];
        params.extend([Param::from(signed(after)), Param::from(i64::from(limit))]);
        let rows = self.database.fetch(tenant, SUBJECT_ROWS, params).await?;
        rows.iter().map(logged_row).collect()
    }

    /// Sequence of the last event about a booking in one stream; 0 when there is none.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn subject_last(
        &self,
        stream: StreamKey,
        booking: BookingId,
    ) -> Result<u64, DatabaseError> {
        let params = vec![
            Param::from(stream.tenant),
            Param::from(booking.as_uuid()),
            Param::from(stream.kind.as_str()),
            Param::from(stream.id.to_string()),
        ];
        let rows = self
            .database
            .fetch(stream.tenant, SUBJECT_LAST, params)
            .await?;
        rows.first().map_or(Ok(0), |row| unsigned(row, "sequence"))
    }

    /// Events of one command, by position.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn command_rows(
        &self,
        tenant: TenantId,
        command: CommandId,
    ) -> Result<Vec<LoggedRow>, DatabaseError> {
        let params = vec![Param::from(tenant), Param::from(command.as_uuid())];
        let rows = self.database.fetch(tenant, COMMAND_ROWS, params).await?;
        rows.iter().map(logged_row).collect()
    }

    /// Where a name leads: its tenant and target. An empty scope finds a scoped name only when it is the only one.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn find_name(
        &self,
        kind: NameKind,
        scope: &str,
        name: &str,
    ) -> Result<Option<(TenantId, String)>, DatabaseError> {
        let params = vec![
            Param::from(kind.as_str()),
            Param::from(scope),
            Param::from(name),
        ];
        let rows = self.database.fetch_untenanted(NAME_FIND, params).await?;
        rows.first()
            .map(|row| {
                Ok((
                    TenantId::from_uuid(row.uuid("tenant")?),
                    row.text("target")?,
                ))
            })
            .transpose()
    }

    /// Draws `count` numbers of a kind and returns the first: global, from 1, never twice, in a transaction of its own.
    ///
    /// # Errors
    /// [`DatabaseError`]; also when `count` is not 1 to 100,000, or the kind has run out of numbers below 2^31.
    pub async fn draw_numbers(&self, kind: &str, count: i64) -> Result<i64, DatabaseError> {
        let params = vec![Param::from(kind), Param::from(count)];
        let rows = match &self.database {
            Database::Postgres { .. } => {
                self.database.fetch_untenanted(NUMBERS_DRAW, params).await?
            }
            Database::Sqlite { writer, .. } => {
                sqlx::query_with(NUMBERS_DRAW.sqlite, sqlite_arguments(params)?)
                    .fetch_all(writer)
                    .await?
                    .into_iter()
                    .map(Row::Sqlite)
                    .collect()
            }
        };
        rows.first()
            .ok_or_else(|| DatabaseError::corrupt("numbers.next", "no numbers were drawn"))?
            .int("first")
    }

    /// Wrapped attendee keys; destroyed and unknown ones are left out.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn attendee_keys(
        &self,
        tenant: TenantId,
        keys: &[KeyId],
    ) -> Result<Vec<WrappedKey>, DatabaseError> {
        let keys = keys.iter().map(|key| Some(key.as_uuid())).collect();
        let params = vec![Param::from(tenant), Param::Uuids(keys)];
        let rows = self
            .database
            .fetch(tenant, ATTENDEE_KEYS_READ, params)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(WrappedKey {
                    key: KeyId::from_uuid(row.uuid("key_id")?),
                    wrapped: row.bytes("wrapped")?,
                    epoch: row.int("epoch")?,
                    created_at: row.instant("created_at")?,
                })
            })
            .collect()
    }

    /// Every tenant that has a log, in order: for maintenance, not for requests.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn tenants(&self) -> Result<Vec<TenantId>, DatabaseError> {
        let rows = self
            .database
            .fetch_untenanted(TENANTS_READ, Vec::new())
            .await?;
        rows.iter()
            .map(|row| row.uuid("tenant").map(TenantId::from_uuid))
            .collect()
    }

    /// The last position of a tenant's log and when it was recorded; `None` before its first event.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn head(&self, tenant: TenantId) -> Result<Option<(u64, Timestamp)>, DatabaseError> {
        let rows = self
            .database
            .fetch(tenant, HEAD_READ, vec![Param::from(tenant)])
            .await?;
        rows.first()
            .map(|row| Ok((unsigned(row, "position")?, row.instant("recorded_at")?)))
            .transpose()
    }

    /// Forgets idempotency keys bound before an instant, of all tenants, at most 10,000; returns how many.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn expire_keys(&self, older_than: Timestamp) -> Result<u64, DatabaseError> {
        let params = vec![Param::from(older_than), Param::from(EXPIRED_MAX)];
        match &self.database {
            Database::Postgres { .. } => {
                let rows = self.database.fetch_untenanted(KEYS_EXPIRE, params).await?;
                rows.first().map_or(Ok(0), |row| unsigned(row, "expired"))
            }
            Database::Sqlite { writer, .. } => {
                let expired = sqlx::query_with(KEYS_EXPIRE.sqlite, sqlite_arguments(params)?)
                    .fetch_all(writer)
                    .await?;
                u64::try_from(expired.len())
                    .map_err(|error| DatabaseError::corrupt("expired", error))
            }
        }
    }
}

/// A row of `streams`: the stream and its version.
pub(super) fn stream_key(row: &Row) -> Result<(StreamKey, u64), DatabaseError> {
    let stream = StreamKey {
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        kind: kind(row, "kind")?,
        id: row.uuid("id")?,
    };
    Ok((stream, unsigned(row, "version")?))
}

/// A row of `events` with its place in the log.
pub(super) fn logged_row(row: &Row) -> Result<LoggedRow, DatabaseError> {
    Ok(LoggedRow {
        position: unsigned(row, "position")?,
        recorded_at: row.instant("recorded_at")?,
        row: event_row(row)?,
    })
}

fn event_row(row: &Row) -> Result<EventRow, DatabaseError> {
    let id = row.text("aggregate_id")?;
    let id = Uuid::parse_str(&id).map_err(|error| DatabaseError::corrupt("aggregate_id", error))?;
    Ok(EventRow {
        stream: StreamKey {
            tenant: TenantId::from_uuid(row.uuid("tenant")?),
            kind: kind(row, "aggregate_type")?,
            id,
        },
        sequence: unsigned(row, "sequence")?,
        event_type: row.text("event_type")?,
        event_version: row.text("event_version")?,
        payload: row.text("payload")?,
        metadata: row.text("metadata")?,
        id: EventId::from_uuid(row.uuid("event_id")?),
        command: CommandId::from_uuid(row.uuid("command_id")?),
        correlation: row.uuid("correlation")?,
        causation: row.uuid_or_null("causation")?,
        actor: row.text("actor")?,
        decided_at: row.instant("decided_at")?,
        key: row.uuid_or_null("key_id")?.map(KeyId::from_uuid),
        sealed: row.bytes_or_null("sealed")?,
        subject: row.uuid_or_null("subject")?.map(BookingId::from_uuid),
        previous_hash: hash(row, "previous_hash")?,
        hash: hash(row, "hash")?,
    })
}

fn kind(row: &Row, column: &str) -> Result<AggregateKind, DatabaseError> {
    let text = row.text(column)?;
    AggregateKind::from_text(&text)
        .ok_or_else(|| DatabaseError::corrupt(column, format!("unknown kind {text}")))
}

pub(super) fn hash(row: &Row, column: &str) -> Result<[u8; 32], DatabaseError> {
    <[u8; 32]>::try_from(row.bytes(column)?.as_slice())
        .map_err(|error| DatabaseError::corrupt(column, error))
}

/// A number that is never negative.
pub(super) fn unsigned(row: &Row, column: &str) -> Result<u64, DatabaseError> {
    u64::try_from(row.int(column)?).map_err(|error| DatabaseError::corrupt(column, error))
}

/// Beyond 2^63 there is nothing to find.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
