//! Records what has lapsed with idle providers: finished bookings and expired holds (DESIGN § 4); and forgets idempotency
//! keys that nobody will repeat any more.
//!
//! Every accepted command records some of its provider's lapses; a provider that nobody asks for anything has them recorded
//! here. The rules never wait for it: they treat what is over as gone by `now` alone. It keeps states and the claims table
//! bounded, and the log says when a booking was over.
//!
//! Each process looks after the providers that are hot in it, and after claims that have been over for a whole tick
//! (their process is gone). Two that meet harm nobody: the second finds nothing left to record.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::{Clock, Ids};
use crate::domain::Command;
use crate::domain::provider::LAPSES_MAX;
use crate::domain::provider::command::ProviderCommand;
use crate::domain::tenant::Role;
use crate::ledger::record::{Actor, Addressed, CommandContext, Origin, StreamKey};
use crate::ledger::{Ledger, LedgerError};

/// Commands of one tick: bounds what a process adds to the load of the others after a long downtime.
pub const COMMANDS_MAX: u32 = 1_024;

/// How long an idempotency key is kept at least: who has not tried again after a weekend tries no more. A request that
/// comes with it later is a new one.
pub const KEYS_KEPT: TimeDelta = TimeDelta::hours(72);
/// Rounds of forgetting in one tick, of at most 10,000 keys each.
const FORGET_ROUNDS_MAX: u32 = 16;

/// The follower.
#[derive(Clone, Debug)]
pub struct Lapsing {
    /// Through which it acts.
    pub ledger: Arc<Ledger>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Correlation ids.
    pub ids: Arc<dyn Ids>,
    /// How often it looks.
    pub every: Duration,
}

impl Lapsing {
    /// Starts it: the first look at once, then one per tick, until `stop`.
    pub fn start(self, tracker: &TaskTracker, stop: CancellationToken) {
        tracker.spawn(self.run(stop));
    }

    async fn run(self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(self.every);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let look = async {
                tick.tick().await;
                (self.sweep().await, self.forget_keys().await)
            };
            // Left in the middle nothing is lost: a command under way is a task of its own.
            let (swept, forgotten) = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                looked = look => looked,
            };
            match swept {
                Ok(0) => {}
                Ok(events) => tracing::debug!(events, "lapses of idle providers recorded"),
                Err(error) => tracing::warn!(
                    error = &error as &dyn Error,
                    "lapses not recorded; the next tick goes on"
                ),
            }
            match forgotten {
                Ok(0) => {}
                Ok(keys) => tracing::debug!(keys, "idempotency keys forgotten"),
                Err(error) => tracing::warn!(
                    error = &error as &dyn Error,
                    "idempotency keys not forgotten; the next tick goes on"
                ),
            }
        }
    }

    /// Looks once; returns how many events were recorded.
    ///
    /// # Errors
    /// What keeps every provider from being served: the database or the ledger is out of reach.
    pub async fn sweep(&self) -> Result<usize, LedgerError> {
        let now = self.clock.now();
        let tick = TimeDelta::from_std(self.every).unwrap_or(TimeDelta::MAX);
        let orphaned_before = now.checked_sub_signed(tick).unwrap_or(now);
        let mut recorded = 0;
        let mut commands_left = COMMANDS_MAX;
        for stream in self.ledger.lapsed(now, orphaned_before).await? {
            recorded += self.serve(stream, &mut commands_left).await?;
            if commands_left == 0 {
                break;
            }
        }
        Ok(recorded)
    }

    /// Forgets the keys that are older than [`KEYS_KEPT`], the oldest first; returns how many.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn forget_keys(&self) -> Result<u64, LedgerError> {
        let now = self.clock.now();
        let bound_before = now.checked_sub_signed(KEYS_KEPT).unwrap_or(now);
        let mut forgotten = 0;
        for _ in 0..FORGET_ROUNDS_MAX {
            match self.ledger.forget_keys(bound_before).await? {
                0 => break,
                keys => forgotten += keys,
            }
        }
        Ok(forgotten)
    }

    /// Records all that has lapsed with one provider, while commands are left.
    async fn serve(
        &self,
        stream: StreamKey,
        commands_left: &mut u32,
    ) -> Result<usize, LedgerError> {
        let mut recorded = 0;
        while 0 < *commands_left {
            *commands_left -= 1;
            let command = Addressed {
                stream,
                command: Command::Provider(Box::new(ProviderCommand::Lapse)),
            };
            match self
                .ledger
                .execute(self.context(stream), vec![command])
                .await
            {
                Ok(executed) => {
                    recorded += executed.events.len();
                    if executed.events.len() < LAPSES_MAX {
                        break;
                    }
                }
                Err(
                    error @ (LedgerError::Unavailable
                    | LedgerError::OutcomeUnknown
                    | LedgerError::Database(_)),
                ) => return Err(error),
                Err(
                    error @ (LedgerError::Refused { .. }
                    | LedgerError::Stale
                    | LedgerError::KeyReused
                    | LedgerError::Erased
                    | LedgerError::TooLarge { .. }
                    | LedgerError::InvariantBroken
                    | LedgerError::Corrupt(_)),
                ) => {
                    // One provider's trouble is not another's.
                    tracing::warn!(
                        tenant.id = %stream.tenant, provider.id = %stream.id, error = &error as &dyn Error,
                        "lapses of a provider could not be recorded"
                    );
                    break;
                }
            }
        }
        Ok(recorded)
    }

    fn context(&self, stream: StreamKey) -> CommandContext {
        CommandContext {
            tenant: stream.tenant,
            actor: Actor {
                id: "system".to_owned(),
                role: Role::Owner,
            },
            origin: Origin::default(),
            idempotency: None,
            correlation: self.ids.uuid(),
            causation: None,
            reads: Vec::new(),
            parts: Vec::new(),
        }
    }
}
