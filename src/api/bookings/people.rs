//! Who comes to a booking: who booked, the guests named then, and those added since. Pure.

use super::rendering::Opened;
use super::wire;
use crate::domain::id::AttendeeNumber;
use crate::domain::personal::{self, Personal};
use crate::projections::bookings::Guest;
use crate::projections::row;

/// Stands where a person's data is erased.
pub(crate) const ERASED: &str = "unknown";

/// Somebody who comes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Person {
    /// Wire number; `None` for a guest of a booking made before guests had numbers.
    pub number: Option<AttendeeNumber>,
    /// As the wire shows them.
    pub wire: wire::Attendee,
}

/// Everybody who comes, who booked first: of a seated booking those who have a seat.
pub(crate) fn of(row: &row::Booking, opened: &Opened) -> Vec<Person> {
    if !row.seats.is_empty() {
        let seats = row.seats.iter().zip(&opened.seats);
        let open = seats.filter(|(seat, _)| !seat.released);
        return open
            .map(|(seat, typed)| Person {
                number: Some(seat.attendee),
                wire: wire::Attendee {
                    absent: seat.absent,
                    ..attendee(typed.as_ref().and_then(|typed| typed.attendee.as_ref()))
                },
            })
            .collect();
    }
    let placed = opened.placed.as_ref();
    let first = attendee(placed.and_then(|typed| typed.attendee.as_ref()));
    let mut people = vec![Person {
        number: Some(row.attendee),
        wire: wire::Attendee {
            absent: row.attendee_absent,
            ..first.clone()
        },
    }];
    people.extend(opened.guests(row).into_iter().map(|(number, guest)| {
        let shown = match guest {
            Guest::Address(email) => wire::Attendee {
                name: String::new(),
                email: email.to_owned(),
                display_email: email.to_owned(),
                phone_number: None,
                ..first.clone()
            },
            Guest::Companion(companion) => attendee(Some(companion)),
        };
        let absent = number.is_some_and(|number| row.guests_absent.contains(&number));
        Person {
            number,
            wire: wire::Attendee { absent, ..shown },
        }
    }));
    people
}

/// Everybody who comes, as the wire shows them.
pub(crate) fn coming(row: &row::Booking, opened: &Opened) -> Vec<wire::Attendee> {
    let people = of(row, opened).into_iter();
    people.map(|person| person.wire).collect()
}

/// Addresses of those who came along.
pub(crate) fn guests(attendees: &[wire::Attendee]) -> Vec<String> {
    let guests = attendees.iter().skip(1);
    guests.map(|guest| guest.email.clone()).collect()
}

/// What a booking that moves takes along: everything typed, as it is now, and the numbers of its guests in order.
/// `None` when it is erased.
pub(crate) fn carried(
    row: &row::Booking,
    opened: &Opened,
) -> Option<(Personal, Vec<Option<AttendeeNumber>>)> {
    let placed = opened.placed.as_ref()?;
    let all = opened.guests(row);
    let mut numbers = Vec::with_capacity(all.len());
    let mut guests = Vec::new();
    let mut companions = Vec::new();
    for (number, guest) in &all {
        if let Guest::Address(email) = guest {
            guests.push((*email).to_owned());
            numbers.push(*number);
        }
    }
    for (number, guest) in &all {
        if let Guest::Companion(companion) = guest {
            companions.push((*companion).clone());
            numbers.push(*number);
        }
    }
    let personal = Personal {
        guests,
        companions,
        location: opened.location().map(str::to_owned),
        ..placed.clone()
    };
    Some((personal, numbers))
}

/// One attendee, without a seat or a mark.
pub(crate) fn attendee(attendee: Option<&personal::Attendee>) -> wire::Attendee {
    let email = attendee.map_or_else(
        || ERASED.to_owned(),
        |attendee| attendee.email.clone().unwrap_or_default(),
    );
    let or = |placeholder: &str, text: Option<&String>| {
        text.map_or_else(|| placeholder.to_owned(), Clone::clone)
    };
    wire::Attendee {
        name: or(ERASED, attendee.map(|attendee| &attendee.name)),
        display_email: email.clone(),
        email,
        time_zone: or("UTC", attendee.map(|attendee| &attendee.time_zone)),
        language: or("en", attendee.map(|attendee| &attendee.language)),
        absent: false,
        phone_number: attendee.and_then(|attendee| attendee.phone_number.clone()),
        seat_uid: None,
        booking_fields_responses: None,
        metadata: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::projections::row::Added;

    /// A booking with one guest, and two added of whom one was taken off.
    fn visited() -> (row::Booking, Opened) {
        let companion = |name: &str| personal::Attendee {
            name: name.to_owned(),
            email: Some(format!("{name}@example.org")),
            phone_number: None,
            time_zone: "UTC".to_owned(),
            language: "en".to_owned(),
        };
        let row = row::Booking {
            added: vec![Added {
                attendees: vec![AttendeeNumber::new(3), AttendeeNumber::new(4)],
                typed: Some(samples::sealed(1)),
            }],
            removed: [AttendeeNumber::new(3)].into(),
            guests_absent: [AttendeeNumber::new(4)].into(),
            ..samples::row()
        };
        let added = Personal {
            companions: vec![companion("inga"), companion("uldis")],
            ..Personal::default()
        };
        let opened = Opened {
            located: Some(Personal {
                location: Some("Brīvības 1".to_owned()),
                ..Personal::default()
            }),
            added: vec![Some(added)],
            ..samples::opened()
        };
        (row, opened)
    }

    #[test]
    fn who_was_taken_off_does_not_come() {
        let (row, opened) = visited();
        let people = of(&row, &opened);
        let shown: Vec<_> = people
            .iter()
            .map(|person| {
                (
                    person.number.unwrap().get(),
                    person.wire.email.as_str(),
                    person.wire.absent,
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                (1, "ilze@example.org", false),
                (2, "karlis@example.org", false),
                (4, "uldis@example.org", true)
            ]
        );
        assert_eq!(people[1].wire.time_zone, "Europe/Riga");
        assert_eq!(people[2].wire.time_zone, "UTC");
    }

    #[test]
    fn a_move_takes_along_who_comes_and_where() {
        let (row, opened) = visited();
        let (personal, numbers) = carried(&row, &opened).unwrap();
        assert_eq!(personal.guests, ["karlis@example.org"]);
        assert_eq!(personal.companions[0].name, "uldis");
        assert_eq!(personal.location.as_deref(), Some("Brīvības 1"));
        assert_eq!(
            numbers,
            [Some(AttendeeNumber::new(2)), Some(AttendeeNumber::new(4))]
        );
        assert_eq!(carried(&row, &Opened::default()), None);
    }

    #[test]
    fn guests_of_old_bookings_come_without_a_number() {
        let row = row::Booking {
            guests: Vec::new(),
            ..samples::row()
        };
        assert_eq!(of(&row, &samples::opened())[1].number, None);
    }
}
