//! The model: lists in minutes, scanned.

mod holding;

use super::kinds::{PER_DAY, SEATS, kind_of};

/// What becomes of a command. Taken and held are one: a slot may be both, and either may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Accepted,
    Occupied,
    Past,
    Limit,
    Full,
    NoSuchSeat,
    WhichSeat,
    Unknown,
    Cancelled,
    Declined,
    Confirmed,
    Ended,
}

type Minutes = (i64, i64);

#[derive(Clone, Debug)]
struct Booked {
    id: u32,
    kind: usize,
    slot: Minutes,
    claims: bool,
    pending: bool,
    seats: Vec<u32>,
    /// How it was ended by somebody.
    ended_as: Option<Verdict>,
}

#[derive(Clone, Debug)]
struct Held {
    id: u32,
    kind: usize,
    slot: Minutes,
    until: i64,
    gone: bool,
}

/// The provider as lists.
#[derive(Clone, Debug)]
pub(super) struct Model {
    /// Minutes since the midnight of the stage's Monday.
    pub(super) now: i64,
    bookings: Vec<Booked>,
    holds: Vec<Held>,
    blocks: Vec<(u32, Minutes, bool)>,
}

/// Who may lie beneath a candidate: the booking that moves, and the caller's own hold.
#[derive(Clone, Copy, Default)]
struct Own {
    booking: Option<u32>,
    hold: Option<u32>,
}

fn padded(kind: usize, (start, end): Minutes) -> Minutes {
    let of = kind_of(kind);
    (start - of.before, end + of.after)
}

fn overlap(one: Minutes, other: Minutes) -> bool {
    one.0 < other.1 && other.0 < one.1
}

impl Model {
    pub(super) fn new() -> Self {
        Self {
            now: 9 * 60,
            bookings: Vec::new(),
            holds: Vec::new(),
            blocks: Vec::new(),
        }
    }

    fn is_live(&self, held: &Held) -> bool {
        !held.gone && self.now < held.until && self.now < padded(held.kind, held.slot).1
    }

    fn is_open(&self, booked: &Booked) -> bool {
        booked.ended_as.is_none() && self.now < booked.slot.1
    }

    /// Whether anything lies over the padded slot.
    fn is_occupied(&self, kind: usize, slot: Minutes, own: Own) -> bool {
        let wanted = padded(kind, slot);
        let booked = self.bookings.iter().any(|other| {
            let claim = padded(other.kind, other.slot);
            other.ended_as.is_none()
                && other.claims
                && own.booking != Some(other.id)
                && self.now < claim.1
                && overlap(wanted, claim)
        });
        let held = self.holds.iter().any(|other| {
            let fellow = kind_of(kind).seated && other.kind == kind && other.slot == slot;
            kind_of(other.kind).exclusive
                && self.is_live(other)
                && own.hold != Some(other.id)
                && !fellow
                && overlap(wanted, padded(other.kind, other.slot))
        });
        let blocked = (wanted.0.max(self.now)..wanted.1).any(|minute| self.is_blocked(minute));
        booked || held || blocked
    }

    pub(super) fn is_blocked(&self, minute: i64) -> bool {
        self.blocks
            .iter()
            .any(|(_, slot, gone)| !gone && (slot.0..slot.1).contains(&minute))
    }

    fn seated_in(&self, kind: usize, slot: Minutes) -> Option<usize> {
        self.bookings.iter().position(|booked| {
            kind_of(kind).seated
                && booked.kind == kind
                && booked.slot == slot
                && self.is_open(booked)
        })
    }

    fn seats_held(&self, kind: usize, slot: Minutes, own: Option<u32>, all: bool) -> usize {
        let counts = |held: &&Held| {
            held.kind == kind
                && held.slot == slot
                && self.is_live(held)
                && own != Some(held.id)
                && (all || kind_of(kind).exclusive)
        };
        self.holds.iter().filter(counts).count()
    }

    fn is_limited(&self, kind: usize, slot: Minutes, besides: Option<u32>) -> bool {
        let day = slot.0.div_euclid(24 * 60);
        let counts = |booked: &&Booked| {
            booked.kind == kind
                && booked.ended_as.is_none()
                && besides != Some(booked.id)
                && booked.slot.0.div_euclid(24 * 60) == day
        };
        kind_of(kind).limited && PER_DAY <= self.bookings.iter().filter(counts).count()
    }

