//! The body of a created or changed event type, as [`Settings`] (`reference` § 5.1).

use serde_json::{Map, Value};

use super::{booking_field, location, policy, presentation};
use crate::api::failure::Failure;
use crate::api::validation::{Members, Style, contact, value};
use crate::domain::event_type::settings::EventTypeSettings as Settings;
use crate::domain::id::ScheduleNumber;
use crate::domain::terms::Confirmation;

/// Lengths to choose from at most.
const LENGTHS_MAX: usize = 100;
const _: () = assert!(Settings::LENGTHS_MAX == 100);

/// Reads a body over `base` (an event type to change), or over the defaults.
///
/// # Errors
/// 400 with every fault.
pub(in crate::api) fn settings(
    body: &Map<String, Value>,
    base: Option<&Settings>,
) -> Result<Settings, Failure> {
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
fn defaults() -> Settings {
    Settings::plain(String::new(), String::new(), 1)
}

fn read_names(members: &mut Members<'_>, settings: &mut Settings, is_new: bool) {
    if is_new || members.has("title") {
        settings.title = members.required("title", value::name_within(Settings::TITLE_MAX));
    }
    if is_new || members.has("slug") {
        settings.slug = members.required("slug", contact::plain_slug(Settings::SLUG_MAX));
    }
    if let Some(description) = members.optional("description", value::text) {
        if Settings::TEXT_MAX_BYTES < description.len() {
            members.fault("description", "maxLength", "is too large");
        }
        settings.description = description;
    }
}

/// The lengths, the default first.
fn read_lengths(members: &mut Members<'_>, settings: &mut Settings, is_new: bool) {
    let minutes = || value::count(1..=Settings::MINUTES_MAX);
    let mut default = settings.lengths_minutes.first().copied().unwrap_or(1);
    if is_new || members.has("lengthInMinutes") {
        default = members.required("lengthInMinutes", minutes());
    }
    let options = members.given(
        "lengthInMinutesOptions",
        value::array(1..=LENGTHS_MAX, minutes()),
    );
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
        let text = "must have unique elements";
        members.fault("lengthInMinutesOptions", "arrayUnique", text);
    }
    if !sorted.contains(&default) {
        let text = "must contain the lengthInMinutes";
        members.fault("lengthInMinutesOptions", "contains", text);
    }
    let others = lengths.into_iter().filter(|length| *length != default);
    settings.lengths_minutes = std::iter::once(default).chain(others).collect();
}

fn read_times(members: &mut Members<'_>, settings: &mut Settings) {
    let span = || value::count(0..=Settings::MINUTES_MAX);
    let notice = value::count(0..=Settings::NOTICE_MAX_MINUTES);
    if let Some(minutes) = members.optional("beforeEventBuffer", span()) {
        settings.before_minutes = minutes;
    }
    if let Some(minutes) = members.optional("afterEventBuffer", span()) {
        settings.after_minutes = minutes;
    }
    if let Some(minutes) = members.optional("minimumBookingNotice", notice) {
        settings.notice_minutes = minutes;
    }
    if let Some(minutes) = members.optional("offsetStart", span()) {
        settings.offset_minutes = minutes;
    }
    if let Some(minutes) = members.given("slotInterval", value::count(1..=Settings::MINUTES_MAX)) {
        settings.interval_minutes = minutes;
    }
    if let Some(schedule) = members.given("scheduleId", value::wire_number) {
        settings.schedule = schedule.map(ScheduleNumber::new);
    }
}

fn read_flags(members: &mut Members<'_>, settings: &mut Settings) {
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
fn read_texts(members: &mut Members<'_>, settings: &mut Settings) {
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
    presentation::read(members, &mut presentation);
    presentation::note_threshold(members, &settings.confirmation, &mut presentation);
    settings.presentation_json = text(members, "calVideoSettings", &Value::Object(presentation));
}

/// JSON text of a size that the rules take.
fn text(members: &mut Members<'_>, name: &str, json: &Value) -> String {
    let text = json.to_string();
    if Settings::TEXT_MAX_BYTES < text.len() {
        members.fault(name, "maxLength", "is too large");
    }
    text
}

/// Rules over several members.
fn check(settings: &Settings) -> Result<(), Failure> {
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
