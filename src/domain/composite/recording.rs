//! The saga itself: what providers answered, how it settles, how it is undone, and what an operator does about it.

use super::command::{Outcome, Record};
use super::decision::{plain, refused_in};
use super::event::{
    Cause, CompositeEvent, CompositeStuck, RolledBack, SegmentMark, SegmentRefused,
};
use super::evolution::position;
use super::{Action, Composite, Identity, Phase, Progress};
use crate::domain::aggregate::Fact;
use crate::domain::rejection::Rejection;

impl Composite {
    /// What a provider answered. Of another generation, or when it is known or decided otherwise already: changes nothing.
    ///
    /// # Order of checks
    /// `CompositeNotFound`; `Invalid` (no such segment); `CompositeUnsettled`: held or refused before the one before it is
    /// held, confirmed before it is held, or undone although nothing is to be undone.
    pub(super) fn record(
        &self,
        identity: &Identity,
        record: &Record,
    ) -> Result<Vec<Fact>, Rejection> {
        let at = position(record.segment).and_then(|index| self.progress.get(index));
        let at = *at.ok_or_else(|| Rejection::invalid("segment", "is unknown"))?;
        if record.generation != identity.generation {
            return Ok(Vec::new());
        }
        let mark = SegmentMark {
            generation: identity.generation,
            segment: record.segment,
        };
        let is_requested = self.phase == Phase::Requested;
        let is_compensating = matches!(self.phase, Phase::Compensating(_));
        let event = match (&record.outcome, at) {
            (Outcome::Held, Progress::Planned) if is_requested => {
                self.in_turn(record.segment)?;
                CompositeEvent::SegmentHeld(mark)
            }
            (Outcome::Confirmed, Progress::Held) if is_requested => {
                CompositeEvent::SegmentConfirmed(mark)
            }
            (Outcome::Confirmed, Progress::Planned) if is_requested => {
                return Err(Rejection::CompositeUnsettled);
            }
            // Where others are still to be held, it is an older attempt at the hold that was refused.
            (Outcome::Refused(_), Progress::Held) if is_requested && self.holds_others() => {
                return Ok(Vec::new());
            }
            (Outcome::Refused(cause), Progress::Planned | Progress::Held) if is_requested => {
                if at == Progress::Planned {
                    self.in_turn(record.segment)?;
                }
                CompositeEvent::SegmentRefused(SegmentRefused {
                    generation: identity.generation,
                    segment: record.segment,
                    cause: cause.clone(),
                })
            }
            (Outcome::Compensated, Progress::Compensated) => return Ok(Vec::new()),
            (Outcome::Compensated, _) if is_compensating => {
                CompositeEvent::SegmentCompensated(mark)
            }
            (Outcome::Compensated, _) if is_requested => return Err(Rejection::CompositeUnsettled),
            (
                Outcome::Held | Outcome::Confirmed | Outcome::Refused(_) | Outcome::Compensated,
                _,
            ) => return Ok(Vec::new()),
        };
        Ok(vec![plain(event)])
    }

    fn holds_others(&self) -> bool {
        self.progress.contains(&Progress::Planned)
    }

    /// Undoing relies on it: of what comes after the first segment that is not known to be held, nothing was asked.
    fn in_turn(&self, segment: u32) -> Result<(), Rejection> {
        let first = self.progress.iter().position(|at| *at == Progress::Planned);
        if first == position(segment) {
            Ok(())
        } else {
            Err(Rejection::CompositeUnsettled)
        }
    }

    /// # Order of checks
    /// `CompositeNotFound`; without linked steps: changes nothing when it has settled, `CompositeUnsettled` while steps are to be
    /// recorded; with linked steps: `CompositeSettled` unless it is on that way.
    pub(super) fn settle(
        &self,
        identity: &Identity,
        linked: Option<Action>,
    ) -> Result<Vec<Fact>, Rejection> {
        let all_confirmed = self.progress.iter().all(|at| *at == Progress::Confirmed);
        let event = match (&self.phase, linked) {
            (Phase::Requested, Some(Action::Confirm)) => done(identity),
            (Phase::Requested, None) if all_confirmed => done(identity),
            (Phase::Compensating(cause), Some(Action::Compensate)) => undone(identity, cause),
            (Phase::Compensating(cause), None) if self.newest_to_undo().is_none() => {
                undone(identity, cause)
            }
            (_, Some(_)) => return Err(Rejection::CompositeSettled),
            (Phase::Requested | Phase::Compensating(_) | Phase::Stuck { .. }, None) => {
                return Err(Rejection::CompositeUnsettled);
            }
            (
                Phase::Absent
                | Phase::Pending
                | Phase::Confirmed
                | Phase::RolledBack(_)
                | Phase::Abandoned
                | Phase::Cancelled,
                None,
            ) => return Ok(Vec::new()),
        };
        Ok(vec![plain(event)])
    }