    pub(super) fn place(
        &mut self,
        kind: usize,
        occurrences: &[(u32, Minutes)],
        hold: Option<u32>,
    ) -> Verdict {
        for (index, (_, slot)) in occurrences.iter().enumerate() {
            if slot.0 < self.now {
                return Verdict::Past;
            }
            let mut earlier = occurrences[..index].iter();
            if earlier.any(|(_, other)| overlap(padded(kind, *other), padded(kind, *slot))) {
                return Verdict::Occupied;
            }
        }
        if let Some(id) = hold {
            let usable = self.holds.iter().any(|held| {
                let wanted = occurrences.iter().any(|(_, slot)| *slot == held.slot);
                held.id == id && self.is_live(held) && held.kind == kind && wanted
            });
            if !usable {
                return Verdict::Unknown;
            }
        }
        let before = self.clone();
        for (id, slot) in occurrences {
            let verdict = self.place_one(kind, *id, *slot, hold);
            if verdict != Verdict::Accepted {
                *self = before;
                return verdict;
            }
        }
        self.remove_hold(hold);
        Verdict::Accepted
    }

    fn place_one(&mut self, kind: usize, id: u32, slot: Minutes, hold: Option<u32>) -> Verdict {
        let of = kind_of(kind);
        let held = self.seats_held(kind, slot, hold, false);
        if let Some(index) = self.seated_in(kind, slot) {
            if SEATS <= self.bookings[index].seats.len() + held {
                return Verdict::Full;
            }
            self.bookings[index].seats.push(id);
            return Verdict::Accepted;
        }
        if self.is_limited(kind, slot, None) {
            return Verdict::Limit;
        }
        if of.seated && SEATS <= held {
            return Verdict::Full;
        }
        let own = Own {
            booking: None,
            hold,
        };
        if self.is_occupied(kind, slot, own) {
            return Verdict::Occupied;
        }
        self.bookings.push(Booked {
            id,
            kind,
            slot,
            claims: of.asks != Some(false),
            pending: of.asks.is_some(),
            seats: if of.seated { vec![id] } else { Vec::new() },
            ended_as: None,
        });
        Verdict::Accepted
    }

    pub(super) fn reschedule(&mut self, id: u32, slot: Minutes, by_host: bool) -> Verdict {
        let index = self.position(id);
        let booked = self.bookings[index].clone();
        let kind = booked.kind;
        if let Some(refused) = self.refused(index) {
            return refused;
        }
        if !by_host && 1 < booked.seats.len() {
            return Verdict::WhichSeat;
        }
        if slot.0 < self.now {
            return Verdict::Past;
        }
        if self.is_limited(kind, slot, Some(id)) {
            return Verdict::Limit;
        }
        let held = self.seats_held(kind, slot, None, false);
        if 0 < held && SEATS < booked.seats.len() + held {
            return Verdict::Full;
        }
        let met = self
            .seated_in(kind, slot)
            .is_some_and(|other| other != index);
        let own = Own {
            booking: Some(id),
            hold: None,
        };
        if met || self.is_occupied(kind, slot, own) {
            return Verdict::Occupied;
        }
        let asks = kind_of(kind).asks.filter(|_| !by_host);
        let moved = &mut self.bookings[index];
        moved.slot = slot;
        moved.pending = asks.is_some();
        moved.claims = asks != Some(false);
        Verdict::Accepted
    }

    pub(super) fn cancel(&mut self, id: u32, seat: Option<u32>) -> Verdict {
        let index = self.position(id);
        if let Some(refused) = self.refused(index) {
            return refused;
        }
        let booked = &mut self.bookings[index];
        match seat {
            Some(seat) if !booked.seats.contains(&seat) => return Verdict::NoSuchSeat,
            Some(seat) if 1 < booked.seats.len() => booked.seats.retain(|other| *other != seat),
            None if 1 < booked.seats.len() => return Verdict::WhichSeat,
            Some(_) | None => booked.ended_as = Some(Verdict::Cancelled),
        }
        Verdict::Accepted
    }

