//! Booking in the oldest shape: one, several, and instant ones.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::body::{self, LegacyBody};
use super::wire::{LegacyBooking, NewLegacyBooking};
use crate::api::bookings::body::PlaceBody;
use crate::api::bookings::place::placed;
use crate::api::bookings::request::BookingRequest;
use crate::api::bookings::sent::Sent;
use crate::api::bookings::{recurrence, reschedule};
use crate::api::envelope::created;
use crate::api::failure::Failure;
use crate::api::idempotency;
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::terms::Terms;
use crate::domain::time::Timestamp;

/// Occurrences of one series.
const OCCURRENCES_MAX: usize = EventTypeSettings::OCCURRENCES_MAX as usize;

/// Books one slot, or moves the booking that the body names.
///
/// # Errors
/// 400 with every fault of the body; else as the current version's.
pub(crate) async fn place(request: BookingRequest<'_>) -> Result<Response, Failure> {
    let body = body::place(request.payload.object()?)?;
    if let Some((uid, body)) = &body.reschedule {
        let (booking, replayed) = reschedule::moved(request, uid, body).await?;
        return Ok(idempotency::marked(
            created(LegacyBooking::of(booking)),
            replayed,
        ));
    }
    let place = settled(request, &body, 1).await?;
    let (mut bookings, replayed) = placed(request, &place, None).await?;
    let booking = bookings.pop().ok_or_else(Failure::internal)?;
    Ok(idempotency::marked(
        created(LegacyBooking::of(booking)),
        replayed,
    ))
}

/// Books the occurrences of a series: all or none. Each start is where the event type's recurrence has it.
#[utoipa::path(
    post,
    path = "/v2/bookings/recurring",
    operation_id = "place_recurring",
    tag = "Bookings",
    request_body = Vec<NewLegacyBooking>,
    responses(
        (status = 201, description = "The occurrences", body = Vec<LegacyBooking>),
        (status = 400, description = "Not valid, not the event type's recurrence, or a time is not available"),
        (status = 404, description = "No such event type, or it does not recur"),
    )
)]
pub(crate) async fn recurring(sent: Sent) -> Result<Response, Failure> {
    let request = sent.request();
    let bodies = request.payload.array()?;
    if bodies.is_empty() || OCCURRENCES_MAX < bodies.len() {
        return Err(Failure::bad_request(format!(
            "The body must contain 1 to {OCCURRENCES_MAX} bookings."
        )));
    }
    let bodies = bodies.iter().map(read_one).collect::<Result<Vec<_>, _>>()?;
    let first = bodies.first().ok_or_else(Failure::internal)?;
    let place = settled(request, first, bodies.len()).await?;
    let starts: Vec<Timestamp> = bodies.iter().map(|body| body.place.start).collect();
    check_starts(request, &place, &starts).await?;
    let (bookings, replayed) = placed(request, &place, None).await?;
    let rows = bookings.into_iter().map(LegacyBooking::of);
    Ok(idempotency::marked(
        created(rows.collect::<Vec<_>>()),
        replayed,
    ))
}

/// Refuses: instant bookings are for teams that answer at once, of which there are none.
#[utoipa::path(
    post,
    path = "/v2/bookings/instant",
    operation_id = "place_instant",
    tag = "Bookings",
    request_body = NewLegacyBooking,
    responses((status = 400, description = "Always: not valid, or not for teams"))
)]
pub(crate) async fn instant(sent: Sent) -> Result<Response, Failure> {
    body::place(sent.request().payload.object()?)?;
    Err(Failure::bad_request(
        "Instant bookings are for team event types only.",
    ))
}

fn read_one(value: &Value) -> Result<LegacyBody, Failure> {
    let malformed = || Failure::malformed("The body must be an array of JSON objects.");
    body::place(value.as_object().ok_or_else(malformed)?)
}

/// The body as the current version has it: its end as a length, so many occurrences where the event type recurs.
async fn settled(
    request: BookingRequest<'_>,
    body: &LegacyBody,
    count: usize,
) -> Result<PlaceBody, Failure> {
    let mut place = body.place.clone();
    let found = place.selector.found(request.api, request.caller).await;
    let Some(event_type) = unless_gone(found)? else {
        return Ok(place);
    };
    let terms = event_type.terms();
    if terms.recurrence.is_some() || 1 < count {
        place.recurrence_count = Some(u32::try_from(count).unwrap_or(u32::MAX));
    }
    if let Some(end) = body.end {
        place.length_in_minutes =
            length(&terms, end.signed_duration_since(place.start).num_minutes())?;
    }
    Ok(place)
}

/// What was found. An event type that is gone is found to be so when it is booked, where an earlier request is answered
/// again; whatever else failed may succeed by then, and would book something else than was checked here.
fn unless_gone<T>(found: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(failure) if failure.refusal().status == StatusCode::NOT_FOUND => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The length to ask for; `None` for the one there is.
fn length(terms: &Terms, minutes: i64) -> Result<Option<u32>, Failure> {
    let offered = &terms.lengths_minutes;
    let wanted = u32::try_from(minutes)
        .ok()
        .filter(|wanted| offered.contains(wanted));
    match (wanted, offered.len()) {
        (None, _) => Err(Failure::bad_request(
            "Invalid event length: end does not fit the event type.",
        )),
        (Some(_), 1) => Ok(None),
        (Some(wanted), _) => Ok(Some(wanted)),
    }
}

async fn check_starts(
    request: BookingRequest<'_>,
    place: &PlaceBody,
    starts: &[Timestamp],
) -> Result<(), Failure> {
    let found = place.selector.found(request.api, request.caller).await;
    let Some(event_type) = unless_gone(found)? else {
        return Ok(());
    };
    let Some(recurs) = event_type.terms().recurrence else {
        return Ok(());
    };
    let count = u32::try_from(starts.len()).unwrap_or(u32::MAX);
    let expected = recurrence::occurrence_starts(place.start, place.attendee_zone, &recurs, count);
    if expected.as_deref() == Some(starts) {
        return Ok(());
    }
    Err(Failure::bad_request(
        "The starts are not those of the event type's recurrence.",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::super::samples;
    use super::*;

    #[test]
    fn only_what_is_gone_is_left_to_be_found_out_later() {
        assert_eq!(unless_gone(Ok(41)).unwrap(), Some(41));
        assert_eq!(
            unless_gone::<i32>(Err(Failure::not_found(""))).unwrap(),
            None
        );
        for failure in [Failure::unavailable(), Failure::internal()] {
            assert!(unless_gone::<i32>(Err(failure)).is_err());
        }
    }

    #[test]
    fn an_end_is_a_length_that_is_offered() {
        let one = samples::terms();
        assert_eq!(length(&one, 60).unwrap(), None);
        assert!(length(&one, 30).is_err());
        let several = Terms {
            lengths_minutes: vec![60, 30],
            ..samples::terms()
        };
        assert_eq!(length(&several, 30).unwrap(), Some(30));
        assert!(length(&several, -30).is_err());
    }
}
