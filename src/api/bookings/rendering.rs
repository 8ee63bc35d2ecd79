//! A row of the read model, opened, as the wire's booking. Pure.
//!
//! What the ledger answered to a command is rendered by the same code as what a read finds: see
//! [`super::outcome`] for the rows of the first and [`super::read`] for those of the second.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::people::{self, attendee};
use super::wire;
use crate::domain::id::SeatId;
use crate::domain::personal::Personal;
use crate::domain::provider::command::BookingStatus;
use crate::domain::provider::event::Host;
use crate::domain::time::Timestamp;
use crate::domain::title::Titled;
pub(crate) use crate::projections::bookings::Opened;
use crate::projections::row;

/// For whom a booking is rendered, and as the answer to what.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct View {
    /// The attendees of a seated booking are shown although its event type hides them.
    pub shows_attendees: bool,
    /// Seats given up are shown on a cancelled booking (versions from 2026-02-25).
    pub keeps_cancelled_seats: bool,
    /// The answer to booking or moving.
    pub is_new: bool,
    /// The caller's own seat.
    pub seat: Option<SeatId>,
}

/// Renders one row.
pub(crate) fn booking(row: &row::Booking, opened: &Opened, view: View) -> wire::Booking {
    let placed = opened.placed.as_ref();
    let seated = row.terms.seats.as_ref();
    let shows_people = seated.is_none_or(|seats| view.shows_attendees || seats.show_attendees);
    let said = said(row, opened, view);
    let names_first = shows_people && (view.shows_attendees || !first_has_left(row));
    let attendees = people::coming(row, opened);
    let guests = people::guests(&attendees);
    let location = opened.location().map(str::to_owned);
    let cancelled = opened.cancelled.as_ref();
    let moved = opened.moved.as_ref();
    wire::Booking {
        id: row.number.get(),
        uid: row.uid.to_string(),
        booking_id: row.booking.as_uuid(),
        version: row.version,
        composite_booking: row.composite.map(|place| wire::CompositePlace {
            uid: place.composite.as_uuid(),
            segment: place.segment,
            count: place.count,
        }),
        title: title(row, placed, names_first, location.as_deref()),
        description: said.map_or_else(String::new, notes),
        hosts: row.hosts().map(|(_, host)| shown(host)).collect(),
        status: status(row.status),
        cancellation_reason: cancelled
            .and_then(|by| by.reason.clone())
            .unwrap_or_default(),
        cancelled_by_email: cancelled
            .and_then(|by| by.acted_by.clone())
            .unwrap_or_default(),
        rescheduling_reason: moved.and_then(|by| by.reason.clone()),
        rescheduled_by_email: moved.and_then(|by| by.acted_by.clone()),
        rescheduled_from_uid: row.rescheduled_from.as_ref().map(ToString::to_string),
        rescheduled_to_uid: row.rescheduled_to.as_ref().map(ToString::to_string),
        start: instant(row.slot.start()),
        end: instant(row.slot.end()),
        duration: row.slot.minutes(),
        event_type_id: row.terms.number.get(),
        event_type: wire::EventType {
            id: row.terms.number.get(),
            slug: row.terms.slug.clone(),
        },
        meeting_url: location.clone(),
        location,
        attendees: match seated {
            None => attendees,
            Some(_) if shows_people => seats(row, opened, view),
            Some(_) => Vec::new(),
        },
        booking_fields_responses: seated.is_none().then(|| responses(placed, &guests)),
        guests: (seated.is_none() && !guests.is_empty()).then_some(guests),
        absent_host: row.host_absent,
        created_at: instant(row.created_at),
        updated_at: instant(row.updated_at),
        metadata: said.map_or_else(BTreeMap::new, metadata),
        rating: None,
        ics_uid: row.ics_uid.clone(),
        recurring_booking_uid: row.series.as_ref().map(|series| series.uid.to_string()),
        seat_uid: view.seat.map(SeatId::as_uuid),
        is_platform_managed_user_booking: view.is_new.then_some(false),
    }
}

