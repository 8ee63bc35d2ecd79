//! Placing: one booking, a series, or a seat in a booking that stands.

use std::collections::BTreeSet;

use super::Provider;
use super::bounds::{self, Entry};
use super::command::{Occurrence, Place};
use super::counters::Counters;
use super::decision::Decision;
use super::event::{BookingPlaced, Host, ProviderEvent, SeatTaken, SeriesPlace};
use super::room::Candidate;
use crate::domain::aggregate::{Event, Fact, Sealable};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::{BookingUid, SeatId};
use crate::domain::rejection::Rejection;
use crate::domain::time::{TimeSlot, Timestamp};

/// Occurrences of one series, whatever the event type allows: a year of days.
pub const OCCURRENCES_MAX: u32 = EventTypeSettings::OCCURRENCES_MAX;

impl Provider {
    /// Books every occurrence or none. One lies in a seated booking of the same event type, in exactly its slot: joins it, as it
    /// stands (a seat in a pending booking waits with it).
    ///
    /// The attendee's key is new with every event of the command: it is one attendee, and any of the events may be the first one sealed.
    ///
    /// # Order of checks
    /// 1. `ProviderNotFound`;
    /// 2. the request by itself: `Invalid` (no occurrence, or not in order), `NotRecurring`, `TooManyOccurrences`, `SeatRequired`,
    ///    `AlreadyExists`;
    /// 3. each occurrence by itself: `LengthNotOffered`, `SlotInPast`, then `SlotTaken` by the occurrence before it;
    /// 4. `HoldNotFound`: unknown, expired, or not for this event type and the slot of an occurrence;
    /// 5. unless out of bounds, each occurrence: `NoticeTooShort`, `ScheduleNotFound`, `OutsideWindow`, `OutsideSchedule`;
    /// 6. each occurrence, beside those before it: `BookingChanged` when it joins, or not, otherwise than the caller of a booking
    ///    with co-hosts saw it; when it joins, `SeatsExhausted`; else `LimitReached` (unless out of bounds, or limits are
    ///    skipped), `SeatsExhausted`, `SlotTaken`.
    pub(super) fn place(&self, now: Timestamp, place: &Place) -> Result<Decision, Rejection> {
        let host = self.identity()?.host();
        self.check_request(place)?;
        check_occurrences(now, place)?;
        let slots: Vec<TimeSlot> = place.occurrences.iter().map(|one| one.slot).collect();
        let mut decision = self.redeem(now, place.hold, &place.terms, &slots)?;
        if !place.out_of_bounds {
            for occurrence in &place.occurrences {
                self.within_bounds(now, &place.terms, occurrence.slot)?;
            }
        }
        let mut planned = Counters::default();
        for (index, occurrence) in place.occurrences.iter().enumerate() {
            let seat = seat_of(place, index);
            let joined = self.join(now, place, occurrence, seat)?;
            check_join(place, index, occurrence, joined.is_some())?;
            if let Some(joined) = joined {
                decision.facts.push(sealed(place, joined));
                continue;
            }
            let lapsed = self.fit(now, place, occurrence, &mut planned)?;
            decision.lapsed.extend(lapsed);
            let event = self.placed(now, place, index, occurrence, &host);
            decision.facts.push(sealed(place, event));
        }
        Ok(decision)
    }

    pub(super) fn check_request(&self, place: &Place) -> Result<(), Rejection> {
        let invalid = |reason: &str| Rejection::invalid("occurrences", reason);
        let count = u32::try_from(place.occurrences.len()).unwrap_or(u32::MAX);
        if count == 0 {
            return Err(invalid("are empty"));
        }
        if place.series.is_some() || 1 < count {
            let recurrence = place.terms.recurrence.as_ref();
            let offered = recurrence.ok_or(Rejection::NotRecurring)?.occurrences;
            let max = offered.min(OCCURRENCES_MAX);
            if max < count {
                return Err(Rejection::TooManyOccurrences { count, max });
            }
        }
        if 1 < count && place.series.is_none() {
            return Err(invalid("need a series"));
        }
        if place.terms.seats.is_some() && place.seats.len() < place.occurrences.len() {
            return Err(Rejection::SeatRequired);
        }
        let mut drawn = BTreeSet::new();
        for occurrence in &place.occurrences {
            let known = self.bookings.get(occurrence.booking).is_some();
            if known || !drawn.insert(occurrence.booking) {
                return Err(Rejection::AlreadyExists);
            }
        }
        let in_order = |pair: &[Occurrence]| match pair {
            [first, second] => first.slot.start() <= second.slot.start(),
            _ => true,
        };
        if place.occurrences.windows(2).all(in_order) {
            Ok(())
        } else {
            Err(invalid("are not in order"))
        }
    }

