//! Holds of the model.

use super::super::kinds::{SEATS, kind_of};
use super::{Held, Minutes, Model, Own, Verdict, overlap};

impl Model {
    pub(in super::super) fn hold(
        &mut self,
        id: u32,
        kind: usize,
        slot: Minutes,
        minutes: i64,
    ) -> Verdict {
        let verdict = self.may_hold(id, kind, slot);
        if verdict == Verdict::Accepted {
            self.holds.push(Held {
                id,
                kind,
                slot,
                until: self.now + minutes,
                gone: false,
            });
        }
        verdict
    }

    fn may_hold(&self, id: u32, kind: usize, slot: Minutes) -> Verdict {
        let of = kind_of(kind);
        if slot.0 < self.now {
            return Verdict::Past;
        }
        let joined = self
            .seated_in(kind, slot)
            .map(|index| &self.bookings[index]);
        let booked = joined.map_or(0, |booked| booked.seats.len());
        if of.seated && SEATS <= booked + self.seats_held(kind, slot, Some(id), true) {
            return Verdict::Full;
        }
        let in_the_way = self.holds.iter().any(|other| {
            let fellow = of.seated && other.kind == kind && other.slot == slot;
            other.id != id && self.is_live(other) && !fellow && overlap(slot, other.slot)
        });
        let own = Own {
            booking: joined.map(|booked| booked.id),
            hold: Some(id),
        };
        let inside = joined.is_some_and(|booked| booked.claims);
        if in_the_way || (!inside && self.is_occupied(kind, slot, own)) {
            return Verdict::Occupied;
        }
        Verdict::Accepted
    }

    pub(in super::super) fn change_hold(
        &mut self,
        id: u32,
        kind: usize,
        slot: Minutes,
        minutes: i64,
    ) -> Verdict {
        let Some(index) = self.live_hold(id) else {
            return Verdict::Unknown;
        };
        let verdict = self.may_hold(id, kind, slot);
        if verdict == Verdict::Accepted {
            let until = self.now + minutes;
            let held = &mut self.holds[index];
            (held.kind, held.slot, held.until) = (kind, slot, until);
        }
        verdict
    }

    pub(in super::super) fn release_hold(&mut self, id: u32) -> Verdict {
        if self.live_hold(id).is_none() {
            return Verdict::Unknown;
        }
        self.remove_hold(Some(id));
        Verdict::Accepted
    }

    fn live_hold(&self, id: u32) -> Option<usize> {
        let found = |held: &Held| held.id == id && self.is_live(held);
        self.holds.iter().position(found)
    }

    pub(super) fn remove_hold(&mut self, id: Option<u32>) {
        for held in &mut self.holds {
            held.gone |= Some(held.id) == id;
        }
    }

    pub(in super::super) fn held(&self, id: u32) -> Option<(usize, Minutes)> {
        let held = self.holds.iter().find(|held| held.id == id)?;
        Some((held.kind, held.slot))
    }
}
