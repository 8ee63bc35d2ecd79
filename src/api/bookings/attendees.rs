//! `…/guests` and `…/attendees`: who comes to a booking (`reference` § 4.6).

use axum::extract::Path;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::people::Person;
use super::request::{BookingRequest, Done, Sent};
use super::{outcome, people, wire};
use crate::api::envelope::{created, success};
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::idempotency;
use crate::api::rejection::{Asked, Doing, refused};
use crate::api::validation::{Members, Style, contact, value};
use crate::domain::Event;
use crate::domain::id::{AttendeeNumber, TenantId};
use crate::domain::personal::{Attendee, Personal};
use crate::domain::provider::GUESTS_ADDED_MAX;
use crate::domain::provider::command::{AddAttendees, ProviderCommand, RemoveAttendee};
use crate::domain::provider::event::ProviderEvent;
use crate::domain::rejection::Rejection;
use crate::ledger::record::Executed;
use crate::projections::row;

/// Who is added; what is left out is as of who booked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewGuest {
    /// E-mail address; nobody else of the booking has it.
    pub email: String,
    /// Display name; empty by default.
    pub name: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// E.164.
    pub phone_number: Option<String>,
    /// Language code.
    pub language: Option<String>,
}

/// Guests to add.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct GuestsBody {
    /// 1 to 10; a booking has at most 30.
    #[schema(min_items = 1, max_items = 10)]
    pub guests: Vec<NewGuest>,
}

/// An attendee to add.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttendeeBody {
    /// Display name.
    pub name: String,
    /// IANA zone.
    pub time_zone: String,
    /// E-mail address; nobody else of the booking has it.
    pub email: String,
    /// E.164.
    pub phone_number: Option<String>,
    /// Language code; that of who booked by default.
    pub language: Option<String>,
}

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
    let guests = read_guests(sent.payload.object()?)?;
    let request = sent.request();
    let asked = Asked::new(Doing::Attend).uid(&uid);
    let outcome = attempted(|| add(request, &asked, &guests)).await;
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
    let guest = read_attendee(sent.payload.object()?)?;
    let request = sent.request();
    let asked = Asked::new(Doing::Attend).uid(&uid);
    let outcome = attempted(|| add(request, &asked, std::slice::from_ref(&guest))).await;
    let tenant = async { Ok(request.caller.tenant) };
    let done = request.settled(&asked, outcome, tenant).await?;
    let added = added_by(&done.executed).ok_or_else(Failure::internal)?;
    let changed = outcome::answered(&done.executed).ok_or_else(Failure::internal)?;
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
    let (tenant, row) = attended(request, &asked).await?;
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
    let (tenant, row) = attended(request, &asked).await?;
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
    let changed = outcome::answered(&done.executed).ok_or_else(Failure::internal)?;
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
    guests: &[NewGuest],
) -> Result<Done, Failure> {
    let (tenant, row) = attended(request, asked).await?;
    let event_type = request.api.event_type(tenant, row.terms.event_type).await?;
    if event_type.is_some_and(|event_type| event_type.current.settings.guests_disabled) {
        return Err(Failure::bad_request(format!(
            "Guests can't be added because event type with id={} has guests disabled.",
            row.terms.number
        )));
    }
    let opened = request.opened(tenant, &row).await?;
    let people = people::of(&row, &opened);
    check_new(&people, guests)?;
    let first = people.first().map(|first| &first.wire);
    let command = ProviderCommand::AddAttendees(AddAttendees {
        facts: request.facts(&row, asked)?,
        attendees: request.attendee_numbers(guests.len(), asked).await?,
        personal: Personal {
            companions: guests.iter().map(|guest| companion(guest, first)).collect(),
            ..Personal::default()
        },
    });
    request.done_on(tenant, row, command, asked).await
}

async fn remove(
    request: BookingRequest<'_>,
    asked: &Asked<'_>,
    attendee: AttendeeNumber,
) -> Result<Done, Failure> {
    let (tenant, row) = attended(request, asked).await?;
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
        facts: request.facts(&row, asked)?,
        attendee,
    });
    request.done_on(tenant, row, command, asked).await
}

/// The booking, to whose people the caller may attend.
async fn attended(
    request: BookingRequest<'_>,
    asked: &Asked<'_>,
) -> Result<(TenantId, row::Booking), Failure> {
    let (tenant, row) = request.booking(asked).await?;
    if request.may_attend_to(tenant, &row) {
        return Ok((tenant, row));
    }
    Err(Failure::forbidden(
        "You do not have permission to manage the attendees of this booking",
    ))
}

