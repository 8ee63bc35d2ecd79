//! The bookings that are open: they stand or wait, and they have not finished. Whatever else is known of a booking is
//! folded from its own events and comes with the command as [`BookingFacts`].

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::command::{BookingFacts, BookingStatus};
use crate::domain::id::{BookingId, BookingUid, ClaimId, CompositeId, EventTypeId, SeatId};
use crate::domain::rejection::Rejection;
use crate::domain::time::{Day, TimeSlot, Timestamp};

/// What the rules keep of an open booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpenBooking {
    /// Sequence of its own last event.
    pub(super) version: u64,
    /// Its wire uid now.
    pub(super) uid: BookingUid,
    /// The event type it was booked with.
    pub(super) event_type: EventTypeId,
    /// When.
    pub(super) slot: TimeSlot,
    /// Buffer before, minutes, frozen when it was placed.
    pub(super) before_minutes: u32,
    /// Buffer after, minutes, frozen when it was placed.
    pub(super) after_minutes: u32,
    /// Whether it occupies the provider.
    pub(super) claims: bool,
    /// Whether it waits for a person.
    pub(super) pending: bool,
    /// The day on which limits count it.
    pub(super) counted_on: Day,
    /// Seats taken; empty for a booking without seats.
    pub(super) seats: BTreeSet<SeatId>,
    /// The claim of this provider's share, where the booking is at home in another stream.
    pub(super) share: Option<ClaimId>,
    /// The composite booking that it is a segment of.
    pub(super) composite: Option<CompositeId>,
}

impl OpenBooking {
    /// What its claim covers, or would.
    pub(super) fn padded(&self) -> (Timestamp, Timestamp) {
        self.slot.padded(self.before_minutes, self.after_minutes)
    }

    /// When it leaves the state: at its end, or where its claim ends, so that the buffer after it is kept to the last minute.
    pub(super) fn finishes_at(&self) -> Timestamp {
        if self.claims {
            self.padded().1
        } else {
            self.slot.end()
        }
    }

    pub(super) fn seats_count(&self) -> u32 {
        u32::try_from(self.seats.len()).unwrap_or(u32::MAX)
    }
}

/// The open bookings of one provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bookings {
    open: BTreeMap<BookingId, OpenBooking>,
    /// When each finishes.
    by_finish: BTreeSet<(Timestamp, BookingId)>,
    /// Seated bookings by exactly where they are: at most one per event type and slot.
    seated: BTreeSet<(EventTypeId, TimeSlot, BookingId)>,
}

impl Bookings {
    pub(super) fn get(&self, booking: BookingId) -> Option<&OpenBooking> {
        self.open.get(&booking)
    }

    /// The provider's share in a booking of another one's stream.
    pub(super) fn shared(&self, booking: BookingId) -> Option<(ClaimId, &OpenBooking)> {
        let open = self.open.get(&booking)?;
        Some((open.share?, open))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (BookingId, &OpenBooking)> {
        self.open.iter().map(|(&id, booking)| (id, booking))
    }

    /// The seated booking of the event type in exactly this slot.
    pub(super) fn seated_in(
        &self,
        event_type: EventTypeId,
        slot: TimeSlot,
    ) -> Option<(BookingId, &OpenBooking)> {
        let first = (event_type, slot, BookingId::from_uuid(Uuid::nil()));
        let &(found_type, found_slot, id) = self.seated.range(first..).next()?;
        if found_type != event_type || found_slot != slot {
            return None;
        }
        self.open.get(&id).map(|booking| (id, booking))
    }

    /// Slots with a seated booking of the event type, by start.
    pub(super) fn seated_of(&self, event_type: EventTypeId) -> impl Iterator<Item = TimeSlot> + '_ {
        self.seated
            .iter()
            .filter(move |(of, _, _)| *of == event_type)
            .map(|&(_, slot, _)| slot)
    }

    /// Bookings that have finished and are not recorded so yet, the oldest first, each with the instant.
    pub(super) fn finished(
        &self,
        now: Timestamp,
    ) -> impl Iterator<Item = (Timestamp, BookingId)> + '_ {
        self.by_finish
            .iter()
            .take_while(move |(at, _)| *at <= now)
            .copied()
    }

    pub(super) fn insert(&mut self, id: BookingId, booking: OpenBooking) {
        self.by_finish.insert((booking.finishes_at(), id));
        if !booking.seats.is_empty() {
            self.seated.insert((booking.event_type, booking.slot, id));
        }
        self.open.insert(id, booking);
    }

    pub(super) fn remove(&mut self, id: BookingId) -> Option<OpenBooking> {
        let booking = self.open.remove(&id)?;
        self.by_finish.remove(&(booking.finishes_at(), id));
        self.seated.remove(&(booking.event_type, booking.slot, id));
        Some(booking)
    }

    /// The booking as the caller read it, if it is (still) open; `None` when it has left the state, and its facts alone decide.
    ///
    /// # Errors
    /// [`Rejection::BookingChanged`] when the facts are not its latest: another version, another wire uid, or a booking
    /// that should be open by its facts and is not.
    pub(super) fn as_read(
        &self,
        now: Timestamp,
        facts: &BookingFacts,
    ) -> Result<Option<&OpenBooking>, Rejection> {
        let changed = || Rejection::BookingChanged {
            booking: facts.booking,
            expected: facts.version,
        };
        match self.open.get(&facts.booking) {
            Some(booking) if booking.version == facts.version && booking.uid == facts.uid => {
                Ok(Some(booking))
            }
            None if facts.slot.end() <= now || closed(facts).is_some() => Ok(None),
            Some(_) | None => Err(changed()),
        }
    }

    /// The booking as the caller read it, which must stand or wait, and must not have ended.
    ///
    /// # Errors
    /// In this order: [`Rejection::BookingRescheduled`], [`Rejection::BookingCancelled`] or [`Rejection::BookingDeclined`] by the facts
    /// (before the version, so that a late caller learns what happened), [`Rejection::BookingChanged`], [`Rejection::BookingEnded`].
    pub(super) fn still_open(
        &self,
        now: Timestamp,
        facts: &BookingFacts,
    ) -> Result<&OpenBooking, Rejection> {
        if let Some(rejection) = closed(facts) {
            return Err(rejection);
        }
        match self.as_read(now, facts)? {
            Some(booking) if now < booking.slot.end() => Ok(booking),
            Some(_) | None => Err(Rejection::BookingEnded),
        }
    }
}

/// # Errors
/// [`Rejection::PartOfComposite`] for a segment of a composite booking, unless it is changed as one.
pub(super) fn whole_or_as_segment(facts: &BookingFacts, as_segment: bool) -> Result<(), Rejection> {
    match facts.composite {
        Some(place) if !as_segment => Err(Rejection::PartOfComposite {
            composite: place.composite,
        }),
        Some(_) | None => Ok(()),
    }
}

/// Why the wire booking is neither accepted nor pending, by its facts.
pub(super) fn closed(facts: &BookingFacts) -> Option<Rejection> {
    if let Some(to) = &facts.rescheduled_to {
        return Some(Rejection::BookingRescheduled { to: to.clone() });
    }
    match facts.status {
        BookingStatus::Cancelled => Some(Rejection::BookingCancelled),
        BookingStatus::Rejected => Some(Rejection::BookingDeclined),
        BookingStatus::Accepted | BookingStatus::Pending => None,
    }
}
