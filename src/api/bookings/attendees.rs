//! `…/guests` and `…/attendees`: who comes to a booking (`reference` § 4.6).

use axum::extract::Path;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::guests::{AttendeeBody, GuestsBody, NewGuest};
use super::people::Person;
use super::request::{BookingRequest, Done};
use super::sent::Sent;
use super::{facts, guests, outcome, people, wire};
use crate::api::envelope::{created, success};
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::idempotency;
use crate::api::rejection::{Asked, Doing, refused};
use crate::domain::Event;
use crate::domain::id::AttendeeNumber;
use crate::domain::personal::Personal;
use crate::domain::provider::command::{AddAttendees, ProviderCommand, RemoveAttendee};
use crate::domain::provider::event::ProviderEvent;
use crate::domain::rejection::Rejection;
use crate::ledger::record::Executed;
use crate::projections::row;

/// Somebody who comes, by themselves.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BookingAttendeeEntry)]
pub struct Entry {
    /// Wire number; 0 for a guest of a booking made before guests had numbers, who cannot be asked for alone.
    id: i32,
    /// Wire number of the booking.
    booking_id: i32,
    #[serde(flatten)]
    #[schema(inline)]
    attendee: wire::Attendee,
}

/// Adds guests to a booking. They get the booking in every later answer, and move with it.
#[utoipa::path(
    post,
    path = "/v2/bookings/{uid}/guests",
    operation_id = "add_guests",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a booking")),
    request_body = GuestsBody,
    responses(
        (status = 200, description = "The booking", body = wire::Booking),
        (status = 400, description = "Not valid, somebody comes already, too many, or the booking has ended"),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn add_guests(Path(uid): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let named = guests::read_guests(sent.payload.object()?)?;
    let request = sent.request();
    let asked = Asked::new(Doing::Attend).uid(&uid);
    let outcome = attempted(|| add(request, &asked, &named)).await;
    request.answered(&asked, outcome).await
}

/// Adds one attendee to a booking.
#[utoipa::path(
    post,
    path = "/v2/bookings/{uid}/attendees",
    operation_id = "add_attendee",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a booking")),
    request_body = AttendeeBody,
    responses(
        (status = 201, description = "The attendee", body = Entry),
        (status = 400, description = "Not valid, comes already, too many, or the booking has ended"),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn add_attendee(Path(uid): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let guest = guests::read_attendee(sent.payload.object()?)?;
    let request = sent.request();
    let asked = Asked::new(Doing::Attend).uid(&uid);
    let outcome = attempted(|| add(request, &asked, std::slice::from_ref(&guest))).await;
    let tenant = async { Ok(request.caller.tenant) };
    let done = request.settled(&asked, outcome, tenant).await?;
    let added = added_by(&done.executed).ok_or_else(Failure::internal)?;
    let changed = outcome::answered(&done.executed, asked.uid).ok_or_else(Failure::internal)?;
    let row = request.row_after(&done, changed).await?;
    let people = request.people(done.tenant, &row).await?;
    let entry = entry(&row, people, added).ok_or_else(Failure::internal)?;
    Ok(idempotency::marked(created(entry), done.executed.replayed))
}

/// Lists who comes to a booking.
#[utoipa::path(
    get,
    path = "/v2/bookings/{uid}/attendees",
    operation_id = "attendees",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a booking")),
    responses(
        (status = 200, description = "Who comes, who booked first", body = Vec<Entry>),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn attendees(Path(uid): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let request = sent.request();
    let asked = Asked::new(Doing::Attend).uid(&uid);
    let (tenant, row) = request.attended(&asked).await?;
    let people = request.people(tenant, &row).await?;
    let entries = people.into_iter().map(|person| shown(&row, person));
    Ok(success(entries.collect::<Vec<_>>()))
}

/// Answers one attendee of a booking.
#[utoipa::path(
    get,
    path = "/v2/bookings/{uid}/attendees/{attendeeId}",
    operation_id = "attendee",
    tag = "Bookings",
    params(
        ("uid" = String, Path, description = "Of a booking"),
        ("attendeeId" = i32, Path, description = "Wire number of the attendee"),
    ),
    responses(
        (status = 200, description = "The attendee", body = Entry),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking or attendee"),
    )
)]
pub(crate) async fn attendee(
    Path((uid, attendee)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let request = sent.request();
    let asked = Asked::new(Doing::Attend).uid(&uid);
    let (tenant, row) = request.attended(&asked).await?;
    let number = numbered(&attendee)?;
    let people = request.people(tenant, &row).await?;
    entry(&row, people, number)
        .map(success)
        .ok_or_else(|| refused(&Rejection::AttendeeNotFound, &asked.number(number.get())))
}

/// Takes a guest off a booking. Who booked cannot be taken off: the booking is cancelled instead.
#[utoipa::path(
    delete,
    path = "/v2/bookings/{uid}/attendees/{attendeeId}",
    operation_id = "remove_attendee",
    tag = "Bookings",
    params(
        ("uid" = String, Path, description = "Of a booking"),
        ("attendeeId" = i32, Path, description = "Wire number of the attendee"),
    ),
    responses(
        (status = 200, description = "The attendee as it was", body = Entry),
        (status = 400, description = "Who booked, somebody with a seat, or the booking has ended"),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking or attendee"),
    )
)]
pub(crate) async fn remove_attendee(
    Path((uid, attendee)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let number = numbered(&attendee)?;
    let request = sent.request();
    let asked = Asked::new(Doing::Attend).uid(&uid).number(number.get());
    let outcome = attempted(|| remove(request, &asked, number)).await;
    let tenant = async { Ok(request.caller.tenant) };
    let done = request.settled(&asked, outcome, tenant).await?;
    let changed = outcome::answered(&done.executed, asked.uid).ok_or_else(Failure::internal)?;
    let mut row = request.row_after(&done, changed).await?;
    // As it was: the mark that takes it off is the command's own.
    row.removed.remove(&number);
    let people = request.people(done.tenant, &row).await?;
    let entry = entry(&row, people, number).ok_or_else(Failure::internal)?;
    Ok(idempotency::marked(success(entry), done.executed.replayed))
}

async fn add(
    request: BookingRequest<'_>,
    asked: &Asked<'_>,
    named: &[NewGuest],
) -> Result<Done, Failure> {
    let (tenant, row) = request.attended(asked).await?;
    let event_type = request.api.event_type(tenant, row.terms.event_type).await?;
    if event_type.is_some_and(|event_type| event_type.current.settings.guests_disabled) {
        return Err(Failure::bad_request(format!(
            "Guests can't be added because event type with id={} has guests disabled.",
            row.terms.number
        )));
    }
    let opened = request.opened(tenant, &row).await?;
    let people = people::of(&row, &opened);
    guests::check_new(&people, named)?;
    let first = people.first().map(|first| &first.wire);
    let command = ProviderCommand::AddAttendees(AddAttendees {
        facts: facts::known(&row, asked)?,
        attendees: request.attendee_numbers(named.len(), asked).await?,
        personal: Personal {
            companions: named
                .iter()
                .map(|guest| guests::companion(guest, first))
                .collect(),
            ..Personal::default()
        },
    });
    request
        .done_on(tenant, row, command, Vec::new(), asked)
        .await
}

async fn remove(
    request: BookingRequest<'_>,
    asked: &Asked<'_>,
    attendee: AttendeeNumber,
) -> Result<Done, Failure> {
    let (tenant, row) = request.attended(asked).await?;
    if row
        .seats
        .iter()
        .any(|seat| seat.attendee == attendee && !seat.released)
    {
        return Err(Failure::bad_request(
            "The attendee has a seat: cancel the seat by its seatUid instead.",
        ));
    }
    let command = ProviderCommand::RemoveAttendee(RemoveAttendee {
        facts: facts::known(&row, asked)?,
        attendee,
    });
    request
        .done_on(tenant, row, command, Vec::new(), asked)
        .await
}

fn numbered(text: &str) -> Result<AttendeeNumber, Failure> {
    let number = text.parse().map(AttendeeNumber::new);
    number.map_err(|_not_a_number| Failure::not_found(format!("Attendee with id={text} not found")))
}

fn entry(row: &row::Booking, people: Vec<Person>, number: AttendeeNumber) -> Option<Entry> {
    let mut people = people.into_iter();
    let person = people.find(|person| person.number == Some(number))?;
    Some(shown(row, person))
}

fn shown(row: &row::Booking, person: Person) -> Entry {
    Entry {
        id: person.number.map_or(0, AttendeeNumber::get),
        booking_id: row.number.get(),
        attendee: person.wire,
    }
}

/// Who was added, the first of them.
fn added_by(executed: &Executed) -> Option<AttendeeNumber> {
    executed.events.iter().find_map(|event| {
        let Event::Provider(event) = &event.event else {
            return None;
        };
        let ProviderEvent::AttendeesAdded(added) = &**event else {
            return None;
        };
        added.attendees.first().copied()
    })
}
