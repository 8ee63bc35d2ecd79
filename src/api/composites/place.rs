//! `POST /v2/composite-bookings`: every segment is booked, or none.
//!
//! A body is planned ([`super::plan`]) and becomes a request; ids and wire numbers of every segment are drawn once, so that
//! each step of it can be repeated. [`crate::sagas`] drives it; what its stream recorded is the answer ([`super::answer`]).

use axum::response::Response;
use serde_json::Map;

use super::plan::body::{SegmentBody, Starts, segments};
use super::plan::{self, Planned};
use super::{answer, asked, shown};
use crate::api::bookings::body;
use crate::api::bookings::request::BookingRequest;
use crate::api::bookings::screening::Booker;
use crate::api::bookings::sent::Sent;
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing, failed};
use crate::api::validation::{Members, Style, contact, value};
use crate::domain::composite::event::Segment;
use crate::domain::id::{
    AttendeeNumber, BookingId, BookingNumber, BookingUid, CompositeId, HoldId, KeyId, TenantId,
};
use crate::domain::personal::{Attendee, Personal, SegmentPersonal};
use crate::domain::{AggregateKind, Sealable};
use crate::ledger::NumberKind;
use crate::ledger::unit::NameKind;
use crate::sagas::{Answered, Requested};

const ASKED: Asked<'_> = Asked::new(Doing::Composite);

/// What is to be booked, by whom.
struct PlaceBody {
    segments: Vec<SegmentBody>,
    attendee: Attendee,
    guests: Vec<String>,
    metadata: Map<String, serde_json::Value>,
}

/// Books several segments, with several providers: all of them or none.
#[utoipa::path(
    post,
    path = "/v2/composite-bookings",
    operation_id = "createCompositeBooking",
    tag = "Composite bookings",
    params(("Idempotency-Key" = String, Header)),
    request_body = asked::NewComposite,
    responses(
        (status = 201, description = "It stands, or waits for a person; `Location`, `ETag`", body = shown::Composite),
        (status = 202, description = "It has not settled yet: watch `Location`; `Retry-After`", body = shown::Composite),
        (status = 401, description = "An event type may be booked with credentials only"),
        (status = 404, description = "No such event type, provider or team"),
        (status = 409, description = "A segment was refused, and nothing is booked; `segment` says which"),
        (status = 422, description = "Not valid"),
    )
)]
pub(crate) async fn place(sent: Sent) -> Result<Response, Failure> {
    let request = sent.request();
    let body = read(request)?;
    let outcome = attempted(|| attempt(request, &body)).await;
    let (tenant, composite, replayed) = match outcome {
        Ok((tenant, answered)) => (tenant, answered.composite, answered.replayed),
        Err(failure) => recorded(request, &body, failure).await?,
    };
    answer::requested(request.api, tenant, composite, replayed).await
}

fn read(request: BookingRequest<'_>) -> Result<PlaceBody, Failure> {
    let mut members = Members::new(request.payload.object()?);
    let attendee = body::attendee(&mut members);
    let segments = segments(&mut members, Starts::Given);
    let guests = members.optional("guests", value::array(0..=body::GUESTS_MAX, contact::email));
    let metadata = members.optional("metadata", body::metadata);
    members.finish(Style::Own)?;
    let (attendee, _zone) = attendee.ok_or_else(Failure::internal)?;
    if attendee.email.is_none() && attendee.phone_number.is_none() {
        return Err(Failure::unprocessable(
            "attendee must have at least one contact method (email or phone number)",
        ));
    }
    Ok(PlaceBody {
        segments,
        attendee,
        guests: guests.unwrap_or_default(),
        metadata: metadata.unwrap_or_default(),
    })
}

