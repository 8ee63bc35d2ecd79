//! When one provider takes a booking at any whole minute, not only at the starts that are listed: what a segment of a
//! chain is fitted in.

use std::collections::BTreeSet;

use chrono::{Duration, NaiveTime};
use chrono_tz::Tz;

use super::calendar::{blocked_by, free};
use super::cutting::Cutting;
use super::{SlotQuery, minute_up};
use crate::domain::id::{BookingId, EventTypeId, ProviderId};
use crate::domain::provider::Provider;
use crate::domain::schedule::{Interval, instant, local_day};
use crate::domain::terms::Terms;
use crate::domain::time::{Day, TimeSlot, Timestamp};

/// One provider that a segment may be booked with.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    /// Who.
    pub id: ProviderId,
    /// As it stands.
    pub provider: &'a Provider,
    /// The event type; without seats.
    pub terms: &'a Terms,
    /// The length, minutes; one of the terms'.
    pub length_minutes: u32,
}

/// A choice with its time.
#[derive(Debug)]
pub(super) struct Openings<'a> {
    pub(super) choice: Choice<'a>,
    /// The schedule's zone.
    zone: Tz,
    /// Open and not blocked, sorted and merged; nothing without a schedule.
    free: Vec<Interval>,
    /// The notice ends here.
    earliest: Timestamp,
    now: Timestamp,
    leaving: &'a BTreeSet<BookingId>,
}

/// A segment that is planned with the same provider earlier in the chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beside<'a> {
    pub(super) terms: &'a Terms,
    pub(super) slot: TimeSlot,
}

impl<'a> Openings<'a> {
    /// The time of a choice from the first start to the last end that are asked for; bookings that leave do not block.
    pub(super) fn of(
        choice: Choice<'a>,
        (start, end): Interval,
        now: Timestamp,
        leaving: &'a BTreeSet<BookingId>,
    ) -> Self {
        let (terms, provider) = (choice.terms, choice.provider);
        let schedule = provider.schedule_for(terms);
        let zone = schedule.map_or(Tz::UTC, |schedule| schedule.zone);
        let query = SlotQuery {
            terms,
            start,
            end,
            length_minutes: choice.length_minutes,
            zone,
            now,
            moving: None,
            own_hold: None,
        };
        let blocked = || blocked_by(provider.obstacles_but(&query, leaving), terms);
        Self {
            choice,
            zone,
            free: schedule
                .map(|schedule| free(schedule, &blocked(), &query))
                .unwrap_or_default(),
            earliest: minute_up(Cutting::of(&query).earliest),
            now,
            leaving,
        }
    }

    /// The first slot that starts within `[from, to]` and that the rules accept beside what is planned already.
    pub(super) fn first(
        &self,
        (from, to): (Timestamp, Timestamp),
        beside: &[Beside<'_>],
    ) -> Option<TimeSlot> {
        let Choice {
            terms,
            length_minutes,
            ..
        } = self.choice;
        let mut from = from.max(self.earliest);
        for other in beside {
            let (_, end) = other
                .slot
                .padded(other.terms.before_minutes, other.terms.after_minutes);
            from = from.max(later(end, terms.before_minutes));
        }
        let behind = self.free.partition_point(|(_, end)| *end <= from);
        for (opens, closes) in self.free.iter().skip(behind) {
            from = from.max(*opens);
            while from <= to {
                let slot = TimeSlot::starting(from, length_minutes).ok()?;
                if *closes < slot.end() {
                    break;
                }
                if self.allows(&slot, beside) {
                    return Some(slot);
                }
                from = self.next_day(from)?;
            }
        }
        None
    }

    /// What holds for whole local days: the booking window, and limits.
    fn allows(&self, slot: &TimeSlot, beside: &[Beside<'_>]) -> bool {
        let Choice {
            terms, provider, ..
        } = self.choice;
        if !terms.window.allows(slot.start(), self.now, self.zone) {
            return false;
        }
        let counted =
            |terms: &Terms, slot: &TimeSlot| (provider.counted_on(terms, slot), slot.minutes());
        let planned = beside.iter().map(|other| -> (EventTypeId, Day, i64) {
            let (day, minutes) = counted(other.terms, &other.slot);
            (other.terms.event_type, day, minutes)
        });
        let leaving = self.leaving.iter().copied();
        provider
            .limit_reached(terms, leaving, planned, counted(terms, slot))
            .is_none()
    }

    /// The first minute of the next local day.
    fn next_day(&self, at: Timestamp) -> Option<Timestamp> {
        let next = local_day(at, self.zone).succ_opt()?;
        let midnight = instant(next.and_time(NaiveTime::MIN), self.zone)?;
        Some(midnight.max(later(at, 1)))
    }
}

/// So many minutes after an instant; the end of time when there are not that many.
pub(super) fn later(at: Timestamp, minutes: u32) -> Timestamp {
    at.checked_add_signed(Duration::minutes(i64::from(minutes)))
        .unwrap_or(Timestamp::MAX_UTC)
}
