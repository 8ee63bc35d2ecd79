//! When a slot may be asked for at all: length, past, notice, window, opening hours. Nothing here knows other bookings.

use chrono::{DateTime, Datelike, Days, Duration, Weekday};

use super::Provider;
use crate::domain::rejection::Rejection;
use crate::domain::terms::{BookingWindow, Confirmation, Terms};
use crate::domain::time::{Day, TimeSlot, Timestamp};

/// How a booking enters the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// It stands at once.
    Accepted,
    /// It waits for a person.
    Pending {
        /// Whether it occupies the provider meanwhile.
        claims: bool,
    },
}

impl Entry {
    /// How the terms let a booking of the slot enter now.
    pub(super) fn by_terms(terms: &Terms, slot: TimeSlot, now: Timestamp) -> Self {
        match terms.confirmation {
            Confirmation::NotRequired => Self::Accepted,
            Confirmation::Always { blocks_slot } => Self::Pending {
                claims: blocks_slot,
            },
            Confirmation::WithinNotice {
                minutes,
                blocks_slot,
            } => {
                if slot.start() < later(now, minutes) {
                    Self::Pending {
                        claims: blocks_slot,
                    }
                } else {
                    Self::Accepted
                }
            }
        }
    }

    pub(super) const fn is_pending(self) -> bool {
        matches!(self, Self::Pending { .. })
    }

    pub(super) const fn claims(self) -> bool {
        match self {
            Self::Accepted => true,
            Self::Pending { claims } => claims,
        }
    }
}

/// # Errors
/// [`Rejection::LengthNotOffered`] unless the slot has one of the terms' lengths.
pub(super) fn offered(terms: &Terms, slot: TimeSlot) -> Result<(), Rejection> {
    let minutes = slot.minutes();
    if terms
        .lengths_minutes
        .iter()
        .any(|&length| i64::from(length) == minutes)
    {
        Ok(())
    } else {
        Err(Rejection::LengthNotOffered { minutes })
    }
}

/// # Errors
/// [`Rejection::SlotInPast`] when the slot starts before now.
pub(super) fn ahead(now: Timestamp, slot: TimeSlot) -> Result<(), Rejection> {
    if slot.start() < now {
        Err(Rejection::SlotInPast { slot })
    } else {
        Ok(())
    }
}

impl Provider {
    /// # Errors
    /// In this order: [`Rejection::NoticeTooShort`], [`Rejection::ScheduleNotFound`] (the provider has none),
    /// [`Rejection::OutsideWindow`], [`Rejection::OutsideSchedule`].
    pub(super) fn within_bounds(
        &self,
        now: Timestamp,
        terms: &Terms,
        slot: TimeSlot,
    ) -> Result<(), Rejection> {
        let earliest = later(now, terms.notice_minutes);
        if slot.start() < earliest {
            return Err(Rejection::NoticeTooShort { slot, earliest });
        }
        let schedule = self
            .schedule_for(terms)
            .ok_or(Rejection::ScheduleNotFound)?;
        let local_day = |at: Timestamp| at.with_timezone(&schedule.zone).date_naive();
        if !terms.window.admits(local_day(now), local_day(slot.start())) {
            return Err(Rejection::OutsideWindow { slot });
        }
        self.within_schedule(terms, slot)
    }

    /// # Errors
    /// [`Rejection::ScheduleNotFound`], then [`Rejection::OutsideSchedule`].
    pub(super) fn within_schedule(&self, terms: &Terms, slot: TimeSlot) -> Result<(), Rejection> {
        let schedule = self
            .schedule_for(terms)
            .ok_or(Rejection::ScheduleNotFound)?;
        if schedule.covers(&slot) {
            Ok(())
        } else {
            Err(Rejection::OutsideSchedule { slot })
        }
    }
}

impl BookingWindow {
    /// Whether a slot that starts on the local day may be booked today; both days in the schedule's zone.
    pub fn admits(&self, today: Day, day: Day) -> bool {
        let until = |last: Option<Day>| last.is_none_or(|last| day <= last);
        match *self {
            Self::Unlimited => true,
            Self::CalendarDays { days, .. } => {
                until(today.checked_add_days(Days::new(u64::from(days))))
            }
            Self::BusinessDays { days, .. } => until(business_days_after(today, days)),
            Self::Range { first, last } => first <= day && day <= last,
        }
    }
}

/// The last of so many Mondays to Fridays after today; `None` beyond the calendar.
fn business_days_after(today: Day, days: u32) -> Option<Day> {
    // From a weekend one counts like from the Friday before it.
    let weekend = match today.weekday() {
        Weekday::Sat => 1,
        Weekday::Sun => 2,
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => 0,
    };
    if days == 0 {
        return Some(today);
    }
    let from = today.checked_sub_days(Days::new(weekend))?;
    let (weeks, rest) = (days.div_euclid(5), days.rem_euclid(5));
    let skipped = if 5 <= from.weekday().num_days_from_monday().saturating_add(rest) {
        2
    } else {
        0
    };
    let span = u64::from(weeks)
        .saturating_mul(7)
        .saturating_add(u64::from(rest))
        .saturating_add(skipped);
    from.checked_add_days(Days::new(span))
}

/// So many minutes after an instant; the end of time when there are not that many.
pub(super) fn later(at: Timestamp, minutes: u32) -> Timestamp {
    at.checked_add_signed(Duration::minutes(i64::from(minutes)))
        .unwrap_or(DateTime::<chrono::Utc>::MAX_UTC)
}
