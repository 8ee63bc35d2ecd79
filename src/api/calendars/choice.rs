//! Which connected calendars are written to, and which are asked: there are none to choose from yet.

use axum::http::Uri;
use axum::response::Response;
use serde_json::{Map, Value};

use super::no_credentials;
use super::wire::{Destination, Selected, Selection};
use crate::api::failure::Failure;
use crate::api::payload::Payload;
use crate::api::validation::{Members, Style, query_members, value};

/// Chooses where bookings are written.
#[utoipa::path(put, path = "/v2/destination-calendars", operation_id = "setDestinationCalendar", tag = "Calendars",
    request_body = Destination,
    responses((status = 200, description = "The calendar", body = Destination), (status = 400, description = "Not valid"),
        (status = 404, description = "No such calendar is connected")))]
pub(super) async fn set_destination(payload: Payload) -> Result<Response, Failure> {
    let mut members = Members::new(payload.object()?);
    read_calendar(&mut members);
    members.finish(Style::Dropping)?;
    Err(Failure::not_found("Calendar not found"))
}

/// Makes the busy times of a calendar count.
#[utoipa::path(post, path = "/v2/selected-calendars", operation_id = "selectCalendar", tag = "Calendars", request_body = Selection,
    responses((status = 201, description = "The calendar", body = Selected), (status = 400, description = "Not valid"),
        (status = 404, description = "No such connection")))]
pub(super) async fn select(payload: Payload) -> Result<Response, Failure> {
    Err(unselectable(payload.object()?))
}

/// Makes the busy times of a calendar count no more.
#[utoipa::path(delete, path = "/v2/selected-calendars", operation_id = "deselectCalendar", tag = "Calendars", params(
    ("integration" = String, Query), ("externalId" = String, Query), ("credentialId" = i32, Query),
    ("delegationCredentialId" = Option<String>, Query)),
    responses((status = 200, description = "The calendar", body = Selected), (status = 400, description = "Not valid"),
        (status = 404, description = "No such connection")))]
pub(super) async fn deselect(uri: Uri) -> Result<Response, Failure> {
    Err(unselectable(&query_members(&uri)?))
}

fn unselectable(given: &Map<String, Value>) -> Failure {
    let mut members = Members::new(given);
    read_calendar(&mut members);
    members.required("credentialId", value::wire_number_text);
    match members.finish(Style::Dropping) {
        Ok(()) => no_credentials(),
        Err(failure) => failure,
    }
}

fn read_calendar(members: &mut Members<'_>) {
    members.required("integration", value::name);
    members.required("externalId", value::name);
    members.optional("delegationCredentialId", value::line);
}
