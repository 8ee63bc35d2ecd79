//! The event types of the model.

use super::super::stage::{event_type, terms};
use crate::domain::terms::{Confirmation, Frequency, Recurrence, Seats, Terms};

/// Event types of the model, by number.
pub(super) const KINDS: usize = 9;
/// Seats per slot of its seated event types.
pub(super) const SEATS: usize = 2;
/// Bookings per day of its limited event type.
pub(super) const PER_DAY: usize = 3;
/// What the model knows of an event type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) before: i64,
    pub(super) after: i64,
    pub(super) seated: bool,
    pub(super) exclusive: bool,
    /// Whether it asks, and then whether it takes the slot.
    pub(super) asks: Option<bool>,
    pub(super) limited: bool,
}

pub(super) fn kind_of(kind: usize) -> Kind {
    let plain = Kind {
        before: 0,
        after: 0,
        seated: false,
        exclusive: false,
        asks: None,
        limited: false,
    };
    let seated = Kind {
        seated: true,
        ..plain
    };
    match kind {
        0 => plain,
        1 => Kind {
            before: 20,
            after: 10,
            exclusive: true,
            ..plain
        },
        2 => seated,
        3 => Kind {
            exclusive: true,
            after: 5,
            ..seated
        },
        4 => Kind {
            exclusive: true,
            ..plain
        },
        5 => Kind {
            asks: Some(false),
            ..plain
        },
        6 => Kind {
            asks: Some(true),
            before: 5,
            ..plain
        },
        7 => Kind {
            asks: Some(false),
            exclusive: true,
            ..seated
        },
        _ => Kind {
            limited: true,
            ..plain
        },
    }
}

/// The same event type, as the rules read it.
pub(super) fn terms_of(kind: usize) -> Terms {
    let of = kind_of(kind);
    let mut terms = Terms {
        event_type: event_type(u32::try_from(kind).unwrap()),
        before_minutes: u32::try_from(of.before).unwrap(),
        after_minutes: u32::try_from(of.after).unwrap(),
        exclusive_holds: of.exclusive,
        seats: of.seated.then(|| Seats {
            per_slot: u32::try_from(SEATS).unwrap(),
            show_attendees: true,
            show_availability: true,
        }),
        confirmation: of.asks.map_or(Confirmation::NotRequired, |blocks_slot| {
            Confirmation::Always { blocks_slot }
        }),
        recurrence: Some(Recurrence {
            interval: 1,
            occurrences: 10,
            frequency: Frequency::Weekly,
        }),
        ..terms()
    };
    if of.limited {
        terms.limits.count.day = Some(u32::try_from(PER_DAY).unwrap());
    }
    terms
}
