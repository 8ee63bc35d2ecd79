//! `GET /v2/composite-bookings/{uid}`: also where a request that has not settled yet is watched.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::{answer, finding, shown};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::failure::Failure;
use crate::api::precondition;

/// Shows one composite booking.
#[utoipa::path(
    get,
    path = "/v2/composite-bookings/{uid}",
    operation_id = "readCompositeBooking",
    tag = "Composite bookings",
    params(("uid" = String, Path, description = "Its uid"), ("If-None-Match" = Option<String>, Header)),
    responses(
        (status = 200, description = "The composite booking; `ETag`", body = shown::Composite),
        (status = 304, description = "Unchanged"),
        (status = 404, description = "No such composite booking, or not the caller's"),
    )
)]
pub(crate) async fn read(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(uid): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (tenant, row) = finding::row(&api, &caller, &uid).await?;
    if let Some(unchanged) = precondition::unchanged(&headers, row.version) {
        return Ok(unchanged);
    }
    answer::one(&api, tenant, &row).await
}
