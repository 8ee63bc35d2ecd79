//! Instants and slots.

use std::fmt;

use chrono::{DateTime, Duration, NaiveDate, SecondsFormat, Timelike, Utc};
use serde::{Deserialize, Serialize};

/// An instant in UTC. In payloads it is RFC 3339 text, in the database microseconds since the Unix epoch.
pub type Timestamp = DateTime<Utc>;

/// Half-open interval `[start, end)`, UTC, whole minutes, at most [`Self::LENGTH_MAX_MINUTES`].
/// Touching slots (`a.end == b.start`) do not overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "SlotText", into = "SlotText")]
pub struct TimeSlot {
    start: Timestamp,
    end: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct SlotText {
    start: Timestamp,
    end: Timestamp,
}

/// Why two instants are not a slot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlotError {
    /// The end is not after the start.
    #[error("slot ends at {end}, which is not after its start {start}")]
    Empty {
        /// Where it starts.
        start: Timestamp,
        /// Where it would end.
        end: Timestamp,
    },
    /// The slot is longer than the longest booking.
    #[error("slot of {minutes} minutes is longer than {max} minutes", max = TimeSlot::LENGTH_MAX_MINUTES)]
    TooLong {
        /// Its length.
        minutes: i64,
    },
    /// The start or end has seconds.
    #[error("instant {instant} is not a whole minute")]
    NotWholeMinute {
        /// The instant with seconds.
        instant: Timestamp,
    },
    /// The instant lies outside the years 1970 to 9999.
    #[error("instant lies outside the years 1970 to 9999")]
    OutOfRange,
}

impl TimeSlot {
    /// Longest booking: 31 days.
    pub const LENGTH_MAX_MINUTES: i64 = 31 * 24 * 60;
    const LATEST_SECONDS: i64 = 253_402_300_800; // 10000-01-01T00:00:00Z

    /// # Errors
    /// [`SlotError::Empty`] unless `start < end`; [`SlotError::NotWholeMinute`], [`SlotError::OutOfRange`];
    /// [`SlotError::TooLong`] beyond [`Self::LENGTH_MAX_MINUTES`].
    pub fn new(start: Timestamp, end: Timestamp) -> Result<Self, SlotError> {
        for instant in [start, end] {
            if instant.timestamp() < 0 || Self::LATEST_SECONDS <= instant.timestamp() {
                return Err(SlotError::OutOfRange);
            }
            if instant.second() != 0 || instant.nanosecond() != 0 {
                return Err(SlotError::NotWholeMinute { instant });
            }
        }
        if end <= start {
            return Err(SlotError::Empty { start, end });
        }
        let minutes = end.signed_duration_since(start).num_minutes();
        if Self::LENGTH_MAX_MINUTES < minutes {
            return Err(SlotError::TooLong { minutes });
        }
        Ok(Self { start, end })
    }

    /// A slot of `minutes` from `start`.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn starting(start: Timestamp, minutes: u32) -> Result<Self, SlotError> {
        let end = start
            .checked_add_signed(Duration::minutes(i64::from(minutes)))
            .ok_or(SlotError::OutOfRange)?;
        Self::new(start, end)
    }

    /// First instant inside.
    pub const fn start(&self) -> Timestamp {
        self.start
    }

    /// First instant after.
    pub const fn end(&self) -> Timestamp {
        self.end
    }

    /// Length in whole minutes.
    pub fn minutes(&self) -> i64 {
        self.end.signed_duration_since(self.start).num_minutes()
    }

    /// Whether any instant lies in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The slot padded by buffers, as `(start, end)`: a claim covers it.
    pub fn padded(&self, before_minutes: u32, after_minutes: u32) -> (Timestamp, Timestamp) {
        let start = self
            .start
            .checked_sub_signed(Duration::minutes(i64::from(before_minutes)))
            .unwrap_or(self.start);
        let end = self
            .end
            .checked_add_signed(Duration::minutes(i64::from(after_minutes)))
            .unwrap_or(self.end);
        (start, end)
    }
}

impl fmt::Display for TimeSlot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |instant: Timestamp| instant.to_rfc3339_opts(SecondsFormat::Secs, true);
        write!(formatter, "{}/{}", text(self.start), text(self.end))
    }
}

impl TryFrom<SlotText> for TimeSlot {
    type Error = SlotError;
    fn try_from(text: SlotText) -> Result<Self, SlotError> {
        Self::new(text.start, text.end)
    }
}

impl From<TimeSlot> for SlotText {
    fn from(slot: TimeSlot) -> Self {
        Self {
            start: slot.start,
            end: slot.end,
        }
    }
}

/// A calendar day without a zone, as schedules and limits use it.
pub type Day = NaiveDate;
