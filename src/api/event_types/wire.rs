//! Event types on the wire, for the API document (`reference` § 5): what [`super::body`] reads and [`super::view`]
//! writes. The document's tests hold them against each other, so that neither drifts.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::presentation::{BookerLayouts, CalendarName, Color};

/// An event type to create; to change one, any of these members.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewEventType {
    /// Length of a booking, minutes.
    #[schema(minimum = 1, maximum = 44_640)]
    pub length_in_minutes: u32,
    /// Lengths a booker may choose from, minutes; must contain `lengthInMinutes`. Null: only that one.
    #[schema(min_items = 1, max_items = 100)]
    pub length_in_minutes_options: Option<Vec<u32>>,
    /// Display title.
    #[schema(max_length = 500)]
    pub title: String,
    /// Unique among the owner's, at most 100 characters; letters (without their marks) and digits are kept, the rest
    /// becomes hyphens.
    #[schema(max_length = 100)]
    pub slug: String,
    /// Free text.
    #[schema(max_length = 50_000)]
    pub description: Option<String>,
    /// Where a booking may take place; Cal Video by default.
    #[schema(min_items = 1, max_items = 50)]
    pub locations: Option<Vec<Location>>,
    /// What a booker is asked: custom fields, and default ones by `type` or `slug`.
    #[schema(max_items = 100)]
    pub booking_fields: Option<Vec<BookingField>>,
    /// Guests may not be added.
    pub disable_guests: Option<bool>,
    /// Stride of the starts offered, minutes; null: the length.
    #[schema(minimum = 1, maximum = 44_640)]
    pub slot_interval: Option<u32>,
    /// Minutes between booking and start at least.
    #[schema(maximum = 5_270_400, default = 120)]
    pub minimum_booking_notice: Option<u32>,
    /// Minutes kept free before a booking.
    #[schema(maximum = 44_640, default = 0)]
    pub before_event_buffer: Option<u32>,
    /// Minutes kept free after a booking.
    #[schema(maximum = 44_640, default = 0)]
    pub after_event_buffer: Option<u32>,
    /// One of the owner's schedules; null: the default one.
    pub schedule_id: Option<i32>,
    /// Bookings per period at most.
    pub booking_limits_count: Option<PeriodLimits>,
    /// Booked minutes per period at most, in multiples of 15.
    pub booking_limits_duration: Option<PeriodLimits>,
    /// Bookings of one address that may be open: kept and shown, not enforced yet.
    pub booker_active_bookings_limit: Option<ActiveBookingsLimit>,
    /// Only the first free slot of a day is offered.
    pub only_show_first_available_slot: Option<bool>,
    /// How far ahead may be booked.
    pub booking_window: Option<BookingWindow>,
    /// Shift of every start, minutes.
    #[schema(maximum = 44_640, default = 0)]
    pub offset_start: Option<u32>,
    /// Carried.
    pub booker_layouts: Option<BookerLayouts>,
    /// Whether a person must confirm.
    pub confirmation_policy: Option<ConfirmationPolicy>,
    /// How it may recur.
    pub recurrence: Option<Recurrence>,
    /// Carried.
    pub requires_booker_email_verification: Option<bool>,
    /// Carried.
    pub hide_calendar_notes: Option<bool>,
    /// Carried.
    pub lock_time_zone_toggle_on_booking_page: Option<bool>,
    /// Carried.
    pub hide_calendar_event_details: Option<bool>,
    /// Carried.
    pub hide_organizer_email: Option<bool>,
    /// Carried.
    pub use_destination_calendar_email: Option<bool>,
    /// Listed for its owner only.
    pub hidden: Option<bool>,
    /// Only with credentials of the tenant.
    pub booking_requires_authentication: Option<bool>,
    /// Bookings that have ended may be moved.
    pub allow_rescheduling_past_bookings: Option<bool>,
    /// Cancelled bookings may be moved.
    pub allow_rescheduling_cancelled_bookings: Option<bool>,
    /// Starts are moved to rounder times where none is lost.
    pub show_optimized_slots: Option<bool>,
    /// Carried.
    pub color: Option<Color>,
    /// Several attendees per slot; not with several locations, nor with confirmation.
    pub seats: Option<Seats>,
    /// Template of a booking's title.
    #[schema(max_length = 1_000)]
    pub custom_name: Option<String>,
    /// Carried.
    pub destination_calendar: Option<CalendarName>,
    /// Where a page leads afterwards.
    pub success_redirect_url: Option<String>,
    /// Carried.
    pub cal_video_settings: Option<BTreeMap<String, Value>>,
    /// Bookings cannot be cancelled by attendees.
    pub disable_cancelling: Option<Switch>,
    /// Bookings cannot be moved by attendees, or not shortly before.
    pub disable_rescheduling: Option<ReschedulingSwitch>,
    /// Language code, or empty.
    #[schema(pattern = "^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$", max_length = 35)]
    pub interface_language: Option<String>,
    /// Carried; `daybookHolds`: `exclusive` lets reservations block bookings of others.
    pub metadata: Option<BTreeMap<String, Value>>,
    /// The user it is for; of owners only.
    pub owner_id: Option<i32>,
}

/// A policy that may be switched off.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Switch {
    /// Whether it is in force.
    pub disabled: Option<bool>,
}

/// When moving is forbidden.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReschedulingSwitch {
    /// Always.
    pub disabled: Option<bool>,
    /// From so many minutes before the start on.
    pub minutes_before: Option<u32>,
}

