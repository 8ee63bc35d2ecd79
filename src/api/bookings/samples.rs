//! Rows that the tests of this resource share.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::rendering::Opened;
use crate::domain::Event;
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::{
    AttendeeNumber, BookingId, BookingNumber, BookingUid, CommandId, EventId, EventTypeId,
    EventTypeNumber, KeyId, ProviderId, ProviderNumber, SeatId, TenantId,
};
use crate::domain::personal::{Attendee, Personal};
use crate::domain::provider::command::BookingStatus;
use crate::domain::provider::event::{BookingPlaced, Host, ProviderEvent};
use crate::domain::terms::{Seats, Terms};
use crate::domain::time::TimeSlot;
use crate::ledger::record::{Executed, RecordedEvent, SealedPersonal, StreamKey};
use crate::projections::row;

pub(crate) fn terms() -> Terms {
    let settings = EventTypeSettings {
        notice_minutes: 0,
        ..EventTypeSettings::plain("Intro".to_owned(), "intro".to_owned(), 60)
    };
    settings.terms(
        EventTypeId::from_uuid(Uuid::from_u128(41)),
        EventTypeNumber::new(41),
        1,
    )
}

pub(crate) fn row() -> row::Booking {
    row::Booking {
        booking: BookingId::from_uuid(Uuid::from_u128(7)),
        number: BookingNumber::new(90211),
        uid: BookingUid::from_text("p4Tq8xWnKe2RzVbHs6Yc1d"),
        ics_uid: "p4Tq8xWnKe2RzVbHs6Yc1d@Cal.com".to_owned(),
        provider: ProviderId::from_uuid(Uuid::from_u128(17)),
        host: Host {
            number: ProviderNumber::new(17),
            name: "Ana Roze".to_owned(),
            email: "ana@example.org".to_owned(),
            username: "ana".to_owned(),
            zone: chrono_tz::Europe::Riga,
        },
        co_hosts: Vec::new(),
        terms: terms(),
        status: BookingStatus::Accepted,
        slot: TimeSlot::starting("2031-03-04T07:00:00Z".parse().unwrap(), 60).unwrap(),
        claims: true,
        counted_on: "2031-03-04".parse().unwrap(),
        attendee: AttendeeNumber::new(1),
        attendee_absent: false,
        guests: vec![AttendeeNumber::new(2)],
        added: Vec::new(),
        removed: std::collections::BTreeSet::new(),
        guests_absent: std::collections::BTreeSet::new(),
        host_absent: false,
        series: None,
        composite: None,
        seats: Vec::new(),
        placed: Some(sealed(1)),
        located: None,
        moved: None,
        cancelled: None,
        declined: None,
        rescheduled_from: None,
        rescheduled_to: None,
        compensated: false,
        completed: false,
        version: 3,
        created_at: "2031-03-01T10:20:00Z".parse().unwrap(),
        updated_at: "2031-03-01T10:20:00Z".parse().unwrap(),
    }
}

/// The row on an event type with seats, one of two given up.
pub(crate) fn seated_row(show_attendees: bool) -> row::Booking {
    let seat = |number: i32, released| row::Seat {
        seat: SeatId::from_uuid(Uuid::from_u128(u128::try_from(number).unwrap())),
        attendee: AttendeeNumber::new(number),
        released,
        absent: false,
        placed: Some(sealed(1)),
    };
    row::Booking {
        terms: Terms {
            seats: Some(Seats {
                per_slot: 4,
                show_attendees,
                show_availability: true,
            }),
            ..terms()
        },
        seats: vec![seat(1, false), seat(2, true)],
        ..row()
    }
}

/// An event of the row's provider, decided when the row was created.
pub(crate) fn recorded(command: u128, event: ProviderEvent) -> RecordedEvent {
    let row = row();
    RecordedEvent {
        stream: StreamKey::provider(TenantId::from_uuid(Uuid::from_u128(1)), row.provider),
        sequence: row.version,
        event: Event::Provider(Box::new(event)),
        event_type: String::new(),
        event_version: "1.0".to_owned(),
        id: EventId::from_uuid(Uuid::from_u128(2)),
        command: CommandId::from_uuid(Uuid::from_u128(command)),
        correlation: Uuid::from_u128(3),
        causation: None,
        actor: "anonymous".to_owned(),
        decided_at: row.created_at,
        metadata: BTreeMap::new(),
        personal: row.placed,
        previous_hash: [0; 32],
        hash: [1; 32],
    }
}

/// The row's facts as an event has them.
pub(crate) fn placed(seat: Option<SeatId>) -> BookingPlaced {
    let row = row();
    BookingPlaced {
        booking: row.booking,
        number: row.number,
        uid: row.uid,
        ics_uid: row.ics_uid,
        slot: row.slot,
        terms: row.terms,
        host: row.host,
        claims: row.claims,
        counted_on: row.counted_on,
        attendee: row.attendee,
        seat,
        series: row.series,
        co_hosts: row.co_hosts,
        guests: row.guests,
        moved_from: None,
        composite: None,
    }
}

pub(crate) fn executed(events: Vec<RecordedEvent>) -> Executed {
    Executed {
        command: CommandId::from_uuid(Uuid::from_u128(9)),
        events,
        replayed: false,
    }
}

pub(crate) fn sealed(key: u128) -> SealedPersonal {
    SealedPersonal {
        key: KeyId::from_uuid(Uuid::from_u128(key)),
        event: EventId::from_uuid(Uuid::from_u128(2)),
        data: String::new(),
    }
}

pub(crate) fn personal() -> Personal {
    let texts = |entries: &[(&str, &str)]| -> BTreeMap<String, String> {
        entries
            .iter()
            .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
            .collect()
    };
    Personal {
        attendee: Some(Attendee {
            name: "Ilze Berga".to_owned(),
            email: Some("ilze@example.org".to_owned()),
            phone_number: None,
            time_zone: "Europe/Riga".to_owned(),
            language: "lv".to_owned(),
        }),
        guests: vec!["karlis@example.org".to_owned()],
        companions: Vec::new(),
        answers: texts(&[("party-size", r#""4""#)]),
        metadata: texts(&[("crmId", r#""D-778""#)]),
        location: Some("https://meet.example.org/x1".to_owned()),
        reason: None,
        subscription: None,
        acted_by: None,
        segments: Vec::new(),
    }
}

pub(crate) fn opened() -> Opened {
    Opened {
        placed: Some(personal()),
        seats: vec![Some(personal()), Some(personal())],
        ..Opened::default()
    }
}
