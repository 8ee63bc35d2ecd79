//! How a saga goes on: one function for the request that drives it, for recovery and for tests.

use super::{Composite, Phase, Progress};
use crate::domain::time::Timestamp;

/// What has to be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing, until somebody asks for something: it has settled, waits for a person, is stuck or not there.
    Rest,
    /// Ask the provider of a segment, then record what it answered.
    Step {
        /// Which segment.
        segment: u32,
        /// What to ask.
        action: Action,
    },
    /// Every step is done: record that it stands, waits, or is rolled back.
    Settle,
    /// Its deadline has passed: begin to undo it.
    Expire,
}

/// What is asked of a segment's provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Hold its slot.
    Hold,
    /// Make the hold a booking.
    Confirm,
    /// Undo whatever there is of it: release the hold, compensate the booking, and bar a hold or booking that comes late.
    Compensate,
}

impl Composite {
    /// The next transition at `now`; pure. Segments are held and confirmed in order, and undone the newest first.
    ///
    /// What is confirmed as a whole settles even after the deadline: nothing of it was late.
    pub fn next(&self, now: Timestamp) -> Next {
        match &self.phase {
            Phase::Requested => self.next_to_do(now),
            Phase::Compensating(_) => match self.newest_to_undo() {
                Some(segment) => step(segment, Action::Compensate),
                None => Next::Settle,
            },
            Phase::Absent
            | Phase::Pending
            | Phase::Confirmed
            | Phase::RolledBack(_)
            | Phase::Stuck { .. }
            | Phase::Abandoned
            | Phase::Cancelled => Next::Rest,
        }
    }

    fn next_to_do(&self, now: Timestamp) -> Next {
        let first = |wanted: Progress| (0..).zip(&self.progress).find(|(_, at)| **at == wanted);
        if self.progress.iter().all(|at| *at == Progress::Confirmed) {
            return Next::Settle;
        }
        if self.deadline().is_none_or(|deadline| deadline <= now) {
            return Next::Expire;
        }
        match (first(Progress::Planned), first(Progress::Held)) {
            (Some((segment, _)), _) => step(segment, Action::Hold),
            (None, Some((segment, _))) => step(segment, Action::Confirm),
            (None, None) => Next::Expire,
        }
    }

    /// The newest segment of which something may be there, or may still come: a step is on its way before it is recorded.
    /// Nobody asks for a segment before the one before it is known to be held, so the others need no undo.
    pub(super) fn newest_to_undo(&self) -> Option<u32> {
        let before = std::iter::once(&Progress::Held).chain(&self.progress);
        (0..)
            .zip(self.progress.iter().zip(before))
            .filter(|(_, (at, before))| match at {
                Progress::Planned => matches!(before, Progress::Held | Progress::Confirmed),
                Progress::Held | Progress::Confirmed | Progress::Refused => true,
                Progress::Compensated => false,
            })
            .map(|(segment, _)| segment)
            .last()
    }
}

const fn step(segment: u32, action: Action) -> Next {
    Next::Step { segment, action }
}
