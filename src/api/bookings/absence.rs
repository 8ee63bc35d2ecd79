//! `POST /v2/bookings/{uid}/mark-absent`: who did not come.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::rendering::Opened;
use super::request::{BookingRequest, Done};
use super::{facts, opening, outcome, wire};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::envelope::success;
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::idempotency;
use crate::api::payload::Payload;
use crate::api::rejection::{Asked, Doing, failed};
use crate::api::validation::{Members, Style, contact, value};
use crate::api::version::Version;
use crate::domain::id::AttendeeNumber;
use crate::domain::personal::Personal;
use crate::domain::provider::command::{MarkAbsent, ProviderCommand};
use crate::ledger::LedgerError;
use crate::projections::row;

/// Attendees of one booking (DESIGN § 13).
const ATTENDEES_MAX: usize = 100;

/// Who was absent; at least one of the two.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct MarkAbsentBody {
    /// Whether the provider was absent.
    pub host: Option<bool>,
    /// Attendees, at least one when given.
    #[schema(min_items = 1)]
    pub attendees: Option<Vec<AbsentAttendee>>,
}

/// Whether one attendee was absent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct AbsentAttendee {
    /// E-mail address.
    pub email: String,
    /// `false` takes an earlier mark back.
    pub absent: bool,
}

/// Marks who was absent, from the start of the booking on. Guests have no mark of their own.
#[utoipa::path(
    post,
    path = "/v2/bookings/{uid}/mark-absent",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a booking")),
    request_body = MarkAbsentBody,
    responses(
        (status = 200, description = "The booking", body = wire::Booking),
        (status = 400, description = "Not started yet, or nobody of that address has booked"),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn mark_absent(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    Path(uid): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    let body = read(payload.object()?)?;
    let request = BookingRequest {
        api: &api,
        caller: &caller,
        payload: &payload,
        version,
    };
    let outcome = attempted(|| attempt(request, &uid, &body)).await;
    let asked = Asked::new(Doing::MarkAbsent).uid(&uid);
    let tenant = async { Ok(caller.tenant) };
    let done = request.settled(&asked, outcome, tenant).await?;
    let changed = outcome::answered(&done.executed).ok_or_else(Failure::internal)?;
    let mut bookings = request.rendered(&done, &[changed], false).await?;
    let booking = bookings.pop().ok_or_else(Failure::internal)?;
    Ok(idempotency::marked(
        success(booking),
        done.executed.replayed,
    ))
}

fn read(members: &Map<String, Value>) -> Result<MarkAbsentBody, Failure> {
    let mut body = Members::new(members);
    let host = body.optional("host", value::boolean);
    let attendees = body.objects("attendees", ATTENDEES_MAX, |attendee| AbsentAttendee {
        email: attendee.required("email", contact::email),
        absent: attendee.required("absent", value::boolean),
    });
    if attendees.as_ref().is_some_and(Vec::is_empty) {
        body.fault(
            "attendees",
            "arrayMinSize",
            "must contain at least 1 elements",
        );
    }
    body.finish(Style::Dropping)?;
    if host.is_none() && attendees.is_none() {
        return Err(Failure::bad_request(
            "Either host or attendees must be provided.",
        ));
    }
    Ok(MarkAbsentBody { host, attendees })
}

async fn attempt(
    request: BookingRequest<'_>,
    uid: &str,
    body: &MarkAbsentBody,
) -> Result<Done, Failure> {
    let asked = Asked::new(Doing::MarkAbsent).uid(uid);
    let (tenant, row) = request.booking(&asked).await?;
    if !request.caller.speaks_for(tenant, row.provider) {
        return Err(Failure::forbidden(
            "You do not have permission to mark absences of this booking",
        ));
    }
    let opened = opening::open_rows(&request.api.ledger, tenant, std::slice::from_ref(&row))
        .await
        .map_err(|error| failed(error.into(), &asked))?;
    let opened = opened.into_iter().next().unwrap_or_default();
    let command = ProviderCommand::MarkAbsent(MarkAbsent {
        facts: facts::of(&row).ok_or_else(|| failed(LedgerError::Erased, &asked))?,
        host_absent: body.host,
        attendees: numbers(&row, &opened, body.attendees.as_deref().unwrap_or_default())?,
    });
    let executed = request
        .execute(tenant, vec![(row.provider, command)], &asked)
        .await?;
    Ok(Done {
        tenant,
        executed,
        before: vec![row],
        typed: Personal::default(),
    })
}

/// The attendees of the addresses.
fn numbers(
    row: &row::Booking,
    opened: &Opened,
    marks: &[AbsentAttendee],
) -> Result<Vec<(AttendeeNumber, bool)>, Failure> {
    let people = people(row, opened);
    let mut numbers = Vec::with_capacity(marks.len());
    for mark in marks {
        let before = numbers.len();
        let named = people.iter().filter(|(_, email)| *email == mark.email);
        numbers.extend(named.map(|(number, _)| (*number, mark.absent)));
        if numbers.len() == before {
            return Err(Failure::bad_request(format!(
                "Attendee with email {} is not an attendee of booking with uid={}.",
                mark.email, row.uid
            )));
        }
    }
    Ok(numbers)
}

/// Who booked, with the address: the first attendee, or those who have a seat.
fn people<'a>(row: &row::Booking, opened: &'a Opened) -> Vec<(AttendeeNumber, &'a str)> {
    let email =
        |personal: &'a Option<Personal>| personal.as_ref()?.attendee.as_ref()?.email.as_deref();
    if row.seats.is_empty() {
        let email = email(&opened.placed);
        return email
            .map(|email| (row.attendee, email))
            .into_iter()
            .collect();
    }
    row.seats
        .iter()
        .zip(&opened.seats)
        .filter(|(seat, _)| !seat.released)
        .filter_map(|(seat, typed)| Some((seat.attendee, email(typed)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use serde_json::json;

    fn body(value: &Value) -> Result<MarkAbsentBody, Failure> {
        read(value.as_object().unwrap())
    }

    #[test]
    fn somebody_is_named() {
        assert!(body(&json!({})).is_err());
        assert!(body(&json!({"attendees": []})).is_err());
        assert!(body(&json!({"attendees": [{"email": "a@example.org"}]})).is_err());
        assert_eq!(body(&json!({"host": false})).unwrap().host, Some(false));
    }

    #[test]
    fn attendees_are_found_by_address() {
        let mark = |email: &str| {
            vec![AbsentAttendee {
                email: email.to_owned(),
                absent: true,
            }]
        };
        let ilze = mark("ilze@example.org");
        let found = numbers(&samples::row(), &samples::opened(), &ilze).unwrap();
        assert_eq!(found, [(AttendeeNumber::new(1), true)]);
        let seated = numbers(&samples::seated_row(true), &samples::opened(), &ilze).unwrap();
        assert_eq!(seated, [(AttendeeNumber::new(1), true)]);
        let stranger = mark("karlis@example.org");
        assert!(numbers(&samples::row(), &samples::opened(), &stranger).is_err());
    }
}
