//! The facts of bookings, folded as the ledger does.

use std::collections::BTreeMap;

use super::super::command::{BookingFacts, BookingStatus};
use super::super::event::{BookingPlaced, ProviderEvent};
use super::stage::key;
use crate::domain::id::{BookingId, KeyId, SeatId};

/// Folds a booking's own events into its facts, as the ledger does.
pub(in crate::domain) fn fold_facts(
    facts: &mut BTreeMap<BookingId, BookingFacts>,
    sequence: u64,
    event: &ProviderEvent,
) {
    let Some(id) = event.subject() else { return };
    let entered =
        |placed: &BookingPlaced, pending: bool, further: &[SeatId], key: KeyId| BookingFacts {
            co_hosts: placed.co_hosts.clone(),
            composite: placed.composite,
            booking: placed.booking,
            version: sequence,
            number: placed.number,
            uid: placed.uid.clone(),
            ics_uid: placed.ics_uid.clone(),
            status: if pending {
                BookingStatus::Pending
            } else {
                BookingStatus::Accepted
            },
            rescheduled_to: None,
            slot: placed.slot,
            terms: placed.terms.clone(),
            claims: placed.claims,
            counted_on: placed.counted_on,
            attendee: placed.attendee,
            guests: placed.guests.clone(),
            seats: placed.seat.iter().chain(further).copied().collect(),
            series: placed.series.clone(),
            key,
        };
    let known = facts.get(&id).map_or_else(|| key(0), |facts| facts.key);
    let fresh = match event {
        ProviderEvent::BookingPlaced(placed) => Some(entered(placed, false, &[], known)),
        ProviderEvent::BookingRequested(placed) => Some(entered(placed, true, &[], known)),
        ProviderEvent::BookingArrived(event) => {
            Some(entered(&event.placed, event.pending, &event.seats, known))
        }
        ProviderEvent::BookingRescheduled(event) => {
            Some(entered(&event.to, event.pending, &event.seats, known))
        }
        _ => None,
    };
    if let Some(fresh) = fresh {
        facts.insert(id, fresh);
        return;
    }
    let Some(old) = facts.get_mut(&id) else {
        return;
    };
    old.version = sequence;
    match event {
        ProviderEvent::BookingConfirmed(_) => {
            old.status = BookingStatus::Accepted;
            old.claims = true;
        }
        ProviderEvent::BookingDeclined(_) => old.status = BookingStatus::Rejected,
        ProviderEvent::BookingCancelled(event) => {
            old.status = BookingStatus::Cancelled;
            old.rescheduled_to.clone_from(&event.moved_to);
        }
        ProviderEvent::BookingCompensated(_) => old.status = BookingStatus::Cancelled,
        ProviderEvent::AttendeesAdded(event) => old.guests.extend(&event.attendees),
        ProviderEvent::AttendeeRemoved(event) => old.guests.retain(|one| *one != event.attendee),
        ProviderEvent::SeatTaken(event) => old.seats.push(event.seat),
        ProviderEvent::SeatReleased(event) => old.seats.retain(|seat| *seat != event.seat),
        _ => {}
    }
}
