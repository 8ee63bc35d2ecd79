//! `POST /v2/composite-bookings/{uid}/cancel`: every segment that still stands, in one linked command.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;

use super::whole::Whole;
use super::{answer, asked, shown};
use crate::api::bookings::cancel::is_reason_demanded;
use crate::api::bookings::facts;
use crate::api::bookings::request::BookingRequest;
use crate::api::bookings::sent::Sent;
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::precondition;
use crate::api::rejection::{Asked, Doing};
use crate::api::validation::{Members, Style, value};
use crate::domain::composite::command::CompositeCommand;
use crate::domain::personal::Personal;
use crate::domain::provider::command::{Cancel, ProviderCommand};
use crate::ledger::record::Executed;

/// Cancels a composite booking: all of its segments or none.
#[utoipa::path(
    post,
    path = "/v2/composite-bookings/{uid}/cancel",
    operation_id = "cancelCompositeBooking",
    tag = "Composite bookings",
    params(("uid" = String, Path, description = "Its uid"), ("Idempotency-Key" = String, Header), ("If-Match" = Option<String>, Header)),
    request_body = asked::CancelComposite,
    responses(
        (status = 200, description = "The composite booking; `ETag`", body = shown::Composite),
        (status = 404, description = "No such composite booking, or not the caller's"),
        (status = 409, description = "It has not settled, or has ended; or a segment may not be cancelled"),
        (status = 412, description = "Changed since"),
        (status = 422, description = "Not valid, or the reason is missing"),
    )
)]
pub(crate) async fn cancel(
    Path(uid): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    let request = sent.request();
    let members = sent.payload.object_or_empty()?;
    let mut reader = Members::new(&members);
    let reason = reader.optional("cancellationReason", value::text);
    reader.finish(Style::Own)?;
    let reason = reason.filter(|reason| !reason.trim().is_empty());
    let outcome = attempted(|| attempt(request, &uid, &headers, reason.as_deref())).await;
    answer::settled(request, &uid, outcome).await
}

async fn attempt(
    request: BookingRequest<'_>,
    uid: &str,
    headers: &HeaderMap,
    reason: Option<&str>,
) -> Result<Executed, Failure> {
    let (api, caller) = (request.api, request.caller);
    let asked = Asked::new(Doing::Composite).uid(uid);
    let whole = Whole::named(api, caller, uid).await?;
    precondition::check(headers, whole.row().version)?;
    let personal = Personal {
        reason: reason.map(str::to_owned),
        acted_by: request.acting_email(whole.tenant).await?,
        ..Personal::default()
    };
    let personal = (personal != Personal::default()).then_some(personal);
    let mut linked = vec![whole.own(CompositeCommand::Cancel {
        personal: personal.clone(),
    })];
    for (_, booking) in whole.standing()? {
        let by_host = caller.speaks_for(whole.tenant, booking.provider);
        let event_type = booking.terms.event_type;
        if reason.is_none() && is_reason_demanded(api, whole.tenant, event_type, by_host).await? {
            return Err(Failure::unprocessable("cancellationReason is required"));
        }
        let cancel = Cancel {
            bookings: vec![facts::known(booking, &asked)?],
            seat: None,
            by_host,
            as_segment: true,
            personal: personal.clone(),
        };
        linked.push(whole.with(booking.provider, ProviderCommand::Cancel(cancel)));
    }
    request.execute_joined(whole.tenant, linked, &asked).await
}
