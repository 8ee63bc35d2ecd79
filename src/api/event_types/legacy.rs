//! Event types of 2024-04-15 and 2024-06-11 (`reference` § 5.6): the same commands and rows under older names.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::view::View;
use super::{Form, own_scope, rows_with_owners, sees_hidden};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::envelope::success;
use crate::api::failure::Failure;
use crate::api::validation::{Members, Style, contact, value};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::projections::event_types::Filter;
use crate::projections::row;

/// One event type by names, without credentials. The router takes one name for the first part of paths of event types.
pub(super) const PUBLIC_PATH: &str = "/v2/event-types/{id}/{eventSlug}/public";

/// Members that have the same name and form in both shapes.
const SAME: [&str; 13] = [
    "title",
    "slug",
    "description",
    "hidden",
    "disableGuests",
    "slotInterval",
    "minimumBookingNotice",
    "beforeEventBuffer",
    "afterEventBuffer",
    "offsetStart",
    "scheduleId",
    "successRedirectUrl",
    "metadata",
];
/// Types of locations that need nothing else: the older name, then today's.
const BARE: [(&str, &str); 4] = [
    ("phone", "attendeePhone"),
    ("attendeeInPerson", "attendeeAddress"),
    ("somewhereElse", "attendeeDefined"),
    ("conferencing", "organizersDefaultApp"),
];
/// Types of locations with a member: the older name and member, then today's.
const PLACED: [(&str, &str, &str, &str); 3] = [
    ("inPerson", "address", "address", "address"),
    ("link", "link", "link", "link"),
    ("userPhone", "hostPhoneNumber", "phone", "phone"),
];
/// Integrations whose older name is not their own.
const INTEGRATIONS: [(&str, &str); 2] = [("daily", "cal-video"), ("google:meet", "google-meet")];
const LOCATIONS_MAX: usize = 50;

/// An event type of 2024-04-15 to create; to change one, any of these members.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewLegacyEventType {
    /// Display title.
    #[schema(max_length = 500)]
    pub title: String,
    /// Unique among the owner's.
    #[schema(max_length = 100)]
    pub slug: String,
    /// Length of a booking, minutes.
    #[schema(minimum = 1, maximum = 44_640)]
    pub length: u32,
    /// Free text.
    pub description: Option<String>,
    /// Listed for its owner only.
    pub hidden: Option<bool>,
    /// Where a booking may take place.
    #[schema(min_items = 1, max_items = 50)]
    pub locations: Option<Vec<LegacyLocation>>,
    /// Guests may not be added.
    pub disable_guests: Option<bool>,
    /// Stride of the starts offered, minutes.
    #[schema(minimum = 1, maximum = 44_640)]
    pub slot_interval: Option<u32>,
    /// Minutes between booking and start at least.
    pub minimum_booking_notice: Option<u32>,
    /// Minutes kept free before a booking.
    pub before_event_buffer: Option<u32>,
    /// Minutes kept free after a booking.
    pub after_event_buffer: Option<u32>,
}

/// Where a booking may take place, in older words.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyLocation {
    /// `inPerson`, `link`, `userPhone`, `phone`, `attendeeInPerson`, `somewhereElse`, `conferencing` or
    /// `integrations:` with a name, e.g. `integrations:daily`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of `inPerson`.
    pub address: Option<String>,
    /// Of `link`.
    pub link: Option<String>,
    /// Of `userPhone`, E.164.
    pub host_phone_number: Option<String>,
    /// Whether bookers see it.
    pub display_location_publicly: Option<bool>,
}

/// An event type of 2024-04-15.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyEventType {
    /// Wire number.
    pub id: i32,
    /// Wire number of whose it is.
    pub user_id: i32,
    /// Default length, minutes.
    pub length: u32,
    /// Unique among the owner's.
    pub slug: String,
    /// Display title.
    pub title: String,
    /// Free text.
    pub description: String,
    /// Listed for its owner only.
    pub hidden: bool,
    /// Where a booking may take place.
    pub locations: Vec<LegacyLocation>,
}

/// Event types by whose they are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyEventTypes {
    /// One group per user.
    pub event_type_groups: Vec<LegacyGroup>,
    /// The users.
    pub profiles: Vec<LegacyProfile>,
}

/// The event types of one user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyGroup {
    /// The user.
    pub profile: LegacyProfile,
    /// Its event types.
    pub event_types: Vec<LegacyEventType>,
}

/// A user.
#[derive(Debug, Serialize, ToSchema)]
pub struct LegacyProfile {
    /// Username.
    pub slug: String,
    /// Display name.
    pub name: String,
    /// Picture.
    #[schema(required)]
    pub image: Option<String>,
}

/// What was deleted, in older words.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeletedLegacyEventType {
    /// Wire number.
    pub id: i32,
    /// Default length, minutes.
    pub length: u32,
    /// Display title.
    pub title: String,
    /// The slug, free again.
    pub slug: String,
}

/// A body in today's words.
///
/// # Errors
/// 400 with the faults of the members that are named otherwise.
pub(super) fn translated(
    body: &Map<String, Value>,
    is_new: bool,
) -> Result<Map<String, Value>, Failure> {
    let mut members = Members::new(body);
    let mut today = Map::new();
    if is_new || members.has("length") {
        let length = value::count(1..=EventTypeSettings::MINUTES_MAX);
        let length = members.required("length", length);
        today.insert("lengthInMinutes".to_owned(), json!(length));
    }
    let locations = members.objects("locations", LOCATIONS_MAX, |inner| location(inner));
    if let Some(locations) = locations {
        today.insert("locations".to_owned(), Value::Array(locations));
    }
    members.finish(Style::Dropping)?;
    for name in SAME {
        if let Some(value) = body.get(name) {
            today.insert(name.to_owned(), value.clone());
        }
    }
    Ok(today)
}

