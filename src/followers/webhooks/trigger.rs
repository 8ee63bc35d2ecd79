//! Which event fires what (`reference` § 7.3, the last paragraph).

use crate::domain::provider::event::ProviderEvent;
use crate::domain::webhook::Trigger;

/// What an event of a provider fires; `None` for what nobody is told of. `MEETING_STARTED` and `MEETING_ENDED` are due
/// by time, not by an event.
///
/// A saga's undoing is a cancellation for whoever was told of the booking; a seat taken or given up is one attendee's
/// booking or cancellation, and one that moves is told of once, where it goes to.
pub const fn of_event(event: &ProviderEvent) -> Option<Trigger> {
    match event {
        ProviderEvent::BookingPlaced(placed) if placed.moved_from.is_some() => {
            Some(Trigger::BookingRescheduled)
        }
        ProviderEvent::SeatTaken(taken) if taken.moved_from.is_some() => {
            Some(Trigger::BookingRescheduled)
        }
        ProviderEvent::SeatReleased(released) if released.moved_to.is_some() => None,
        ProviderEvent::BookingCancelled(ended) if ended.moved_to.is_some() => None,
        ProviderEvent::BookingPlaced(_)
        | ProviderEvent::BookingConfirmed(_)
        | ProviderEvent::SeatTaken(_) => Some(Trigger::BookingCreated),
        ProviderEvent::BookingRequested(_) => Some(Trigger::BookingRequested),
        ProviderEvent::BookingRescheduled(moved) if moved.pending => {
            Some(Trigger::BookingRequested)
        }
        ProviderEvent::BookingRescheduled(_) => Some(Trigger::BookingRescheduled),
        ProviderEvent::BookingDeclined(_) => Some(Trigger::BookingRejected),
        ProviderEvent::BookingCancelled(_)
        | ProviderEvent::BookingCompensated(_)
        | ProviderEvent::SeatReleased(_) => Some(Trigger::BookingCancelled),
        ProviderEvent::AttendanceMarked(_) => Some(Trigger::BookingNoShowUpdated),
        ProviderEvent::OutOfOfficeEntered(_) => Some(Trigger::OooCreated),
        ProviderEvent::ProviderCreated(_)
        | ProviderEvent::ProfileChanged(_)
        | ProviderEvent::ScheduleSet(_)
        | ProviderEvent::ScheduleRemoved(_)
        | ProviderEvent::BookingCompleted(_)
        | ProviderEvent::BookingFinished(_)
        | ProviderEvent::BookingDeparted(_)
        | ProviderEvent::BookingArrived(_)
        | ProviderEvent::ProviderEngaged(_)
        | ProviderEvent::ProviderDisengaged(_)
        | ProviderEvent::EngagementFinished(_)
        | ProviderEvent::CoHostsChanged(_)
        | ProviderEvent::AttendeesAdded(_)
        | ProviderEvent::AttendeeRemoved(_)
        | ProviderEvent::LocationChanged(_)
        | ProviderEvent::SegmentBarred(_)
        | ProviderEvent::HoldPlaced(_)
        | ProviderEvent::HoldChanged(_)
        | ProviderEvent::HoldReleased(_)
        | ProviderEvent::HoldExpired(_)
        | ProviderEvent::HoldRedeemed(_)
        | ProviderEvent::TimeBlocked(_)
        | ProviderEvent::TimeUnblocked(_)
        | ProviderEvent::OutOfOfficeChanged(_)
        | ProviderEvent::OutOfOfficeRemoved(_) => None,
    }
}
