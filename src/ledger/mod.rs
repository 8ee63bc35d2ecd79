//! Stop 2 of 6 on the path of a booking: executing a command.
//!
//! From the api's handler (`api::bookings::place`). Next: the rules, [`crate::domain::State::decide`] (stop 3).
//!
//! This layer owns the append transaction, hot streams, group commit and the log. It answers a command only when its
//! events are durable, and writes nothing of a command that is refused.
//!
//! # Round trips
//! A command on a hot stream costs no read: the lane holds the state, the commit compares versions. A batch costs a
//! constant number of statements, however many commands it carries.
//!
//! # Guarantees
//! - Positions of a tenant are 1..n without hole, in commit order.
//! - A stream's primary key `(tenant, kind, id, sequence)` is the fence: two commands never follow the same version.
//! - An idempotency key and the events it stands for are one transaction.

mod error;
mod execution;
mod refusal;
mod turn;
mod lanes;
mod loading;
pub mod snapshots;
mod recording;
mod committer;
mod wakeup;
mod idempotency;
mod numbers;
mod maintenance;
mod statistics;
pub mod limits;
pub mod codec;
pub mod upcast;
pub mod hash;
pub mod vault;
pub mod key_cache;
pub mod api_key;
pub mod directory;
pub mod aggregate;
pub mod event_store;
pub mod record;
pub mod unit;
pub mod open_sagas;
pub mod row;
pub mod store;
pub mod database;
pub mod session;
pub mod live_tables;
mod states;
pub mod reads;
pub mod moment;
pub mod safety;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio::sync::{Mutex, Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::{Clock, Ids};
use crate::domain::id::{BookingId, ProviderId, TenantId};
use committer::Committer;
use database::{Database, DatabaseError};
use directory::DirectoryCache;
use idempotency::Flights;
use lanes::Lanes;
use limits::QUEUE_MAX;
use numbers::Numbers;
use record::{Addressed, CommandContext, Executed, Logged, RecordedEvent, StreamKey};
use row::Projection;
use safety::ClockWatch;
use snapshots::Snapshots;
use statistics::Counts;
use store::Store;
use unit::NameKind;
use vault::Vault;
use wakeup::Wakeup;

pub use error::LedgerError;
pub use maintenance::Unready;
pub use numbers::NumberKind;
pub use statistics::Statistics;

/// Where a name leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// Whose it is.
    pub tenant: TenantId,
    /// See [`NameKind`]: a small JSON object.
    pub target: serde_json::Value,
}

/// The ledger: one per process and database.
pub struct Ledger {
    database: Database,
    store: Store,
    vault: Arc<Vault>,
    projections: Vec<Box<dyn Projection>>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    /// One of [`QUEUE_MAX`] for each command under way.
    places: Arc<Semaphore>,
    lanes: Lanes,
    committer: Committer,
    snapshots: Snapshots,
    counts: Arc<Counts>,
    flights: Arc<Flights>,
    numbers: Numbers,
    directory: DirectoryCache,
    /// One turn at a time: each holds a connection of the pool and needs another to load from.
    turns: Mutex<()>,
    wakeup: Arc<Wakeup>,
    clock_watch: Arc<ClockWatch>,
    tracker: TaskTracker,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Ledger").finish_non_exhaustive()
    }
}

impl Ledger {
    /// A ledger over an open, migrated database. Its tasks run on `tracker`. Once `stop` is cancelled, what was queued
    /// is still committed and answered; new commands are not taken.
    pub fn open(
        database: Database,
        projections: Vec<Box<dyn Projection>>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        master_key: &[u8; vault::KEY_BYTES],
        tracker: &TaskTracker,
        stop: CancellationToken,
    ) -> Arc<Self> {
        let store = Store::new(database.clone());
        let counts = Arc::new(Counts::default());
        let (kept, beside) = (store.clone(), Arc::clone(&counts));
        let snapshots = Snapshots::start(kept, beside, tracker, stop.clone());
        let process = ids.uuid().to_string();
        let wakeup = Wakeup::start(&database, process, wakeup::POLL, tracker, &stop);
        let wakeup = Arc::new(wakeup);
        let clock_watch =
            ClockWatch::start(database.clone(), Arc::clone(&clock), tracker, stop.clone());
        let committer = Committer::start(
            store.clone(),
            Arc::clone(&clock),
            Arc::clone(&wakeup),
            tracker,
            stop,
        );
        Arc::new(Self {
            vault: Arc::new(Vault::new(master_key, Arc::clone(&clock), Arc::clone(&ids))),
            database,
            store,
            projections,
            clock,
            ids,
            places: Arc::new(Semaphore::new(QUEUE_MAX)),
            lanes: Lanes::default(),
            committer,
            snapshots,
            counts,
            flights: Arc::default(),
            numbers: Numbers::default(),
            directory: DirectoryCache::default(),
            turns: Mutex::default(),
            wakeup,
            clock_watch,
            tracker: tracker.clone(),
        })
    }

