//! What a provider no longer remembers: bookings that have left the state, known to a command by their facts alone.
//!
//! Facts of a booking in the state are compared with it ([`super::bookings`]). Facts of one that has left it may be older
//! than its last move: a past booking moved into the future and cancelled there has left the state twice. Only the log
//! can tell, so the ledger asks it, in this rare case, before it appends.

use super::Provider;
use super::command::{BookingFacts, ProviderCommand, SegmentAction};
use crate::domain::id::BookingId;

impl Provider {
    pub(in crate::domain) fn unknown_bookings(
        &self,
        command: &ProviderCommand,
    ) -> Vec<(BookingId, u64)> {
        command
            .facts()
            .iter()
            .filter(|facts| self.bookings.get(facts.booking).is_none())
            .map(|facts| (facts.booking, facts.version))
            .collect()
    }
}

impl ProviderCommand {
    /// Facts of this provider's own bookings. Those of a booking it receives are of the other provider's stream, where
    /// the linked [`Self::Depart`] has them compared.
    fn facts(&self) -> &[BookingFacts] {
        match self {
            Self::Confirm(on)
            | Self::Decline(on)
            | Self::ChangeLocation(on)
            | Self::Complete(on) => std::slice::from_ref(&on.facts),
            Self::Reschedule(reschedule) => std::slice::from_ref(&reschedule.facts),
            Self::MoveSeat(shift) => std::slice::from_ref(&shift.facts),
            Self::Cancel(cancel) => &cancel.bookings,
            Self::Compensate(compensate) => std::slice::from_ref(&compensate.facts),
            Self::MarkAbsent(mark) => std::slice::from_ref(&mark.facts),
            Self::AddAttendees(add) => std::slice::from_ref(&add.facts),
            Self::RemoveAttendee(remove) => std::slice::from_ref(&remove.facts),
            Self::Depart(depart) => std::slice::from_ref(&depart.facts),
            Self::ChangeCoHosts(change) => std::slice::from_ref(&change.facts),
            Self::Segment(step) => match &step.action {
                SegmentAction::Compensate {
                    known: Some(facts), ..
                } => std::slice::from_ref(facts),
                SegmentAction::Compensate { known: None, .. }
                | SegmentAction::Hold(_)
                | SegmentAction::Confirm(_) => &[],
            },
            Self::Create(_)
            | Self::ChangeProfile(_)
            | Self::SetSchedule(_)
            | Self::RemoveSchedule(_)
            | Self::Place(_)
            | Self::Receive(_)
            | Self::Engage(_)
            | Self::Disengage(_)
            | Self::Hold(_)
            | Self::ChangeHold(_)
            | Self::ReleaseHold(_)
            | Self::Block(_)
            | Self::Unblock(_)
            | Self::EnterOutOfOffice(_)
            | Self::ChangeOutOfOffice(_)
            | Self::RemoveOutOfOffice(_)
            | Self::Lapse => &[],
        }
    }
}