/// What was typed of the booking that its viewer may read: of a seated one whoever does not see the seats sees what it
/// typed for its own.
fn said<'a>(row: &row::Booking, opened: &'a Opened, view: View) -> Option<&'a Personal> {
    if row.terms.seats.is_none() || view.shows_attendees {
        return opened.placed.as_ref();
    }
    let own = row.seats.iter().zip(&opened.seats);
    let mut own = own.filter(|(seat, _)| Some(seat.seat) == view.seat);
    own.next().and_then(|(_, typed)| typed.as_ref())
}

/// Whether who booked first has given the seat up.
fn first_has_left(row: &row::Booking) -> bool {
    let mut seats = row.seats.iter();
    seats.any(|seat| seat.released && seat.attendee == row.attendee)
}

/// UTC with milliseconds and `Z`.
pub(crate) fn instant(instant: Timestamp) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Where the attendees of a seated booking do not see each other, or the first one is not among them any more, its name is
/// left out.
fn title(
    row: &row::Booking,
    placed: Option<&Personal>,
    names_first: bool,
    location: Option<&str>,
) -> String {
    let attendee = placed.and_then(|personal| personal.attendee.as_ref());
    let name = attendee.map_or(people::ERASED, |attendee| attendee.name.as_str());
    row.terms.booking_title(Titled {
        host: &row.host.name,
        attendee: names_first.then_some(name),
        location,
    })
}

fn notes(personal: &Personal) -> String {
    match personal.answers.get("notes").map(|text| value(text)) {
        Some(Value::String(notes)) => notes,
        _ => String::new(),
    }
}

fn shown(host: &Host) -> wire::Host {
    wire::Host {
        id: host.number.get(),
        name: host.name.clone(),
        email: host.email.clone(),
        display_email: host.email.clone(),
        username: host.username.clone(),
        time_zone: host.zone.name().to_owned(),
    }
}

const fn status(status: BookingStatus) -> wire::Status {
    match status {
        BookingStatus::Accepted => wire::Status::Accepted,
        BookingStatus::Pending => wire::Status::Pending,
        BookingStatus::Cancelled => wire::Status::Cancelled,
        BookingStatus::Rejected => wire::Status::Rejected,
    }
}

fn seats(row: &row::Booking, opened: &Opened, view: View) -> Vec<wire::Attendee> {
    let keeps = view.keeps_cancelled_seats && row.status == BookingStatus::Cancelled;
    row.seats
        .iter()
        .enumerate()
        .filter(|(_, seat)| keeps || !seat.released)
        .map(|(index, seat)| {
            let typed = opened.seats.get(index).and_then(Option::as_ref);
            let person = wire::Attendee {
                absent: seat.absent,
                ..attendee(typed.and_then(|personal| personal.attendee.as_ref()))
            };
            // Whoever knows a seat's uid may give the seat up, so that others do not learn it.
            if !view.shows_attendees && view.seat != Some(seat.seat) {
                return wire::Attendee {
                    phone_number: None,
                    ..person
                };
            }
            wire::Attendee {
                seat_uid: Some(seat.seat.as_uuid()),
                booking_fields_responses: Some(responses(
                    typed,
                    typed.map_or(&[][..], |personal| &personal.guests),
                )),
                metadata: Some(typed.map_or_else(BTreeMap::new, metadata)),
                ..person
            }
        })
        .collect()
}

