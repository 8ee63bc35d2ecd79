//! Reading bookings in the oldest shape.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;

use super::wire::{LegacyBooking, LegacyBookings};
use crate::api::Api;
use crate::api::bookings::list::counted;
use crate::api::bookings::query::{self, ListQuery, Paging};
use crate::api::bookings::target::{self, Target};
use crate::api::bookings::{narrowing, read};
use crate::api::caller::Caller;
use crate::api::envelope::success;
use crate::api::failure::Failure;
use crate::api::version::Version;

/// Lists bookings: `status` (or `filters[status]`), `limit` and `cursor`.
///
/// # Errors
/// 400 when the query is not valid.
pub(crate) async fn list(
    api: &Api,
    caller: &Caller,
    version: Version,
    uri: &Uri,
) -> Result<Response, Failure> {
    let query: ListQuery = query::legacy(uri)?;
    let tenant = caller.tenant()?;
    let narrowing = narrowing::of(api, caller, tenant, &query).await?;
    let Paging::Counted { take, skip, sort } = query.paging else {
        return Err(Failure::internal());
    };
    let (rows, total) = counted(api, tenant, narrowing, take, skip, sort).await?;
    let bookings = read::rendered(api, caller, version, tenant, &rows).await?;
    let reached = u64::from(skip).saturating_add(u64::from(take));
    Ok(success(LegacyBookings {
        bookings: bookings.into_iter().map(LegacyBooking::of).collect(),
        recurring_info: Vec::new(),
        next_cursor: (reached < total).then_some(reached),
    }))
}

/// One booking as an internal row; of a series its first occurrence.
///
/// # Errors
/// 404 when there is none; 500 or 503 when it cannot be read.
pub(crate) async fn row(
    api: &Api,
    caller: &Caller,
    version: Version,
    target: Target,
) -> Result<Response, Failure> {
    let first = target.rows.get(..1).unwrap_or_default();
    let bookings = read::rendered(api, caller, version, target.tenant, first).await?;
    let booking = bookings.into_iter().next().ok_or_else(Failure::internal)?;
    Ok(success(LegacyBooking::of(booking)))
}

/// Answers the booking that a page is about to move.
#[utoipa::path(
    get,
    path = "/v2/bookings/{uid}/reschedule",
    operation_id = "booking_to_reschedule",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a booking")),
    responses(
        (status = 200, description = "The booking", body = LegacyBooking),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn to_reschedule(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    Path(uid): Path<String>,
) -> Result<Response, Failure> {
    let target = target::find(&api, &caller, &uid).await?;
    let target = target.ok_or_else(|| {
        Failure::not_found(format!(
            "Booking with uid={uid} was not found in the database"
        ))
    })?;
    row(&api, &caller, version, target).await
}
