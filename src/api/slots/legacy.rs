//! Slots and reservations as Cal.com's versions before 2024-09-04 have them (`reference` § 2.6): other names over the
//! same computation and the same commands.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::{Map, Value};

use super::list::{self, Asking};
use super::reserving::{self, Length};
use super::selection::Selector;
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::envelope::{created, success};
use crate::api::failure::Failure;
use crate::api::idempotency::marked;
use crate::api::payload::Payload;
use crate::api::validation::{Broken, Members, Style, query_members, value};
use crate::domain::event_type::settings::EventTypeSettings;

/// Names the reservation of a browser.
const COOKIE: &str = "uid";
/// Usernames of one query.
const USERNAMES_MAX: usize = 25;

/// The slots of a window, under their local days.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct LegacySlots {
    /// By local day, `YYYY-MM-DD`; days without slots are left out.
    slots: BTreeMap<String, Vec<LegacySlot>>,
}

/// One slot.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
enum LegacySlot {
    /// As `slotFormat=time` shows it.
    Time(LegacyStart),
    /// As `slotFormat=range` shows it.
    Range(LegacyRange),
}

/// When a slot starts.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct LegacyStart {
    time: String,
    /// Seats taken; only once somebody holds a seat.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    attendees: Option<u32>,
    /// The seated booking; only once somebody holds a seat.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    booking_uid: Option<String>,
}

/// When a slot starts and ends.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct LegacyRange {
    start_time: String,
    end_time: String,
}

/// A reservation to make.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LegacyReservation {
    /// Wire number.
    event_type_id: i32,
    /// RFC 3339; a whole minute.
    slot_utc_start_date: String,
    /// RFC 3339; the event type must offer the length.
    slot_utc_end_date: String,
    /// Of a seated booking; carried for old clients, its slot says the same.
    #[schema(nullable = false)]
    booking_uid: Option<String>,
}

/// Lists the slots that can be booked, by local day.
#[utoipa::path(get, path = "/v2/slots/available", operation_id = "listSlotsBefore20240904", tag = "Slots", params(
    ("startTime" = String, Query, description = "Day or instant"),
    ("endTime" = String, Query, description = "Day or instant, at most 366 days later"),
    ("eventTypeId" = Option<i32>, Query), ("eventTypeSlug" = Option<String>, Query),
    ("usernameList[]" = Option<Vec<String>>, Query, description = "With `eventTypeSlug`; also as `usernameList`"),
    ("orgSlug" = Option<String>, Query), ("timeZone" = Option<String>, Query), ("duration" = Option<u32>, Query),
    ("slotFormat" = Option<String>, Query, description = "`time` or `range`"), ("rescheduleUid" = Option<String>, Query)),
    responses((status = 200, description = "Slots by local day", body = LegacySlots),
        (status = 400, description = "Not valid"), (status = 404, description = "No such event type")))]
pub(super) async fn available(
    State(api): State<Arc<Api>>,
    caller: Caller,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Failure> {
    let asking = read(&uri)?;
    let days = list::listed(&api, &caller, &headers, &asking).await?;
    let slots = days
        .into_iter()
        .map(|(day, slots)| (day, slots.into_iter().map(LegacySlot::from).collect()))
        .collect();
    Ok(success(LegacySlots { slots }))
}

/// Reserves a slot for five minutes; answers the uid, also as a cookie.
#[utoipa::path(post, path = "/v2/slots/reserve", operation_id = "reserveSlotBefore20240904", tag = "Slots",
    request_body = LegacyReservation,
    responses((status = 201, description = "Reserved: the uid of the reservation", body = String),
        (status = 400, description = "Not valid"), (status = 404, description = "No such event type"),
        (status = 422, description = "The slot is booked or reserved")))]
pub(super) async fn reserve(
    State(api): State<Arc<Api>>,
    caller: Caller,
    payload: Payload,
) -> Result<Response, Failure> {
    let asking = read_body(payload.object()?)?;
    let (reservation, replayed) = reserving::reserve(&api, &caller, &payload, &asking).await?;
    let uid = reservation.reservation_uid;
    let cookie = HeaderValue::from_str(&format!("{COOKIE}={uid}; Path=/; HttpOnly; SameSite=Lax"));
    let mut response = marked(created(uid), replayed);
    if let Ok(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Gives up the reservation that the query or the cookie names, if there is one.
#[utoipa::path(delete, path = "/v2/slots/selected-slot", operation_id = "releaseSelectedSlot", tag = "Slots",
    params(("uid" = Option<String>, Query, description = "Without it the cookie `uid` counts")),
    responses((status = 200, description = "Gone")))]
