//! Members of an event type that only change what a page shows (`reference` § 5.1): each is read in its form, and
//! carried.

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::policy;
use crate::api::validation::{Broken, Members, Read, contact, value};
use crate::domain::terms::Confirmation;

/// How a page lays the days out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookerLayouts {
    /// One of the enabled ones.
    pub default_layout: Layout,
    /// What may be chosen.
    #[schema(min_items = 1, max_items = 3)]
    pub enabled_layouts: Vec<Layout>,
}

/// One way to lay days out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Layout {
    /// A month.
    Month,
    /// A week.
    Week,
    /// A column per day.
    Column,
}

/// Colours of a page, hexadecimal: `#fff` or `#ffffff`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventTypeColor)]
#[serde(rename_all = "camelCase")]
pub struct Color {
    /// On light ground.
    #[schema(
        example = "#292929",
        pattern = "^#?([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$"
    )]
    pub light_theme_hex: String,
    /// On dark ground.
    #[schema(
        example = "#fafafa",
        pattern = "^#?([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$"
    )]
    pub dark_theme_hex: String,
}

/// A calendar of a provider of calendars.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CalendarName {
    /// For example `google_calendar`.
    pub integration: String,
    /// Its name there.
    pub external_id: String,
}

/// Switches; off unless they are given.
pub(super) const FLAGS: [&str; 6] = [
    "requiresBookerEmailVerification",
    "hideCalendarNotes",
    "lockTimeZoneToggleOnBookingPage",
    "hideCalendarEventDetails",
    "hideOrganizerEmail",
    "useDestinationCalendarEmail",
];
/// In which unit the threshold of a confirmation was given: part of `confirmationPolicy`, not a member of its own.
pub(super) const THRESHOLD: &str = "noticeThreshold";
const LAYOUTS: &[&str] = &["month", "week", "column"];
const VIDEO_SETTINGS_MAX: usize = 50;

/// Reads what is given; null removes a member.
pub(super) fn read(members: &mut Members<'_>, presentation: &mut Map<String, Value>) {
    let mut put = |name: &str, given: Option<Option<Value>>| match given {
        Some(Some(value)) => {
            presentation.insert(name.to_owned(), value);
        }
        Some(None) => {
            presentation.remove(name);
        }
        None => {}
    };
    for name in FLAGS {
        let flag = members.given(name, |value| value::boolean(value).map(Value::from));
        put(name, flag);
    }
    let name = members.given("customName", |value| value::line(value).map(Value::from));
    put("customName", name);
    let language = members.given("interfaceLanguage", |value| {
        language(value).map(Value::from)
    });
    put("interfaceLanguage", language);
    let url = members.given("successRedirectUrl", |value| {
        contact::url(value).map(Value::from)
    });
    put("successRedirectUrl", url);
    put("bookerLayouts", object(members, "bookerLayouts", layouts));
    put("color", object(members, "color", color));
    put(
        "destinationCalendar",
        object(members, "destinationCalendar", destination),
    );
    let video = members.given("calVideoSettings", video);
    put("calVideoSettings", video);
    put(
        "bookerActiveBookingsLimit",
        policy::active_bookings_limit(members).map(|limit| limit.map(|limit| json!(limit))),
    );
}

/// Keeps the unit of a threshold where `confirmationPolicy` is given: the rules know minutes only.
pub(super) fn note_threshold(
    members: &mut Members<'_>,
    confirmation: &Confirmation,
    presentation: &mut Map<String, Value>,
) {
    if !members.has("confirmationPolicy") {
        return;
    }
    presentation.remove(THRESHOLD);
    let policy = members.value("confirmationPolicy");
    let unit = policy.and_then(|policy| policy[THRESHOLD]["unit"].as_str());
    if let (Confirmation::WithinNotice { minutes, .. }, Some(unit)) = (confirmation, unit) {
        let count = minutes / policy::minutes_of(unit);
        presentation.insert(THRESHOLD.to_owned(), json!({"unit": unit, "count": count}));
    }
}

/// A member that is an object: absent, null, or read.
#[expect(
    clippy::option_option,
    reason = "absent and null differ in a partial change"
)]
fn object<'a>(
    members: &mut Members<'a>,
    name: &'static str,
    read: impl FnOnce(&mut Members<'a>) -> Value,
) -> Option<Option<Value>> {
    let is_given = members.has(name);
    let read = members.object(name, read);
    is_given.then_some(read)
}

fn layouts(members: &mut Members<'_>) -> Value {
    let default = members.required("defaultLayout", value::one_of(LAYOUTS));
    let enabled = value::array(1..=LAYOUTS.len(), value::one_of(LAYOUTS));
    let enabled = members.required("enabledLayouts", enabled);
    if members.is_sound() && !enabled.contains(&default) {
        let text = "must contain the defaultLayout";
        members.fault("enabledLayouts", "contains", text);
    }
    json!({"defaultLayout": default, "enabledLayouts": enabled})
}

fn color(members: &mut Members<'_>) -> Value {
    let light = members.required("lightThemeHex", hex_color);
    let dark = members.required("darkThemeHex", hex_color);
    json!({"lightThemeHex": light, "darkThemeHex": dark})
}

fn destination(members: &mut Members<'_>) -> Value {
    let integration = members.required("integration", value::name);
    let calendar = members.required("externalId", value::name);
    json!({"integration": integration, "externalId": calendar})
}

/// `#fff` or `#ffffff`, perhaps with transparency.
fn hex_color(value: &Value) -> Read<String> {
    let broken = || Broken::new("isHexColor", "must be a hexadecimal color");
    let text = value.as_str().ok_or_else(broken)?;
    let digits = text.strip_prefix('#').unwrap_or(text);
    let is_color =
        [3, 4, 6, 8].contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_color.then(|| text.to_owned()).ok_or_else(broken)
}

/// A language code such as `lv` or `pt-BR`; empty for the reader's own.
fn language(value: &Value) -> Read<String> {
    let broken = || Broken::new("isEnum", "must be a language code, for example en or pt-BR");
    let text = value.as_str().ok_or_else(broken)?;
    let mut parts = text.split('-');
    let is_language = parts.next().is_some_and(|first| {
        (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    let are_tags = parts.all(|part| {
        (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    if text.is_empty() || is_language && are_tags && text.len() <= 35 {
        Ok(text.to_owned())
    } else {
        Err(broken())
    }
}

/// Switches of Cal Video, whatever they are called, and where it leads on exit.
fn video(value: &Value) -> Read<Value> {
    let settings = value::object(value)?;
    if VIDEO_SETTINGS_MAX < settings.len() {
        let text = format!("must have no more than {VIDEO_SETTINGS_MAX} members");
        return Err(Broken::new("maxProperties", text));
    }
    for (name, setting) in settings {
        let read = match name.as_str() {
            _ if setting.is_null() => Ok(()),
            "redirectUrlOnExit" => contact::url(setting).map(|_| ()),
            _ => value::boolean(setting).map(|_| ()),
        };
        read.map_err(|broken| Broken::new(broken.rule, format!("{name} {}", broken.text)))?;
    }
    Ok(Value::Object(settings.clone()))
}
