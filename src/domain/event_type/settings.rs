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
    /// Cal.com's default notice, minutes.
    const NOTICE_MINUTES: u32 = 120;

    /// An event type of one length of which nothing else is said: Cal.com's defaults (`reference` § 5.1).
    pub fn plain(title: String, slug: String, minutes: u32) -> Self {
        Self {
            title,
            slug,
            description: String::new(),
            lengths_minutes: vec![minutes],
            has_length_options: false,
            before_minutes: 0,
            after_minutes: 0,
            notice_minutes: Self::NOTICE_MINUTES,
            interval_minutes: None,
            offset_minutes: 0,
            window: BookingWindow::Unlimited,
            schedule: None,
            limits: BookingLimits::default(),
            seats: None,
            confirmation: Confirmation::NotRequired,
            recurrence: None,
            exclusive_holds: false,
            first_slot_only: false,
            optimized_slots: false,
            cancelling_disabled: false,
            rescheduling: ReschedulingPolicy::default(),
            hidden: false,
            guests_disabled: false,
            booking_requires_authentication: false,
            locations_json: r#"[{"integration":"cal-video","type":"integration"}]"#.to_owned(),
            booking_fields_json: "[]".to_owned(),
            metadata_json: "{}".to_owned(),
            presentation_json: "{}".to_owned(),
        }
    }

    /// What its bookings are called, as far as that is said.
    fn custom_name(&self) -> Option<String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Named {
            custom_name: Option<String>,
        }
        let presentation = self.presentation_json.as_str();
        let named: Named = serde_json::from_str(presentation).ok()?;
        named.custom_name.filter(|name| !name.is_empty())
    }

    /// The terms under which a command books this event type.
    pub fn terms(&self, event_type: EventTypeId, number: EventTypeNumber, version: u64) -> Terms {
        Terms {
            event_type,
            number,
            version,
            slug: self.slug.clone(),
            title: self.title.clone(),
            custom_name: self.custom_name(),
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
