//! Guests added and taken off, another location.

use super::super::command::{AddAttendees, OnBooking, ProviderCommand, RemoveAttendee};
use super::seats::seated;
use super::standing::asking;
use super::{Stage, terms};
use crate::domain::id::AttendeeNumber;
use crate::domain::personal::{Attendee, Personal};
use crate::domain::rejection::Rejection;

fn numbers(range: std::ops::Range<i32>) -> Vec<AttendeeNumber> {
    range.map(AttendeeNumber::new).collect()
}

fn companion() -> Attendee {
    Attendee {
        name: "Inga".to_owned(),
        email: Some("inga@example.org".to_owned()),
        phone_number: None,
        time_zone: "UTC".to_owned(),
        language: "en".to_owned(),
    }
}

fn add(stage: &Stage, number: u32, range: std::ops::Range<i32>) -> ProviderCommand {
    let attendees = numbers(range);
    ProviderCommand::AddAttendees(AddAttendees {
        facts: stage.facts(number),
        personal: Personal {
            companions: attendees.iter().map(|_| companion()).collect(),
            ..Personal::default()
        },
        attendees,
    })
}

fn remove(stage: &Stage, number: u32, attendee: i32) -> ProviderCommand {
    ProviderCommand::RemoveAttendee(RemoveAttendee {
        facts: stage.facts(number),
        attendee: AttendeeNumber::new(attendee),
    })
}

fn relocate(stage: &Stage, number: u32, location: Option<&str>) -> ProviderCommand {
    ProviderCommand::ChangeLocation(OnBooking {
        as_segment: false,
        facts: stage.facts(number),
        personal: Some(Personal {
            location: location.map(str::to_owned),
            ..Personal::default()
        }),
    })
}

#[test]
fn guests_are_added_ten_at_a_time_and_never_more_than_thirty() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &terms());
    let many = add(&stage, 1, 100..111);
    let refused = stage.refuse(many);
    assert_eq!(refused.to_string(), "more than 10 guests in one request");
    for first in [100, 110, 120] {
        let command = add(&stage, 1, first..first + 10);
        assert_eq!(stage.accept(command), ["AttendeesAdded"]);
    }
    let command = add(&stage, 1, 130..131);
    let refused = stage.refuse(command);
    assert_eq!(refused.to_string(), "more than 30 guests of one booking");
    let command = remove(&stage, 1, 129);
    assert_eq!(stage.accept(command), ["AttendeeRemoved"]);
    let command = add(&stage, 1, 130..131);
    stage.accept(command);
}

#[test]
fn guests_are_added_to_what_was_read() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &terms());
    let late = add(&stage, 1, 200..201);
    let command = add(&stage, 1, 100..101);
    stage.accept(command);
    assert!(matches!(
        stage.refuse(late),
        Rejection::BookingChanged { .. }
    ));
    let nobody = add(&stage, 1, 300..300);
    assert!(matches!(stage.refuse(nobody), Rejection::Invalid { .. }));
}

#[test]
fn people_of_a_seated_booking_take_seats() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &seated(3));
    let command = add(&stage, 1, 100..101);
    let refused = stage.refuse(command);
    assert_eq!(
        refused.to_string(),
        "guests cannot be added to a seated booking"
    );
}

#[test]
fn who_booked_stays_and_strangers_are_not_found() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &asking(true));
    let command = remove(&stage, 1, 1);
    let refused = stage.refuse(command);
    assert_eq!(
        refused.to_string(),
        "attendeeId is who booked: cancel the booking instead"
    );
    let command = remove(&stage, 1, 99);
    assert_eq!(stage.refuse(command), Rejection::AttendeeNotFound);
}

#[test]
fn a_location_is_given_and_changes_nothing_else() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &terms());
    let nowhere = relocate(&stage, 1, None);
    assert!(matches!(stage.refuse(nowhere), Rejection::Invalid { .. }));
    let command = relocate(&stage, 1, Some("the park"));
    assert_eq!(stage.accept(command), ["LocationChanged"]);
    assert_eq!(stage.claims.len(), 1);
}

#[test]
fn what_has_ended_stays_as_it_was() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &terms());
    stage.clock("11:00");
    for command in [
        add(&stage, 1, 100..101),
        remove(&stage, 1, 1),
        relocate(&stage, 1, Some("x")),
    ] {
        assert_eq!(stage.refuse(command), Rejection::BookingEnded);
    }
}
