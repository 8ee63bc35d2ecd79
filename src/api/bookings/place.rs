//! Stop 1 of 6 on the path of a booking: `POST /v2/bookings`.
//!
//! A body becomes a command: the event type is found, its terms are read, ids and numbers are drawn. Next:
//! [`crate::ledger::Ledger::execute`] (stop 2). What it recorded is rendered by [`super::read`] (stop 6) and
//! [`super::rendering`].
//!
//! # Order of checks
//! The body by itself; the event type; whether the caller may book it; length, recurrence, location, answers; then the
//! rules ([`crate::domain::provider`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value};

use super::body::PlaceBody;
use super::location::Location;
use super::numbering::Drawn;
use super::request::{BookingRequest, Done};
use super::screening::Booker;
use super::sent::{self, HOLD};
use super::wire::{self, OneOrMany};
use super::{answers, body, hosts, legacy, location, outcome, recurrence, screening};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::directory::FoundEventType;
use crate::api::envelope::created;
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::idempotency;
use crate::api::payload::Payload;
use crate::api::rejection::{Asked, Doing, refused};
use crate::api::version::{BOOKINGS_LEGACY, Version};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::{BookingId, BookingUid, HoldId, KeyId, SeatId};
use crate::domain::personal::Personal;
use crate::domain::provider::command::{Occurrence, Place, Standing};
use crate::domain::rejection::Rejection;
use crate::domain::terms::Terms;
use crate::domain::time::{TimeSlot, Timestamp};

/// The hold in `metadata`, for clients that cannot send headers.
const HOLD_MEMBER: &str = "reservationUid";

/// Books one slot, the occurrences of a series (all or none), or a seat.
#[utoipa::path(
    post,
    path = "/v2/bookings",
    tag = "Bookings",
    params(
        ("X-Daybook-Hold" = Option<String>, Header, description = "Uid of the caller's own exclusive hold"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body are answered with the same booking"),
    ),
    request_body = wire::NewBooking,
    responses(
        (status = 201, description = "The booking, or the occurrences of a series", body = OneOrMany),
        (status = 400, description = "Not valid, or the time is not available"),
        (status = 401, description = "The event type may be booked with credentials only"),
        (status = 403, description = "The event type may not be booked by this caller"),
        (status = 404, description = "No such event type, user or hold; or it does not recur"),
        (status = 409, description = "No seat is left"),
        (status = 422, description = "The Idempotency-Key was used for another body"),
    )
)]
pub(crate) async fn place(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Failure> {
    let request = BookingRequest {
        api: &api,
        caller: &caller,
        payload: &payload,
        version,
        alone: false,
    };
    if BOOKINGS_LEGACY.contains(&version) {
        return legacy::place(request).await;
    }
    let body = body::place(payload.object()?, version)?;
    let hold = hold(&headers, &body)?;
    let (bookings, replayed) = placed(request, &body, hold).await?;
    let data = answer(bookings).ok_or_else(Failure::internal)?;
    Ok(idempotency::marked(created(data), replayed))
}

/// Books; says whether the answer is a recorded one.
///
/// # Errors
/// As the route documents.
pub(crate) async fn placed(
    request: BookingRequest<'_>,
    body: &PlaceBody,
    hold: Option<HoldId>,
) -> Result<(Vec<wire::Booking>, bool), Failure> {
    let outcome = attempted(|| attempt(request, body, hold)).await;
    let hold_text = hold.map(|hold| hold.to_string()).unwrap_or_default();
    let is_sought = outcome.is_err() && request.payload.is_keyed();
    let asked = Asked {
        team: is_sought
            && body
                .selector
                .names_several_hosts(request.api, request.caller)
                .await?,
        ..Asked::new(Doing::Create).uid(&hold_text)
    };
    let tenant = body.selector.tenant(request.api, request.caller);
    let done = request.settled(&asked, outcome, tenant).await?;
    let placed = outcome::placed(&done.executed);
    let bookings = request.rendered(&done, &placed, true).await?;
    Ok((bookings, done.executed.replayed))
}

async fn attempt(
    request: BookingRequest<'_>,
    body: &PlaceBody,
    hold: Option<HoldId>,
) -> Result<Done, Failure> {
    let Wish {
        event_type,
        place,
        drawn,
    } = wished(request, body, hold, 0).await?;
    let hold_text = hold_text(place.hold);
    let asked = asked(&event_type, &hold_text);
    let typed = place.personal.clone();
    let outcome = hosts::placed(request, &event_type, place, &asked).await;
    let outcome = outcome.map(|executed| Done {
        tenant: event_type.tenant,
        executed,
        before: Vec::new(),
        typed,
    });
    let is_replay = |done: &Done| done.executed.replayed;
    drawn.kept(request.api, outcome, is_replay).await
}

/// A booking that is asked for, ready for the rules.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// What is booked.
    pub event_type: FoundEventType,
    /// How.
    pub place: Place,
    /// The numbers in it: to be given back where nothing records them.
    pub drawn: Drawn,
}

