//! Chains of slots: segments one after another, each with one of several providers, none before the end of the one before
//! it. One function plans a composite booking at a start and finds the starts at which one fits.
//!
//! Where the rest of a chain fits depends on when a segment ends and on nothing else, as long as no provider occurs twice:
//! so for every segment it is remembered from where on it does not fit before when, and a search costs what it looks at
//! in every segment, not the product. A provider that occurs twice (its own buffers, its limits) is checked on top.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use chrono_tz::Tz;

use super::openings::{Beside, Openings, later};
use super::{SlotQuery, free_slots};
use crate::domain::id::BookingId;
use crate::domain::schedule::Interval;
use crate::domain::time::{TimeSlot, Timestamp};

pub use super::openings::Choice;

/// Starts of segments that are tried for one start of a chain: beyond it the chain does not count as one that fits. Only
/// chains in which a provider occurs twice need more than one for each segment.
pub const TRIES_MAX: u32 = 2_000;
/// Starts that one search looks at: a month of every five minutes. It says where to go on.
pub const STARTS_MAX: usize = 10_000;
/// Starts of segments that one search tries, over all its starts. It says where to go on.
pub const SEARCH_TRIES_MAX: u32 = 200_000;

/// One segment that is wanted.
#[derive(Clone, Debug)]
pub struct Link<'a> {
    /// With whom, the preferred one first.
    pub choices: Vec<Choice<'a>>,
    /// When; of no matter for the first one.
    pub begins: Begins,
}

/// When a segment begins, as against the end of the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// Then, and not before that end.
    At(Timestamp),
    /// After a gap, or later by a window.
    After {
        /// Minutes from that end on.
        gap_minutes: u32,
        /// How much later it may begin, minutes.
        window_minutes: u32,
    },
}

impl Begins {
    /// The first and the last start after an end. There is none where the last one is before the end.
    fn after(self, end: Timestamp) -> (Timestamp, Timestamp) {
        match self {
            Self::At(start) => (start, start),
            Self::After {
                gap_minutes,
                window_minutes,
            } => {
                let soonest = later(end, gap_minutes);
                (soonest, later(soonest, window_minutes))
            }
        }
    }
}

/// Where a segment is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// With which of its choices.
    pub choice: usize,
    /// When.
    pub slot: TimeSlot,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Chains that fit, by start.
    pub chains: Vec<Vec<Placement>>,
    /// The first start that was not looked at.
    pub next: Option<Timestamp>,
    /// Whether it ended at a bound of its work, not because there were enough.
    pub truncated: bool,
}

/// A chain that is wanted, over providers as they stand.
#[derive(Debug)]
pub struct Chain<'a> {
    links: Vec<Prepared<'a>>,
    now: Timestamp,
}

/// A segment with the time of its providers.
#[derive(Debug)]
struct Prepared<'a> {
    /// One for each choice.
    openings: Vec<Openings<'a>>,
    begins: Begins,
    /// The last start that can be reached.
    until: Timestamp,
    /// From the key on, nothing fits before the value; nothing at all without one.
    known: BTreeMap<Timestamp, Option<Timestamp>>,
}

