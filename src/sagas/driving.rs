//! One drive of one saga: from where it stands to where it rests, or to the end of its time.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::counts::StepOutcome;
use super::{Sagas, composite_of, steps};
use crate::domain::composite::command::{CompositeCommand, Outcome, Record};
use crate::domain::composite::event::{Cause, CompositeEvent};
use crate::domain::composite::{Action, Composite, Next, Phase, Progress};
use crate::domain::id::EventId;
use crate::domain::personal::Personal;
use crate::domain::{AggregateKind, Command, Event, Rejection, State};
use crate::ledger::LedgerError;
use crate::ledger::record::{Addressed, CommandContext, Executed, StreamKey};

/// Longest wait for one attempt at a step: a provider that hangs is one that is not there.
const STEP_WITHIN: Duration = Duration::from_secs(5);
/// Attempts at holding or confirming, and at recording what came of a step.
const ATTEMPTS: u32 = 3;
/// Attempts at undoing before an operator has to look: more, for nothing else sets it right.
const UNDO_ATTEMPTS: u32 = 5;
/// First pause after an attempt that failed; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(50);
/// Transitions of one drive: several times those of a saga of 32 segments that is held, confirmed and undone. Beyond it
/// something is wrong, and the next drive begins anew.
const TRANSITIONS_MAX: u32 = 512;

/// Why a step was not done.
#[derive(Debug)]
enum Undone {
    /// The rules refused it.
    Refused(Rejection),
    /// It failed as often as it is tried; a code.
    Failed(&'static str, LedgerError),
}

/// See the module.
#[derive(Debug)]
pub(super) struct Drive {
    sagas: Arc<Sagas>,
    context: CommandContext,
    stream: StreamKey,
    until: Instant,
    /// Whether linked commands are tried first.
    pub(super) linked: bool,
    /// What was typed, where it is known without opening it.
    pub(super) personal: Option<Personal>,
    /// The composite after the last of its events that this drive wrote; absent: to be read.
    known: Option<Arc<State>>,
    /// Its last event: what causes the next step.
    cause: Option<EventId>,
}

impl Drive {
    pub(super) fn new(
        sagas: Arc<Sagas>,
        context: CommandContext,
        stream: StreamKey,
        until: Instant,
    ) -> Self {
        let context = CommandContext {
            idempotency: None,
            reads: Vec::new(),
            parts: Vec::new(),
            correlation: stream.id,
            ..context
        };
        Self {
            sagas,
            context,
            stream,
            until,
            linked: false,
            personal: None,
            known: None,
            cause: None,
        }
    }

    pub(super) const fn stream(&self) -> StreamKey {
        self.stream
    }

    /// Drives; the composite as it is at the end.
    ///
    /// # Errors
    /// The database or the ledger is out of reach, or the log is corrupt: recovery tries again.
    pub(super) async fn run(mut self) -> Result<Arc<State>, LedgerError> {
        for _ in 0..TRANSITIONS_MAX {
            let state = self.current().await?;
            let composite = composite_of(&state)?;
            let next = composite.next(self.sagas.clock.now());
            if next == Next::Rest {
                self.sagas.counts.ended(composite);
                return Ok(state);
            }
            if self.until <= Instant::now() {
                break;
            }
            // Whatever is written next is caused by the composite's last event.
            match next {
                Next::Rest => {}
                Next::Settle => {
                    let settle = CompositeCommand::Settle { linked: None };
                    self.record(settle).await?;
                }
                Next::Expire => {
                    self.record(CompositeCommand::RollBack(Cause::DeadlinePassed))
                        .await?;
                }
                Next::Step {
                    action: Action::Confirm,
                    ..
                } if self.linked && is_held(composite) => self.confirm_all(composite).await,
                Next::Step { segment, action } => self.step(composite, segment, action).await?,
            }
        }
        self.sagas.left_over.notify_one();
        self.current().await
    }

    /// Takes what a command recorded of the composite.
    pub(super) fn learn(&mut self, executed: &Executed) {
        let stream = self.stream;
        for recorded in executed
            .events
            .iter()
            .filter(|event| event.stream == stream)
        {
            let known = self.known.take().map_or_else(
                || State::empty(AggregateKind::Composite),
                Arc::unwrap_or_clone,
            );
            let mut state = known;
            let follows = composite_of(&state)
                .is_ok_and(|composite| composite.version().wrapping_add(1) == recorded.sequence);
            if !follows {
                // Somebody else drives it, too.
                self.forget();
                return;
            }
            state.evolve(recorded.sequence, recorded.decided_at, &recorded.event);
            self.known = Some(Arc::new(state));
            self.cause = Some(recorded.id);
        }
    }

    fn forget(&mut self) {
        self.known = None;
        self.cause = None;
    }

    async fn current(&mut self) -> Result<Arc<State>, LedgerError> {
        if let Some(known) = &self.known {
            return Ok(Arc::clone(known));
        }
        let state = self.sagas.state(self.stream).await?;
        let before_last = composite_of(&state)?.version().saturating_sub(1);
        let last = self
            .sagas
            .ledger
            .stream_events(self.stream, before_last, 1)
            .await?;
        self.cause = last.first().map(|recorded| recorded.id);
        self.known = Some(Arc::clone(&state));
        Ok(state)
    }

