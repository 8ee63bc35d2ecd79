//! `POST /v2/bookings/{uid}/confirm` and `…/decline`: a person answers a pending booking.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::request::{BookingRequest, Done};
use super::sent::Sent;
use super::{facts, hosts, wire};
use crate::api::composites::whole::Whole;
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing};
use crate::api::validation::{Members, Style, value};
use crate::domain::personal::Personal;
use crate::domain::provider::command::{BookingStatus, OnBooking, ProviderCommand};

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
pub(crate) async fn confirm(Path(uid): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let request = sent.request();
    let asked = Asked::new(Doing::Confirm).uid(&uid);
    let outcome = attempted(|| attempt(request, &asked, None)).await;
    request.answered(&asked, outcome).await
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
pub(crate) async fn decline(Path(uid): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let members = sent.payload.object_or_empty()?;
    let mut reader = Members::new(&members);
    let body = DeclineBody {
        reason: reader.optional("reason", value::text),
    };
    reader.finish(Style::Dropping)?;
    let request = sent.request();
    let asked = Asked::new(Doing::Decline).uid(&uid);
    let outcome = attempted(|| attempt(request, &asked, Some(&body))).await;
    request.answered(&asked, outcome).await
}

async fn attempt(
    request: BookingRequest<'_>,
    asked: &Asked<'_>,
    decline: Option<&DeclineBody>,
) -> Result<Done, Failure> {
    let (tenant, row) = request.booking(asked).await?;
    if !hosts::speaks_for(request.caller, tenant, &row) {
        return Err(Failure::procedure(
            StatusCode::UNAUTHORIZED,
            "User is not authorized to confirm or decline this booking",
        ));
    }
    let personal = match decline {
        None => None,
        Some(body) => {
            let reason = body.reason.clone().filter(|reason| !reason.is_empty());
            let acted_by = request.acting_email(tenant).await?;
            (reason.is_some() || acted_by.is_some()).then(|| Personal {
                reason,
                acted_by,
                ..Personal::default()
            })
        }
    };
    if let (Some(place), BookingStatus::Pending) = (row.composite, row.status) {
        let whole = Whole::of(request.api, tenant, place.composite).await?;
        let linked = match decline {
            None => whole.confirmed(&[place.segment], asked)?,
            Some(_) => whole.declined(place.segment, personal, asked)?,
        };
        return Ok(Done {
            tenant,
            executed: request.execute_joined(tenant, linked, asked).await?,
            before: whole.before(),
            typed: Personal::default(),
        });
    }
    let on_booking = OnBooking {
        as_segment: false,
        facts: facts::known(&row, asked)?,
        personal,
    };
    let (command, shares) = if decline.is_none() {
        let shares = hosts::confirmed(request.api, &row);
        (ProviderCommand::Confirm(on_booking), shares)
    } else {
        let shares = hosts::ended(std::slice::from_ref(&row), None);
        (ProviderCommand::Decline(on_booking), shares)
    };
    request.done_on(tenant, row, command, shares, asked).await
}
