//! What a booking's row holds sealed, once it is opened: who comes along, and where to. Pure.

use crate::domain::id::AttendeeNumber;
use crate::domain::personal::{Attendee, Personal};
use crate::projections::row::Booking;

/// The personal data of one row, opened; `None` where nobody typed anything or the key is destroyed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// What the first attendee typed.
    pub placed: Option<Personal>,
    /// Where it takes place, once that was changed.
    pub located: Option<Personal>,
    /// Reason and by whom it was moved here.
    pub moved: Option<Personal>,
    /// Reason and by whom it was cancelled.
    pub cancelled: Option<Personal>,
    /// Who was added, in the order of the row's additions.
    pub added: Vec<Option<Personal>>,
    /// What the attendee of each seat typed, in the order of the row's seats.
    pub seats: Vec<Option<Personal>>,
}

/// What was typed of a guest.
#[derive(Clone, Copy, Debug)]
pub enum Guest<'a> {
    /// An address, named by who booked.
    Address(&'a str),
    /// Somebody with a name of their own.
    Companion(&'a Attendee),
}

impl Opened {
    /// Where it takes place now.
    pub fn location(&self) -> Option<&str> {
        let mut said = [&self.located, &self.placed].into_iter().flatten();
        said.find_map(|typed| typed.location.as_deref())
    }

    /// The guests who still come, each with the wire number; `None` on a booking made before guests had numbers.
    pub fn guests(&self, row: &Booking) -> Vec<(Option<AttendeeNumber>, Guest<'_>)> {
        let placed = self.placed.iter();
        let named = placed
            .clone()
            .flat_map(|typed| typed.guests.iter().map(|email| Guest::Address(email)));
        let along = placed.flat_map(|typed| typed.companions.iter().map(Guest::Companion));
        let numbers = row
            .guests
            .iter()
            .copied()
            .map(Some)
            .chain(std::iter::repeat(None));
        let first = numbers.zip(named.chain(along));
        let added = row.added.iter().zip(&self.added);
        let later = added.flat_map(|(added, typed)| {
            let companions = typed.iter().flat_map(|typed| &typed.companions);
            let drawn = added.attendees.iter().copied().map(Some);
            drawn.zip(companions.map(Guest::Companion))
        });
        let is_coming = |number: &Option<AttendeeNumber>| {
            number.is_none_or(|number| !row.removed.contains(&number))
        };
        let all = first.chain(later);
        all.filter(|(number, _)| is_coming(number)).collect()
    }
}
