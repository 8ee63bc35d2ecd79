//! Stop 6 of 6 on the path of a booking: it is read back.
//!
//! From [`crate::projections`] (stop 5), whose rows were written in the transaction of the events: what was answered at
//! [`super::place`] (stop 1) is what the next read sees. Rows become the wire's bookings in [`super::rendering`].

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use uuid::Uuid;

use super::request::view;
use super::target::Target;
use super::wire::{self, OneOrMany};
use super::{legacy, opening, rendering, target};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::envelope::success;
use crate::api::failure::Failure;
use crate::api::precondition;
use crate::api::rejection::{Asked, Doing, failed};
use crate::api::version::{BOOKINGS_LEGACY, Version};
use crate::domain::id::{SeatId, TenantId};
use crate::projections::row;

/// Answers one booking, or the occurrences of a series.
#[utoipa::path(
    get,
    path = "/v2/bookings/{uid}",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a booking, or of a series")),
    responses(
        (status = 200, description = "The booking, or the occurrences of the series", body = OneOrMany),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn booking(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    Path(uid): Path<String>,
) -> Result<Response, Failure> {
    let target = target::find(&api, &caller, &uid).await?.ok_or_else(|| {
        Failure::not_found(format!(
            "Booking with uid={uid} was not found in the database"
        ))
    })?;
    if BOOKINGS_LEGACY.contains(&version) {
        return legacy::row(&api, &caller, version, target).await;
    }
    answer(&api, &caller, version, target).await
}

/// Answers the booking that holds a seat.
#[utoipa::path(
    get,
    path = "/v2/bookings/by-seat/{seatUid}",
    tag = "Bookings",
    params(("seatUid" = String, Path, description = "Of a seat")),
    responses(
        (status = 200, description = "The booking", body = wire::Booking),
        (status = 404, description = "No such seat"),
    )
)]
pub(crate) async fn booking_by_seat(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    Path(seat): Path<String>,
) -> Result<Response, Failure> {
    let not_found = || {
        Failure::not_found(format!(
            "Booking with seatUid={seat} was not found in the database"
        ))
    };
    let seat = Uuid::parse_str(&seat)
        .map(SeatId::from_uuid)
        .map_err(|_not_a_uuid| not_found())?;
    let target = target::find_by_seat(&api, &caller, seat)
        .await?
        .ok_or_else(not_found)?;
    answer(&api, &caller, version, target).await
}

async fn answer(
    api: &Api,
    caller: &Caller,
    version: Version,
    target: Target,
) -> Result<Response, Failure> {
    let mut bookings = rendered(api, caller, version, target.tenant, &target.rows).await?;
    if target.is_series {
        return Ok(success(OneOrMany::Many(bookings)));
    }
    let booking = bookings.pop().ok_or_else(Failure::internal)?;
    let etag = booking.version;
    Ok(precondition::tagged(success(booking), etag))
}

/// Rows as the caller sees them.
///
/// # Errors
/// 500 or 503 when personal data cannot be opened.
pub(crate) async fn rendered(
    api: &Api,
    caller: &Caller,
    version: Version,
    tenant: TenantId,
    rows: &[row::Booking],
) -> Result<Vec<wire::Booking>, Failure> {
    let opened = opening::open_rows(&api.ledger, tenant, rows)
        .await
        .map_err(|error| failed(error.into(), &Asked::new(Doing::Read)))?;
    let bookings = rows.iter().zip(&opened);
    Ok(bookings
        .map(|(row, typed)| rendering::booking(row, typed, view(caller, version, tenant, row)))
        .collect())
}