    /// Confirms every segment and records that it stands, or undoes every one, by one linked command each. What they do
    /// not do is done step by step.
    async fn confirm_all(&mut self, composite: &Composite) {
        self.linked = false;
        let settle = CompositeCommand::Settle {
            linked: Some(Action::Confirm),
        };
        let confirmed = self
            .together(composite, vec![settle], Action::Confirm)
            .await;
        let Err(LedgerError::Refused { rejection, .. }) = confirmed else {
            return;
        };
        let Some(cause) = cause(rejection) else {
            return;
        };
        let undo = vec![
            CompositeCommand::RollBack(cause),
            CompositeCommand::Settle {
                linked: Some(Action::Compensate),
            },
        ];
        if let Err(error) = self.together(composite, undo, Action::Compensate).await {
            tracing::debug!(%error, "a composite booking is undone step by step");
        }
    }

    /// Writes commands of the composite linked with a step of each segment.
    async fn together(
        &mut self,
        composite: &Composite,
        commands: Vec<CompositeCommand>,
        action: Action,
    ) -> Result<(), LedgerError> {
        let mut linked: Vec<_> = commands
            .into_iter()
            .map(|command| self.addressed(command))
            .collect();
        linked.extend(steps::of_all(
            self.stream.tenant,
            composite,
            action,
            &self.typed(),
        ));
        let count = composite.segments().len();
        let executed = self.attempt(linked).await;
        let (outcome, count) = match &executed {
            Ok(_) => (StepOutcome::Done, count),
            Err(LedgerError::Refused { .. }) => (StepOutcome::Refused, 1),
            Err(_) => (StepOutcome::Failed, count),
        };
        self.sagas.counts.steps(action, outcome, count);
        match executed {
            Ok(executed) => {
                self.learn(&executed);
                Ok(())
            }
            Err(error) => {
                self.forget();
                Err(error)
            }
        }
    }

    /// What was typed; only a confirmation reads it.
    fn typed(&self) -> Personal {
        self.personal.clone().unwrap_or_default()
    }

    /// Asks one segment's provider, then records what it answered.
    async fn step(
        &mut self,
        composite: &Composite,
        segment: u32,
        action: Action,
    ) -> Result<(), LedgerError> {
        let outcome = match action {
            Action::Hold | Action::Confirm => self.try_do(composite, segment, action).await?,
            Action::Compensate => match self.ask(composite, segment, action, UNDO_ATTEMPTS).await {
                Ok(()) => Outcome::Compensated,
                Err(undone) => {
                    let reason = reason(&undone);
                    tracing::error!(
                        tenant.id = %self.stream.tenant, composite.id = %self.stream.id, segment, %reason,
                        "a segment could not be undone: an operator must look"
                    );
                    return self
                        .record(CompositeCommand::Stick { segment, reason })
                        .await;
                }
            },
        };
        self.record(CompositeCommand::Record(Record {
            generation: composite.generation(),
            segment,
            outcome,
        }))
        .await
    }

    async fn try_do(
        &mut self,
        composite: &Composite,
        segment: u32,
        action: Action,
    ) -> Result<Outcome, LedgerError> {
        if self.personal.is_none() {
            self.personal = self.open().await?;
        }
        let unavailable = |reason: &str| {
            Outcome::Refused(Cause::Unavailable {
                segment,
                reason: reason.to_owned(),
            })
        };
        if self.personal.is_none() {
            return Ok(unavailable("erased"));
        }
        let asked = self.ask(composite, segment, action, ATTEMPTS).await;
        Ok(match (asked, action) {
            (Ok(()), Action::Hold) => Outcome::Held,
            (Ok(()), Action::Confirm) => Outcome::Confirmed,
            (Ok(()), Action::Compensate) => Outcome::Compensated,
            (Err(Undone::Refused(rejection)), _) => {
                let own = if let Rejection::OfSegment { because, .. } = rejection {
                    *because
                } else {
                    rejection
                };
                Outcome::Refused(refusal(segment, own))
            }
            (Err(Undone::Failed(reason, error)), _) => {
                tracing::warn!(
                    tenant.id = %self.stream.tenant, composite.id = %self.stream.id, segment, %error,
                    "a segment's provider could not be asked"
                );
                unavailable(reason)
            }
        })
    }

    /// What was typed with the request; `None` when its key is destroyed.
    async fn open(&self) -> Result<Option<Personal>, LedgerError> {
        let ledger = &self.sagas.ledger;
        let first = ledger.stream_events(self.stream, 0, 1).await?;
        let Some(sealed) = first
            .into_iter()
            .filter(|recorded| {
                matches!(
                    recorded.event,
                    Event::Composite(CompositeEvent::CompositeRequested(_))
                )
            })
            .find_map(|recorded| recorded.personal)
        else {
            return Ok(None);
        };
        let opened = ledger
            .vault()
            .open(ledger.database(), self.stream.tenant, &[sealed])
            .await?;
        Ok(opened.into_iter().next().flatten())
    }

