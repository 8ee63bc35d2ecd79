//! `/v2/slots/reservations`: holds, in Cal.com's words (`reference` § 3).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Map, Value};

use super::reserving::{self, Asking, Length, change_once, find, recorded, settled, shown};
use super::wire::{NewReservation, Reservation};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::envelope::{created, success};
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::idempotency::marked;
use crate::api::payload::Payload;
use crate::api::rejection::{Asked, Doing};
use crate::api::validation::{Members, Style, value};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::HoldId;

/// Longest hold: 24 hours (DESIGN § 13).
const DURATION_MAX_MINUTES: u32 = 24 * 60;

/// Reserves a slot for a few minutes.
#[utoipa::path(post, path = "/v2/slots/reservations", operation_id = "reserveSlot", tag = "Slots",
    params(("cal-api-version" = String, Header, description = "`2024-09-04`")),
    request_body = NewReservation,
    responses((status = 201, description = "Reserved", body = Reservation), (status = 404, description = "No such event type"),
        (status = 422, description = "The slot is booked or reserved")))]
pub(super) async fn reserve(
    State(api): State<Arc<Api>>,
    caller: Caller,
    payload: Payload,
) -> Result<Response, Failure> {
    let asking = read_body(payload.object()?)?;
    let (reservation, replayed) = reserving::reserve(&api, &caller, &payload, &asking).await?;
    Ok(marked(created(reservation), replayed))
}

/// Shows a reservation; one that is unknown or has expired is null.
#[utoipa::path(get, path = "/v2/slots/reservations/{uid}", operation_id = "readReservation", tag = "Slots",
    params(("cal-api-version" = String, Header, description = "`2024-09-04`"), ("uid" = String, Path)),
    responses((status = 200, description = "The reservation, or null", body = Option<Reservation>)))]
pub(super) async fn read(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(uid): Path<String>,
) -> Result<Response, Failure> {
    let Some(held) = find(&api, &caller, &uid).await? else {
        return Ok(success(Value::Null));
    };
    let state = api.provider_state(held.tenant, held.provider).await?;
    let open = state
        .as_ref()
        .and_then(|state| state.provider())
        .and_then(|provider| provider.open_hold(held.hold, api.clock.now()));
    let Some((event_type, slot, expires_at)) = open else {
        return Ok(success(Value::Null));
    };
    let number = api
        .event_type(held.tenant, event_type)
        .await?
        .map(|found| found.current.number.get());
    let Some(number) = number else {
        return Ok(success(Value::Null));
    };
    Ok(success(shown(number, held.hold, slot, expires_at, None)))
}

/// Moves or prolongs a reservation.
#[utoipa::path(patch, path = "/v2/slots/reservations/{uid}", operation_id = "changeReservation", tag = "Slots",
    params(("cal-api-version" = String, Header, description = "`2024-09-04`"), ("uid" = String, Path)),
    request_body = NewReservation,
    responses((status = 200, description = "Changed", body = Reservation), (status = 404, description = "No such reservation"),
        (status = 422, description = "The slot is booked or reserved")))]
pub(super) async fn change(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(uid): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    let asking = read_body(payload.object()?)?;
    let outcome = attempted(|| change_once(&api, &caller, &uid, &payload, &asking)).await;
    let hold = uid.parse().map(|hold: HoldId| hold.to_string());
    let asked = Asked::new(Doing::ChangeHold).uid(hold.as_deref().unwrap_or(&uid));
    let executed = settled(&api, &caller, &payload, asked, &asking, outcome).await?;
    let reservation = recorded(&executed, &asking)?;
    Ok(marked(success(reservation), executed.replayed))
}

/// Gives a reservation up, if there is one.
#[utoipa::path(delete, path = "/v2/slots/reservations/{uid}", operation_id = "releaseReservation", tag = "Slots",
    params(("cal-api-version" = String, Header, description = "`2024-09-04`"), ("uid" = String, Path)),
    responses((status = 200, description = "Gone")))]
pub(super) async fn release(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(uid): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    reserving::release(&api, &caller, &uid, &payload).await
}

fn read_body(body: &Map<String, Value>) -> Result<Asking, Failure> {
    let mut members = Members::new(body);
    let asking = Asking {
        event_type: members.required("eventTypeId", value::wire_number),
        start: members.required("slotStart", value::instant),
        length: members
            .optional(
                "slotDuration",
                value::count(1..=EventTypeSettings::MINUTES_MAX),
            )
            .map_or(Length::Default, Length::Chosen),
        duration_minutes: members.optional(
            "reservationDuration",
            value::count(1..=DURATION_MAX_MINUTES),
        ),
    };
    members.finish(Style::Dropping)?;
    Ok(asking)
}
