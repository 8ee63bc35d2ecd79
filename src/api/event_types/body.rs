//! The body of a created or changed event type, as [`EventTypeSettings`] (`reference` § 5.1).

use serde_json::{Map, Value, json};

use super::{booking_field, location, policy};
use crate::api::failure::Failure;
use crate::api::validation::{Members, Style, contact, value};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::ScheduleNumber;
use crate::domain::terms::Confirmation;
use crate::domain::time::TimeSlot;

/// Longest buffer, notice, offset and stride, minutes: a year.
const SPAN_MAX_MINUTES: u32 = 366 * 24 * 60;
const LENGTH_MAX_MINUTES: u32 = 44_640;
const _: () = assert!(TimeSlot::LENGTH_MAX_MINUTES == 44_640);
/// Longest JSON text of metadata, presentation, locations or fields, bytes.
const JSON_MAX: usize = 100_000;

/// Members that only change what a page shows: carried as they are, each with its form.
const PRESENTATION_FLAGS: [&str; 6] = [
    "requiresBookerEmailVerification",
    "hideCalendarNotes",
    "lockTimeZoneToggleOnBookingPage",
    "hideCalendarEventDetails",
    "hideOrganizerEmail",
    "useDestinationCalendarEmail",
];

/// Reads a body over `base` (an event type to change), or over the defaults.
///
/// # Errors
/// 400 with every fault.
pub(in crate::api) fn settings(
    body: &Map<String, Value>,
    base: Option<&EventTypeSettings>,
) -> Result<EventTypeSettings, Failure> {
    let mut members = Members::new(body);
    let mut settings = base.cloned().unwrap_or_else(defaults);
    read_names(&mut members, &mut settings, base.is_none());
    read_lengths(&mut members, &mut settings, base.is_none());
    read_times(&mut members, &mut settings);
    policy::read(&mut members, &mut settings);
    read_flags(&mut members, &mut settings);
    read_texts(&mut members, &mut settings);
    members.finish(Style::Dropping)?;
    check(&settings)?;
    Ok(settings)
}

/// What is absent, where title, slug and length are read over it.
fn defaults() -> EventTypeSettings {
    EventTypeSettings::plain(String::new(), String::new(), 1)
}

fn read_names(members: &mut Members<'_>, settings: &mut EventTypeSettings, is_new: bool) {
    if is_new || members.has("title") {
        settings.title = members.required("title", value::name);
    }
    if is_new || members.has("slug") {
        settings.slug = members.required("slug", contact::slug);
    }
    if let Some(description) = members.optional("description", value::text) {
        settings.description = description;
    }
}

/// The lengths, the default first.
fn read_lengths(members: &mut Members<'_>, settings: &mut EventTypeSettings, is_new: bool) {
    let minutes = || value::count(1..=LENGTH_MAX_MINUTES);
    let mut default = settings.lengths_minutes.first().copied().unwrap_or(1);
    if is_new || members.has("lengthInMinutes") {
        default = members.required("lengthInMinutes", minutes());
    }
    let options = members.given("lengthInMinutesOptions", value::array(1..=50, minutes()));
    let lengths = match options {
        Some(Some(options)) => {
            settings.has_length_options = true;
            options
        }
        Some(None) => {
            settings.has_length_options = false;
            vec![default]
        }
        None if settings.has_length_options => settings.lengths_minutes.clone(),
        None => vec![default],
    };
    let mut sorted = lengths.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() != lengths.len() {
        let text = "All lengthInMinutesOptions's elements must be unique";
        members.fault("lengthInMinutesOptions", "arrayUnique", text);
    }
    if !sorted.contains(&default) {
        let text = "must contain the lengthInMinutes";
        members.fault("lengthInMinutesOptions", "contains", text);
    }
    let others = lengths.into_iter().filter(|length| *length != default);
    settings.lengths_minutes = std::iter::once(default).chain(others).collect();
}

fn read_times(members: &mut Members<'_>, settings: &mut EventTypeSettings) {
    let span = || value::count(0..=SPAN_MAX_MINUTES);
    if let Some(minutes) = members.optional("beforeEventBuffer", span()) {
        settings.before_minutes = minutes;
    }
    if let Some(minutes) = members.optional("afterEventBuffer", span()) {
        settings.after_minutes = minutes;
    }
    if let Some(minutes) = members.optional("minimumBookingNotice", span()) {
        settings.notice_minutes = minutes;
    }
    if let Some(minutes) = members.optional("offsetStart", span()) {
        settings.offset_minutes = minutes;
    }
    if let Some(minutes) = members.given("slotInterval", value::count(1..=SPAN_MAX_MINUTES)) {
        settings.interval_minutes = minutes;
    }
    if let Some(schedule) = members.given("scheduleId", value::wire_number) {
        settings.schedule = schedule.map(ScheduleNumber::new);
    }
}