/// Answers to the custom fields, with those that have members of their own in the body.
fn responses(typed: Option<&Personal>, guests: &[String]) -> BTreeMap<String, Value> {
    let person = attendee(typed.and_then(|personal| personal.attendee.as_ref()));
    let mut responses = typed.map_or_else(BTreeMap::new, |personal| values(&personal.answers));
    responses.insert("name".to_owned(), json!(person.name));
    responses.insert("email".to_owned(), json!(person.email));
    responses.insert("displayEmail".to_owned(), json!(person.display_email));
    if let Some(phone_number) = person.phone_number {
        responses.insert("attendeePhoneNumber".to_owned(), json!(phone_number));
    }
    if !guests.is_empty() {
        responses.insert("guests".to_owned(), json!(guests));
        responses.insert("displayGuests".to_owned(), json!(guests));
    }
    responses
}

fn metadata(personal: &Personal) -> BTreeMap<String, Value> {
    values(&personal.metadata)
}

/// JSON texts back to values.
fn values(texts: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
    texts
        .iter()
        .map(|(key, text)| (key.clone(), value(text)))
        .collect()
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::domain::id::BookingUid;

    fn rendered(row: &row::Booking, opened: &Opened, view: View) -> Value {
        serde_json::to_value(booking(row, opened, view)).unwrap()
    }

    #[test]
    fn a_new_booking_is_rendered_as_the_reference_shows_it() {
        let view = View {
            is_new: true,
            ..View::default()
        };
        let person = |name: &str, email: &str| json!({"name":name,"email":email,"displayEmail":email,"timeZone":"Europe/Riga","language":"lv","absent":false});
        assert_eq!(
            rendered(&samples::row(), &samples::opened(), view),
            json!({
                "id":90211,"uid":"p4Tq8xWnKe2RzVbHs6Yc1d",
                "bookingId":"00000000-0000-0000-0000-000000000007","version":3,
                "title":"Intro between Ana Roze and Ilze Berga","description":"",
                "hosts":[{"id":17,"name":"Ana Roze","email":"ana@example.org","displayEmail":"ana@example.org","username":"ana","timeZone":"Europe/Riga"}],
                "status":"accepted","cancellationReason":"","cancelledByEmail":"",
                "start":"2031-03-04T07:00:00.000Z","end":"2031-03-04T08:00:00.000Z","duration":60,
                "eventTypeId":41,"eventType":{"id":41,"slug":"intro"},
                "meetingUrl":"https://meet.example.org/x1","location":"https://meet.example.org/x1",
                "attendees":[person("Ilze Berga","ilze@example.org"),person("","karlis@example.org")],
                "guests":["karlis@example.org"],"absentHost":false,
                "createdAt":"2031-03-01T10:20:00.000Z","updatedAt":"2031-03-01T10:20:00.000Z",
                "metadata":{"crmId":"D-778"},"rating":null,"icsUid":"p4Tq8xWnKe2RzVbHs6Yc1d@Cal.com",
                "bookingFieldsResponses":{"name":"Ilze Berga","email":"ilze@example.org","displayEmail":"ilze@example.org",
                    "guests":["karlis@example.org"],"displayGuests":["karlis@example.org"],"party-size":"4"},
                "isPlatformManagedUserBooking":false,
            })
        );
    }

    #[test]
    fn a_moved_booking_names_what_it_replaces_and_why() {
        let mut row = samples::row();
        row.rescheduled_from = Some(BookingUid::from_text("w9LmC3sEjX5aQvUtD7gNk2"));
        let moved = Personal {
            reason: Some("train strike".to_owned()),
            acted_by: Some("ilze@example.org".to_owned()),
            ..samples::personal()
        };
        let opened = Opened {
            moved: Some(moved),
            ..samples::opened()
        };
        let booking = rendered(&row, &opened, View::default());
        assert_eq!(booking["rescheduledFromUid"], "w9LmC3sEjX5aQvUtD7gNk2");
        assert_eq!(booking["reschedulingReason"], "train strike");
        assert_eq!(booking["rescheduledByEmail"], "ilze@example.org");
        assert!(booking.get("isPlatformManagedUserBooking").is_none());
    }

    #[test]
    fn an_erased_person_leaves_placeholders() {
        let booking = rendered(&samples::row(), &Opened::default(), View::default());
        assert_eq!(booking["title"], "Intro between Ana Roze and unknown");
        assert_eq!(
            booking["attendees"],
            json!([{"name":"unknown","email":"unknown","displayEmail":"unknown","timeZone":"UTC","language":"en","absent":false}])
        );
        assert_eq!(booking["metadata"], json!({}));
        assert!(booking.get("location").is_none());
    }

    #[test]
    fn strangers_on_a_seated_booking_do_not_see_each_other() {
        let booking = rendered(
            &samples::seated_row(false),
            &samples::opened(),
            View::default(),
        );
        assert_eq!(booking["attendees"], json!([]));
        assert!(!booking.to_string().contains("Ilze"));
        assert!(booking.get("bookingFieldsResponses").is_none());
        assert!(booking.get("guests").is_none());
    }

    #[test]
    fn where_attendees_are_shown_a_seat_is_known_to_its_own_attendee_only() {
        let row = samples::seated_row(true);
        let booking = rendered(&row, &samples::opened(), View::default());
        assert_eq!(booking["attendees"][0]["name"], "Ilze Berga");
        assert!(booking["attendees"][0].get("seatUid").is_none());
        let own = View {
            seat: Some(row.seats[0].seat),
            ..View::default()
        };
        let seen = rendered(&row, &samples::opened(), own);
        assert_eq!(seen["attendees"][0]["seatUid"], seen["seatUid"]);
    }

    #[test]
    fn what_was_typed_for_a_seat_is_shown_to_its_own_attendee_only() {
        let mut row = samples::seated_row(true);
        row.seats[1].released = false;
        let noted = |notes: &str| Personal {
            answers: [("notes".to_owned(), json!(notes).to_string())].into(),
            metadata: [("crmId".to_owned(), json!(notes).to_string())].into(),
            ..samples::personal()
        };
        let opened = Opened {
            placed: Some(noted("first")),
            seats: vec![Some(noted("first")), Some(noted("second"))],
            ..Opened::default()
        };
        let seen = |shows_attendees: bool, seat: Option<usize>| {
            let view = View {
                shows_attendees,
                seat: seat.map(|index| row.seats[index].seat),
                ..View::default()
            };
            let booking = rendered(&row, &opened, view);
            let notes = booking["description"].as_str().unwrap().to_owned();
            assert_eq!(
                booking["metadata"].get("crmId").is_some(),
                !notes.is_empty()
            );
            notes
        };
        assert_eq!(seen(false, None), "");
        assert_eq!(seen(false, Some(0)), "first");
        assert_eq!(seen(false, Some(1)), "second");
        assert_eq!(seen(true, None), "first");
        let title =
            |seated: &row::Booking| rendered(seated, &opened, View::default())["title"].clone();
        assert_eq!(title(&row), "Intro between Ana Roze and Ilze Berga");
        row.seats[0].released = true;
        assert_eq!(title(&row), "Intro with Ana Roze");
    }

    #[test]
    fn a_seated_booking_shows_seats_that_are_taken() {
        let row = samples::seated_row(true);
        let host = View {
            shows_attendees: true,
            ..View::default()
        };
        let booking = rendered(&row, &samples::opened(), host);
        let attendees = booking["attendees"].as_array().unwrap();
        assert_eq!(attendees.len(), 1);
        assert_eq!(
            attendees[0]["seatUid"],
            "00000000-0000-0000-0000-000000000001"
        );
        assert_eq!(attendees[0]["bookingFieldsResponses"]["party-size"], "4");
        assert_eq!(attendees[0]["metadata"], json!({"crmId":"D-778"}));

        let cancelled = row::Booking {
            status: BookingStatus::Cancelled,
            ..row
        };
        let view = View {
            keeps_cancelled_seats: true,
            ..host
        };
        let kept = rendered(&cancelled, &samples::opened(), view);
        assert_eq!(kept["attendees"].as_array().unwrap().len(), 2);
    }
}