fn location(members: &mut Members<'_>) -> Value {
    let kind = members.required("type", value::name);
    if let Some((_, today)) = BARE.iter().find(|(old, _)| *old == kind) {
        return json!({"type": today});
    }
    if let Some(name) = kind.strip_prefix("integrations:") {
        let known = INTEGRATIONS.iter().find(|(old, _)| *old == name);
        let name = known.map_or(name, |(_, today)| today);
        return json!({"type": "integration", "integration": name});
    }
    let Some((_, old, today, member)) = PLACED.into_iter().find(|(old, ..)| *old == kind) else {
        members.fault("type", "isEnum", "must be a known type of location");
        return Value::Null;
    };
    let place = match old {
        "link" => members.required(old, contact::url),
        "hostPhoneNumber" => members.required(old, contact::phone),
        _ => members.required(old, value::name),
    };
    let public = members.optional("displayLocationPublicly", value::boolean);
    json!({"type": today, member: place, "public": public.unwrap_or(false)})
}

/// An event type in older words.
pub(super) fn shown(today: &Map<String, Value>) -> Map<String, Value> {
    let mut shown: Map<String, Value> = SAME
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), today.get(name)?.clone())))
        .collect();
    let mut copy = |old: &str, name: &str| {
        let value = today.get(name).cloned().unwrap_or_default();
        shown.insert(old.to_owned(), value);
    };
    for (old, name) in [
        ("id", "id"),
        ("userId", "ownerId"),
        ("length", "lengthInMinutes"),
        ("bookingFields", "bookingFields"),
        ("recurringEvent", "recurrence"),
        ("price", "price"),
        ("currency", "currency"),
    ] {
        copy(old, name);
    }
    let locations = today.get("locations").and_then(Value::as_array);
    let locations: Vec<Value> = locations.into_iter().flatten().map(old_location).collect();
    shown.insert("locations".to_owned(), Value::Array(locations));
    shown
}

fn old_location(today: &Value) -> Value {
    let kind = today["type"].as_str().unwrap_or_default();
    if let Some((old, _)) = BARE.iter().find(|(_, now)| *now == kind) {
        return json!({"type": old});
    }
    if let Some((old, name, _, member)) = PLACED.into_iter().find(|(_, _, now, _)| *now == kind) {
        let (place, public) = (&today[member], &today["public"]);
        return json!({"type": old, name: place, "displayLocationPublicly": public});
    }
    let name = today["integration"].as_str().unwrap_or_default();
    let known = INTEGRATIONS.iter().find(|(_, now)| *now == name);
    let name = known.map_or(name, |(old, _)| old);
    json!({"type": format!("integrations:{name}")})
}

fn profile(user: &row::Provider) -> Value {
    let profile = &user.profile;
    json!({"slug": profile.username, "name": profile.name, "image": profile.avatar_url})
}

/// The caller's event types, by whose they are.
pub(super) async fn list(api: &Api, caller: &Caller) -> Result<Response, Failure> {
    caller.tenant()?;
    let Some((tenant, owners)) = own_scope(caller) else {
        return Ok(success(json!({"eventTypeGroups": [], "profiles": []})));
    };
    let filter = Filter {
        hidden: sees_hidden(caller, tenant, &owners),
        owners,
        ..Filter::default()
    };
    let (rows, users) = rows_with_owners(api, tenant, &filter).await?;
    let shown = |user: &row::Provider, row: &row::EventType| {
        let view = View {
            number: row.number,
            owner_number: row.owner_number,
            settings: &row.settings,
            owner: Some(user),
        };
        Form::Legacy.json(&view, &api.public_url)
    };
    let groups: Vec<Value> = users
        .iter()
        .map(|user| {
            let own = rows.iter().filter(|row| row.owner == user.provider);
            let event_types: Vec<_> = own.map(|row| shown(user, row)).collect();
            json!({"profile": profile(user), "eventTypes": event_types})
        })
        .collect();
    let profiles: Vec<Value> = users.iter().map(profile).collect();
    Ok(success(
        json!({"eventTypeGroups": groups, "profiles": profiles}),
    ))
}

/// Shows one event type by the names of its user and itself; places that are not public are left out.
#[utoipa::path(get, path = "/v2/event-types/{id}/{eventSlug}/public", operation_id = "readPublicEventType", tag = "Event types",
    params(("cal-api-version" = String, Header, description = "`2024-04-15`"),
        ("id" = String, Path, description = "The username"), ("eventSlug" = String, Path)),
    responses((status = 200, description = "The event type", body = LegacyEventType), (status = 404, description = "No such event type")))]
pub(super) async fn read_public(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((username, slug)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let absent = || Failure::not_found(format!("Event type with slug {slug} not found"));
    let found = api.provider_by_username(&caller, &username, None).await?;
    let (tenant, owner) = found.ok_or_else(absent)?;
    let by_slug = api
        .event_type_by_slug(&caller, &owner.to_string(), &slug)
        .await?;
    let event_type = by_slug.ok_or_else(absent)?.current;
    let owner = api.provider_row(tenant, owner).await?;
    let view = View {
        number: event_type.number,
        owner_number: event_type.owner_number,
        settings: &event_type.settings,
        owner: owner.as_ref(),
    };
    let mut shown = Form::Legacy.json(&view, &api.public_url);
    let locations = shown.get_mut("locations").and_then(Value::as_array_mut);
    for location in locations.into_iter().flatten() {
        if location["displayLocationPublicly"] == json!(false) {
            *location = json!({"type": location["type"]});
        }
    }
    let users: Vec<Value> = owner.iter().map(profile).collect();
    shown.insert("users".to_owned(), Value::Array(users));
    Ok(success(shown))
}