/// Finds what a body names, checks who books, and draws ids and numbers; `beside` bookings of the same address and event
/// type are asked for with it.
///
/// # Errors
/// As the route documents.
pub(crate) async fn wished(
    request: BookingRequest<'_>,
    body: &PlaceBody,
    hold: Option<HoldId>,
    beside: usize,
) -> Result<Wish, Failure> {
    let event_type = body.selector.found(request.api, request.caller).await?;
    admit(request.caller, &event_type)?;
    let terms = event_type.terms();
    let named = hold_text(hold);
    let asked = asked(&event_type, &named);
    let slots = slots(body, &terms, &asked)?;
    let hold = request.redeemable(hold, &terms, &slots).await?;
    let count = slots.len().saturating_add(beside);
    let (api, caller) = (request.api, request.caller);
    screening::screened(api, caller, &event_type, Booker::of(body), count).await?;
    let is_series = terms.recurrence.is_some();
    let typed = personal(body, &event_type)?;
    let people = body.guests.len() + 1;
    let drawn = Drawn::of(api, slots.len(), slots.len() * people, &asked).await?;
    let place = Place {
        occurrences: occurrences(request, &slots, &drawn, people),
        series: is_series.then(|| BookingUid::from_uuid(request.random_uuid())),
        seats: match terms.seats {
            Some(_) => slots
                .iter()
                .map(|_| SeatId::from_uuid(request.random_uuid()))
                .collect(),
            None => Vec::new(),
        },
        hold,
        // Both of the hosts only, see `hosts::placed`.
        out_of_bounds: body.is_out_of_bounds,
        limits_skipped: body.skips_limits,
        standing: Standing::ByTerms,
        composite: None,
        key_is_new: true,
        key: KeyId::from_uuid(api.ids.uuid()),
        personal: typed,
        terms,
        co_hosted: None,
    };
    Ok(Wish {
        event_type,
        place,
        drawn,
    })
}

fn hold_text(hold: Option<HoldId>) -> String {
    hold.map(|hold| hold.to_string()).unwrap_or_default()
}

fn asked<'a>(event_type: &FoundEventType, hold_text: &'a str) -> Asked<'a> {
    Asked {
        team: event_type.has_several_hosts(),
        ..Asked::new(Doing::Create)
            .number(event_type.current.number.get())
            .uid(hold_text)
    }
}

/// One object, or an array for a series. What was recorded says which: on a replay the event type may have changed.
pub(crate) fn answer(mut bookings: Vec<wire::Booking>) -> Option<OneOrMany> {
    let is_series = bookings.first()?.recurring_booking_uid.is_some();
    if is_series || 1 < bookings.len() {
        return Some(OneOrMany::Many(bookings));
    }
    bookings
        .pop()
        .map(|booking| OneOrMany::One(Box::new(booking)))
}

/// The hold to redeem: the header, else the metadata of the body.
///
/// # Errors
/// 400 for a header that is no uid.
pub(crate) fn hold(headers: &HeaderMap, body: &PlaceBody) -> Result<Option<HoldId>, Failure> {
    match headers.get(HOLD) {
        Some(value) => sent::hold_named(value).map(Some),
        None => Ok(body
            .metadata
            .get(HOLD_MEMBER)
            .and_then(Value::as_str)
            .and_then(sent::hold_of)),
    }
}

/// Whether this caller may book the event type at all.
///
/// # Errors
/// 401 or 403 where the event type demands credentials.
pub(crate) fn admit(caller: &Caller, event_type: &FoundEventType) -> Result<(), Failure> {
    use crate::domain::tenant::Role;
    if !event_type.current.settings.booking_requires_authentication {
        return Ok(());
    }
    if !caller.has_credentials() {
        return Err(Failure::unauthenticated(
            "checkBookingRequiresAuthentication - event type requires authentication to book it. Provide an API key or an access token as 'Bearer' header.",
        ));
    }
    match caller.role {
        Role::Owner | Role::Provider | Role::Agent => Ok(()),
        Role::Auditor | Role::Anonymous => Err(Failure::forbidden(
            "checkBookingRequiresAuthentication - user is not authorized to book this event type.",
        )),
    }
}

