//! Who comes along, and where to: guests added and taken off, another location. Nothing here moves a claim.

use super::Provider;
use super::command::{AddAttendees, OnBooking, RemoveAttendee};
use super::decision::Decision;
use super::event::{AttendeeRemoved, AttendeesAdded, BookingMark, ProviderEvent};
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;

/// Guests added by one command (Cal.com's limit per call).
pub const GUESTS_ADDED_MAX: u32 = 10;
/// Guests of a booking beyond which none is added (Cal.com's limit). More may have been named when it was booked.
pub const GUESTS_MAX: u32 = 30;

impl Provider {
    /// Adds guests to a booking.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `Invalid` (nobody, or not one number for each), `TooMany` in one command;
    /// `BookingRescheduled`, `BookingCancelled`, `BookingDeclined` by the facts; `BookingChanged`; `BookingEnded`;
    /// `Invalid` on a seated booking, whose people take seats; `TooMany` on the booking.
    pub(super) fn add_attendees(
        &self,
        now: Timestamp,
        add: &AddAttendees,
    ) -> Result<Decision, Rejection> {
        self.identity()?;
        let count = add.attendees.len();
        if count == 0 || count != add.personal.companions.len() {
            return Err(Rejection::invalid(
                "guests",
                "must contain at least 1 elements",
            ));
        }
        Rejection::unless_at_most(GUESTS_ADDED_MAX, "guests in one request", count)?;
        let facts = &add.facts;
        self.bookings.still_open(now, facts)?;
        if !facts.seats.is_empty() {
            return Err(Rejection::invalid(
                "guests",
                "cannot be added to a seated booking",
            ));
        }
        let all = facts.guests.len().saturating_add(count);
        Rejection::unless_at_most(GUESTS_MAX, "guests of one booking", all)?;
        let mut decision = Decision::default();
        let event = ProviderEvent::AttendeesAdded(AttendeesAdded {
            booking: facts.booking,
            uid: facts.uid.clone(),
            attendees: add.attendees.clone(),
        });
        decision.record_sealed(event, facts.key, Some(&add.personal));
        Ok(decision)
    }

    /// Takes a guest off a booking. Who booked stays: that booking is cancelled instead.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `BookingRescheduled`, `BookingCancelled`, `BookingDeclined` by the facts; `BookingChanged`;
    /// `BookingEnded`; `Invalid` for who booked; `AttendeeNotFound`.
    pub(super) fn remove_attendee(
        &self,
        now: Timestamp,
        remove: &RemoveAttendee,
    ) -> Result<Decision, Rejection> {
        self.identity()?;
        let facts = &remove.facts;
        self.bookings.still_open(now, facts)?;
        if remove.attendee == facts.attendee {
            let reason = "is who booked: cancel the booking instead";
            return Err(Rejection::invalid("attendeeId", reason));
        }
        if !facts.guests.contains(&remove.attendee) {
            return Err(Rejection::AttendeeNotFound);
        }
        Ok(Decision::one(ProviderEvent::AttendeeRemoved(
            AttendeeRemoved {
                booking: facts.booking,
                uid: facts.uid.clone(),
                attendee: remove.attendee,
            },
        )))
    }

    /// Changes where a booking takes place.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `Invalid` without a location; `BookingRescheduled`, `BookingCancelled`, `BookingDeclined` by
    /// the facts; `BookingChanged`; `BookingEnded`.
    pub(super) fn change_location(
        &self,
        now: Timestamp,
        change: &OnBooking,
    ) -> Result<Decision, Rejection> {
        self.identity()?;
        let typed = change.personal.as_ref();
        if typed.is_none_or(|typed| typed.location.is_none()) {
            return Err(Rejection::invalid("location", "must be given"));
        }
        let facts = &change.facts;
        self.bookings.still_open(now, facts)?;
        let mut decision = Decision::default();
        let event = ProviderEvent::LocationChanged(BookingMark {
            booking: facts.booking,
            uid: facts.uid.clone(),
        });
        decision.record_sealed(event, facts.key, typed);
        Ok(decision)
    }
}
