//! Folding the log into the new tables, chunk by chunk.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Progress, Rebuild, RebuildError};
use crate::domain::id::TenantId;
use crate::ledger::database::{Database, DatabaseError};
use crate::ledger::row::RowChange;
use crate::ledger::store::failure::{Meaning, meaning};
use crate::ledger::store::read_models;
use crate::ledger::store::transaction::Transaction;
use crate::ledger::unit::LoggedRow;

/// Events folded in one transaction. On SQLite it is the time a server's writer waits, so less.
const CHUNK_POSTGRES: u32 = 1_000;
const CHUNK_SQLITE: u32 = 250;

/// Events of one round below which the rest is left to the flip.
pub(super) const LAG_SMALL: u64 = 200;

/// Rounds over all tenants; each is shorter than the one before unless bookings come faster than they are folded.
const ROUNDS_MAX: u32 = 100;

/// How often a chunk that lost a race for SQLite's lock is tried.
const ATTEMPTS_MAX: u32 = 8;

impl Rebuild<'_> {
    /// Folds the log of every tenant until a round over all of them found hardly anything.
    ///
    /// # Errors
    /// [`RebuildError::Database`], [`RebuildError::Superseded`]; [`RebuildError::Busy`] when it never catches up.
    pub async fn fill(&mut self, progress: Progress<'_>) -> Result<u64, RebuildError> {
        for _ in 0..ROUNDS_MAX {
            let mut folded = 0;
            let mut heads = Vec::new();
            for tenant in self.store.tenants().await? {
                let head = self.store.head(tenant).await?;
                heads.push((tenant, head.map_or(0, |(position, _)| position)));
            }
            let total: u64 = heads.iter().map(|(_, head)| head).sum();
            for (tenant, head) in heads {
                folded += self.fold_until(tenant, head, total, progress).await?;
            }
            if folded <= LAG_SMALL {
                return Ok(self.folded());
            }
        }
        Err(RebuildError::Busy)
    }

    fn folded(&self) -> u64 {
        self.done.values().sum()
    }

    /// Brings one tenant's new rows to a position; returns the events it took.
    pub(super) async fn fold_until(
        &mut self,
        tenant: TenantId,
        position: u64,
        total: u64,
        progress: Progress<'_>,
    ) -> Result<u64, RebuildError> {
        let begun = *self.done.entry(tenant).or_default();
        let mut done = begun;
        while done < position {
            let rows = self.chunk(tenant, done, position).await?;
            let (changes, last) = self.project(rows, done)?;
            let started = Instant::now();
            self.write(tenant, &changes).await?;
            done = last;
            self.done.insert(tenant, done);
            progress(self.folded(), total.max(self.folded()));
            self.give_way(started.elapsed()).await;
        }
        Ok(done - begun)
    }

    async fn chunk(
        &self,
        tenant: TenantId,
        after: u64,
        until: u64,
    ) -> Result<Vec<LoggedRow>, DatabaseError> {
        let chunk = match self.owner {
            Database::Postgres { .. } => CHUNK_POSTGRES,
            Database::Sqlite { .. } => CHUNK_SQLITE,
        };
        let left = u32::try_from(until.saturating_sub(after)).unwrap_or(u32::MAX);
        self.store.log_rows(tenant, after, left.min(chunk)).await
    }

    /// The changes of events that follow a position, and the last of their positions; a hole is an error.
    pub(super) fn project(
        &self,
        rows: Vec<LoggedRow>,
        after: u64,
    ) -> Result<(Vec<RowChange>, u64), DatabaseError> {
        let hole = |before: u64| {
            DatabaseError::corrupt("events.position", format!("hole after position {before}"))
        };
        if rows.is_empty() {
            return Err(hole(after));
        }
        let mut last = after;
        let mut changes = Vec::new();
        for row in rows {
            if row.position != last + 1 {
                return Err(hole(last));
            }
            last = row.position;
            changes.extend(self.projection.project(&(self.decode)(&row)?));
        }
        Ok((changes, last))
    }

    async fn write(&self, tenant: TenantId, changes: &[RowChange]) -> Result<(), RebuildError> {
        let changes: Vec<&RowChange> = changes.iter().collect();
        let mut attempts = 0;
        loop {
            attempts += 1;
            match self.try_write(tenant, &changes).await {
                Err(error) if attempts < ATTEMPTS_MAX && meaning(&error) == Meaning::Retry => {}
                done => return done.map_err(Self::failed),
            }
        }
    }

    async fn try_write(
        &self,
        tenant: TenantId,
        changes: &[&RowChange],
    ) -> Result<(), DatabaseError> {
        let (database, tenants) = (self.store.database(), BTreeSet::from([tenant]));
        let naming = Arc::clone(&self.next);
        let mut transaction = Transaction::begin_naming(database, &tenants, naming).await?;
        read_models::write(&mut transaction, changes).await?;
        transaction.commit().await
    }

    /// SQLite's lock has no queue: whoever comes back at once takes it from those who poll for it. So the rebuild
    /// leaves it free for as long as it held it.
    pub(super) async fn give_way(&self, held: Duration) {
        if matches!(self.owner, Database::Sqlite { .. }) {
            pause(held.max(Duration::from_millis(2))).await;
        }
    }
}

/// No event tells when others are done: time is all there is.
pub(super) async fn pause(length: Duration) {
    let elapsed = tokio::time::timeout(length, std::future::pending::<()>()).await;
    debug_assert!(
        elapsed.is_err(),
        "a pending future only ends by its timeout"
    );
}
