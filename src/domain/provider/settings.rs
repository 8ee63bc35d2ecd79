//! What a provider sets about itself: who it is, its schedules, its busy time. None of it touches bookings that stand.

use chrono::Timelike;

use super::Provider;
use super::busy::BLOCKS_MAX;
use super::command::{Block, Create, SetSchedule};
use super::decision::Decision;
use super::event::{
    Profile, ProfileChanged, ProviderCreated, ProviderEvent, ScheduleRemoved, ScheduleSet,
    TimeBlocked, TimeUnblocked,
};
use crate::domain::id::{BlockId, ScheduleNumber};
use crate::domain::rejection::Rejection;
use crate::domain::schedule::Schedule;
use crate::domain::time::TimeSlot;

/// Schedules of one provider: one per event type is plenty.
pub const SCHEDULES_MAX: usize = 100;

/// Weekly rows and overrides of one schedule, each: three years of single days.
pub const SCHEDULE_ROWS_MAX: usize = 1_100;

impl Provider {
    /// Creates the provider; without a schedule it is a user that cannot be booked.
    ///
    /// # Order of checks
    /// `AlreadyExists`; `Invalid` (profile); `TooMany` rows, `Invalid` hours.
    pub(super) fn create(&self, create: &Create) -> Result<Decision, Rejection> {
        if self.identity.is_some() {
            return Err(Rejection::AlreadyExists);
        }
        check_profile(&create.profile)?;
        let mut decision = Decision::one(ProviderEvent::ProviderCreated(ProviderCreated {
            number: create.number,
            profile: create.profile.clone(),
            bookable: create.schedule.is_some(),
        }));
        if let Some((schedule, definition)) = &create.schedule {
            check_rows(definition)?;
            decision.record(ProviderEvent::ScheduleSet(ScheduleSet {
                schedule: *schedule,
                definition: definition.clone(),
                is_default: true,
            }));
        }
        Ok(decision)
    }

    /// Replaces the profile. Days that are counted stay counted as they were, also where the zone changes.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `Invalid`.
    pub(super) fn change_profile(&self, profile: &Profile) -> Result<Decision, Rejection> {
        let before = &self.identity()?.profile.username;
        check_profile(profile)?;
        Ok(Decision::one(ProviderEvent::ProfileChanged(
            ProfileChanged {
                previous_username: (*before != profile.username).then(|| before.clone()),
                profile: profile.clone(),
            },
        )))
    }

    /// Adds or replaces a schedule; the first one is the default.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `ScheduleNotFound` or `AlreadyExists`; `TooMany` schedules, `TooMany` rows, `Invalid` hours.
    pub(super) fn set_schedule(&self, set: &SetSchedule) -> Result<Decision, Rejection> {
        self.identity()?;
        match (set.exists, self.schedules.contains_key(&set.schedule)) {
            (true, false) => return Err(Rejection::ScheduleNotFound),
            (false, true) => return Err(Rejection::AlreadyExists),
            (true, true) => {}
            (false, false) => check_count("schedules", self.schedules.len(), SCHEDULES_MAX)?,
        }
        check_rows(&set.definition)?;
        let is_default = set.make_default
            || self
                .schedule_default
                .is_none_or(|default| default == set.schedule);
        Ok(Decision::one(ProviderEvent::ScheduleSet(ScheduleSet {
            schedule: set.schedule,
            definition: set.definition.clone(),
            is_default,
        })))
    }

    /// Removes a schedule; event types that name it fall back to the default one.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `ScheduleNotFound`; `ScheduleIsDefault`.
    pub(super) fn remove_schedule(&self, schedule: ScheduleNumber) -> Result<Decision, Rejection> {
        self.identity()?;
        if !self.schedules.contains_key(&schedule) {
            return Err(Rejection::ScheduleNotFound);
        }
        if self.schedule_default == Some(schedule) {
            return Err(Rejection::ScheduleIsDefault);
        }
        Ok(Decision::one(ProviderEvent::ScheduleRemoved(
            ScheduleRemoved { schedule },
        )))
    }

    /// Enters busy time, over whatever is there.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `Invalid` (empty, or not in whole minutes); `AlreadyExists`; `TooMany` blocks.
    pub(super) fn block(&self, block: &Block) -> Result<Decision, Rejection> {
        self.identity()?;
        let invalid = |field: &str, reason: &str| Rejection::Invalid {
            field: field.to_owned(),
            reason: reason.to_owned(),
        };
        if block.end <= block.start {
            return Err(invalid("end", "must be after the start"));
        }
        for (field, instant) in [("start", block.start), ("end", block.end)] {
            if instant.second() != 0 || instant.nanosecond() != 0 {
                return Err(invalid(field, "must be a whole minute"));
            }
            // A block may be longer than a slot; its ends are instants that a slot could have.
            if TimeSlot::starting(instant, 1).is_err() {
                return Err(invalid(field, "must lie in the years 1970 to 9999"));
            }
        }
        if self.busy.knows(block.block) {
            return Err(Rejection::AlreadyExists);
        }
        if self.busy.is_full() {
            return Err(too_many("blocks", BLOCKS_MAX));
        }
        Ok(Decision::one(ProviderEvent::TimeBlocked(TimeBlocked {
            block: block.block,
            start: block.start,
            end: block.end,
            kind: block.kind,
        })))
    }

    /// Removes busy time.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `BlockNotFound` (also a month after its end, when it has left the state).
    pub(super) fn unblock(&self, block: BlockId) -> Result<Decision, Rejection> {
        self.identity()?;
        if !self.busy.knows(block) {
            return Err(Rejection::BlockNotFound);
        }
        Ok(Decision::one(ProviderEvent::TimeUnblocked(TimeUnblocked {
            block,
        })))
    }
}

fn check_profile(profile: &Profile) -> Result<(), Rejection> {
    let field = if profile.username.is_empty() {
        "username"
    } else if ![12, 24].contains(&profile.time_format) {
        "timeFormat"
    } else {
        return Ok(());
    };
    Err(Rejection::Invalid {
        field: field.to_owned(),
        reason: "is not valid".to_owned(),
    })
}

fn check_rows(schedule: &Schedule) -> Result<(), Rejection> {
    check_count(
        "weekly rows",
        schedule.weekly.len(),
        SCHEDULE_ROWS_MAX.saturating_add(1),
    )?;
    check_count(
        "overrides",
        schedule.overrides.len(),
        SCHEDULE_ROWS_MAX.saturating_add(1),
    )?;
    let weekly = schedule.weekly.iter().map(|row| row.hours);
    let overrides = schedule.overrides.iter().map(|row| row.hours);
    if weekly.chain(overrides).any(|hours| hours.to < hours.from) {
        return Err(Rejection::Invalid {
            field: "endTime".to_owned(),
            reason: "must not be before startTime".to_owned(),
        });
    }
    Ok(())
}

/// Refuses to go beyond `max` from a count that is about to grow by one.
fn check_count(what: &str, count: usize, max: usize) -> Result<(), Rejection> {
    if count < max {
        Ok(())
    } else {
        Err(too_many(what, max))
    }
}

fn too_many(what: &str, max: usize) -> Rejection {
    Rejection::TooMany {
        what: what.to_owned(),
        max: u32::try_from(max).unwrap_or(u32::MAX),
    }
}
