//! Composite bookings: requested, driven until they settle, and driven on after a crash (DESIGN § 8).
//!
//! [`crate::domain::composite::Composite::next`] alone says how a saga goes on; this layer does what it says. Where nothing
//! waits, two linked commands do it all: everything held, then everything confirmed ([`Path::Linked`]). Recovery, and what
//! the linked way leaves undone, goes step by step: a segment's provider is asked by itself, then its answer is recorded in
//! the composite's stream. Every step may be repeated, so whoever drives needs no memory, and several may drive at once:
//! the version of the composite's stream fences its transitions, leases only save work.

mod steps;
mod driving;
pub mod recovery;
mod counts;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::clock::{Clock, Ids};
use crate::domain::composite::command::Request;
use crate::domain::composite::event::Segment;
use crate::domain::composite::{Composite, Next};
use crate::domain::id::{CompositeId, TenantId};
use crate::domain::tenant::Role;
use crate::domain::{Rejection, Sealable, State};
use crate::ledger::open_sagas::LEASE_SECONDS;
use crate::ledger::record::{Actor, Addressed, CommandContext, Origin, StreamKey};
use crate::ledger::{Ledger, LedgerError};
use counts::Counts;
use driving::Drive;

pub use counts::{SagaStatistics, StepOutcome};
pub use steps::Steps;

/// No segment is held or confirmed later than this after the request, seconds: three attempts at a step of 5 s each fit,
/// and what has to be undone is undone within half a minute.
pub const DEADLINE_SECONDS: i64 = 20;

/// How long a request drives its saga before it is answered that it is under way: as long as others leave it alone.
pub const BUDGET: Duration = Duration::from_secs(LEASE_SECONDS.unsigned_abs());

/// An unsettled saga is overdue so long after its request, seconds: its deadline, and time to undo it.
pub const OVERDUE_SECONDS: i64 = 30;

/// How a request goes about its saga.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Path {
    /// By two linked commands; step by step only where that fails.
    #[default]
    Linked,
    /// Step by step, as recovery does.
    Stepwise,
}

/// A composite booking to be made.
#[derive(Clone, Debug)]
pub struct Requested {
    /// New id.
    pub composite: CompositeId,
    /// 1 to [`crate::domain::composite::SEGMENTS_MAX`], in order, complete with ids and wire numbers.
    pub segments: Vec<Segment>,
    /// What the attendee typed, under a new key.
    pub sealable: Sealable,
}

/// A composite booking as it is now.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Which; with a known idempotency key the one of the first request.
    pub composite: CompositeId,
    /// [`State::Composite`]; not settled yet when the budget was used up.
    pub state: Arc<State>,
    /// Whether the idempotency key was known: nothing new was begun.
    pub replayed: bool,
}

impl Answered {
    /// The composite booking.
    ///
    /// # Errors
    /// [`LedgerError::Corrupt`] when the stream is none of a composite's, which cannot be.
    pub fn composite(&self) -> Result<&Composite, LedgerError> {
        composite_of(&self.state)
    }
}

/// Drives composite bookings; one per process.
#[derive(Debug)]
pub struct Sagas {
    ledger: Arc<Ledger>,
    steps: Arc<dyn Steps>,
    clock: Arc<dyn Clock>,
    path: Path,
    /// Who leases.
    holder: Uuid,
    tracker: TaskTracker,
    counts: Counts,
    /// A request has left its saga to recovery.
    left_over: Notify,
}

impl Sagas {
    /// Drives through a ledger. Tasks run on `tracker`.
    pub fn new(
        ledger: Arc<Ledger>,
        clock: Arc<dyn Clock>,
        ids: &dyn Ids,
        tracker: TaskTracker,
        path: Path,
    ) -> Self {
        Self {
            steps: Arc::new(Arc::clone(&ledger)),
            ledger,
            clock,
            path,
            holder: ids.uuid(),
            tracker,
            counts: Counts::default(),
            left_over: Notify::new(),
        }
    }

    /// The same, with every write going through `steps`: for tests that fail, delay or observe them.
    #[must_use]
    pub fn through(mut self, steps: Arc<dyn Steps>) -> Self {
        self.steps = steps;
        self
    }

    /// Requests a composite booking and drives it until it settles or the budget is used up; afterwards recovery goes on. It
    /// goes on too when the caller goes away. With a known idempotency key nothing new is begun: the first one is waited
    /// for.
    ///
    /// # Errors
    /// [`LedgerError::Refused`], bound to the idempotency key: by linked commands with [`Rejection::OfSegment`] when a
    /// segment cannot be held (nothing is written then). Step by step a segment's refusal is an accepted request that is
    /// rolled back. Else see [`LedgerError`].
    pub async fn request(
        self: &Arc<Self>,
        context: CommandContext,
        requested: Requested,
    ) -> Result<Answered, LedgerError> {
        let task = Arc::clone(self).request_to_end(context, requested);
        let task = self.tracker.spawn(task);
        task.await.unwrap_or_else(|error| {
            tracing::error!(%error, "the task of a composite booking died");
            Err(LedgerError::OutcomeUnknown)
        })
    }