impl<'a> Chain<'a> {
    /// A chain whose first segment starts within `[from, to]`. Bookings that leave do not block: they are moved.
    ///
    /// Costs one pass over the time of every choice, as far as its segment can be from the start.
    pub fn new(
        wanted: &[Link<'a>],
        (from, to): Interval,
        now: Timestamp,
        leaving: &'a BTreeSet<BookingId>,
    ) -> Self {
        let (mut from, mut to) = (from, to);
        let mut links = Vec::with_capacity(wanted.len());
        for (index, link) in wanted.iter().enumerate() {
            if 0 < index {
                (from, _) = link.begins.after(from);
                (_, to) = link.begins.after(to);
            }
            let lengths = link.choices.iter().map(|choice| choice.length_minutes);
            let (shortest, longest) = (lengths.clone().min(), lengths.max());
            let reach = (from, later(to, longest.unwrap_or_default()));
            let choices = link.choices.iter();
            links.push(Prepared {
                openings: choices
                    .map(|choice| Openings::of(*choice, reach, now, leaving))
                    .collect(),
                begins: link.begins,
                until: to,
                known: BTreeMap::new(),
            });
            from = later(from, shortest.unwrap_or_default());
            to = reach.1;
        }
        Self { links, now }
    }

    /// The chain at a start: every segment as early as the rest allows, with the first of its choices that is free then.
    /// `None` where it does not fit.
    pub fn at(&mut self, start: Timestamp) -> Option<Vec<Placement>> {
        let (mut placed, mut tries) = (Vec::with_capacity(self.links.len()), TRIES_MAX);
        self.place((start, start), &mut placed, &mut tries)
            .then_some(placed)
    }

    /// As [`Self::at`], but segments that do not fit are left where they would begin first, with their first choice: for a
    /// request that the rules are to refuse, so that they refuse the segment at fault. Fewer than wanted only where one has
    /// no choice or leaves the calendar.
    pub fn at_any_rate(&mut self, start: Timestamp) -> Vec<Placement> {
        if let Some(placed) = self.at(start) {
            return placed;
        }
        let mut placed: Vec<Placement> = Vec::with_capacity(self.links.len());
        let mut bounds = (start, start);
        for (index, link) in self.links.iter().enumerate() {
            let free = self.free(index, bounds, &placed).into_iter();
            let default = || {
                let length = link.openings.first()?.choice.length_minutes;
                Some((0, TimeSlot::starting(bounds.0, length).ok()?))
            };
            let first = free.min_by_key(|(_, slot)| slot.start());
            let Some((choice, slot)) = first.or_else(default) else {
                break;
            };
            placed.push(Placement { choice, slot });
            if let Some(next) = self.links.get(index.saturating_add(1)) {
                bounds = next.begins.after(slot.end());
            }
        }
        placed
    }

    /// The first chains that fit, at the starts that the slot list of the first segment's choices has in the window, in the
    /// invitee's zone.
    pub fn search(&mut self, window: Interval, zone: Tz, limit: usize) -> Found {
        let starts = self.starts(window, zone);
        let (mut chains, mut tries) = (Vec::new(), SEARCH_TRIES_MAX);
        for (looked_at, start) in starts.into_iter().enumerate() {
            let is_over = tries == 0 || looked_at == STARTS_MAX;
            if is_over || chains.len() == limit {
                return Found {
                    chains,
                    next: Some(start),
                    truncated: is_over,
                };
            }
            let mut left = TRIES_MAX;
            let mut placed = Vec::with_capacity(self.links.len());
            if self.place((start, start), &mut placed, &mut left) {
                chains.push(placed);
            }
            tries = tries.saturating_sub(TRIES_MAX.saturating_sub(left));
        }
        Found {
            chains,
            next: None,
            truncated: false,
        }
    }

    fn starts(&self, (start, end): Interval, zone: Tz) -> BTreeSet<Timestamp> {
        let first = self.links.first().into_iter();
        let choices = first.flat_map(|link| link.openings.iter());
        let slots = choices.flat_map(|openings| {
            let choice = openings.choice;
            let query = SlotQuery {
                terms: choice.terms,
                start,
                end,
                length_minutes: choice.length_minutes,
                zone,
                now: self.now,
                moving: None,
                own_hold: None,
            };
            free_slots(choice.provider, &query)
        });
        slots.map(|free| free.slot.start()).collect()
    }

    /// Places the next segment within bounds of its start, and all after it; nothing of it when that is not possible.
    fn place(
        &mut self,
        (mut from, to): (Timestamp, Timestamp),
        placed: &mut Vec<Placement>,
        tries: &mut u32,
    ) -> bool {
        let index = placed.len();
        if index == self.links.len() {
            return true;
        }
        while from <= to {
            let Some(start) = self.next(index, from).filter(|start| *start <= to) else {
                return false;
            };
            let Some(left) = tries.checked_sub(1) else {
                return false;
            };
            *tries = left;
            let free = self.free(index, (start, to), placed);
            let Some(first) = free.iter().map(|(_, slot)| slot.start()).min() else {
                return false;
            };
            if start < first {
                // What is placed is in the way until then.
                from = first;
                continue;
            }
            for (choice, slot) in free.into_iter().filter(|(_, slot)| slot.start() == first) {
                placed.push(Placement { choice, slot });
                let bounds = self.after(index, choice, slot);
                if bounds.is_none_or(|bounds| self.place(bounds, placed, tries)) {
                    return true;
                }
                placed.pop();
            }
            from = later(start, 1);
        }
        false
    }

    /// The first slot of every choice of a segment within bounds of its start, beside what is placed; in order.
    fn free(
        &self,
        index: usize,
        bounds: (Timestamp, Timestamp),
        placed: &[Placement],
    ) -> Vec<(usize, TimeSlot)> {
        let link = self.links.get(index).into_iter();
        let openings = link.flat_map(|link| link.openings.iter());
        openings
            .enumerate()
            .filter_map(|(choice, openings)| {
                let beside = self.beside(openings, placed);
                Some((choice, openings.first(bounds, &beside)?))
            })
            .collect()
    }

    /// What is placed with the same provider.
    fn beside(&self, openings: &Openings<'_>, placed: &[Placement]) -> Vec<Beside<'a>> {
        let links = self.links.iter().zip(placed);
        links
            .filter_map(|(link, placement)| {
                let other = link.openings.get(placement.choice)?.choice;
                (other.id == openings.choice.id).then_some(Beside {
                    terms: other.terms,
                    slot: placement.slot,
                })
            })
            .collect()
    }

    /// The first start from which on the segment and all after it fit, if no provider occurs twice in the chain; never
    /// later than where they do fit.
    fn next(&mut self, index: usize, from: Timestamp) -> Option<Timestamp> {
        let link = self.links.get(index)?;
        if let Some(known) = link.known(from) {
            return known;
        }
        let found = (0..link.openings.len())
            .filter_map(|choice| self.next_with(index, choice, from))
            .min();
        if let Some(link) = self.links.get_mut(index) {
            link.known.insert(from, found);
        }
        found
    }

    fn next_with(&mut self, index: usize, choice: usize, mut from: Timestamp) -> Option<Timestamp> {
        loop {
            let link = self.links.get(index)?;
            let openings = link.openings.get(choice)?;
            let slot = openings.first((from, link.until), &[])?;
            let Some((soonest, latest)) = self.after(index, choice, slot) else {
                return Some(slot.start());
            };
            if latest < soonest {
                return None;
            }
            let next = self.next(index.saturating_add(1), soonest)?;
            if next <= latest {
                return Some(slot.start());
            }
            // No earlier start reaches so far.
            let missing = next.signed_duration_since(latest).max(Duration::minutes(1));
            from = slot.start().checked_add_signed(missing)?;
        }
    }

    /// Between when the segment after this one starts; `None` after the last. Where its only choice is the same provider,
    /// not before both buffers.
    fn after(&self, index: usize, choice: usize, slot: TimeSlot) -> Option<(Timestamp, Timestamp)> {
        let this = self.links.get(index)?.openings.get(choice)?.choice;
        let next = self.links.get(index.saturating_add(1))?;
        let (soonest, latest) = next.begins.after(slot.end());
        let apart = match next.openings.as_slice() {
            [only] if only.choice.id == this.id => this
                .terms
                .after_minutes
                .saturating_add(only.choice.terms.before_minutes),
            _ => 0,
        };
        Some((soonest.max(later(slot.end(), apart)), latest))
    }
}

impl Prepared<'_> {
    /// What is remembered about starts from here on: nothing when it has to be looked for.
    fn known(&self, from: Timestamp) -> Option<Option<Timestamp>> {
        let (_, known) = self.known.range(..=from).next_back()?;
        match known {
            None => Some(None),
            Some(next) => (from <= *next).then_some(Some(*next)),
        }
    }
}
