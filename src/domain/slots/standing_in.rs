//! The slots of one host, with those of who stands in for it while it is out of office.

use std::collections::BTreeMap;

use super::{FreeSlot, SlotQuery, first_of_days, free_slots};
use crate::domain::id::ProviderId;
use crate::domain::provider::Provider;
use crate::domain::terms::Terms;
use crate::domain::time::{TimeSlot, Timestamp};

/// The slots of a host, and in those over which it is out of office the slots of whom it names
/// ([`Provider::stand_in`]), sorted by start. One hop: who stands in for a stand-in is not asked.
///
/// Costs [`free_slots`] once for everybody given.
pub fn free_slots_redirected(
    host: &Provider,
    stand_ins: &[(ProviderId, &Provider)],
    query: &SlotQuery<'_>,
) -> Vec<FreeSlot> {
    if stand_ins.is_empty() {
        return free_slots(host, query);
    }
    // Which slot is the first of a day is known once they are together.
    let terms = Terms {
        first_slot_only: false,
        ..query.terms.clone()
    };
    let every = SlotQuery {
        terms: &terms,
        ..query.clone()
    };
    let own = free_slots(host, &every).into_iter();
    let instead = stand_ins.iter().flat_map(|(provider, stand_in)| {
        let slots = free_slots(stand_in, &every).into_iter();
        slots.filter(|free| host.stand_in(&free.slot) == Some(*provider))
    });
    let place = |slot: TimeSlot| (slot.start(), slot.end());
    let mut slots: BTreeMap<(Timestamp, Timestamp), FreeSlot> = BTreeMap::new();
    for free in own.chain(instead) {
        slots.entry(place(free.slot)).or_insert(free);
    }
    let slots = slots.into_values().collect();
    if query.terms.first_slot_only {
        first_of_days(slots, query.zone)
    } else {
        slots
    }
}
