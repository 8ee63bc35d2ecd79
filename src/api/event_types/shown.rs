//! An event type as it is answered, for the API document (`reference` § 5.4): what [`super::view`] writes.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::presentation::{BookerLayouts, CalendarName, Color};
use super::wire::{
    ActiveBookingsLimit, BookingField, BookingWindow, ConfirmationPolicy, Location, PeriodLimits,
    Recurrence, ReschedulingSwitch, Seats, Switch,
};

/// An event type.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches, each a member of the wire"
)]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FullEventType)]
#[serde(rename_all = "camelCase")]
pub struct EventType {
    /// Wire number.
    pub id: i32,
    /// Wire number of whose it is.
    pub owner_id: i32,
    /// Display title.
    pub title: String,
    /// Unique among the owner's.
    pub slug: String,
    /// Free text.
    pub description: String,
    /// Default length, minutes.
    pub length_in_minutes: u32,
    /// Lengths to choose from, minutes, ascending; absent when there is one.
    #[schema(nullable = false)]
    pub length_in_minutes_options: Option<Vec<u32>>,
    /// Where a booking may take place.
    pub locations: Vec<Location>,
    /// What a booker is asked: default fields with the custom ones between.
    pub booking_fields: Vec<BookingField>,
    /// As given.
    pub metadata: BTreeMap<String, Value>,
    /// The owner.
    pub users: Vec<User>,
    /// Where a page of it would be.
    pub booking_url: String,
    /// Always 0.
    pub price: i32,
    /// Always `usd`.
    pub currency: String,
    /// Always true.
    pub forward_params_success_redirect: bool,
    /// Always false.
    pub is_instant_event: bool,
    /// Guests may not be added.
    pub disable_guests: bool,
    /// Listed for its owner only.
    pub hidden: bool,
    /// Stride of starts, minutes; null: the length.
    #[schema(required)]
    pub slot_interval: Option<u32>,
    /// Minutes.
    pub minimum_booking_notice: u32,
    /// Minutes.
    pub before_event_buffer: u32,
    /// Minutes.
    pub after_event_buffer: u32,
    /// Minutes.
    pub offset_start: u32,
    /// Null: the owner's default one.
    #[schema(required)]
    pub schedule_id: Option<i32>,
    /// Only the first free slot of a day is offered.
    pub only_show_first_available_slot: bool,
    /// Starts are moved to rounder times where none is lost.
    pub show_optimized_slots: bool,
    /// How far ahead may be booked.
    pub booking_window: BookingWindow,
    /// Absent without limits.
    #[schema(nullable = false)]
    pub booking_limits_count: Option<PeriodLimits>,
    /// Absent without limits; minutes.
    #[schema(nullable = false)]
    pub booking_limits_duration: Option<PeriodLimits>,
    /// Whether a person must confirm.
    pub confirmation_policy: ConfirmationPolicy,
    /// Null when it does not recur.
    #[schema(required)]
    pub recurrence: Option<Recurrence>,
    /// Several attendees per slot.
    pub seats: Seats,
    /// Whether attendees may cancel.
    pub disable_cancelling: Switch,
    /// Whether attendees may move.
    pub disable_rescheduling: ReschedulingSwitch,
    /// Bookings that have ended may be moved.
    pub allow_rescheduling_past_bookings: bool,
    /// Cancelled bookings may be moved.
    pub allow_rescheduling_cancelled_bookings: bool,
    /// Only with credentials of the tenant.
    pub booking_requires_authentication: bool,
    /// Bookings of one address that may be open.
    pub booker_active_bookings_limit: ActiveBookingsLimit,
    /// Carried.
    pub requires_booker_email_verification: bool,
    /// Carried.
    pub hide_calendar_notes: bool,
    /// Carried.
    pub lock_time_zone_toggle_on_booking_page: bool,
    /// Carried.
    pub hide_calendar_event_details: bool,
    /// Carried.
    pub hide_organizer_email: bool,
    /// Carried.
    pub use_destination_calendar_email: bool,
    /// Null when none is given.
    #[schema(required)]
    pub success_redirect_url: Option<String>,
    /// Null when none is given.
    #[schema(required)]
    pub interface_language: Option<String>,
    /// Absent when none is given.
    #[schema(nullable = false)]
    pub custom_name: Option<String>,
    /// Absent when none are given.
    #[schema(nullable = false)]
    pub booker_layouts: Option<BookerLayouts>,
    /// Absent when none is given.
    #[schema(nullable = false)]
    pub color: Option<Color>,
    /// Absent when none is given.
    #[schema(nullable = false)]
    pub destination_calendar: Option<CalendarName>,
    /// Absent when none are given.
    #[schema(nullable = false)]
    pub cal_video_settings: Option<BTreeMap<String, Value>>,
}

/// The owner of an event type, as a page shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventTypeUser)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Wire number.
    pub id: i32,
    /// Display name.
    pub name: String,
    /// Unique per tenant.
    pub username: String,
    /// Picture.
    #[schema(required)]
    pub avatar_url: Option<String>,
    /// First day of the week.
    pub week_start: String,
    /// Always null.
    #[schema(required)]
    pub brand_color: Option<String>,
    /// Always null.
    #[schema(required)]
    pub dark_brand_color: Option<String>,
    /// Always empty.
    pub metadata: BTreeMap<String, Value>,
}