fn check_new(people: &[Person], guests: &[NewGuest]) -> Result<(), Failure> {
    let comes = |email: &str| people.iter().any(|person| person.wire.email == email);
    let earlier = |index: usize, email: &str| {
        let mut others = guests.iter().take(index);
        others.any(|other| other.email == email)
    };
    for (index, guest) in guests.iter().enumerate() {
        if comes(&guest.email) || earlier(index, &guest.email) {
            return Err(Failure::bad_request(format!(
                "guests.{index}.email is the address of somebody who comes to this booking already."
            )));
        }
    }
    Ok(())
}

fn companion(guest: &NewGuest, first: Option<&wire::Attendee>) -> Attendee {
    let or = |given: &Option<String>, of_first: fn(&wire::Attendee) -> &String, last: &str| {
        let of_first = first.map(of_first);
        given
            .as_ref()
            .or(of_first)
            .map_or_else(|| last.to_owned(), Clone::clone)
    };
    Attendee {
        name: guest.name.clone().unwrap_or_default(),
        email: Some(guest.email.clone()),
        phone_number: guest.phone_number.clone(),
        time_zone: or(&guest.time_zone, |first| &first.time_zone, "UTC"),
        language: or(&guest.language, |first| &first.language, "en"),
    }
}

fn read_guests(members: &Map<String, Value>) -> Result<Vec<NewGuest>, Failure> {
    let length_max = usize::try_from(GUESTS_ADDED_MAX).unwrap_or(usize::MAX);
    let mut body = Members::new(members);
    let guests = body.objects("guests", length_max, |guest| NewGuest {
        email: guest.required("email", contact::email),
        name: guest.optional("name", value::line),
        time_zone: zone(guest.optional("timeZone", value::zone)),
        phone_number: guest.optional("phoneNumber", contact::phone),
        language: language(guest),
    });
    if guests.as_ref().is_none_or(Vec::is_empty) && body.is_sound() {
        body.fault("guests", "arrayMinSize", "must contain at least 1 elements");
    }
    body.finish(Style::Dropping)?;
    Ok(guests.unwrap_or_default())
}

fn read_attendee(members: &Map<String, Value>) -> Result<NewGuest, Failure> {
    let mut body = Members::new(members);
    let zoned = body.required_or("timeZone", value::zone, chrono_tz::Tz::UTC);
    let guest = NewGuest {
        email: body.required("email", contact::email),
        name: Some(body.required("name", value::name)),
        time_zone: zone(Some(zoned)),
        phone_number: body.optional("phoneNumber", contact::phone),
        language: language(&mut body),
    };
    body.finish(Style::Dropping)?;
    Ok(guest)
}

fn zone(zone: Option<chrono_tz::Tz>) -> Option<String> {
    zone.map(|zone| zone.name().to_owned())
}

fn language(body: &mut Members<'_>) -> Option<String> {
    let language = body.optional("language", value::one_of(&super::body::LANGUAGES));
    language.map(str::to_owned)
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

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use serde_json::json;

    fn guests(value: &Value) -> Result<Vec<NewGuest>, Failure> {
        read_guests(value.as_object().unwrap())
    }

    #[test]
    fn one_to_ten_guests_are_named_by_their_addresses() {
        let many = |count: usize| {
            let guest = |index| json!({"email": format!("g{index}@example.org")});
            json!({"guests": (0..count).map(guest).collect::<Vec<_>>()})
        };
        assert!(guests(&many(0)).is_err());
        assert_eq!(guests(&many(10)).unwrap().len(), 10);
        assert!(guests(&many(11)).is_err());
        for wrong in [
            json!({}),
            json!({"guests": "g"}),
            json!({"guests": [{"name": "G"}]}),
        ] {
            assert!(guests(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn nobody_comes_twice() {
        let people = people::of(&samples::row(), &samples::opened());
        let named = |emails: &[&str]| {
            let guest = |email| json!({"email": email});
            let body = json!({"guests": emails.iter().map(guest).collect::<Vec<_>>()});
            check_new(&people, &guests(&body).unwrap())
        };
        assert!(named(&["inga@example.org", "uldis@example.org"]).is_ok());
        assert!(named(&["karlis@example.org"]).is_err());
        assert!(named(&["inga@example.org", "Inga@example.org"]).is_err());
    }

    #[test]
    fn what_is_not_said_is_as_of_who_booked() {
        let people = people::of(&samples::row(), &samples::opened());
        let body = json!({"guests": [{"email": "inga@example.org"}]});
        let guest = guests(&body).unwrap().remove(0);
        let companion = companion(&guest, Some(&people[0].wire));
        assert_eq!(companion.time_zone, "Europe/Riga");
        assert_eq!(companion.language, "lv");
        assert_eq!(companion.name, "");
    }
}
