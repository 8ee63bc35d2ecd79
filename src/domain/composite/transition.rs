//! How a saga goes on: one function for the request that drives it, for recovery and for tests.

use super::Composite;
use crate::domain::time::Timestamp;

/// What has to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    pub fn next(&self, _now: Timestamp) -> Next {
        Next::Rest
    }
}
