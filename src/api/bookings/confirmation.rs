//! `POST /v2/bookings/{uid}/confirm` and `…/decline`: a person answers a pending booking.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::request::{BookingRequest, Done};
use super::{facts, hosts, outcome, wire};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::envelope::success;
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::idempotency;
use crate::api::payload::Payload;
use crate::api::rejection::{Asked, Doing, failed};
use crate::api::validation::{Members, Style, value};
use crate::api::version::Version;
use crate::domain::personal::Personal;
use crate::domain::provider::command::{OnBooking, ProviderCommand};
use crate::ledger::LedgerError;

/// Why a pending booking is declined.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct DeclineBody {
    /// Why; recorded, not part of the booking.
    pub reason: Option<String>,
}

/// Accepts a pending booking. It takes its slot now, if nobody else has: the first wins.
#[utoipa::path(
    post,
    path = "/v2/bookings/{uid}/confirm",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a pending booking")),
    responses(
        (status = 200, description = "The booking, accepted", body = wire::Booking),
        (status = 400, description = "Confirmed already, not pending any more, or the time is taken"),
        (status = 401, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn confirm(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    Path(uid): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    let request = BookingRequest {
        api: &api,
        caller: &caller,
        payload: &payload,
        version,
    };
    let asked = Asked::new(Doing::Confirm).uid(&uid);
    answer(request, asked, None).await
}

/// Refuses a pending booking; its slot is free again.
#[utoipa::path(
    post,
    path = "/v2/bookings/{uid}/decline",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a pending booking")),
    request_body = DeclineBody,
    responses(
        (status = 200, description = "The booking, rejected", body = wire::Booking),
        (status = 400, description = "Not pending any more"),
        (status = 401, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn decline(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    Path(uid): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    let members = payload.object_or_empty()?;
    let mut reader = Members::new(&members);
    let body = DeclineBody {
        reason: reader.optional("reason", value::text),
    };
    reader.finish(Style::Dropping)?;
    let request = BookingRequest {
        api: &api,
        caller: &caller,
        payload: &payload,
        version,
    };
    let asked = Asked::new(Doing::Decline).uid(&uid);
    answer(request, asked, Some(&body)).await
}

async fn answer(
    request: BookingRequest<'_>,
    asked: Asked<'_>,
    decline: Option<&DeclineBody>,
) -> Result<Response, Failure> {
    let outcome = attempted(|| attempt(request, asked, decline)).await;
    let tenant = async { Ok(request.caller.tenant) };
    let done = request.settled(&asked, outcome, tenant).await?;
    let changed = outcome::answered(&done.executed).ok_or_else(Failure::internal)?;
    let mut bookings = request.rendered(&done, &[changed], false).await?;
    let booking = bookings.pop().ok_or_else(Failure::internal)?;
    Ok(idempotency::marked(
        success(booking),
        done.executed.replayed,
    ))
}

async fn attempt(
    request: BookingRequest<'_>,
    asked: Asked<'_>,
    decline: Option<&DeclineBody>,
) -> Result<Done, Failure> {
    let (tenant, row) = request.booking(&asked).await?;
    if !hosts::speaks_for(request.caller, tenant, &row) {
        return Err(Failure::procedure(
            StatusCode::UNAUTHORIZED,
            "User is not authorized to confirm or decline this booking",
        ));
    }
    let mut on_booking = OnBooking {
        facts: facts::of(&row).ok_or_else(|| failed(LedgerError::Erased, &asked))?,
        personal: None,
    };
    let command = match decline {
        None => ProviderCommand::Confirm(on_booking),
        Some(body) => {
            let reason = body.reason.clone().filter(|reason| !reason.is_empty());
            let acted_by = request.acting_email(tenant).await?;
            on_booking.personal = (reason.is_some() || acted_by.is_some()).then(|| Personal {
                reason,
                acted_by,
                ..Personal::default()
            });
            ProviderCommand::Decline(on_booking)
        }
    };
    let mut commands = match decline {
        None => hosts::confirmed(request.api, &row),
        Some(_) => hosts::ended(std::slice::from_ref(&row), None),
    };
    commands.insert(0, (row.provider, command));
    let asked = asked.hosts(row.hosts().count());
    let executed = request.execute(tenant, commands, &asked).await?;
    Ok(Done {
        tenant,
        executed,
        before: vec![row],
        typed: Personal::default(),
    })
}
