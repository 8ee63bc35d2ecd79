//! `POST /v2/composite-bookings/{uid}/retry` and `…/abandon`: what an owner does about one that is stuck.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;

use super::whole::Whole;
use super::{answer, shown};
use crate::api::bookings::request::BookingRequest;
use crate::api::bookings::sent::Sent;
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::precondition;
use crate::api::rejection::{Asked, Doing, failed};
use crate::api::validation::{Members, Style};
use crate::domain::composite::command::CompositeCommand;
use crate::ledger::record::Executed;

/// Lets a stuck composite booking be undone on, once what was wrong is mended, and drives it.
#[utoipa::path(
    post,
    path = "/v2/composite-bookings/{uid}/retry",
    operation_id = "retryCompositeBooking",
    tag = "Composite bookings",
    params(("uid" = String, Path, description = "Its uid"), ("Idempotency-Key" = String, Header), ("If-Match" = Option<String>, Header)),
    responses(
        (status = 200, description = "The composite booking as it is then; `ETag`", body = shown::Composite),
        (status = 404, description = "No such composite booking"),
        (status = 409, description = "It is not stuck"),
        (status = 412, description = "Changed since"),
    )
)]
pub(crate) async fn retry(
    Path(uid): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    let request = sent.request();
    operated(request, &uid, &headers, &CompositeCommand::Retry).await?;
    let (tenant, row) = super::finding::row(request.api, request.caller, &uid).await?;
    let driven = request.api.sagas.drive(tenant, row.composite).await;
    driven.map_err(|error| failed(error, &Asked::new(Doing::Composite)))?;
    // What it came to, also for a request that is repeated.
    let (_, row) = super::finding::row(request.api, request.caller, &uid).await?;
    answer::one(request.api, tenant, &row).await
}

/// Gives a stuck composite booking up as it is. What is left of its segments stays, and is cancelled one by one.
#[utoipa::path(
    post,
    path = "/v2/composite-bookings/{uid}/abandon",
    operation_id = "abandonCompositeBooking",
    tag = "Composite bookings",
    params(("uid" = String, Path, description = "Its uid"), ("Idempotency-Key" = String, Header), ("If-Match" = Option<String>, Header)),
    responses(
        (status = 200, description = "The composite booking; `ETag`", body = shown::Composite),
        (status = 404, description = "No such composite booking"),
        (status = 409, description = "It is not stuck"),
        (status = 412, description = "Changed since"),
    )
)]
pub(crate) async fn abandon(
    Path(uid): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    let request = sent.request();
    let executed = operated(request, &uid, &headers, &CompositeCommand::Abandon).await;
    answer::settled(request, &uid, executed).await
}

async fn operated(
    request: BookingRequest<'_>,
    uid: &str,
    headers: &HeaderMap,
    command: &CompositeCommand,
) -> Result<Executed, Failure> {
    let members = request.payload.object_or_empty()?;
    Members::new(&members).finish(Style::Own)?;
    let outcome = attempted(|| attempt(request, uid, headers, command)).await;
    answer::recorded(request, uid, outcome).await
}

async fn attempt(
    request: BookingRequest<'_>,
    uid: &str,
    headers: &HeaderMap,
    command: &CompositeCommand,
) -> Result<Executed, Failure> {
    let asked = Asked::new(Doing::Composite).uid(uid);
    let whole = Whole::named(request.api, request.caller, uid).await?;
    precondition::check(headers, whole.row().version)?;
    let linked = vec![whole.own(command.clone())];
    request.execute_joined(whole.tenant, linked, &asked).await
}