pub(super) async fn release_selected(
    State(api): State<Arc<Api>>,
    caller: Caller,
    headers: HeaderMap,
    uri: Uri,
    payload: Payload,
) -> Result<Response, Failure> {
    let query = query_members(&uri)?;
    let mut members = Members::new(&query);
    let named = members.optional("uid", value::line);
    members.finish(Style::Dropping)?;
    let uid = named.or_else(|| cookie(&headers)).unwrap_or_default();
    reserving::release(&api, &caller, &uid, &payload).await
}

/// Gives a reservation up, if there is one.
#[utoipa::path(delete, path = "/v2/slots/reserve/{id}", operation_id = "releaseSlotBefore20240904", tag = "Slots",
    params(("id" = String, Path)), responses((status = 200, description = "Gone")))]
pub(super) async fn release(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    reserving::release(&api, &caller, &id, &payload).await
}

impl From<list::Slot> for LegacySlot {
    fn from(slot: list::Slot) -> Self {
        if let Some(end_time) = slot.end {
            return Self::Range(LegacyRange {
                start_time: slot.start,
                end_time,
            });
        }
        let taken = slot.seats.filter(|seats| 0 < seats.seats_booked);
        Self::Time(LegacyStart {
            time: slot.start,
            attendees: taken.as_ref().map(|seats| seats.seats_booked),
            booking_uid: taken.and_then(|seats| seats.booking_uid),
        })
    }
}

fn read(uri: &Uri) -> Result<Asking, Failure> {
    let query = query_members(uri)?;
    let mut members = Members::new(&query);
    let (start, _) = members.required("startTime", value::instant_or_day);
    let end = list::end_of(members.required("endTime", value::instant_or_day));
    let zone = members.optional("timeZone", value::zone).unwrap_or(Tz::UTC);
    let duration = members.optional(
        "duration",
        value::count_text(1..=EventTypeSettings::MINUTES_MAX),
    );
    let with_end = members
        .optional("slotFormat", list::format)
        .unwrap_or(false);
    let moving = members.optional("rescheduleUid", value::line);
    let number = members.optional("eventTypeId", value::wire_number_text);
    let slug = members.optional("eventTypeSlug", value::line);
    let organization = members.optional("orgSlug", value::line);
    let mut usernames = Vec::new();
    for name in ["usernameList[]", "usernameList"] {
        usernames.extend(members.optional(name, names).unwrap_or_default());
    }
    // Old clients send more than is read here (`isTeamEvent`, `debug`, …): dropped, as Cal.com does.
    members.finish(Style::Dropping)?;
    let selector = match (number, slug, usernames.as_slice()) {
        (Some(number), ..) => Selector::Number(number),
        (None, Some(slug), [username]) => Selector::OfUser {
            slug,
            username: username.clone(),
            organization,
        },
        (None, Some(_), [_, _, ..]) => Selector::Several {
            usernames,
            organization,
        },
        (None, ..) => Selector::Nothing,
    };
    list::check_window(start, end, "startTime", "endTime")?;
    Ok(Asking {
        selector,
        start,
        end,
        zone,
        duration,
        with_end,
        moving,
    })
}

/// One name, or the names of a parameter that is repeated.
fn names(value: &Value) -> Result<Vec<String>, Broken> {
    if value.is_array() {
        value::array(1..=USERNAMES_MAX, value::line)(value)
    } else {
        Ok(vec![value::line(value)?])
    }
}

fn read_body(body: &Map<String, Value>) -> Result<reserving::Asking, Failure> {
    let mut members = Members::new(body);
    let event_type = members.required("eventTypeId", value::wire_number);
    let start = members.required("slotUtcStartDate", value::instant);
    let end = members.required("slotUtcEndDate", value::instant);
    members.optional("bookingUid", value::line);
    let minutes = (end - start).num_minutes();
    let length = u32::try_from(minutes)
        .ok()
        .filter(|length| (1..=EventTypeSettings::MINUTES_MAX).contains(length));
    if length.is_none() && members.is_sound() {
        let text = "must be at least a minute and at most 31 days after slotUtcStartDate";
        members.fault("slotUtcEndDate", "isAfter", text);
    }
    members.finish(Style::Dropping)?;
    Ok(reserving::Asking {
        event_type,
        start,
        length: length.map_or(Length::Default, Length::Spanned),
        duration_minutes: None,
    })
}

/// The reservation that the browser's cookie names.
fn cookie(headers: &HeaderMap) -> Option<String> {
    let pairs = headers.get_all(header::COOKIE).into_iter();
    pairs
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then(|| value.to_owned()))
}
