//! The terms of a booking: what the rules need of an event type, as it was read, recorded with every booking.

use serde::{Deserialize, Serialize};

use super::id::{EventTypeId, EventTypeNumber, ScheduleNumber};
use super::time::Day;

/// An event type as a command read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// Which event type.
    pub event_type: EventTypeId,
    /// Its wire number.
    pub number: EventTypeNumber,
    /// Version of the event type's stream that was read; compared again at commit.
    pub version: u64,
    /// Its slug then.
    pub slug: String,
    /// Its title then.
    pub title: String,
    /// Lengths offered, minutes; the first is the default.
    pub lengths_minutes: Vec<u32>,
    /// Buffer before, minutes.
    pub before_minutes: u32,
    /// Buffer after, minutes.
    pub after_minutes: u32,
    /// Minimum notice, minutes.
    pub notice_minutes: u32,
    /// Stride of starts, minutes; the length when absent.
    pub interval_minutes: Option<u32>,
    /// Shift of every start, minutes.
    pub offset_minutes: u32,
    /// How far ahead may be booked.
    pub window: BookingWindow,
    /// The schedule; the provider's default when absent.
    pub schedule: Option<ScheduleNumber>,
    /// How many bookings, and how many minutes, per period.
    pub limits: BookingLimits,
    /// Seats per slot; absent for one attendee.
    pub seats: Option<Seats>,
    /// Whether a person must confirm.
    pub confirmation: Confirmation,
    /// How it may recur.
    pub recurrence: Option<Recurrence>,
    /// Whether holds block other bookings (`daybookHolds: "exclusive"`).
    pub exclusive_holds: bool,
    /// Only the first free slot of a day is offered.
    pub first_slot_only: bool,
    /// Starts are moved to rounder times where none is lost.
    pub optimized_slots: bool,
    /// Cancelling is forbidden.
    pub cancelling_disabled: bool,
    /// When moving is forbidden.
    pub rescheduling: ReschedulingPolicy,
}

/// How far ahead may be booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum BookingWindow {
    /// No bound.
    Unlimited,
    /// So many days from today; `rolling` moves on until that many days have a free slot (read as a plain window by the rules).
    CalendarDays {
        /// Days.
        days: u32,
        /// Whether it rolls.
        rolling: bool,
    },
    /// So many Mondays to Fridays from today.
    BusinessDays {
        /// Days.
        days: u32,
        /// Whether it rolls.
        rolling: bool,
    },
    /// From the first to the last day, both included.
    Range {
        /// First local day.
        first: Day,
        /// Last local day.
        last: Day,
    },
}

/// Limits per period; absent means unlimited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingLimits {
    /// Bookings.
    pub count: PeriodLimits,
    /// Minutes booked.
    pub minutes: PeriodLimits,
}

/// One number per period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeriodLimits {
    /// Per local day.
    pub day: Option<u32>,
    /// Per week from Monday.
    pub week: Option<u32>,
    /// Per calendar month.
    pub month: Option<u32>,
    /// Per calendar year.
    pub year: Option<u32>,
}

/// Seats of a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seats {
    /// Seats per slot, 1 to 1000.
    pub per_slot: u32,
    /// Attendees see each other.
    pub show_attendees: bool,
    /// The slot list tells how many are left.
    pub show_availability: bool,
}

/// Whether a person must confirm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Confirmation {
    /// Accepted at once.
    NotRequired,
    /// Always pending first.
    Always {
        /// Pendings take the slot.
        blocks_slot: bool,
    },
    /// Pending first when booked less than this long before the start.
    WithinNotice {
        /// The threshold.
        minutes: u32,
        /// Pendings take the slot.
        blocks_slot: bool,
    },
}

/// How an event type may recur.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recurrence {
    /// Every so many units, from 1.
    pub interval: u32,
    /// At most so many occurrences.
    pub occurrences: u32,
    /// The unit.
    pub frequency: Frequency,
}

/// The unit of a recurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Frequency {
    /// Weeks.
    Weekly,
    /// Months.
    Monthly,
    /// Years.
    Yearly,
}

/// When moving a booking is forbidden or, unusually, allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReschedulingPolicy {
    /// Never.
    pub disabled: bool,
    /// Not later than so many minutes before the start.
    pub minutes_before: Option<u32>,
    /// Bookings that ended may be moved.
    pub past_allowed: bool,
    /// Cancelled bookings may be moved.
    pub cancelled_allowed: bool,
}