/// Most per period; a shorter period may not exceed a longer one. Or `{"disabled": true}`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeriodLimits {
    /// Per local day.
    #[schema(minimum = 1, maximum = 10_000_000)]
    pub day: Option<u32>,
    /// Monday to Sunday.
    #[schema(minimum = 1, maximum = 10_000_000)]
    pub week: Option<u32>,
    /// Per calendar month.
    #[schema(minimum = 1, maximum = 10_000_000)]
    pub month: Option<u32>,
    /// Per calendar year.
    #[schema(minimum = 1, maximum = 10_000_000)]
    pub year: Option<u32>,
    /// Switched off.
    pub disabled: Option<bool>,
}

/// Bookings of one address that may be open, or `{"disabled": true}`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActiveBookingsLimit {
    /// So many.
    #[schema(minimum = 1, maximum = 250)]
    pub maximum_active_bookings: Option<u32>,
    /// Carried.
    pub offer_reschedule: Option<bool>,
    /// Switched off.
    pub disabled: Option<bool>,
}

/// How far ahead may be booked, or `{"disabled": true}`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookingWindow {
    /// `businessDays`, `calendarDays` or `range`.
    #[serde(rename = "type")]
    pub kind: Option<WindowKind>,
    /// Days ahead, 1 to 36600; for `range` the first and the last day.
    pub value: Option<WindowValue>,
    /// Whether the window always holds so many bookable days.
    pub rolling: Option<bool>,
    /// Switched off.
    pub disabled: Option<bool>,
}

/// What a window counts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum WindowKind {
    /// Monday to Friday.
    BusinessDays,
    /// Every day.
    CalendarDays,
    /// From one day to another.
    Range,
}

/// See [`BookingWindow::value`].
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum WindowValue {
    /// Days ahead.
    Days(u32),
    /// `[first, last]`, `YYYY-MM-DD`.
    Range(Vec<String>),
}

/// Whether a person must confirm, or `{"disabled": true}`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmationPolicy {
    /// `always`, or `time`: only when booked within the threshold.
    #[serde(rename = "type")]
    pub kind: Option<ConfirmationKind>,
    /// With `time`.
    pub notice_threshold: Option<NoticeThreshold>,
    /// Whether a booking that waits keeps its slot; mandatory unless switched off.
    pub block_unconfirmed_bookings_in_booker: Option<bool>,
    /// Switched off.
    pub disabled: Option<bool>,
}

/// When a person must confirm.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ConfirmationKind {
    /// Every booking.
    Always,
    /// Bookings at short notice.
    Time,
}

/// A short notice.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoticeThreshold {
    /// Of `count`.
    pub unit: NoticeUnit,
    /// How many.
    #[schema(minimum = 1, maximum = 5_270_400)]
    pub count: u32,
}

/// Units of a notice.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum NoticeUnit {
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days of 24 hours.
    Days,
}

/// How an event type recurs, or `{"disabled": true}`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecurrencePolicy)]
#[serde(rename_all = "camelCase")]
pub struct Recurrence {
    /// Every so many weeks, months or years.
    #[schema(minimum = 1, maximum = 366)]
    pub interval: Option<u32>,
    /// Occurrences of a series at most.
    #[schema(minimum = 1, maximum = 366)]
    pub occurrences: Option<u32>,
    /// Of the interval.
    pub frequency: Option<Frequency>,
    /// Switched off.
    pub disabled: Option<bool>,
}

/// Units of an interval.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Frequency {
    /// Years.
    Yearly,
    /// Months.
    Monthly,
    /// Weeks.
    Weekly,
}

/// Several attendees per slot, or `{"disabled": true}`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeatPolicy)]
#[serde(rename_all = "camelCase")]
pub struct Seats {
    /// Seats of one slot.
    #[schema(minimum = 1, maximum = 1_000)]
    pub seats_per_time_slot: Option<u32>,
    /// Whether attendees see each other.
    pub show_attendee_info: Option<bool>,
    /// Whether slots tell how many seats are left.
    pub show_availability_count: Option<bool>,
    /// Switched off.
    pub disabled: Option<bool>,
}

/// Where a booking may take place (§ 5.2).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventTypeLocation)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// `address`, `link`, `phone`, `integration`, `attendeeAddress`, `attendeePhone`, `attendeeDefined` or
    /// `organizersDefaultApp`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of the type `address`.
    pub address: Option<String>,
    /// Of the type `link`.
    pub link: Option<String>,
    /// Of the type `phone`, E.164.
    pub phone: Option<String>,
    /// Of the type `integration`, e.g. `cal-video`.
    pub integration: Option<String>,
    /// Whether bookers see it; mandatory with `address`, `link` and `phone`.
    pub public: Option<bool>,
}

/// What a booker is asked (§ 5.3).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookingField {
    /// `phone`, `address`, `text`, `textarea`, `url`, `number`, `boolean`, `select`, `radio`, `multiselect`, `checkbox`,
    /// `multiemail`; of default fields also `name`, `email`, `radioInput`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name in `bookingFieldsResponses`.
    pub slug: Option<String>,
    /// Shown beside it.
    pub label: Option<String>,
    /// Whether it must be answered.
    pub required: Option<bool>,
    /// Shown while it is empty.
    pub placeholder: Option<String>,
    /// What may be chosen, of `select`, `radio`, `multiselect` and `checkbox`.
    #[schema(max_items = 250)]
    pub options: Option<Vec<String>>,
    /// Not shown.
    pub hidden: Option<bool>,
    /// Not editable once prefilled.
    pub disable_on_prefill: Option<bool>,
    /// In answers: whether it is one of the default fields.
    pub is_default: Option<bool>,
}

/// What was deleted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeletedEventType {
    /// Wire number.
    pub id: i32,
    /// Default length, minutes.
    pub length_in_minutes: u32,
    /// Display title.
    pub title: String,
    /// The slug, free again.
    pub slug: String,
}
