//! What a provider sets about itself: who it is, its schedules, its busy time. None of it touches bookings that stand.

use chrono::Timelike;

use super::Provider;
use super::busy::BLOCKS_MAX;
use super::command::{Block, ChangeProfile, Create, SetSchedule};
use super::decision::Decision;
use super::event::{
    Profile, ProfileChanged, ProviderCreated, ProviderEvent, ScheduleRemoved, ScheduleSet,
    TimeBlocked, TimeUnblocked,
};
use crate::domain::id::{BlockId, ScheduleNumber};
use crate::domain::rejection::Rejection;
use crate::domain::time::TimeSlot;

/// Schedules of one provider: one per event type is plenty.
pub const SCHEDULES_MAX: u32 = 100;

impl Provider {
    /// Creates the provider; without a schedule it is a user that cannot be booked.
    ///
    /// # Order of checks
    /// `AlreadyExists`; `Invalid` (profile); as [`Schedule::validate`](crate::domain::schedule::Schedule::validate).
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
            definition.validate()?;
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
    /// `ProviderNotFound`; `Outdated`; `Invalid`.
    pub(super) fn change_profile(&self, change: &ChangeProfile) -> Result<Decision, Rejection> {
        let before = &self.identity()?.profile.username;
        Rejection::unless_current(change.expected, self.settings_version)?;
        let profile = &change.profile;
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
    /// `ProviderNotFound`; `Outdated`; `ScheduleNotFound` or `AlreadyExists`; `TooMany` schedules; as
    /// [`Schedule::validate`](crate::domain::schedule::Schedule::validate).
    pub(super) fn set_schedule(&self, set: &SetSchedule) -> Result<Decision, Rejection> {
        self.identity()?;
        Rejection::unless_current(set.expected, self.settings_version)?;
        match (set.exists, self.schedules.contains_key(&set.schedule)) {
            (true, false) => return Err(Rejection::ScheduleNotFound),
            (false, true) => return Err(Rejection::AlreadyExists),
            (true, true) => {}
            (false, false) => Rejection::unless_at_most(
                SCHEDULES_MAX,
                "schedules",
                self.schedules.len().saturating_add(1),
            )?,
        }
        set.definition.validate()?;
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
        if block.end <= block.start {
            return Err(Rejection::invalid("end", "must be after the start"));
        }
        for (field, instant) in [("start", block.start), ("end", block.end)] {
            if instant.second() != 0 || instant.nanosecond() != 0 {
                return Err(Rejection::invalid(field, "must be a whole minute"));
            }
            // A block may be longer than a slot; its ends are instants that a slot could have.
            if TimeSlot::starting(instant, 1).is_err() {
                return Err(Rejection::invalid(
                    field,
                    "must lie in the years 1970 to 9999",
                ));
            }
        }
        if self.busy.knows(block.block) {
            return Err(Rejection::AlreadyExists);
        }
        Rejection::unless_at_most(BLOCKS_MAX, "blocks", self.busy.len().saturating_add(1))?;
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
    Err(Rejection::invalid(field, "is not valid"))
}
