//! What an event type says: the part the rules read, and the part they only carry.

use serde::{Deserialize, Serialize};

use crate::domain::id::{EventTypeId, EventTypeNumber, ScheduleNumber};
use crate::domain::terms::{
    BookingLimits, BookingWindow, Confirmation, Recurrence, ReschedulingPolicy, Seats, Terms,
};

/// Settings of an event type, complete: a change replaces them as a whole.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches, each a member of the wire"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventTypeSettings {
    /// Display title.
    pub title: String,
    /// Unique among the owner's.
    pub slug: String,
    /// Free text.
    pub description: String,
    /// Lengths offered, minutes; the first is the default. At least one.
    pub lengths_minutes: Vec<u32>,
    /// Whether the lengths were given as options (a single length otherwise).
    pub has_length_options: bool,
    /// Buffer before, minutes.
    pub before_minutes: u32,
    /// Buffer after, minutes.
    pub after_minutes: u32,
    /// Minimum notice, minutes.
    pub notice_minutes: u32,
    /// Stride of starts, minutes.
    pub interval_minutes: Option<u32>,
    /// Shift of every start, minutes.
    pub offset_minutes: u32,
    /// How far ahead may be booked.
    pub window: BookingWindow,
    /// The schedule; the provider's default when absent.
    pub schedule: Option<ScheduleNumber>,
    /// Limits per period.
    pub limits: BookingLimits,
    /// Seats per slot.
    pub seats: Option<Seats>,
    /// Whether a person must confirm.
    pub confirmation: Confirmation,
    /// How it may recur.
    pub recurrence: Option<Recurrence>,
    /// Whether holds block other bookings.
    pub exclusive_holds: bool,
    /// Only the first free slot of a day is offered.
    pub first_slot_only: bool,
    /// Starts are moved to rounder times where none is lost.
    pub optimized_slots: bool,
    /// Cancelling is forbidden.
    pub cancelling_disabled: bool,
    /// When moving is forbidden.
    pub rescheduling: ReschedulingPolicy,
    /// Not listed for others.
    pub hidden: bool,
    /// Guests may not be added.
    pub guests_disabled: bool,
    /// Only members of the tenant may book.
    pub booking_requires_authentication: bool,
    /// Cal.com's location objects as given, one JSON array text (`reference` § 5.2); read by the api, carried by the rules.
    pub locations_json: String,
    /// Cal.com's custom booking fields as given, one JSON array text (§ 5.3).
    pub booking_fields_json: String,
    /// Client metadata, one JSON object text.
    pub metadata_json: String,
    /// Members that only change what a page shows (layouts, colours, redirect, …), one JSON object text.
    pub presentation_json: String,
}

impl EventTypeSettings {
    /// The terms under which a command books this event type.
    pub fn terms(&self, event_type: EventTypeId, number: EventTypeNumber, version: u64) -> Terms {
        Terms {
            event_type,
            number,
            version,
            slug: self.slug.clone(),
            title: self.title.clone(),
            lengths_minutes: self.lengths_minutes.clone(),
            before_minutes: self.before_minutes,
            after_minutes: self.after_minutes,
            notice_minutes: self.notice_minutes,
            interval_minutes: self.interval_minutes,
            offset_minutes: self.offset_minutes,
            window: self.window.clone(),
            schedule: self.schedule,
            limits: self.limits.clone(),
            seats: self.seats.clone(),
            confirmation: self.confirmation.clone(),
            recurrence: self.recurrence.clone(),
            exclusive_holds: self.exclusive_holds,
            first_slot_only: self.first_slot_only,
            optimized_slots: self.optimized_slots,
            cancelling_disabled: self.cancelling_disabled,
            rescheduling: self.rescheduling.clone(),
        }
    }
}
