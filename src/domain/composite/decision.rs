//! What a composite's stream decides. Every command may come twice, and late: what is known changes nothing, and what has
//! been overtaken is refused, so that a composite never goes both ways.

use super::command::CompositeCommand;
use super::event::{CompositeEvent, CompositeMark};
use super::{Composite, Identity, Phase};
use crate::domain::aggregate::{Event, Fact};
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;

impl Composite {
    pub(in crate::domain) fn decide(
        &self,
        now: Timestamp,
        command: &CompositeCommand,
    ) -> Result<Vec<Fact>, Rejection> {
        if let CompositeCommand::Request(request) = command {
            return self.request(now, request);
        }
        let identity = self.identity()?;
        match command {
            CompositeCommand::Request(_) => Err(Rejection::AlreadyExists),
            CompositeCommand::Record(record) => self.record(identity, record),
            CompositeCommand::Settle { linked } => self.settle(identity, *linked),
            CompositeCommand::RollBack(cause) => self.roll_back(identity, cause),
            CompositeCommand::Stick { segment, reason } => self.stick(identity, *segment, reason),
            CompositeCommand::Retry => self.retry(identity),
            CompositeCommand::Abandon => self.abandon(identity),
            CompositeCommand::Confirm => self.confirm(identity),
            CompositeCommand::Cancel { personal } => self.cancel(identity, personal.as_ref()),
            CompositeCommand::Reschedule(reschedule) => self.reschedule(identity, reschedule),
            CompositeCommand::ChangeSegment { segment, change } => {
                self.change_segment(identity, *segment, change)
            }
        }
    }

    fn identity(&self) -> Result<&Identity, Rejection> {
        self.identity.as_ref().ok_or(Rejection::CompositeNotFound)
    }
}

impl Identity {
    /// The generation as a whole.
    pub(super) const fn mark(&self) -> CompositeMark {
        CompositeMark {
            generation: self.generation,
        }
    }
}

/// Why a command that needs a settled composite, or a stuck one, is refused in this phase.
pub(super) const fn refused_in(phase: &Phase) -> Rejection {
    match phase {
        Phase::Requested | Phase::Compensating(_) | Phase::Stuck { .. } => {
            Rejection::CompositeUnsettled
        }
        Phase::Absent
        | Phase::Pending
        | Phase::Confirmed
        | Phase::RolledBack(_)
        | Phase::Abandoned
        | Phase::Cancelled => Rejection::CompositeSettled,
    }
}

/// A fact that nobody typed anything with.
pub(super) fn plain(event: CompositeEvent) -> Fact {
    Fact {
        event: Event::Composite(event),
        sealable: None,
    }
}