/// The slots to book, in order.
fn slots(body: &PlaceBody, terms: &Terms, asked: &Asked<'_>) -> Result<Vec<TimeSlot>, Failure> {
    let minutes = length(body, terms)?;
    starts(body, terms, asked)?
        .into_iter()
        .map(|start| {
            TimeSlot::starting(start, minutes).map_err(|error| body::start_refused(&error))
        })
        .collect()
}

fn length(body: &PlaceBody, terms: &Terms) -> Result<u32, Failure> {
    let offered = &terms.lengths_minutes;
    let default = offered.first().copied().ok_or_else(Failure::internal)?;
    let Some(wanted) = body.length_in_minutes else {
        return Ok(default);
    };
    if offered.len() < 2 {
        return Err(Failure::bad_request(
            "Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths. Please, remove the 'lengthInMinutes' field from the request.",
        ));
    }
    if offered.contains(&wanted) {
        return Ok(wanted);
    }
    let lengths: Vec<_> = offered.iter().map(ToString::to_string).collect();
    Err(Failure::bad_request(format!(
        "Provided 'lengthInMinutes' is not one of the possible lengths for the event type. The possible lengths are: {}",
        lengths.join(", ")
    )))
}

fn starts(body: &PlaceBody, terms: &Terms, asked: &Asked<'_>) -> Result<Vec<Timestamp>, Failure> {
    let (Some(recurrence), wanted) = (&terms.recurrence, body.recurrence_count) else {
        return match body.recurrence_count {
            Some(_) => Err(refused(&Rejection::NotRecurring, asked)),
            None => Ok(vec![body.start]),
        };
    };
    let max = recurrence
        .occurrences
        .min(EventTypeSettings::OCCURRENCES_MAX);
    let count = wanted.unwrap_or(max);
    if max < count {
        return Err(refused(
            &Rejection::TooManyOccurrences { count, max },
            asked,
        ));
    }
    let zone = body.attendee_zone;
    recurrence::occurrence_starts(body.start, zone, recurrence, count)
        .ok_or_else(|| Failure::bad_request("The series leaves the calendar."))
}

/// The slots with their numbers; so many people come to each.
fn occurrences(
    request: BookingRequest<'_>,
    slots: &[TimeSlot],
    drawn: &Drawn,
    people: usize,
) -> Vec<Occurrence> {
    let attendees = drawn.attendees();
    let numbered = slots.iter().zip(drawn.bookings());
    let numbered = numbered.zip(attendees.chunks(people));
    numbered
        .filter_map(|((slot, number), coming)| {
            let (attendee, guests) = coming.split_first()?;
            Some(Occurrence {
                booking: BookingId::from_uuid(request.api.ids.uuid()),
                number,
                uid: BookingUid::from_uuid(request.random_uuid()),
                attendee: *attendee,
                guests: guests.to_vec(),
                slot: *slot,
            })
        })
        .collect()
}

/// What the attendee typed, matched with what the event type asks for.
fn personal(body: &PlaceBody, event_type: &FoundEventType) -> Result<Personal, Failure> {
    let (location, answers) = matched(
        event_type,
        Booker::of(body),
        body.location.as_ref(),
        &body.answers,
    )?;
    let metadata = body.metadata.iter();
    Ok(Personal {
        attendee: Some(body.attendee.clone()),
        guests: body.guests.clone(),
        answers,
        metadata: metadata
            .map(|(key, value)| (key.clone(), value.to_string()))
            .collect(),
        location,
        ..Personal::default()
    })
}

/// The location and the answers to record, matched with what the event type asks for.
///
/// # Errors
/// 400 for guests, a location or answers that it does not take, and for answers that are missing.
pub(crate) fn matched(
    event_type: &FoundEventType,
    booker: Booker<'_>,
    location: Option<&Location>,
    answers: &Map<String, Value>,
) -> Result<(Option<String>, BTreeMap<String, String>), Failure> {
    let settings = &event_type.current.settings;
    let number = event_type.current.number;
    if settings.guests_disabled && booker.has_guests {
        return Err(Failure::bad_request(format!(
            "Guests can't be added because event type with id={number} has guests disabled."
        )));
    }
    let offered = location::offered(&settings.locations_json);
    let location = location::chosen(location, &offered, booker.phone_number, number)
        .map_err(Failure::bad_request)?;
    let beside = answers::Beside {
        phone_number: booker.phone_number.is_some(),
        guests: booker.has_guests,
    };
    let fields = answers::fields(&settings.booking_fields_json);
    let answers =
        answers::checked(answers, &fields, beside, number).map_err(Failure::bad_request)?;
    Ok((location, answers))
}