    async fn request_to_end(
        self: Arc<Self>,
        mut context: CommandContext,
        requested: Requested,
    ) -> Result<Answered, LedgerError> {
        context.correlation = requested.composite.as_uuid();
        let (tenant, personal) = (context.tenant, requested.sealable.personal.clone());
        let commands = self.request_commands(tenant, requested);
        let executed = self.steps.execute(context.clone(), commands).await?;
        let composite = steps::requested(&executed)?;
        let stream = StreamKey::composite(tenant, composite);
        if executed.replayed {
            return Ok(Answered {
                composite,
                state: self.settled(stream).await?,
                replayed: true,
            });
        }
        let mut drive = self.drive_as(context, stream);
        drive.linked = self.path == Path::Linked;
        drive.learn(&executed);
        drive.personal = Some(personal);
        self.answer(drive).await
    }

    /// Drives a composite booking as far as it goes within the budget: after an operator let it be retried.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] with [`Rejection::CompositeNotFound`]; [`LedgerError::Database`].
    pub async fn drive(
        self: &Arc<Self>,
        tenant: TenantId,
        composite: CompositeId,
    ) -> Result<Answered, LedgerError> {
        let stream = StreamKey::composite(tenant, composite);
        self.answer(self.drive_as(system(tenant, composite), stream))
            .await
    }

    /// What was counted since the process began.
    pub fn statistics(&self) -> SagaStatistics {
        self.counts.statistics()
    }

    /// A drive on behalf of whoever asks, from now until the budget is used up.
    fn drive_as(self: &Arc<Self>, context: CommandContext, stream: StreamKey) -> Drive {
        Drive::new(Arc::clone(self), context, stream, Instant::now() + BUDGET)
    }

    /// Waits for a drive within the budget, and answers with the composite as it is then.
    async fn answer(self: &Arc<Self>, drive: Drive) -> Result<Answered, LedgerError> {
        let stream = drive.stream();
        let driven = self.tracker.spawn(drive.run());
        let state = match tokio::time::timeout(BUDGET, driven).await {
            Ok(Ok(Ok(state))) => Some(state),
            Ok(Ok(Err(error))) => {
                tracing::warn!(composite.id = %stream.id, %error, "a composite booking is left to recovery");
                None
            }
            Ok(Err(error)) => {
                tracing::error!(composite.id = %stream.id, %error, "the drive of a composite booking died");
                None
            }
            Err(_elapsed) => None,
        };
        let state = if let Some(state) = state {
            state
        } else {
            self.left_over.notify_one();
            self.state(stream).await?
        };
        Ok(Answered {
            composite: CompositeId::from_uuid(stream.id),
            state,
            replayed: false,
        })
    }

    /// The composite once it has settled, or as it is when the budget is used up. Somebody else drives it.
    async fn settled(&self, stream: StreamKey) -> Result<Arc<State>, LedgerError> {
        let until = Instant::now() + BUDGET;
        let mut moved = self.ledger.log_moved();
        loop {
            moved.mark_unchanged();
            let state = self.state(stream).await?;
            if composite_of(&state)?.next(self.clock.now()) == Next::Rest {
                return Ok(state);
            }
            match tokio::time::timeout_at(until, moved.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return Ok(state),
            }
        }
    }

    async fn state(&self, stream: StreamKey) -> Result<Arc<State>, LedgerError> {
        let state = self.ledger.state(stream).await?;
        state.ok_or(LedgerError::Refused {
            rejection: Rejection::CompositeNotFound,
            replayed: false,
            bound_at: None,
        })
    }

    /// Requests it, linked with every hold where the path is.
    fn request_commands(&self, tenant: TenantId, requested: Requested) -> Vec<Addressed> {
        let now = self.clock.now();
        let deadline = now.checked_add_signed(TimeDelta::seconds(DEADLINE_SECONDS));
        let request = Request {
            composite: requested.composite,
            segments: requested.segments,
            deadline: deadline.unwrap_or(now),
            everything_held: self.path == Path::Linked,
            sealable: requested.sealable,
        };
        steps::request(tenant, now, request)
    }
}

/// The context of what nobody asks for at this moment.
fn system(tenant: TenantId, composite: CompositeId) -> CommandContext {
    CommandContext {
        tenant,
        actor: Actor {
            id: "system".to_owned(),
            role: Role::Owner,
        },
        origin: Origin::default(),
        idempotency: None,
        correlation: composite.as_uuid(),
        causation: None,
        reads: Vec::new(),
        parts: Vec::new(),
    }
}

fn composite_of(state: &State) -> Result<&Composite, LedgerError> {
    match state {
        State::Composite(composite) => Ok(composite),
        State::Tenant(_) | State::Provider(_) | State::EventType(_) | State::Webhook(_) => Err(
            LedgerError::Corrupt("the stream of a composite is of another kind".to_owned()),
        ),
    }
}