    pub(super) fn confirm(&mut self, id: u32) -> Verdict {
        let index = self.position(id);
        if let Some(refused) = self.refused(index) {
            return refused;
        }
        let booked = self.bookings[index].clone();
        if !booked.pending {
            return Verdict::Confirmed;
        }
        let own = Own {
            booking: Some(id),
            hold: None,
        };
        if !booked.claims && self.is_occupied(booked.kind, booked.slot, own) {
            return Verdict::Occupied;
        }
        let confirmed = &mut self.bookings[index];
        (confirmed.pending, confirmed.claims) = (false, true);
        Verdict::Accepted
    }

    pub(super) fn decline(&mut self, id: u32) -> Verdict {
        let index = self.position(id);
        if let Some(refused) = self.refused(index) {
            return refused;
        }
        if !self.bookings[index].pending {
            return Verdict::Confirmed;
        }
        self.bookings[index].ended_as = Some(Verdict::Declined);
        Verdict::Accepted
    }

    pub(super) fn block(&mut self, id: u32, slot: Minutes) {
        self.blocks.push((id, slot, false));
    }

    pub(super) fn unblock(&mut self, id: u32) -> Verdict {
        for (block, _, gone) in &mut self.blocks {
            if *block == id && !*gone {
                *gone = true;
                return Verdict::Accepted;
            }
        }
        Verdict::Unknown
    }

    /// Why nothing can be done with a booking any more.
    fn refused(&self, index: usize) -> Option<Verdict> {
        let booked = &self.bookings[index];
        booked
            .ended_as
            .or((booked.slot.1 <= self.now).then_some(Verdict::Ended))
    }

    fn position(&self, id: u32) -> usize {
        self.bookings
            .iter()
            .position(|booked| booked.id == id)
            .unwrap()
    }

    pub(super) fn pick_booking(&self, pick: u32) -> Option<u32> {
        pick_from(&self.bookings, pick).map(|booked| booked.id)
    }

    pub(super) fn pick_hold(&self, pick: u32) -> Option<u32> {
        pick_from(&self.holds, pick).map(|held| held.id)
    }

    pub(super) fn pick_block(&self, pick: u32) -> Option<u32> {
        pick_from(&self.blocks, pick).map(|(id, _, _)| *id)
    }

    /// A seat of the booking, or one that nobody has.
    pub(super) fn pick_seat(&self, id: u32, pick: u32) -> u32 {
        let seats = &self.bookings[self.position(id)].seats;
        pick_from(seats, pick).copied().unwrap_or(u32::MAX)
    }

    /// The claims of bookings that have not finished.
    pub(super) fn claims(&self) -> impl Iterator<Item = (u32, Minutes)> + '_ {
        self.bookings
            .iter()
            .filter(|booked| booked.claims && booked.ended_as.is_none())
            .map(|booked| (booked.id, padded(booked.kind, booked.slot)))
            .filter(|(_, claim)| self.now < claim.1)
    }

    pub(super) fn seats(&self) -> impl Iterator<Item = (u32, &[u32])> {
        self.bookings
            .iter()
            .filter(|booked| booked.ended_as.is_none())
            .map(|booked| (booked.id, booked.seats.as_slice()))
    }

    /// The promise itself, pair by pair: claims do not overlap, and seats booked and exclusively held fit the slot.
    pub(super) fn check(&self) {
        let claims: Vec<_> = self.claims().collect();
        for (index, (id, claim)) in claims.iter().enumerate() {
            for (other_id, other) in &claims[..index] {
                assert!(!overlap(*claim, *other), "{id} lies over {other_id}");
            }
        }
        for booked in self.bookings.iter().filter(|booked| self.is_open(booked)) {
            let held = self.seats_held(booked.kind, booked.slot, None, false);
            if kind_of(booked.kind).seated {
                assert!(booked.seats.len() + held <= SEATS);
            }
        }
    }
}

fn pick_from<T>(list: &[T], pick: u32) -> Option<&T> {
    let index = usize::try_from(pick).unwrap().checked_rem(list.len())?;
    list.get(index)
}
