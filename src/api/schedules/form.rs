//! In which shape a schedule travels: today's, or the oldest one (`reference` § 1.3, § 6).

use serde_json::{Map, Value, json};

use super::body::{self, Given};
use super::legacy;
use super::view::Schedule;
use crate::api::failure::Failure;
use crate::api::version::{SCHEDULES_LEGACY, Version};
use crate::domain::id::{ProviderNumber, ScheduleNumber};
use crate::domain::schedule;
use crate::projections::row;

/// A shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Of 2024-06-11 and 2024-06-14.
    Current,
    /// Of 2024-04-15.
    Legacy,
}

impl Form {
    /// The shape of a version.
    pub(super) fn of(version: Version) -> Self {
        if SCHEDULES_LEGACY.contains(&version) {
            Self::Legacy
        } else {
            Self::Current
        }
    }

    /// Reads the body of a new schedule.
    ///
    /// # Errors
    /// 400 with every fault.
    pub(super) fn new_one(self, body: &Map<String, Value>) -> Result<Given, Failure> {
        match self {
            Self::Current => body::new(body),
            Self::Legacy => legacy::new_one(body),
        }
    }

    /// Reads a change of a schedule.
    ///
    /// # Errors
    /// 400 with every fault.
    pub(super) fn changed(
        self,
        body: &Map<String, Value>,
        base: &schedule::Schedule,
    ) -> Result<Given, Failure> {
        match self {
            Self::Current => body::changed(body, base),
            Self::Legacy => legacy::changed(body, base),
        }
    }

    /// A schedule as it is answered.
    pub(super) fn json(
        self,
        owner: ProviderNumber,
        number: ScheduleNumber,
        is_default: bool,
        definition: &schedule::Schedule,
    ) -> Value {
        match self {
            Self::Current => json!(Schedule::of(owner, number, is_default, definition)),
            Self::Legacy => json!(legacy::LegacySchedule::of(
                owner, number, is_default, definition
            )),
        }
    }

    /// A row as it is answered.
    pub(super) fn row(self, owner: ProviderNumber, row: &row::ScheduleRow) -> Value {
        self.json(owner, row.schedule, row.is_default, &row.definition)
    }
}
