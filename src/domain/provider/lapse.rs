//! What has lapsed: expired holds and finished bookings.
//!
//! Rules treat them as gone by `now` alone; recording it keeps the state and the claims table bounded. Every accepted command
//! records some; `Lapse` does nothing else, for idle providers.

use std::collections::BTreeSet;

use super::Provider;
use super::decision::{Decision, plain};
use super::event::{BookingMark, Disengaged, ProviderEvent};
use super::occupancy::Claimant;
use crate::domain::aggregate::{Event, Fact};
use crate::domain::id::BookingId;
use crate::domain::time::Timestamp;

/// Lapses a command records besides those it must: more than one command can cause, so any backlog shrinks, and
/// few enough not to be felt by the caller whose command pays for it.
pub const LAPSES_MAX: usize = 32;

impl Provider {
    /// The events to be recorded before the command's own: the lapsed claims beneath what it takes, then the oldest others.
    ///
    /// The bookings that the command is about are left for the next one: its event needs them in the state (the counter of a past
    /// booking that moves).
    pub(super) fn lapses(&self, now: Timestamp, decision: &Decision) -> Vec<Fact> {
        let mut recorded = BTreeSet::new();
        let subjects: BTreeSet<BookingId> = decision.facts.iter().filter_map(subject).collect();
        let due = self.due(now);
        let others = due
            .into_iter()
            .filter(|claimant| match claimant {
                Claimant::Booking(booking) => !subjects.contains(booking),
                Claimant::Hold(_) => true,
            })
            .filter(|claimant| !decision.lapsed.contains(claimant))
            .take(LAPSES_MAX);
        decision
            .lapsed
            .iter()
            .copied()
            .chain(others)
            .filter(|claimant| recorded.insert(*claimant))
            .filter_map(|claimant| self.lapse(claimant))
            .map(plain)
            .collect()
    }

    /// Whether there is anything to record.
    pub(in crate::domain) fn has_lapsed(&self, now: Timestamp) -> bool {
        self.holds.expired(now).next().is_some() || self.bookings.finished(now).next().is_some()
    }

    /// The oldest lapsed holds and bookings, mixed by the instant; enough of them to pick [`LAPSES_MAX`] others from.
    fn due(&self, now: Timestamp) -> Vec<Claimant> {
        let holds = self
            .holds
            .expired(now)
            .map(|(at, hold)| (at, Claimant::Hold(hold)));
        let bookings = self
            .bookings
            .finished(now)
            .map(|(at, booking)| (at, Claimant::Booking(booking)));
        // Bounded although a filter follows: what it leaves out is recorded by this command in another way, or by the next.
        let mut due: Vec<(Timestamp, Claimant)> = holds
            .take(LAPSES_MAX)
            .chain(bookings.take(LAPSES_MAX))
            .collect();
        due.sort_unstable();
        due.into_iter().map(|(_, claimant)| claimant).collect()
    }

    fn lapse(&self, claimant: Claimant) -> Option<ProviderEvent> {
        match claimant {
            Claimant::Hold(id) => {
                let hold = self.holds.get(id);
                hold.map(|hold| ProviderEvent::HoldExpired(hold.ended(id)))
            }
            Claimant::Booking(id) => self.bookings.get(id).map(|booking| match booking.share {
                None => ProviderEvent::BookingFinished(BookingMark {
                    booking: id,
                    uid: booking.uid.clone(),
                }),
                Some(claim) => ProviderEvent::EngagementFinished(Disengaged {
                    booking: id,
                    uid: booking.uid.clone(),
                    claim,
                    claimed: booking.claims,
                    replaced: false,
                }),
            }),
        }
    }
}

fn subject(fact: &Fact) -> Option<BookingId> {
    match &fact.event {
        Event::Provider(event) => event.subject(),
        Event::Tenant(_) | Event::EventType(_) | Event::Webhook(_) | Event::Composite(_) => None,
    }
}
