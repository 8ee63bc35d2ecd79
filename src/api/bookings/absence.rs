//! `POST /v2/bookings/{uid}/mark-absent`: who did not come.

use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::people::Person;
use super::request::{BookingRequest, Done};
use super::sent::Sent;
use super::{facts, hosts, wire};
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing};
use crate::api::validation::{Members, Style, contact, value};
use crate::domain::id::AttendeeNumber;
use crate::domain::provider::command::{MarkAbsent, ProviderCommand};
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

/// Marks who was absent, from the start of the booking on. Guests, too.
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
pub(crate) async fn mark_absent(Path(uid): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let body = read(sent.payload.object()?)?;
    let request = sent.request();
    let asked = Asked::new(Doing::MarkAbsent).uid(&uid);
    let outcome = attempted(|| attempt(request, &asked, &body)).await;
    request.answered(&asked, outcome).await
}

/// Marks absences; says whether they are marks of an earlier request with the same key.
///
/// # Errors
/// As the route documents.
pub(crate) async fn marked(
    request: BookingRequest<'_>,
    uid: &str,
    body: &MarkAbsentBody,
) -> Result<bool, Failure> {
    let asked = Asked::new(Doing::MarkAbsent).uid(uid);
    let outcome = attempted(|| attempt(request, &asked, body)).await;
    let tenant = async { Ok(request.caller.tenant) };
    let done = request.settled(&asked, outcome, tenant).await?;
    Ok(done.executed.replayed)
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
    asked: &Asked<'_>,
    body: &MarkAbsentBody,
) -> Result<Done, Failure> {
    let (tenant, row) = request.booking(asked).await?;
    if !hosts::speaks_for(request.caller, tenant, &row) {
        return Err(Failure::forbidden(
            "You do not have permission to mark absences of this booking",
        ));
    }
    let people = request.people(tenant, &row).await?;
    let command = ProviderCommand::MarkAbsent(MarkAbsent {
        facts: facts::known(&row, asked)?,
        host_absent: body.host,
        attendees: numbers(&row, &people, body.attendees.as_deref().unwrap_or_default())?,
    });
    request
        .done_on(tenant, row, command, Vec::new(), asked)
        .await
}

/// The attendees of the addresses.
fn numbers(
    row: &row::Booking,
    people: &[Person],
    marks: &[AbsentAttendee],
) -> Result<Vec<(AttendeeNumber, bool)>, Failure> {
    let mut numbers = Vec::with_capacity(marks.len());
    for mark in marks {
        let before = numbers.len();
        let named = people
            .iter()
            .filter(|person| person.wire.email == mark.email);
        numbers.extend(named.filter_map(|person| Some((person.number?, mark.absent))));
        if numbers.len() == before {
            return Err(Failure::bad_request(format!(
                "Attendee with email {} is not an attendee of booking with uid={}.",
                mark.email, row.uid
            )));
        }
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::super::{people, samples};
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
        let people = |row: &row::Booking| people::of(row, &samples::opened());
        let row = samples::row();
        let found = numbers(&row, &people(&row), &ilze).unwrap();
        assert_eq!(found, [(AttendeeNumber::new(1), true)]);
        let seats = samples::seated_row(true);
        let seated = numbers(&seats, &people(&seats), &ilze).unwrap();
        assert_eq!(seated, [(AttendeeNumber::new(1), true)]);
        let guest = mark("karlis@example.org");
        let along = numbers(&row, &people(&row), &guest).unwrap();
        assert_eq!(along, [(AttendeeNumber::new(2), true)]);
        assert!(numbers(&row, &people(&row), &mark("inga@example.org")).is_err());
    }
}
