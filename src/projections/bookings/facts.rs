//! A row as the facts that a command on a booking carries.

use crate::domain::provider::command::BookingFacts;
use crate::projections::row::Booking;

impl Booking {
    /// The booking as it was read; the rules refuse the command when they know a later version. `None` for a booking
    /// without personal data, which has no attendee key to seal a change under.
    pub fn facts(&self) -> Option<BookingFacts> {
        Some(BookingFacts {
            booking: self.booking,
            version: self.version,
            number: self.number,
            uid: self.uid.clone(),
            ics_uid: self.ics_uid.clone(),
            status: self.status,
            rescheduled_to: self.rescheduled_to.clone(),
            slot: self.slot,
            terms: self.terms.clone(),
            claims: self.claims,
            counted_on: self.counted_on,
            attendee: self.attendee,
            guests: self.guests_coming(),
            seats: self
                .seats
                .iter()
                .filter(|seat| !seat.released)
                .map(|seat| seat.seat)
                .collect(),
            series: self.series.clone(),
            co_hosts: self.co_hosts.clone(),
            composite: self.composite,
            key: self.placed.as_ref()?.key,
        })
    }
}
