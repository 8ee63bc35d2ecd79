//! Wire numbers of what is to be booked: arguments of the command, so they are drawn before the rules are asked.
//!
//! Whoever may book may ask for slots that are refused, and there are 2^31 numbers for all tenants: what nothing has
//! recorded is given back.

use crate::api::Api;
use crate::api::failure::Failure;
use crate::api::rejection::Asked;
use crate::domain::id::{AttendeeNumber, BookingNumber};
use crate::ledger::NumberKind;

/// Numbers drawn for one command.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn {
    bookings: Vec<i32>,
    attendees: Vec<i32>,
}

impl Drawn {
    /// Draws numbers for so many bookings and attendees.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub(crate) async fn of(
        api: &Api,
        bookings: usize,
        attendees: usize,
        asked: &Asked<'_>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            bookings: api.draw_many(NumberKind::Booking, bookings, asked).await?,
            attendees: api
                .draw_many(NumberKind::Attendee, attendees, asked)
                .await?,
        })
    }

    /// The bookings' numbers, ascending.
    pub(crate) fn bookings(&self) -> impl Iterator<Item = BookingNumber> + '_ {
        self.bookings.iter().copied().map(BookingNumber::new)
    }

    /// The attendees' numbers, ascending.
    pub(crate) fn attendees(&self) -> Vec<AttendeeNumber> {
        let drawn = self.attendees.iter().copied();
        drawn.map(AttendeeNumber::new).collect()
    }

    /// Those of several commands together.
    pub(crate) fn extend(&mut self, others: Self) {
        self.bookings.extend(others.bookings);
        self.attendees.extend(others.attendees);
    }

    /// Hands the outcome of the command through; the numbers are kept where it recorded them, or may have.
    ///
    /// # Errors
    /// The outcome's.
    pub(crate) async fn kept<T>(
        self,
        api: &Api,
        outcome: Result<T, Failure>,
        is_replay: impl FnOnce(&T) -> bool,
    ) -> Result<T, Failure> {
        let is_unused = match &outcome {
            Ok(done) => is_replay(done),
            Err(failure) => failure.is_stale() || !failure.refusal().status.is_server_error(),
        };
        if is_unused {
            let ledger = &api.ledger;
            ledger
                .give_back_numbers(NumberKind::Booking, self.bookings)
                .await;
            ledger
                .give_back_numbers(NumberKind::Attendee, self.attendees)
                .await;
        }
        outcome
    }
}