fn read_flags(members: &mut Members<'_>, settings: &mut EventTypeSettings) {
    let mut flag = |name, target: &mut bool| {
        if let Some(given) = members.optional(name, value::boolean) {
            *target = given;
        }
    };
    flag("disableGuests", &mut settings.guests_disabled);
    flag("onlyShowFirstAvailableSlot", &mut settings.first_slot_only);
    flag("showOptimizedSlots", &mut settings.optimized_slots);
    flag("hidden", &mut settings.hidden);
    flag(
        "bookingRequiresAuthentication",
        &mut settings.booking_requires_authentication,
    );
    flag(
        "allowReschedulingPastBookings",
        &mut settings.rescheduling.past_allowed,
    );
    flag(
        "allowReschedulingCancelledBookings",
        &mut settings.rescheduling.cancelled_allowed,
    );
}

/// What is carried as JSON text: locations, fields, metadata, presentation.
fn read_texts(members: &mut Members<'_>, settings: &mut EventTypeSettings) {
    if let Some(locations) = location::read(members) {
        settings.locations_json = text(members, "locations", &Value::Array(locations));
    }
    if let Some(fields) = booking_field::read(members) {
        settings.booking_fields_json = text(members, "bookingFields", &Value::Array(fields));
    }
    if let Some(metadata) = members.optional("metadata", |value| value::object(value).cloned()) {
        match metadata.get("daybookHolds").map(Value::as_str) {
            None | Some(Some("advisory")) => settings.exclusive_holds = false,
            Some(Some("exclusive")) => settings.exclusive_holds = true,
            Some(_) => {
                let words =
                    "must have daybookHolds one of the following values: advisory, exclusive";
                members.fault("metadata", "isEnum", words);
            }
        }
        settings.metadata_json = text(members, "metadata", &Value::Object(metadata));
    }
    let mut presentation: Map<String, Value> =
        serde_json::from_str(&settings.presentation_json).unwrap_or_default();
    read_presentation(members, &mut presentation);
    settings.presentation_json = text(members, "calVideoSettings", &Value::Object(presentation));
}

fn read_presentation(members: &mut Members<'_>, presentation: &mut Map<String, Value>) {
    let mut put = |name: &str, given: Option<Option<Value>>| match given {
        Some(Some(value)) => {
            presentation.insert(name.to_owned(), value);
        }
        Some(None) => {
            presentation.remove(name);
        }
        None => {}
    };
    for name in PRESENTATION_FLAGS {
        let flag = members.given(name, |value| value::boolean(value).map(Value::from));
        put(name, flag);
    }
    for name in ["customName", "interfaceLanguage"] {
        put(
            name,
            members.given(name, |value| value::line(value).map(Value::from)),
        );
    }
    let url = members.given("successRedirectUrl", |value| {
        contact::url(value).map(Value::from)
    });
    put("successRedirectUrl", url);
    for name in [
        "bookerLayouts",
        "color",
        "destinationCalendar",
        "calVideoSettings",
    ] {
        let object = |value: &Value| value::object(value).cloned().map(Value::Object);
        put(name, members.given(name, object));
    }
    put(
        "bookerActiveBookingsLimit",
        policy::active_bookings_limit(members).map(|limit| limit.map(|limit| json!(limit))),
    );
}

/// JSON text within [`JSON_MAX`].
fn text(members: &mut Members<'_>, name: &str, json: &Value) -> String {
    let text = json.to_string();
    if JSON_MAX < text.len() {
        members.fault(name, "maxLength", "is too large");
    }
    text
}

/// Rules over several members.
fn check(settings: &EventTypeSettings) -> Result<(), Failure> {
    if settings.seats.is_none() {
        return Ok(());
    }
    let locations: Vec<Value> = serde_json::from_str(&settings.locations_json).unwrap_or_default();
    if 1 < locations.len() {
        return Err(Failure::bad_request(
            "Seats Per Time Slot can't be enabled because the event type has more than 1 location.",
        ));
    }
    if settings.confirmation != Confirmation::NotRequired {
        return Err(Failure::bad_request(
            "Seats Per Time Slot can't be enabled because the event type requires confirmation.",
        ));
    }
    Ok(())
}
