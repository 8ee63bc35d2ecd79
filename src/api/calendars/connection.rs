//! Making and ending connections, and the events behind them: none can be made yet.

use axum::extract::Path;
use axum::http::Uri;
use axum::response::Response;
use serde_json::{Map, Value};

use super::wire::{
    AnyKind, ByConsent, ByPassword, CalendarEvent, CalendarEventChange, Connection, ConnectionId,
    Consent, Credentials, Feeds, WithEvents,
};
use super::{Kind, no_credentials, not_connected, not_offered};
use crate::api::failure::Failure;
use crate::api::payload::Payload;
use crate::api::validation::{Members, Style, contact, query_members, value};

const FEEDS: &str = "ics-feed_calendar";
const FEEDS_MAX: usize = 100;
const EVERY: &[Kind] = &[Kind::Google, Kind::Office365, Kind::Apple];
const BY_CONSENT: &[Kind] = &[Kind::Google, Kind::Office365];

fn read(members: &Map<String, Value>, read: impl FnOnce(&mut Members<'_>)) -> Result<(), Failure> {
    let mut members = Members::new(members);
    read(&mut members);
    members.finish(Style::Dropping)
}

/// Reads calendars by their addresses: not offered yet.
#[utoipa::path(post, path = "/v2/calendars/ics-feed/save", operation_id = "saveFeeds", tag = "Calendars", request_body = Feeds,
    responses((status = 201, description = "The connection", body = Connection), (status = 400, description = "Not valid"), (status = 404, description = "Not offered")))]
pub(super) async fn save_feeds(payload: Payload) -> Result<Response, Failure> {
    read(payload.object()?, |members| {
        members.required("urls", value::array(1..=FEEDS_MAX, contact::url));
        members.optional("readOnly", value::boolean);
    })?;
    Err(not_offered(FEEDS))
}

/// Says whether calendars read by address are in order.
#[utoipa::path(get, path = "/v2/calendars/ics-feed/check", operation_id = "checkFeeds", tag = "Calendars",
    responses((status = 200, description = "They are"), (status = 404, description = "None are connected")))]
pub(super) async fn check_feeds() -> Result<Response, Failure> {
    Err(not_connected(FEEDS))
}

/// Where to go to connect a calendar: not offered yet.
#[utoipa::path(get, path = "/v2/calendars/{calendar}/connect", operation_id = "connectCalendar", tag = "Calendars",
    params(("calendar" = inline(ByConsent), Path), ("isDryRun" = bool, Query), ("redir" = Option<String>, Query)),
    responses((status = 200, description = "The address", body = Consent), (status = 400, description = "Not valid"), (status = 404, description = "Not offered")))]
pub(super) async fn connect(Path(name): Path<String>, uri: Uri) -> Result<Response, Failure> {
    let kind = Kind::of(&name, BY_CONSENT)?;
    read(&query_members(&uri)?, |members| {
        members.required("isDryRun", value::boolean_text);
        members.optional("redir", value::text);
    })?;
    Err(not_offered(kind.integration()))
}

/// Where a provider of calendars leads back to: nobody was sent there yet.
#[utoipa::path(get, path = "/v2/calendars/{calendar}/save", operation_id = "saveCalendar", tag = "Calendars",
    params(("calendar" = inline(ByConsent), Path), ("state" = String, Query), ("code" = String, Query)),
    responses((status = 302, description = "Connected"), (status = 400, description = "Not valid"), (status = 404, description = "Not offered")))]
pub(super) async fn save(Path(name): Path<String>, uri: Uri) -> Result<Response, Failure> {
    let kind = Kind::of(&name, BY_CONSENT)?;
    read(&query_members(&uri)?, |members| {
        members.required("state", value::text);
        members.required("code", value::text);
    })?;
    Err(not_offered(kind.integration()))
}

/// Says whether a connected calendar is in order.
#[utoipa::path(get, path = "/v2/calendars/{calendar}/check", operation_id = "checkCalendar", tag = "Calendars",
    params(("calendar" = inline(AnyKind), Path)),
    responses((status = 200, description = "It is"), (status = 400, description = "Unknown"), (status = 404, description = "Not connected")))]
pub(super) async fn check(Path(name): Path<String>) -> Result<Response, Failure> {
    Err(not_connected(Kind::of(&name, EVERY)?.integration()))
}

/// Connects a calendar by name and password: not offered yet.
#[utoipa::path(post, path = "/v2/calendars/{calendar}/credentials", operation_id = "enterCalendarCredentials", tag = "Calendars",
    params(("calendar" = inline(ByPassword), Path)), request_body = Credentials,
    responses((status = 201, description = "Connected"), (status = 400, description = "Not valid"), (status = 404, description = "Not offered")))]
pub(super) async fn enter_credentials(
    Path(name): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    let kind = Kind::of(&name, &[Kind::Apple])?;
    read(payload.object()?, |members| {
        members.required("username", value::name);
        members.required("password", value::name);
    })?;
    Err(not_offered(kind.integration()))
}

/// Ends a connection.
#[utoipa::path(post, path = "/v2/calendars/{calendar}/disconnect", operation_id = "disconnectCalendar", tag = "Calendars",
    params(("calendar" = inline(AnyKind), Path)), request_body = ConnectionId,
    responses((status = 200, description = "What was ended", body = Connection), (status = 400, description = "Not valid"),
        (status = 404, description = "No such connection")))]
pub(super) async fn disconnect(
    Path(name): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    Kind::of(&name, EVERY)?;
    read(payload.object()?, |members| {
        members.required("id", value::wire_number);
    })?;
    Err(no_credentials())
}

/// Shows an event of a connected calendar.
#[utoipa::path(get, path = "/v2/calendars/{calendar}/event/{eventUid}", operation_id = "readCalendarEvent", tag = "Calendars",
    params(("calendar" = inline(WithEvents), Path), ("eventUid" = String, Path)),
    responses((status = 200, description = "The event", body = CalendarEvent), (status = 400, description = "Unknown"), (status = 404, description = "Not connected")))]
pub(super) async fn read_event(
    Path((name, _uid)): Path<(String, String)>,
) -> Result<Response, Failure> {
    Err(not_connected(
        Kind::of(&name, &[Kind::Google])?.integration(),
    ))
}

/// Changes an event of a connected calendar.
#[utoipa::path(patch, path = "/v2/calendars/{calendar}/events/{eventUid}", operation_id = "changeCalendarEvent", tag = "Calendars",
    params(("calendar" = inline(WithEvents), Path), ("eventUid" = String, Path)), request_body = CalendarEventChange,
    responses((status = 200, description = "The event", body = CalendarEvent), (status = 400, description = "Unknown"), (status = 404, description = "Not connected")))]
pub(super) async fn change_event(
    Path((name, _uid)): Path<(String, String)>,
    payload: Payload,
) -> Result<Response, Failure> {
    let kind = Kind::of(&name, &[Kind::Google])?;
    read(payload.object()?, |members| {
        members.optional("title", value::line);
        members.optional("description", value::text);
    })?;
    Err(not_connected(kind.integration()))
}
