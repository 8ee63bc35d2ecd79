//! Cuts free time into starts: grid, notice, rounding, strides.

use chrono::{Duration, Timelike};
use chrono_tz::Tz;

use super::{SlotQuery, minute_down};
use crate::domain::schedule::Interval;
use crate::domain::time::{TimeSlot, Timestamp};

/// How free time is cut into starts (`reference/cal-v2.md` §11, step 7).
#[derive(Clone, Debug)]
pub(super) struct Cutting {
    /// Length of a slot, minutes.
    pub(super) length: u32,
    /// From one start to the next: the interval of the terms (else the length) and the offset.
    pub(super) stride: Duration,
    /// Starts of a range are rounded up to a multiple of so many minutes of the hour.
    pub(super) grid: u32,
    /// Shift of the first start of a range.
    pub(super) offset: Duration,
    /// The notice ends here: nothing that begins before is a slot.
    pub(super) earliest: Timestamp,
    /// The invitee's zone: its hours are what the grid divides.
    pub(super) zone: Tz,
    /// Rounds only as far as no slot is lost.
    pub(super) optimized: bool,
}

impl Cutting {
    /// The cutting that a query asks for.
    pub(super) fn of(query: &SlotQuery<'_>) -> Self {
        let terms = query.terms;
        let step = terms
            .interval_minutes
            .unwrap_or(query.length_minutes)
            .max(1);
        let stride = i64::from(step).saturating_add(i64::from(terms.offset_minutes));
        let notice = Duration::minutes(i64::from(terms.notice_minutes));
        Self {
            length: query.length_minutes,
            stride: Duration::minutes(stride),
            grid: grid(step),
            offset: Duration::minutes(i64::from(terms.offset_minutes)),
            earliest: query
                .now
                .checked_add_signed(notice)
                .unwrap_or(Timestamp::MAX_UTC),
            zone: query.zone,
            optimized: terms.optimized_slots,
        }
    }

    /// The slots within free ranges, which come sorted, merged and in whole minutes.
    ///
    /// The first may begin up to a minute before [`Self::earliest`], whose seconds are cleared before rounding: the
    /// caller drops it, and the strides go on from it.
    pub(super) fn slots(&self, free: &[Interval]) -> Vec<TimeSlot> {
        let mut slots: Vec<TimeSlot> = Vec::new();
        for range in free {
            let previous = slots.last().map(TimeSlot::start);
            let Some(mut start) = self.first_start(*range, previous) else {
                continue;
            };
            while let Ok(slot) = TimeSlot::starting(start, self.length) {
                if range.1 < slot.end() {
                    break;
                }
                slots.push(slot);
                let Some(next) = start.checked_add_signed(self.stride) else {
                    break;
                };
                start = next;
            }
        }
        slots
    }

    /// Where the strides of a range begin; `None` where no slot fits.
    fn first_start(&self, (from, to): Interval, previous: Option<Timestamp>) -> Option<Timestamp> {
        let from = from.max(minute_down(self.earliest));
        let unmoved = TimeSlot::starting(from, self.length).ok()?;
        if to < unmoved.end() {
            return None;
        }
        let start = self.rounded(from, to).checked_add_signed(self.offset)?;
        let Some(previous) = previous else {
            return Some(start);
        };
        // Inside the stride of a start of an earlier range, that stride goes on.
        let next = previous.checked_add_signed(self.stride)?;
        Some(start.max(next))
    }

    /// The start on the grid; optimised only as far as the left-over minutes at the end of the range allow.
    fn rounded(&self, from: Timestamp, to: Timestamp) -> Timestamp {
        let minute = from.with_timezone(&self.zone).minute();
        if minute.is_multiple_of(self.grid) {
            return from;
        }
        let to_next = |grid: u32| {
            let past = minute.checked_rem(grid).unwrap_or_default();
            Duration::minutes(i64::from(grid.saturating_sub(past)))
        };
        let moved = if self.optimized {
            let left_over = self.left_over(from, to);
            [self.grid, 15, 5]
                .map(to_next)
                .into_iter()
                .find(|distance| *distance <= left_over)
        } else {
            Some(to_next(self.grid))
        };
        moved
            .and_then(|distance| from.checked_add_signed(distance))
            .unwrap_or(from)
    }

    /// By how much the first start can move without losing a slot of the range.
    fn left_over(&self, from: Timestamp, to: Timestamp) -> Duration {
        let first_end = from
            .checked_add_signed(self.offset)
            .and_then(|start| start.checked_add_signed(Duration::minutes(self.length.into())));
        let after_first = first_end.map_or(0, |end| to.signed_duration_since(end).num_minutes());
        if after_first < 0 {
            return Duration::zero();
        }
        let strides = after_first.checked_rem(self.stride.num_minutes());
        Duration::minutes(strides.unwrap_or_default())
    }
}

/// The roundest division of the hour that divides the step.
fn grid(step: u32) -> u32 {
    [60, 30, 20, 15, 10, 5]
        .into_iter()
        .find(|grid| step.is_multiple_of(*grid))
        .unwrap_or(1)
}
