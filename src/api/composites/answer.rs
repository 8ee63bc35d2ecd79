//! What a request on a composite booking is answered with: the first answer and its replay under the same idempotency key
//! are equal, whatever has happened since, for both are folded from its own stream up to the same event.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::finding::{absent, unread};
use super::shown;
use super::view::{self, Opened};
use crate::api::Api;
use crate::api::bookings::request::BookingRequest;
use crate::api::failure::Failure;
use crate::api::idempotency::{REPLAYED, marked};
use crate::api::precondition::tagged;
use crate::api::problem::Problem;
use crate::api::rejection::{Asked, Doing, failed, refused_segment};
use crate::domain::AggregateKind;
use crate::domain::composite::event::Cause;
use crate::domain::id::{CompositeId, TenantId};
use crate::ledger::record::{Executed, RecordedEvent, StreamKey};
use crate::projections::composites;
use crate::projections::row::{Composite, CompositeStatus};

/// Events of a stream that are read together: nearly always all of them.
const EVENTS: u32 = 500;

/// How far a stream is folded.
enum Until {
    /// To where it settled first.
    Settled,
    /// To this event.
    Sequence(u64),
}

/// Answers a request: 201 when it stands or waits for a person, 202 while it has not settled, 409 when it was undone.
///
/// # Errors
/// 409 with the segment; 500 or 503 when it cannot be read.
pub(super) async fn requested(
    api: &Api,
    tenant: TenantId,
    composite: CompositeId,
    replayed: bool,
) -> Result<Response, Failure> {
    let row = folded(api, tenant, composite, Until::Settled).await?;
    let status = match row.status {
        CompositeStatus::Pending | CompositeStatus::Confirmed => StatusCode::CREATED,
        CompositeStatus::Requested | CompositeStatus::Compensating | CompositeStatus::Stuck => {
            StatusCode::ACCEPTED
        }
        CompositeStatus::RolledBack | CompositeStatus::Abandoned | CompositeStatus::Cancelled => {
            let failure = undone(&row).member("compositeUid", json!(row.composite));
            return Err(if replayed {
                failure.header(REPLAYED, HeaderValue::from_static("true"))
            } else {
                failure
            });
        }
    };
    let shown = shown(api, tenant, std::slice::from_ref(&row)).await?;
    let mut response = (status, Json(shown.into_iter().next())).into_response();
    let headers = response.headers_mut();
    let location = format!("{}/v2/composite-bookings/{composite}", api.public_url);
    if let Ok(value) = HeaderValue::from_str(&location) {
        headers.insert(header::LOCATION, value);
    }
    if status == StatusCode::ACCEPTED {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    Ok(marked(tagged(response, row.version), replayed))
}

/// What a command on a composite booking came to: its outcome, or the recorded one of an earlier request with the same key
/// where the api refused by itself.
///
/// # Errors
/// The outcome's.
pub(super) async fn recorded(
    request: BookingRequest<'_>,
    uid: &str,
    outcome: Result<Executed, Failure>,
) -> Result<Executed, Failure> {
    let (caller, payload) = (request.caller, request.payload);
    let asked = Asked::new(Doing::Composite).uid(uid);
    let api = request.api;
    api.settled(caller, payload, None, &asked, outcome).await
}

/// Answers a command on a composite booking with how it stood then.
///
/// # Errors
/// The outcome's; 500 or 503 when it cannot be read.
pub(super) async fn settled(
    request: BookingRequest<'_>,
    uid: &str,
    outcome: Result<Executed, Failure>,
) -> Result<Response, Failure> {
    let executed = recorded(request, uid, outcome).await?;
    let tenant = request.caller.tenant()?;
    let composite = uid.parse().map_err(|_not_a_uuid| absent())?;
    changed(request.api, tenant, composite, &executed).await
}

async fn changed(
    api: &Api,
    tenant: TenantId,
    composite: CompositeId,
    executed: &Executed,
) -> Result<Response, Failure> {
    let own = |event: &&RecordedEvent| event.stream.kind == AggregateKind::Composite;
    let until = match executed.events.iter().rfind(own) {
        Some(last) => Until::Sequence(last.sequence),
        // It was so already.
        None => Until::Sequence(u64::MAX),
    };
    let row = folded(api, tenant, composite, until).await?;
    let response = one(api, tenant, &row).await?;
    Ok(marked(response, executed.replayed))
}

/// Answers with a row.
///
/// # Errors
/// 500 or 503 when what was typed cannot be read.
pub(super) async fn one(api: &Api, tenant: TenantId, row: &Composite) -> Result<Response, Failure> {
    let shown = shown(api, tenant, std::slice::from_ref(row)).await?;
    let response = Json(shown.into_iter().next()).into_response();
    Ok(tagged(response, row.version))
}

/// Renders rows, with everything that was typed opened together.
///
/// # Errors
/// 500 or 503 when it cannot be read.
pub(super) async fn shown(
    api: &Api,
    tenant: TenantId,
    rows: &[Composite],
) -> Result<Vec<shown::Composite>, Failure> {
    let parts = |row: &Composite| [&row.requested, &row.moved, &row.cancelled].map(Clone::clone);
    let sealed: Vec<_> = rows.iter().flat_map(parts).flatten().collect();
    let vault = api.ledger.vault();
    let opened = vault.open(api.ledger.database(), tenant, &sealed).await;
    let mut opened = opened.map_err(|error| unread(error.into()))?.into_iter();
    let render = |row: &Composite| {
        let [requested, moved, cancelled] =
            parts(row).map(|part| part.and_then(|_| opened.next().flatten()));
        let typed = Opened {
            requested,
            moved,
            cancelled,
        };
        view::composite(row, &typed)
    };
    Ok(rows.iter().map(render).collect())
}

/// 409: it was undone, because of a segment or of time.
fn undone(row: &Composite) -> Failure {
    let Some(cause) = &row.cause else {
        return Failure::of(
            Problem::CompositeUndone,
            "The composite booking was undone.",
        );
    };
    let failure = match cause {
        Cause::Refused { segment, rejection } => {
            refused_segment(*segment, rejection, &Asked::new(Doing::Composite))
        }
        Cause::Unavailable { segment, .. } | Cause::Declined { segment } => {
            Failure::of(Problem::CompositeUndone, view::cause(cause).detail)
                .member("segment", json!(segment))
        }
        Cause::DeadlinePassed => Failure::of(Problem::CompositeUndone, view::cause(cause).detail),
    };
    failure.decided(false)
}

async fn folded(
    api: &Api,
    tenant: TenantId,
    composite: CompositeId,
    until: Until,
) -> Result<Composite, Failure> {
    let stream = StreamKey::composite(tenant, composite);
    let (mut row, mut after) = (None, 0);
    loop {
        let events = api.ledger.stream_events(stream, after, EVENTS).await;
        let events = events.map_err(|error| failed(error, &Asked::new(Doing::Read)))?;
        for event in &events {
            if is_over(row.as_ref(), event, &until) {
                return row.ok_or_else(absent);
            }
            composites::apply(&mut row, event);
            after = event.sequence;
        }
        if u32::try_from(events.len()).unwrap_or(u32::MAX) < EVENTS {
            return row.ok_or_else(absent);
        }
    }
}

/// Whether the next event is beyond what is asked for.
fn is_over(row: Option<&Composite>, next: &RecordedEvent, until: &Until) -> bool {
    match until {
        Until::Sequence(last) => *last < next.sequence,
        Until::Settled => row.is_some_and(|row| match row.status {
            CompositeStatus::Requested | CompositeStatus::Compensating | CompositeStatus::Stuck => {
                false
            }
            CompositeStatus::Pending
            | CompositeStatus::Confirmed
            | CompositeStatus::RolledBack
            | CompositeStatus::Abandoned
            | CompositeStatus::Cancelled => true,
        }),
    }
}
