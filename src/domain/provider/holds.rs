//! The open holds: slots, or seats of slots, kept for a short time.
//!
//! An advisory hold only hides its slot. An exclusive one keeps it: a hold of a whole slot has a claim, a hold of a seat is
//! counted as a taken seat. A hold past its expiry is free, whether or not that is recorded yet.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::{HoldEnded, HoldPlaced};
use crate::domain::id::{ClaimId, CompositeId, EventTypeId, HoldId, ProviderId};
use crate::domain::time::{TimeSlot, Timestamp};

/// What the rules keep of an open hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpenHold {
    /// For this event type.
    pub(super) event_type: EventTypeId,
    /// The slot kept.
    pub(super) slot: TimeSlot,
    /// Buffer before, minutes.
    pub(super) before_minutes: u32,
    /// Buffer after, minutes.
    pub(super) after_minutes: u32,
    /// Free from here.
    pub(super) expires_at: Timestamp,
    /// Whether it refuses bookings of others.
    pub(super) exclusive: bool,
    /// Whether it keeps one seat.
    pub(super) seated: bool,
    /// Keyed hash of the caller.
    pub(super) caller: String,
    /// Further providers who keep the slot with it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(super) others: Vec<ProviderId>,
    /// The claim of a share of a hold that is at home with another provider.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) claim: Option<ClaimId>,
    /// The composite booking whose segment it is for: nobody else gives it up, moves or redeems it.
    pub(super) composite: Option<CompositeId>,
}

impl OpenHold {
    /// Whether it has a claim. A seat's hold has none: one claim would refuse the other seats, and one per seat would overlap.
    pub(super) const fn claims(&self) -> bool {
        self.exclusive && !self.seated
    }

    /// What is recorded when it ends.
    pub(super) fn ended(&self, hold: HoldId) -> HoldEnded {
        HoldEnded {
            hold,
            exclusive: self.claims(),
            claim: self.claim,
        }
    }

    /// When it is over: at its expiry, or once its slot has passed, whatever its expiry.
    pub(super) fn lapses_at(&self) -> Timestamp {
        self.expires_at.min(self.padded().1)
    }

    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        self.lapses_at() <= now
    }

    /// What it covers, buffers included.
    pub(super) fn padded(&self) -> (Timestamp, Timestamp) {
        self.slot.padded(self.before_minutes, self.after_minutes)
    }

    /// Whether it keeps a seat of exactly this slot.
    pub(super) fn is_seat_of(&self, event_type: EventTypeId, slot: TimeSlot) -> bool {
        self.seated && self.event_type == event_type && self.slot == slot
    }
}

impl From<&HoldPlaced> for OpenHold {
    fn from(placed: &HoldPlaced) -> Self {
        Self {
            event_type: placed.event_type,
            slot: placed.slot,
            before_minutes: placed.before_minutes,
            after_minutes: placed.after_minutes,
            expires_at: placed.expires_at,
            exclusive: placed.exclusive,
            seated: placed.seated,
            caller: placed.caller.clone(),
            others: placed.others.clone(),
            claim: placed.claim,
            composite: placed.composite,
        }
    }
}

/// The open holds of one provider, at most a few thousand ([`super::holding`] caps the live ones).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holds {
    open: BTreeMap<HoldId, OpenHold>,
    by_expiry: BTreeSet<(Timestamp, HoldId)>,
    /// Holds of seats by exactly where they are.
    seats: BTreeSet<(EventTypeId, TimeSlot, HoldId)>,
}

impl Holds {
    pub(super) fn get(&self, hold: HoldId) -> Option<&OpenHold> {
        self.open.get(&hold)
    }

    /// The hold, unless it is unknown or its time has run out.
    pub(super) fn live(&self, hold: HoldId, now: Timestamp) -> Option<&OpenHold> {
        self.open.get(&hold).filter(|hold| !hold.is_expired(now))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (HoldId, &OpenHold)> {
        self.open.iter().map(|(&id, hold)| (id, hold))
    }

    /// Holds of seats, in any slot.
    pub(super) fn of_seats(&self) -> impl Iterator<Item = (HoldId, &OpenHold)> {
        self.seats
            .iter()
            .filter_map(|(_, _, id)| self.open.get(id).map(|hold| (*id, hold)))
    }

    /// Live holds of seats in exactly this slot.
    pub(super) fn of_seats_in(
        &self,
        event_type: EventTypeId,
        slot: TimeSlot,
        now: Timestamp,
    ) -> impl Iterator<Item = (HoldId, &OpenHold)> {
        let first = (event_type, slot, HoldId::from_uuid(Uuid::nil()));
        self.seats
            .range(first..)
            .take_while(move |key| key.0 == event_type && key.1 == slot)
            .filter_map(move |key| self.live(key.2, now).map(|hold| (key.2, hold)))
    }

    /// Holds that have expired and are not recorded so yet, the oldest first, each with the instant.
    pub(super) fn expired(&self, now: Timestamp) -> impl Iterator<Item = (Timestamp, HoldId)> + '_ {
        self.by_expiry
            .iter()
            .take_while(move |(at, _)| *at <= now)
            .copied()
    }

    pub(super) fn insert(&mut self, id: HoldId, hold: OpenHold) {
        self.by_expiry.insert((hold.lapses_at(), id));
        if hold.seated {
            self.seats.insert((hold.event_type, hold.slot, id));
        }
        self.open.insert(id, hold);
    }

    pub(super) fn remove(&mut self, id: HoldId) -> Option<OpenHold> {
        let hold = self.open.remove(&id)?;
        self.by_expiry.remove(&(hold.lapses_at(), id));
        self.seats.remove(&(hold.event_type, hold.slot, id));
        Some(hold)
    }
}
