//! The flip: one transaction of the owner that holds every head, for milliseconds.
//!
//! On Postgres it locks the table of heads against writers, not row by row: a tenant that is just being created has no
//! row yet. An append that was under way is waited for; one that comes later waits at its last statement, finds another
//! epoch on its head, and is rolled back by the database. What is left of the log is then folded, so the new tables are
//! complete as of the very position at which they become live.
//!
//! The old tables are put out of reach in the same transaction: on Postgres the runtime role loses its privileges, which
//! takes no lock, waits for no reader and cannot deadlock; on SQLite they lose their names. A reader that began before
//! sees the old rows as they were when it began; one that begins later fails on the old names and follows
//! ([`crate::ledger::live_tables`]).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::filling::pause;
use super::{Rebuild, RebuildError};
use crate::domain::id::TenantId;
use crate::ledger::database::{Database, DatabaseError, Param, Sql};
use crate::ledger::row::RowChange;
use crate::ledger::store::failure::{Meaning, meaning};
use crate::ledger::store::read_models;
use crate::ledger::store::reading::{logged_row, unsigned};
use crate::ledger::store::statements::LOG_ROWS;
use crate::ledger::store::transaction::Transaction;

/// How long writers may queue behind a flip that does not get its lock.
const LOCK: Sql = Sql::both("set local lock_timeout = '300ms'");
const HEADS_HOLD: Sql = Sql::both(include_str!("../sql/heads_hold.postgres.sql"));
const HEADS_ALL: Sql = Sql::both(include_str!("../sql/heads_all.sql"));
const ADMIT: Sql = Sql::both("select set_config('daybook.tenants', $1, true)");
const HEADS_FLIP: Sql = Sql::both(include_str!("../sql/heads_flip.sql"));
const RETIRE: Sql = Sql::both(include_str!("../sql/read_models_retire.sql"));
const GO_LIVE: Sql = Sql::both(include_str!("../sql/read_models_go_live.sql"));

/// Events folded while the heads are held; more are folded before the next try.
const LAG_MAX: u64 = 2_000;
/// Tries to get the heads, and the pause after each.
const TRIES_MAX: u32 = 30;
const PAUSE: Duration = Duration::from_millis(200);

/// What the flip did.
#[derive(Clone, Copy, Debug)]
pub struct Flipped {
    /// Events it folded itself.
    pub events: u64,
    /// How long the heads were held.
    pub held: Duration,
}

/// How a try ended without an error.
enum Try {
    Flipped(Flipped),
    /// Too much is left to fold.
    Behind,
}

impl Rebuild<'_> {
    /// Makes the new tables live.
    ///
    /// # Errors
    /// [`RebuildError`]; nothing has changed then.
    pub async fn flip(&mut self) -> Result<Flipped, RebuildError> {
        for _ in 0..TRIES_MAX {
            match self.try_flip().await {
                Ok(Try::Flipped(flipped)) => {
                    self.store.database().refresh().await?;
                    return Ok(flipped);
                }
                Ok(Try::Behind) => {
                    self.fill(&mut |_, _| {}).await?;
                }
                Err(RebuildError::Database(error)) if meaning(&error) == Meaning::Retry => {
                    pause(PAUSE).await;
                }
                Err(error) => return Err(error),
            }
        }
        Err(RebuildError::Busy)
    }

    async fn try_flip(&self) -> Result<Try, RebuildError> {
        let next = Arc::clone(&self.next);
        let mut transaction =
            Transaction::begin_naming(&self.owner, &BTreeSet::new(), next).await?;
        if transaction.is_postgres() {
            transaction.fetch(LOCK, Vec::new()).await?;
            transaction.fetch(HEADS_HOLD, Vec::new()).await?;
        }
        let held = Instant::now();
        let behind = self.behind(&mut transaction).await?;
        let events = behind.iter().map(|(_, from, to)| to - from).sum();
        if LAG_MAX < events {
            transaction.rollback().await;
            return Ok(Try::Behind);
        }
        self.fold_rest(&mut transaction, &behind)
            .await
            .map_err(Self::failed)?;
        self.change_registry(&mut transaction).await?;
        transaction.commit().await?;
        Ok(Try::Flipped(Flipped {
            events,
            held: held.elapsed(),
        }))
    }

    /// Tenants whose log goes on after what is folded: (tenant, folded, head).
    async fn behind(
        &self,
        transaction: &mut Transaction,
    ) -> Result<Vec<(TenantId, u64, u64)>, DatabaseError> {
        let mut behind = Vec::new();
        for row in transaction.fetch(HEADS_ALL, Vec::new()).await? {
            let tenant = TenantId::from_uuid(row.uuid("tenant")?);
            let (done, head) = (self.done.get(&tenant), unsigned(&row, "position")?);
            let done = done.copied().unwrap_or_default();
            if done < head {
                behind.push((tenant, done, head));
            }
        }
        Ok(behind)
    }

    async fn fold_rest(
        &self,
        transaction: &mut Transaction,
        behind: &[(TenantId, u64, u64)],
    ) -> Result<(), DatabaseError> {
        if transaction.is_postgres() && !behind.is_empty() {
            let tenants: Vec<String> = behind
                .iter()
                .map(|(tenant, ..)| tenant.to_string())
                .collect();
            transaction
                .fetch(ADMIT, vec![tenants.join(",").into()])
                .await?;
        }
        let signed = |position: u64| {
            i64::try_from(position).map_err(|error| DatabaseError::corrupt("heads.position", error))
        };
        for (tenant, from, to) in behind {
            let (after, limit) = (signed(*from)?, signed(to - from)?);
            let params = vec![Param::from(*tenant), after.into(), limit.into()];
            let rows = transaction.fetch(LOG_ROWS, params).await?;
            let rows = rows.iter().map(logged_row).collect::<Result<_, _>>()?;
            let (changes, last) = self.project(rows, *from)?;
            if last != *to {
                return Err(DatabaseError::corrupt(
                    "heads.position",
                    "is not the end of the log",
                ));
            }
            let changes: Vec<&RowChange> = changes.iter().collect();
            read_models::write(transaction, &changes).await?;
        }
        Ok(())
    }

    async fn change_registry(&self, transaction: &mut Transaction) -> Result<(), RebuildError> {
        let name = Param::from(self.model.name);
        let retired = transaction.fetch(RETIRE, vec![name.clone()]).await?;
        let live = transaction
            .fetch(GO_LIVE, vec![name, self.version.into()])
            .await?;
        let epoch = live.first().ok_or(RebuildError::Superseded)?.int("epoch")?;
        transaction.fetch(HEADS_FLIP, vec![epoch.into()]).await?;
        let old = retired.first().map(|row| row.int("version")).transpose()?;
        match old {
            Some(version) => Ok(self.put_away(transaction, version).await?),
            None => Ok(()),
        }
    }

    /// Puts the tables of a version out of reach. An older program's version may lack some.
    async fn put_away(
        &self,
        transaction: &mut Transaction,
        version: i64,
    ) -> Result<(), DatabaseError> {
        let old = super::Naming::of(&self.model, version);
        for table in &self.model.tables {
            let table = old.name(table);
            if !super::leftovers::is_known(transaction, table).await? {
                continue;
            }
            let statement = match self.owner {
                Database::Postgres { .. } => format!("revoke all on {table} from daybook_runtime"),
                Database::Sqlite { .. } => {
                    let retired = super::leftovers::retired(table);
                    format!("alter table {table} rename to {retired}")
                }
            };
            transaction.fetch_composed(statement, Vec::new()).await?;
        }
        Ok(())
    }
}
