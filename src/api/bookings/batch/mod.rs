//! `POST /v2/bookings/batch`: up to 100 bookings in one request, each for itself ([`each`]) or all or none ([`atomic`]).
//!
//! Answered with 200 whatever became of the items: each has its own status. 207 would say the same in the words of a
//! format (RFC 4918) that is none of ours.

mod each;
mod atomic;
mod splitting;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::body::{self, PlaceBody};
use super::place;
use super::wire::{Booking, NewBooking, OneOrMany};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::failure::Failure;
use crate::api::idempotency;
use crate::api::payload::Payload;
use crate::api::presentation::problem_document;
use crate::api::validation::{Members, Style, value};
use crate::api::version::Version;

/// Bookings of one batch: as many streams as one linked command may touch.
const ITEMS_MAX: usize = 100;
/// The shape of the bookings, asked for and answered.
const SHAPE: Version = Version::V2024_08_13;
/// Where it is.
const PATH: &str = "/v2/bookings/batch";

/// Several bookings.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingBatch {
    /// Bodies of `POST /v2/bookings`, version 2024-08-13.
    #[schema(min_items = 1, max_items = 100)]
    pub bookings: Vec<NewBooking>,
    /// All or none.
    #[schema(default = false)]
    pub atomic: Option<bool>,
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchResults {
    /// In the order of the bookings asked for.
    pub results: Vec<BatchResult>,
}

/// What became of one item: a booking or a problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchResult {
    /// Which, from 0.
    pub index: usize,
    /// As it would be answered alone: 201 with `booking`, else with `problem`.
    pub status: u16,
    /// The booking, or the occurrences of a series.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking: Option<OneOrMany>,
    /// A problem document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Value>,
}

/// Books several times. Each for itself: at the same time, and with an answer of its own; what is not known to be done is
/// done by sending the same again. Or `atomic`: all or none, in one commit; a refusal names the `index` of the item.
#[utoipa::path(post, path = "/v2/bookings/batch", operation_id = "createBookings", tag = "Bookings",
    params(("Idempotency-Key" = String, Header, description = "The same key and body are answered with the same bookings")),
    request_body = BookingBatch,
    responses((status = 200, description = "What became of each, in order; atomic: every one is booked", body = BatchResults),
        (status = 404, description = "Atomic: no such event type, user or hold; `index` says whose"),
        (status = 409, description = "Atomic: an item was refused; `index` says which"),
        (status = 413, description = "Too large for one commit"),
        (status = 422, description = "Not valid; or the Idempotency-Key was used for another body")))]
pub(crate) async fn batch(
    State(api): State<Arc<Api>>,
    caller: Caller,
    payload: Payload,
) -> Result<Response, Failure> {
    let (items, atomic) = read(payload.object()?)?;
    let (results, replayed) = if atomic {
        atomic::booked(&api, &caller, &payload, items).await?
    } else {
        each::booked(&api, &caller, &payload, items).await?
    };
    let answer = Json(BatchResults { results }).into_response();
    Ok(idempotency::marked(answer, replayed))
}

fn read(members: &Map<String, Value>) -> Result<(&[Value], bool), Failure> {
    let mut body = Members::new(members);
    let atomic = body.optional("atomic", value::boolean).unwrap_or_default();
    let items = match body.value("bookings") {
        Some(Value::Array(items)) => items.as_slice(),
        Some(_) | None => {
            body.fault("bookings", "isArray", "must be an array");
            &[]
        }
    };
    if items.is_empty() && body.is_sound() {
        body.fault(
            "bookings",
            "arrayMinSize",
            "must contain at least 1 element",
        );
    }
    if ITEMS_MAX < items.len() {
        let text = format!("must contain no more than {ITEMS_MAX} elements");
        body.fault("bookings", "arrayMaxSize", text);
    }
    body.finish(Style::Own)?;
    Ok((items, atomic))
}

/// The body of one item.
fn item(value: &Value) -> Result<PlaceBody, Failure> {
    match value {
        Value::Object(members) => body::place(members, SHAPE),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(Failure::bad_request("must be an object"))
        }
    }
}

/// Says which item a failure is about.
fn of_item(failure: Failure, index: usize) -> Failure {
    failure
        .about("bookings", index, "")
        .member("index", index.into())
}

fn result(api: &Api, index: usize, outcome: Result<Vec<Booking>, Failure>) -> BatchResult {
    let booking =
        outcome.and_then(|bookings| place::answer(bookings).ok_or_else(Failure::internal));
    match booking {
        Ok(booking) => BatchResult {
            index,
            status: StatusCode::CREATED.as_u16(),
            booking: Some(booking),
            problem: None,
        },
        Err(failure) => {
            let (status, problem) = problem_document(api, PATH, &failure);
            BatchResult {
                index,
                status: status.as_u16(),
                booking: None,
                problem: Some(problem),
            }
        }
    }
}
