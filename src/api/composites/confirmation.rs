//! `POST /v2/composite-bookings/{uid}/confirm` and `…/decline`: a person answers for the segments it speaks for.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;

use super::whole::Whole;
use super::{answer, asked, shown};
use crate::api::bookings::request::BookingRequest;
use crate::api::bookings::sent::Sent;
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::precondition;
use crate::api::rejection::{Asked, Doing};
use crate::api::validation::{Members, Style, value};
use crate::domain::personal::Personal;
use crate::domain::provider::command::BookingStatus;
use crate::ledger::record::Executed;

/// Confirms the segments that the caller speaks for: an owner all of them, a provider its own. With the last one that
/// a person has to confirm, the composite booking stands.
#[utoipa::path(
    post,
    path = "/v2/composite-bookings/{uid}/confirm",
    operation_id = "confirmCompositeBooking",
    tag = "Composite bookings",
    params(("uid" = String, Path, description = "Its uid"), ("Idempotency-Key" = String, Header), ("If-Match" = Option<String>, Header)),
    responses(
        (status = 200, description = "The composite booking; `ETag`", body = shown::Composite),
        (status = 404, description = "No such composite booking, or not the caller's"),
        (status = 409, description = "It does not wait for this person"),
        (status = 412, description = "Changed since"),
    )
)]
pub(crate) async fn confirm(
    Path(uid): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    let request = sent.request();
    let members = sent.payload.object_or_empty()?;
    Members::new(&members).finish(Style::Own)?;
    let outcome = attempted(|| attempt(request, &uid, &headers, Answer::Yes)).await;
    answer::settled(request, &uid, outcome).await
}

/// Declines a composite booking for a segment that the caller speaks for: all of its segments are undone.
#[utoipa::path(
    post,
    path = "/v2/composite-bookings/{uid}/decline",
    operation_id = "declineCompositeBooking",
    tag = "Composite bookings",
    params(("uid" = String, Path, description = "Its uid"), ("Idempotency-Key" = String, Header), ("If-Match" = Option<String>, Header)),
    request_body = asked::DeclineComposite,
    responses(
        (status = 200, description = "The composite booking, rolled back; `ETag`", body = shown::Composite),
        (status = 404, description = "No such composite booking, or not the caller's"),
        (status = 409, description = "It does not wait for this person"),
        (status = 412, description = "Changed since"),
        (status = 422, description = "Not valid"),
    )
)]
pub(crate) async fn decline(
    Path(uid): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    let request = sent.request();
    let members = sent.payload.object_or_empty()?;
    let mut reader = Members::new(&members);
    let reason = reader.optional("reason", value::text);
    reader.finish(Style::Own)?;
    let reason = reason.filter(|reason| !reason.is_empty());
    let answer = Answer::No(reason.as_deref());
    let outcome = attempted(|| attempt(request, &uid, &headers, answer)).await;
    answer::settled(request, &uid, outcome).await
}

/// What the person says.
#[derive(Clone, Copy)]
enum Answer<'a> {
    Yes,
    /// Perhaps with a reason.
    No(Option<&'a str>),
}

async fn attempt(
    request: BookingRequest<'_>,
    uid: &str,
    headers: &HeaderMap,
    answer: Answer<'_>,
) -> Result<Executed, Failure> {
    let (api, caller) = (request.api, request.caller);
    let asked = Asked::new(Doing::Composite).uid(uid);
    let whole = Whole::named(api, caller, uid).await?;
    precondition::check(headers, whole.row().version)?;
    let standing = whole.standing()?;
    let own: Vec<u32> = standing
        .iter()
        .filter(|(_, booking)| {
            booking.status == BookingStatus::Pending
                && caller.speaks_for(whole.tenant, booking.provider)
        })
        .map(|(index, _)| *index)
        .collect();
    let linked = match answer {
        Answer::Yes => whole.confirmed(&own, &asked)?,
        Answer::No(reason) => {
            let acted_by = request.acting_email(whole.tenant).await?;
            let personal = (reason.is_some() || acted_by.is_some()).then(|| Personal {
                reason: reason.map(str::to_owned),
                acted_by,
                ..Personal::default()
            });
            // Where nothing waits for this person the rules say why not.
            let chosen = own.first().copied().unwrap_or_default();
            whole.declined(chosen, personal, &asked)?
        }
    };
    request.execute_joined(whole.tenant, linked, &asked).await
}
