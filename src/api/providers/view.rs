//! A provider as the wire shows it: `id` is the integer, `uid` the UUID.

use serde_json::{Map, Value, json};

use crate::api::envelope::instant;
use crate::api::me::default_schedule;
use crate::projections::row;

/// The whole object: descriptive members beside the rest, with their defaults.
pub(super) fn json(row: &row::Provider) -> Map<String, Value> {
    let profile = &row.profile;
    let mut shown = defaults();
    let details: Option<Map<String, Value>> = profile
        .details_json
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok());
    shown.extend(details.unwrap_or_default());
    let mut put = |name: &str, value: Value| {
        shown.insert(name.to_owned(), value);
    };
    put("id", json!(row.number));
    put("uid", json!(row.provider));
    put("name", json!(profile.name));
    put("email", json!(profile.email));
    put("username", json!(profile.username));
    put("timeZone", json!(profile.zone.name()));
    put("timeFormat", json!(profile.time_format));
    put("weekStart", json!(profile.week_start));
    put("locale", json!(profile.locale));
    put("bio", json!(profile.bio));
    put("avatarUrl", json!(profile.avatar_url));
    put("bookable", json!(row.bookable));
    put("defaultScheduleId", json!(default_schedule(row)));
    put("createdAt", json!(instant(row.created_at)));
    put("updatedAt", json!(instant(row.updated_at)));
    shown
}

/// Descriptive members nobody has set.
fn defaults() -> Map<String, Value> {
    [
        ("specialty", Value::Null),
        ("reviews", json!(0)),
        ("rating", json!(5.0)),
        ("price", Value::Null),
        ("imageUrl", Value::Null),
        ("badge", Value::Null),
        ("education", Value::Null),
        ("degree", Value::Null),
        ("locationType", json!("online")),
        ("conditions", json!([])),
        ("yearsExperience", json!(0)),
        ("approach", Value::Null),
        ("languages", json!("English")),
        ("certifications", Value::Null),
        ("availability", json!("Weekdays 9am - 5pm")),
        ("insuranceAccepted", Value::Null),
        ("sessionFormat", Value::Null),
        ("preferredVideoPlatform", json!("zoom")),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}