    /// Executes a command over one stream, or linked commands over several streams of one tenant: all or nothing.
    /// Runs to its end although the caller goes away: it is a task of its own.
    ///
    /// # Errors
    /// See [`LedgerError`].
    pub async fn execute(
        self: &Arc<Self>,
        context: CommandContext,
        commands: Vec<Addressed>,
    ) -> Result<Executed, LedgerError> {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            tracing::warn!("no more commands are taken: too many are under way");
            return Err(LedgerError::Unavailable);
        };
        let run = Arc::clone(self).run(context, commands, place);
        let task = self.tracker.spawn(run);
        task.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a command's task died");
            Err(LedgerError::OutcomeUnknown)
        })
    }

    /// The events of one booking, over all providers it was with, in order of position.
    ///
    /// # Errors
    /// As [`Self::state`].
    pub async fn booking_events(
        &self,
        tenant: TenantId,
        booking: BookingId,
    ) -> Result<Vec<Logged>, LedgerError> {
        self.booking_events_after(tenant, booking, 0, u32::MAX)
            .await
    }

    /// As [`Self::booking_events`], after a position (0: from the first), at most `limit`.
    ///
    /// # Errors
    /// As [`Self::state`].
    pub async fn booking_events_after(
        &self,
        tenant: TenantId,
        booking: BookingId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Logged>, LedgerError> {
        let part = (after, limit);
        let rows = self.store.subject_rows(tenant, booking, part).await?;
        rows.iter().map(codec::decode_logged).collect()
    }

    /// Events of a stream after a sequence (0: from the first), in order, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::state`].
    pub async fn stream_events(
        &self,
        stream: StreamKey,
        after: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, LedgerError> {
        let rows = self.store.stream_rows(stream, after, limit).await?;
        rows.iter().map(codec::decode).collect()
    }

    /// What a provider has set about itself (profile and schedules), in order: its events without bookings, holds and
    /// busy time.
    ///
    /// # Errors
    /// As [`Self::state`].
    pub async fn provider_settings(
        &self,
        tenant: TenantId,
        provider: ProviderId,
    ) -> Result<Vec<RecordedEvent>, LedgerError> {
        let rows = self.store.settings_rows(tenant, provider).await?;
        rows.iter().map(codec::decode).collect()
    }

    /// The log of a tenant after a position (0: from the first), in order, at most `limit`; asserts contiguity.
    ///
    /// # Errors
    /// As [`Self::state`]; a hole is [`LedgerError::Corrupt`].
    pub async fn log(
        &self,
        tenant: TenantId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Logged>, LedgerError> {
        let rows = self.store.log_rows(tenant, after, limit).await?;
        for (row, expected) in rows.iter().zip(after + 1..) {
            if row.position != expected {
                tracing::error!(tenant.id = %tenant, position = expected, "the log has a hole");
                return Err(LedgerError::Corrupt(format!(
                    "log has no position {expected}"
                )));
            }
        }
        rows.iter().map(codec::decode_logged).collect()
    }

    /// Where a name leads, at most 5 s old; `None` when there is none. With an empty `scope` for kinds that are
    /// scoped: the only entry of that name, `None` when there are several.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    pub async fn find(
        &self,
        kind: NameKind,
        scope: &str,
        name: &str,
    ) -> Result<Option<DirectoryEntry>, LedgerError> {
        let now = self.clock.now();
        if let Some(entry) = self.directory.get(now, kind, scope, name) {
            return Ok(Some(entry));
        }
        let Some((tenant, target)) = self.store.find_name(kind, scope, name).await? else {
            return Ok(None);
        };
        let target = serde_json::from_str(&target)
            .map_err(|error| DatabaseError::corrupt("target", error))?;
        let entry = DirectoryEntry { tenant, target };
        self.directory.put(now, kind, scope, name, entry.clone());
        Ok(Some(entry))
    }

    /// Changes whenever the log of any tenant may have moved: after a commit of this process, soon after one of another,
    /// and at least every second. Its value means nothing; whoever is woken compares positions.
    pub fn log_moved(&self) -> watch::Receiver<u64> {
        self.wakeup.subscribe()
    }

    /// The watch over this machine's clock.
    pub fn clock_watch(&self) -> &ClockWatch {
        &self.clock_watch
    }

    /// Draws a wire number; numbers may be skipped, never repeated.
    ///
    /// # Errors
    /// As [`Self::draw_numbers`].
    pub async fn draw_number(&self, kind: NumberKind) -> Result<i32, LedgerError> {
        let drawn = self.draw_numbers(kind, 1).await?;
        let none = || LedgerError::Corrupt("no wire number was drawn".to_owned());
        drawn.first().copied().ok_or_else(none)
    }

    /// Draws wire numbers, ascending.
    ///
    /// # Errors
    /// [`LedgerError::Database`]; [`LedgerError::Corrupt`] when they are used up.
    pub async fn draw_numbers(
        &self,
        kind: NumberKind,
        count: usize,
    ) -> Result<Vec<i32>, LedgerError> {
        self.numbers.draw(&self.store, kind, count).await
    }

    /// Takes back numbers that were drawn for a command of which it is certain that it recorded nothing: they are drawn
    /// again, so that refused commands use up none.
    pub async fn give_back_numbers(&self, kind: NumberKind, unused: Vec<i32>) {
        self.numbers.give_back(kind, unused).await;
    }

    /// The database, for reading read models.
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// The statements of the ledger, for operators' commands.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The vault, for opening personal data.
    pub const fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    /// Every projection, in the order they are written.
    pub fn projections(&self) -> &[Box<dyn Projection>] {
        &self.projections
    }
}
