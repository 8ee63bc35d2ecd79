//! When a slot may be asked for at all: length, past, notice, window, opening hours. Nothing here knows other bookings.

use chrono::{DateTime, Duration, Utc};

use super::Provider;
use super::command::Standing;
use crate::domain::rejection::Rejection;
use crate::domain::terms::{Confirmation, Terms};
use crate::domain::time::{TimeSlot, Timestamp};

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

    /// How a booking enters that is asked to stand so.
    pub(super) fn of(standing: Standing, terms: &Terms, slot: TimeSlot, now: Timestamp) -> Self {
        match standing {
            Standing::ByTerms => Self::by_terms(terms, slot, now),
            Standing::Accepted => Self::Accepted,
            Standing::Pending { claims } => Self::Pending { claims },
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

/// Whether a person has to confirm a booking of the slot that is made now.
pub(in crate::domain) fn waits_for_person(terms: &Terms, slot: TimeSlot, now: Timestamp) -> bool {
    Entry::by_terms(terms, slot, now).is_pending()
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
        if !terms.window.allows(slot.start(), now, schedule.zone) {
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

/// So many minutes after an instant; the end of time when there are not that many.
pub(super) fn later(at: Timestamp, minutes: u32) -> Timestamp {
    at.checked_add_signed(Duration::minutes(i64::from(minutes)))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}