    /// Takes a seat in the seated booking of exactly this slot; `None` when there is none.
    fn join(
        &self,
        now: Timestamp,
        place: &Place,
        occurrence: &Occurrence,
        seat: Option<SeatId>,
    ) -> Result<Option<ProviderEvent>, Rejection> {
        let (Some(seats), Some(seat)) = (&place.terms.seats, seat) else {
            return Ok(None);
        };
        let slot = occurrence.slot;
        let Some((id, booking)) = self.bookings.seated_in(place.terms.event_type, slot) else {
            return Ok(None);
        };
        if booking.seats.contains(&seat) {
            return Err(Rejection::AlreadyExists);
        }
        let held = self.seats_held(now, candidate(place, slot));
        if seats.per_slot <= booking.seats_count().saturating_add(held) {
            return Err(Rejection::SeatsExhausted { slot });
        }
        Ok(Some(ProviderEvent::SeatTaken(SeatTaken {
            booking: id,
            uid: booking.uid.clone(),
            seat,
            attendee: occurrence.attendee,
            moved_from: None,
        })))
    }

    /// Limits and overlap of a new booking; answers the lapsed claims beneath it.
    pub(super) fn fit(
        &self,
        now: Timestamp,
        place: &Place,
        occurrence: &Occurrence,
        planned: &mut Counters,
    ) -> Result<Vec<super::occupancy::Claimant>, Rejection> {
        let (terms, slot) = (&place.terms, occurrence.slot);
        let (day, minutes) = (self.counted_on(terms, &slot), slot.minutes());
        if !(place.out_of_bounds || place.limits_skipped)
            && let Some(period) = self.counters.limit_reached(planned, terms, day, minutes)
        {
            return Err(Rejection::LimitReached { period });
        }
        planned.add(terms.event_type, day, minutes);
        self.room_for(now, candidate(place, slot))
    }

    pub(super) fn placed(
        &self,
        now: Timestamp,
        place: &Place,
        index: usize,
        occurrence: &Occurrence,
        host: &Host,
    ) -> ProviderEvent {
        let entry = Entry::of(place.standing, &place.terms, occurrence.slot, now);
        let series = place.series.as_ref().map(|uid| SeriesPlace {
            uid: uid.clone(),
            index: u32::try_from(index).unwrap_or(u32::MAX),
            count: u32::try_from(place.occurrences.len()).unwrap_or(u32::MAX),
        });
        let placed = BookingPlaced {
            booking: occurrence.booking,
            number: occurrence.number,
            uid: occurrence.uid.clone(),
            ics_uid: ics_uid(&occurrence.uid),
            slot: occurrence.slot,
            terms: place.terms.clone(),
            host: host.clone(),
            claims: entry.claims(),
            counted_on: self.counted_on(&place.terms, &occurrence.slot),
            attendee: occurrence.attendee,
            seat: seat_of(place, index),
            series,
            co_hosts: place
                .co_hosted
                .as_ref()
                .map(|co_hosted| co_hosted.hosts.clone())
                .unwrap_or_default(),
            guests: occurrence.guests.clone(),
            moved_from: None,
            composite: place.composite,
        };
        if entry.is_pending() {
            ProviderEvent::BookingRequested(placed)
        } else {
            ProviderEvent::BookingPlaced(placed)
        }
    }
}

/// Whether an occurrence joins decides who takes shares in it: the caller of a booking with co-hosts must have seen it so.
fn check_join(
    place: &Place,
    index: usize,
    occurrence: &Occurrence,
    joins: bool,
) -> Result<(), Rejection> {
    match &place.co_hosted {
        Some(co_hosted) if co_hosted.joining.contains(&index) != joins => {
            Err(Rejection::BookingChanged {
                booking: occurrence.booking,
                expected: 0,
            })
        }
        Some(_) | None => Ok(()),
    }
}

/// The calendar UID of a new booking: globally unique (RFC 5545 § 3.8.4.7 asks for a domain after the `@`), kept when it moves.
pub(super) fn ics_uid(uid: &BookingUid) -> String {
    format!("{uid}@daybook")
}

pub(super) fn check_occurrences(now: Timestamp, place: &Place) -> Result<(), Rejection> {
    let terms = &place.terms;
    let mut taken_until: Option<Timestamp> = None;
    for occurrence in &place.occurrences {
        let slot = occurrence.slot;
        bounds::offered(terms, slot)?;
        bounds::ahead(now, slot)?;
        let (start, end) = slot.padded(terms.before_minutes, terms.after_minutes);
        if taken_until.is_some_and(|until| start < until) {
            return Err(Rejection::SlotTaken { slot });
        }
        taken_until = Some(end);
    }
    Ok(())
}

fn candidate(place: &Place, slot: TimeSlot) -> Candidate<'_> {
    Candidate {
        terms: &place.terms,
        slot,
        seats: u32::from(place.terms.seats.is_some()),
        moving: None,
        own_hold: place.hold,
    }
}

/// The seat of an occurrence; none where the event type has no seats, whatever the command brought.
fn seat_of(place: &Place, index: usize) -> Option<SeatId> {
    place
        .terms
        .seats
        .as_ref()
        .and_then(|_| place.seats.get(index).copied())
}

pub(super) fn sealed(place: &Place, event: ProviderEvent) -> Fact {
    Fact {
        event: Event::Provider(Box::new(event)),
        sealable: Some(Sealable {
            key: place.key,
            key_is_new: place.key_is_new,
            personal: place.personal.clone(),
        }),
    }
}