    /// Asks a segment's provider up to so many times.
    async fn ask(
        &self,
        composite: &Composite,
        segment: u32,
        action: Action,
        attempts: u32,
    ) -> Result<(), Undone> {
        let tenant = self.stream.tenant;
        let step = steps::of(tenant, composite, segment, action, &self.typed());
        let commands: Vec<_> = step.into_iter().collect();
        let asked = self.persist(commands, attempts).await;
        let outcome = match &asked {
            Ok(_) => StepOutcome::Done,
            Err(Undone::Refused(_)) => StepOutcome::Refused,
            Err(Undone::Failed(..)) => StepOutcome::Failed,
        };
        self.sagas.counts.steps(action, outcome, 1);
        asked.map(|_executed| ())
    }

    /// Writes a command of the composite alone. That it is refused means that somebody else has driven it on.
    async fn record(&mut self, command: CompositeCommand) -> Result<(), LedgerError> {
        match self.persist(vec![self.addressed(command)], ATTEMPTS).await {
            Ok(executed) if executed.events.is_empty() => self.forget(),
            Ok(executed) => self.learn(&executed),
            Err(Undone::Refused(rejection)) => {
                tracing::debug!(composite.id = %self.stream.id, %rejection, "a transition was overtaken");
                self.forget();
            }
            Err(Undone::Failed(_, error)) => return Err(error),
        }
        Ok(())
    }

    /// Tries again what failed for no fault of the rules, up to so many times, with growing pauses.
    async fn persist(&self, commands: Vec<Addressed>, attempts: u32) -> Result<Executed, Undone> {
        let mut pause = PAUSE;
        let mut left = attempts;
        loop {
            left = left.saturating_sub(1);
            let error = match self.attempt(commands.clone()).await {
                Ok(executed) => return Ok(executed),
                Err(LedgerError::Refused { rejection, .. }) => {
                    return Err(Undone::Refused(rejection));
                }
                Err(error) => error,
            };
            let (code, passes) = failure(&error);
            if left == 0 || !passes {
                return Err(Undone::Failed(code, error));
            }
            tracing::debug!(composite.id = %self.stream.id, %error, "a step failed; trying it again");
            rest(&mut pause).await;
        }
    }

    /// One attempt. What it began runs to its end although nobody waits for it any more.
    async fn attempt(&self, commands: Vec<Addressed>) -> Result<Executed, LedgerError> {
        let context = CommandContext {
            causation: self.cause.map(EventId::as_uuid),
            ..self.context.clone()
        };
        let asked = self.sagas.steps.execute(context, commands);
        let answered = tokio::time::timeout(STEP_WITHIN, asked).await;
        answered.unwrap_or(Err(LedgerError::OutcomeUnknown))
    }

    const fn addressed(&self, command: CompositeCommand) -> Addressed {
        Addressed {
            stream: self.stream,
            command: Command::Composite(command),
        }
    }
}

/// Whether every segment is held and none is confirmed yet.
fn is_held(composite: &Composite) -> bool {
    *composite.phase() == Phase::Requested
        && composite
            .progress()
            .iter()
            .all(|progress| *progress == Progress::Held)
}

/// Why a linked confirmation was refused; `None` when no segment refused it.
fn cause(rejection: Rejection) -> Option<Cause> {
    if let Rejection::OfSegment { segment, because } = rejection {
        Some(refusal(segment, *because))
    } else {
        None
    }
}

/// A refusal of a segment's provider, as a cause.
fn refusal(segment: u32, rejection: Rejection) -> Cause {
    if rejection == Rejection::StepTooLate {
        return Cause::DeadlinePassed;
    }
    Cause::Refused { segment, rejection }
}

/// A code for what failed, and whether it may pass by itself.
const fn failure(error: &LedgerError) -> (&'static str, bool) {
    match error {
        LedgerError::Unavailable => ("unavailable", true),
        LedgerError::OutcomeUnknown => ("timeout", true),
        LedgerError::Database(_) => ("databaseError", true),
        LedgerError::Stale => ("outdated", true),
        LedgerError::Erased => ("erased", false),
        LedgerError::InvariantBroken => ("invariantBroken", false),
        LedgerError::Corrupt(_) => ("corruptLog", false),
        LedgerError::Refused { .. } | LedgerError::KeyReused => ("refused", false),
        LedgerError::TooLarge { .. } => ("tooLarge", false),
    }
}

/// A code for why a segment could not be undone.
fn reason(undone: &Undone) -> String {
    match undone {
        Undone::Failed(code, _) => (*code).to_owned(),
        Undone::Refused(rejection) => serde_json::to_value(rejection)
            .ok()
            .and_then(|value| value.get("rejection")?.as_str().map(ToOwned::to_owned))
            .unwrap_or_else(|| "refused".to_owned()),
    }
}

/// No event tells when a provider can be asked again: a growing pause is all there is.
async fn rest(pause: &mut Duration) {
    let elapsed = tokio::time::timeout(*pause, std::future::pending::<()>()).await;
    debug_assert!(
        elapsed.is_err(),
        "a pending future only ends by its timeout"
    );
    *pause *= 2;
}
