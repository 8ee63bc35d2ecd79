//! Asking a segment's provider: what it is asked with, how often, and what it means when nothing comes back.

use std::time::Duration;

use super::Drive;
use crate::domain::composite::command::Outcome;
use crate::domain::composite::event::{Cause, CompositeEvent};
use crate::domain::composite::{Action, Composite};
use crate::domain::id::EventId;
use crate::domain::personal::Personal;
use crate::domain::provider::command::{BookingFacts, ProviderCommand, SegmentAction};
use crate::domain::{Command, Event, Rejection};
use crate::ledger::LedgerError;
use crate::ledger::record::{Addressed, CommandContext, Executed};
use crate::projections::bookings;
use crate::projections::row::Booking;
use crate::sagas::counts::StepOutcome;
use crate::sagas::steps;

/// Longest wait for one attempt at a step: a provider that hangs is one that is not there.
const STEP_WITHIN: Duration = Duration::from_secs(5);
/// Attempts at holding or confirming, and at recording what came of a step.
pub(super) const ATTEMPTS: u32 = 3;
/// Attempts at undoing before an operator has to look: more, for nothing else sets it right.
pub(super) const UNDO_ATTEMPTS: u32 = 5;
/// First pause after an attempt that failed; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(50);
/// Why a step was not done.
#[derive(Debug)]
pub(super) enum Undone {
    /// The rules refused it.
    Refused(Rejection),
    /// It failed as often as it is tried; a code.
    Failed(&'static str, LedgerError),
}

impl Drive {
    /// Holds or confirms a segment.
    ///
    /// # Errors
    /// What was typed cannot be read now.
    pub(super) async fn try_do(
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
    pub(super) async fn ask(
        &self,
        composite: &Composite,
        segment: u32,
        action: Action,
        attempts: u32,
    ) -> Result<(), Undone> {
        let tenant = self.stream.tenant;
        let step = steps::of(tenant, composite, segment, action, &self.typed());
        let mut commands: Vec<_> = step.into_iter().collect();
        if action == Action::Compensate
            && let Some(facts) = self.facts(composite, segment).await?
        {
            for undo in &mut commands {
                know(undo, &facts);
            }
        }
        let asked = self.persist(commands, attempts).await;
        let outcome = match &asked {
            Ok(_) => StepOutcome::Done,
            Err(Undone::Refused(_)) => StepOutcome::Refused,
            Err(Undone::Failed(..)) => StepOutcome::Failed,
        };
        self.sagas.counts.steps(action, outcome, 1);
        asked.map(|_executed| ())
    }

    /// The segment's booking as it is read, where its end has passed: its provider may not know it any more.
    async fn facts(
        &self,
        composite: &Composite,
        segment: u32,
    ) -> Result<Option<BookingFacts>, Undone> {
        let index = usize::try_from(segment).unwrap_or(usize::MAX);
        let planned = composite.segments().get(index);
        let Some(over) = planned.filter(|one| one.slot.end() <= self.sagas.clock.now()) else {
            return Ok(None);
        };
        let database = self.sagas.ledger.database();
        let read = bookings::by_uid(database, self.stream.tenant, &over.uid).await;
        let row = read.map_err(|error| Undone::Failed("databaseError", error.into()))?;
        Ok(row.as_ref().and_then(Booking::facts))
    }

    /// Tries again what failed for no fault of the rules, up to so many times, with growing pauses.
    pub(super) async fn persist(
        &self,
        commands: Vec<Addressed>,
        attempts: u32,
    ) -> Result<Executed, Undone> {
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
    pub(super) async fn attempt(&self, commands: Vec<Addressed>) -> Result<Executed, LedgerError> {
        let context = CommandContext {
            causation: self.cause.map(EventId::as_uuid),
            ..self.context.clone()
        };
        let asked = self.sagas.steps.execute(context, commands);
        let answered = tokio::time::timeout(STEP_WITHIN, asked).await;
        answered.unwrap_or(Err(LedgerError::OutcomeUnknown))
    }
}

/// Gives an undo the booking as it was read.
fn know(undo: &mut Addressed, facts: &BookingFacts) {
    if let Command::Provider(command) = &mut undo.command
        && let ProviderCommand::Segment(step) = command.as_mut()
        && let SegmentAction::Compensate { known, .. } = &mut step.action
    {
        *known = Some(Box::new(facts.clone()));
    }
}

/// A refusal of a segment's provider, as a cause.
pub(super) fn refusal(segment: u32, rejection: Rejection) -> Cause {
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
pub(super) fn reason(undone: &Undone) -> String {
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