    /// Begins to undo it. One that is being undone, or is, stays as it is, with the first cause.
    ///
    /// # Order of checks
    /// `CompositeNotFound`; `CompositeUnsettled` (stuck); `CompositeSettled`: it stands, or waits for a person who has not
    /// declined it, or has ended otherwise.
    pub(super) fn roll_back(
        &self,
        identity: &Identity,
        cause: &Cause,
    ) -> Result<Vec<Fact>, Rejection> {
        let begun = CompositeEvent::RollbackBegun(RolledBack {
            generation: identity.generation,
            cause: cause.clone(),
        });
        match (&self.phase, cause) {
            (Phase::Requested, _) | (Phase::Pending, Cause::Declined { .. }) => {
                Ok(vec![plain(begun)])
            }
            (Phase::Compensating(_) | Phase::RolledBack(_), _) => Ok(Vec::new()),
            (Phase::Stuck { .. }, _) => Err(Rejection::CompositeUnsettled),
            (
                Phase::Absent
                | Phase::Pending
                | Phase::Confirmed
                | Phase::Abandoned
                | Phase::Cancelled,
                _,
            ) => Err(Rejection::CompositeSettled),
        }
    }

    /// Changes nothing when the segment is undone meanwhile, or it is stuck already.
    ///
    /// # Order of checks
    /// `CompositeNotFound`; `CompositeUnsettled` (nothing is being undone yet); `CompositeSettled`.
    pub(super) fn stick(
        &self,
        identity: &Identity,
        segment: u32,
        reason: &str,
    ) -> Result<Vec<Fact>, Rejection> {
        let at = position(segment).and_then(|index| self.progress.get(index));
        match &self.phase {
            Phase::Compensating(_) if at == Some(&Progress::Compensated) => Ok(Vec::new()),
            Phase::Compensating(cause) => Ok(vec![plain(CompositeEvent::CompositeStuck(
                CompositeStuck {
                    generation: identity.generation,
                    segment,
                    cause: cause.clone(),
                    reason: reason.to_owned(),
                },
            ))]),
            Phase::Stuck { .. } | Phase::RolledBack(_) => Ok(Vec::new()),
            Phase::Requested => Err(Rejection::CompositeUnsettled),
            Phase::Absent
            | Phase::Pending
            | Phase::Confirmed
            | Phase::Abandoned
            | Phase::Cancelled => Err(Rejection::CompositeSettled),
        }
    }

    /// Changes nothing while it is being undone.
    ///
    /// # Order of checks
    /// `CompositeNotFound`; `CompositeUnsettled` (requested); `CompositeSettled`.
    pub(super) fn retry(&self, identity: &Identity) -> Result<Vec<Fact>, Rejection> {
        match &self.phase {
            Phase::Stuck { .. } => Ok(vec![plain(CompositeEvent::CompositeRetried(
                identity.mark(),
            ))]),
            Phase::Compensating(_) => Ok(Vec::new()),
            Phase::Absent
            | Phase::Requested
            | Phase::Pending
            | Phase::Confirmed
            | Phase::RolledBack(_)
            | Phase::Abandoned
            | Phase::Cancelled => Err(refused_in(&self.phase)),
        }
    }

    /// Changes nothing when it is given up already.
    ///
    /// # Order of checks
    /// `CompositeNotFound`; `CompositeUnsettled` (not stuck); `CompositeSettled`.
    pub(super) fn abandon(&self, identity: &Identity) -> Result<Vec<Fact>, Rejection> {
        match &self.phase {
            Phase::Stuck { .. } => Ok(vec![plain(CompositeEvent::CompositeAbandoned(
                identity.mark(),
            ))]),
            Phase::Abandoned => Ok(Vec::new()),
            Phase::Absent
            | Phase::Requested
            | Phase::Pending
            | Phase::Confirmed
            | Phase::Compensating(_)
            | Phase::RolledBack(_)
            | Phase::Cancelled => Err(refused_in(&self.phase)),
        }
    }
}

/// Every segment is a booking.
fn done(identity: &Identity) -> CompositeEvent {
    if identity.waits_for_person {
        CompositeEvent::CompositePending(identity.mark())
    } else {
        CompositeEvent::CompositeConfirmed(identity.mark())
    }
}

/// No segment is.
fn undone(identity: &Identity, cause: &Cause) -> CompositeEvent {
    CompositeEvent::CompositeRolledBack(RolledBack {
        generation: identity.generation,
        cause: cause.clone(),
    })
}