async fn attempt(
    request: BookingRequest<'_>,
    body: &PlaceBody,
) -> Result<(TenantId, Answered), Failure> {
    let (api, caller) = (request.api, request.caller);
    let booker = Booker {
        email: body.attendee.email.as_deref(),
        phone_number: body.attendee.phone_number.as_deref(),
        has_guests: !body.guests.is_empty(),
        verification_code: None,
    };
    let (tenant, planned) = plan::planned(api, caller, booker, &body.segments).await?;
    let context = request.context(tenant)?;
    let personal = personal(body, &planned);
    let mut segments = Vec::with_capacity(planned.len());
    for one in &planned {
        segments.push(drawn(request, one, body.guests.len()).await?);
    }
    let requested = Requested {
        composite: CompositeId::from_uuid(request.random_uuid()),
        segments,
        sealable: Sealable {
            key: KeyId::from_uuid(api.ids.uuid()),
            key_is_new: true,
            personal,
        },
    };
    let answered = api.sagas.request(context, requested).await;
    let answered = answered.map_err(|error| failed(error, &ASKED))?;
    Ok((tenant, answered))
}

/// A segment with everything that is drawn for it.
async fn drawn(
    request: BookingRequest<'_>,
    planned: &Planned,
    guests: usize,
) -> Result<Segment, Failure> {
    let api = request.api;
    Ok(Segment {
        provider: planned.provider,
        terms: planned.event_type.terms(),
        slot: planned.slot,
        booking: BookingId::from_uuid(api.ids.uuid()),
        number: BookingNumber::new(api.draw(NumberKind::Booking, &ASKED).await?),
        uid: BookingUid::from_uuid(request.random_uuid()),
        attendee: AttendeeNumber::new(api.draw(NumberKind::Attendee, &ASKED).await?),
        guests: request.attendee_numbers(guests, &ASKED).await?,
        hold: HoldId::from_uuid(request.random_uuid()),
    })
}

fn personal(body: &PlaceBody, planned: &[Planned]) -> Personal {
    let metadata = body.metadata.iter();
    let segments: Vec<_> = planned
        .iter()
        .map(|one| SegmentPersonal {
            location: one.location.clone(),
            answers: one.answers.clone(),
        })
        .collect();
    let differs = segments
        .iter()
        .any(|one| *one != SegmentPersonal::default());
    Personal {
        attendee: Some(body.attendee.clone()),
        guests: body.guests.clone(),
        metadata: metadata
            .map(|(key, value)| (key.clone(), value.to_string()))
            .collect(),
        segments: if differs { segments } else { Vec::new() },
        ..Personal::default()
    }
}

/// What an earlier request with the same key came to, where the api refused this one by itself: the first one may have
/// taken what is planned now.
async fn recorded(
    request: BookingRequest<'_>,
    body: &PlaceBody,
    failure: Failure,
) -> Result<(TenantId, CompositeId, bool), Failure> {
    let (api, caller, payload) = (request.api, request.caller, request.payload);
    let tenant = match caller.tenant {
        Some(own) => Some(own),
        None => tenant_of(request, body).await?,
    };
    let Some(tenant) = tenant else {
        return Err(failure);
    };
    let executed = api
        .settled(caller, payload, Some(tenant), &ASKED, Err(failure))
        .await?;
    let own = executed
        .events
        .iter()
        .find(|event| event.stream.kind == AggregateKind::Composite)
        .ok_or_else(Failure::internal)?;
    let composite = CompositeId::from_uuid(own.stream.id);
    let driven = api.sagas.drive(tenant, composite).await;
    driven.map_err(|error| failed(error, &ASKED))?;
    Ok((tenant, composite, true))
}

/// The tenant that a caller without credentials books with: that of the first thing it names, deleted or not.
async fn tenant_of(
    request: BookingRequest<'_>,
    body: &PlaceBody,
) -> Result<Option<TenantId>, Failure> {
    use super::plan::body::Whom;
    let Some(first) = body.segments.first() else {
        return Ok(None);
    };
    let (kind, number) = match &first.whom {
        Whom::EventType(number) => (NameKind::EventType, number),
        Whom::Provider { number, .. } => (NameKind::Provider, number),
        Whom::Team { number, .. } => (NameKind::Team, number),
    };
    let found = request
        .api
        .look_up(request.caller, kind, "", &number.to_string())
        .await?;
    Ok(found.map(|(tenant, _)| tenant))
}
