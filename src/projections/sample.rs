//! Events for tests: small, deterministic, one builder per event.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;
use uuid::Uuid;

use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::*;
use crate::domain::provider::event::*;
use crate::domain::schedule::{OpeningHours, Schedule, WeeklyHours};
use crate::domain::terms::{Seats, Terms};
use crate::domain::time::{TimeSlot, Timestamp};
use crate::domain::{AggregateKind, Event};
use crate::ledger::record::{RecordedEvent, SealedPersonal, StreamKey};

/// 2031-03-01T10:00:00Z.
pub(super) const NOW: i64 = 1_930_125_600;

pub(super) fn at(minutes: i64) -> Timestamp {
    Timestamp::from_timestamp(NOW, 0).unwrap() + Duration::minutes(minutes)
}

pub(super) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(super) fn tenant() -> TenantId {
    TenantId::from_uuid(id(1))
}

pub(super) fn provider(number: u128) -> ProviderId {
    ProviderId::from_uuid(id(0x100 + number))
}

pub(super) fn event_type(number: u128) -> EventTypeId {
    EventTypeId::from_uuid(id(0x200 + number))
}

pub(super) fn seat(number: u128) -> SeatId {
    SeatId::from_uuid(id(0x300 + number))
}

pub(super) fn key(number: u128) -> KeyId {
    KeyId::from_uuid(id(0x400 + number))
}

pub(super) fn uid(text: &str) -> BookingUid {
    BookingUid::from_text(text)
}

/// Numbers the events of several streams; each is decided a minute after the one before.
#[derive(Default)]
pub(super) struct Recorder {
    sequences: BTreeMap<StreamKey, u64>,
    recorded: i64,
}

impl Recorder {
    pub(super) fn of_provider(&mut self, number: u128, event: ProviderEvent) -> RecordedEvent {
        let stream = StreamKey::provider(tenant(), provider(number));
        self.record(stream, Event::Provider(Box::new(event)))
    }

    pub(super) fn record(&mut self, stream: StreamKey, event: Event) -> RecordedEvent {
        let sequence = self.sequences.entry(stream).or_default();
        *sequence += 1;
        self.recorded += 1;
        RecordedEvent {
            stream,
            sequence: *sequence,
            event,
            event_type: String::new(),
            event_version: "1.0".into(),
            id: EventId::from_uuid(id(0x1000 + u128::try_from(self.recorded).unwrap())),
            command: CommandId::from_uuid(id(2)),
            correlation: id(3),
            causation: None,
            actor: "cli".into(),
            decided_at: at(-10_000 + self.recorded),
            metadata: BTreeMap::new(),
            personal: None,
            previous_hash: [0; 32],
            hash: [0; 32],
        }
    }
}

/// The event with personal data, sealed under a key.
pub(super) fn sealed(mut event: RecordedEvent, key_number: u128) -> RecordedEvent {
    event.personal = Some(SealedPersonal {
        key: key(key_number),
        event: event.id,
        data: format!("sealed-{}", event.id),
    });
    event
}

pub(super) fn terms(seats: Option<u32>) -> Terms {
    let settings = EventTypeSettings {
        after_minutes: 10,
        notice_minutes: 0,
        seats: seats.map(|per_slot| Seats {
            per_slot,
            show_attendees: true,
            show_availability: true,
        }),
        ..EventTypeSettings::plain("Intro \"absent.\"".into(), "intro".into(), 30)
    };
    settings.terms(event_type(1), EventTypeNumber::new(41), 1)
}

pub(super) fn host(number: i32) -> Host {
    Host {
        number: ProviderNumber::new(number),
        name: format!("Host {number}"),
        email: format!("host{number}@example.org"),
        username: format!("host{number}"),
        zone: Tz::Europe__Riga,
    }
}

/// A booking of 30 minutes, `start` minutes from now; everything else follows from its number.
pub(super) fn placed(number: i32, start: i64) -> BookingPlaced {
    let slot = TimeSlot::starting(at(start), 30).unwrap();
    BookingPlaced {
        booking: BookingId::from_uuid(id(0x500 + u128::try_from(number).unwrap())),
        number: BookingNumber::new(number),
        uid: uid(&format!("uid{number}")),
        ics_uid: format!("ics{number}"),
        slot,
        terms: terms(None),
        host: host(17),
        claims: true,
        counted_on: slot.start().date_naive(),
        attendee: AttendeeNumber::new(1000 + number),
        seat: None,
        series: None,
        co_hosts: Vec::new(),
        guests: Vec::new(),
        moved_from: None,
        composite: None,
    }
}

pub(super) fn in_series(mut placed: BookingPlaced, index: u32) -> BookingPlaced {
    placed.series = Some(SeriesPlace {
        uid: uid("series"),
        index,
        count: 2,
    });
    placed
}

pub(super) fn seated(mut placed: BookingPlaced, first: u128) -> BookingPlaced {
    placed.terms = terms(Some(4));
    placed.seat = Some(seat(first));
    placed
}

pub(super) fn ended(placed: &BookingPlaced) -> BookingEnded {
    BookingEnded {
        booking: placed.booking,
        uid: placed.uid.clone(),
        slot: placed.slot,
        claimed: placed.claims,
        moved_to: None,
    }
}

/// A share in a booking.
pub(super) fn engaged(placed: &BookingPlaced) -> ProviderEngaged {
    ProviderEngaged {
        booking: placed.booking,
        uid: placed.uid.clone(),
        home: provider(1),
        claim: ClaimId::from_uuid(id(0x600)),
        slot: placed.slot,
        event_type: placed.terms.event_type,
        event_type_number: placed.terms.number,
        before_minutes: 0,
        after_minutes: 10,
        claims: true,
        pending: false,
        counted_on: placed.counted_on,
        claimed: false,
    }
}

/// The end of a share.
pub(super) fn disengaged(placed: &BookingPlaced, replaced: bool) -> Disengaged {
    Disengaged {
        booking: placed.booking,
        uid: placed.uid.clone(),
        claim: ClaimId::from_uuid(id(0x600)),
        claimed: true,
        replaced,
    }
}

pub(super) fn mark(placed: &BookingPlaced) -> BookingMark {
    BookingMark {
        booking: placed.booking,
        uid: placed.uid.clone(),
    }
}

pub(super) fn confirmed(placed: &BookingPlaced) -> BookingConfirmed {
    BookingConfirmed {
        booking: placed.booking,
        uid: placed.uid.clone(),
        slot: placed.slot,
        before_minutes: 0,
        after_minutes: 10,
    }
}

pub(super) fn taken(placed: &BookingPlaced, number: u128, attendee: i32) -> SeatTaken {
    SeatTaken {
        booking: placed.booking,
        uid: placed.uid.clone(),
        seat: seat(number),
        attendee: AttendeeNumber::new(attendee),
        moved_from: None,
    }
}

pub(super) fn released(placed: &BookingPlaced, number: u128) -> SeatReleased {
    SeatReleased {
        booking: placed.booking,
        uid: placed.uid.clone(),
        seat: seat(number),
        moved_to: None,
    }
}

/// The move of a booking to a new number and start, with further seats.
pub(super) fn moved(
    from: &BookingPlaced,
    number: i32,
    start: i64,
    seats: Vec<SeatId>,
) -> BookingRescheduled {
    let to = placed(number, start);
    BookingRescheduled {
        to: BookingPlaced {
            booking: from.booking,
            ics_uid: from.ics_uid.clone(),
            attendee: from.attendee,
            seat: from.seat,
            series: from.series.clone(),
            terms: from.terms.clone(),
            ..to
        },
        pending: false,
        from_uid: from.uid.clone(),
        from_slot: from.slot,
        from_claimed: true,
        seats,
    }
}

pub(super) fn absent(placed: &BookingPlaced, attendees: &[(i32, bool)]) -> AttendanceMarked {
    AttendanceMarked {
        booking: placed.booking,
        uid: placed.uid.clone(),
        host_absent: None,
        attendees: attendees
            .iter()
            .map(|(number, absent)| (AttendeeNumber::new(*number), *absent))
            .collect(),
    }
}

pub(super) fn profile(name: &str) -> Profile {
    Profile {
        name: name.into(),
        email: "ana@example.org".into(),
        username: "ana".into(),
        zone: Tz::Europe__Riga,
        time_format: 24,
        week_start: "Monday".into(),
        bio: None,
        avatar_url: None,
        locale: "lv".into(),
        details_json: Some(r#"{"price":"10"}"#.into()),
    }
}

pub(super) fn schedule_set(number: i32, name: &str, is_default: bool) -> ScheduleSet {
    ScheduleSet {
        schedule: ScheduleNumber::new(number),
        definition: Schedule {
            name: name.into(),
            zone: Tz::Europe__Riga,
            weekly: vec![WeeklyHours {
                days: vec![Weekday::Mon, Weekday::Fri],
                hours: OpeningHours {
                    from: NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
                    to: NaiveTime::from_hms_opt(17, 0, 0).unwrap(),
                },
            }],
            overrides: Vec::new(),
        },
        is_default,
    }
}

/// Events of a provider's stream that no booking or profile follows from.
pub(super) fn unrelated() -> Vec<ProviderEvent> {
    let hold = HoldId::from_uuid(id(9));
    let kept = HoldPlaced {
        hold,
        event_type: event_type(1),
        event_type_number: EventTypeNumber::new(41),
        slot: TimeSlot::starting(at(0), 30).unwrap(),
        before_minutes: 0,
        after_minutes: 0,
        expires_at: at(5),
        exclusive: false,
        seated: false,
        caller: "hash".into(),
        others: Vec::new(),
        claim: None,
        composite: None,
    };
    let gone = HoldEnded {
        hold,
        exclusive: false,
        claim: None,
    };
    let block = BlockId::from_uuid(id(10));
    vec![
        ProviderEvent::HoldPlaced(kept.clone()),
        ProviderEvent::HoldChanged(kept),
        ProviderEvent::HoldReleased(gone.clone()),
        ProviderEvent::HoldExpired(gone.clone()),
        ProviderEvent::HoldRedeemed(gone),
        ProviderEvent::TimeBlocked(TimeBlocked {
            block,
            start: at(0),
            end: at(60),
            kind: BlockKind::Manual,
        }),
        ProviderEvent::TimeUnblocked(TimeUnblocked { block }),
    ]
}

/// The first day of the samples.
pub(super) fn day() -> NaiveDate {
    at(0).date_naive()
}

/// The stream of a webhook.
pub(super) fn webhook_stream(number: u128) -> StreamKey {
    StreamKey::webhook(tenant(), WebhookId::from_uuid(id(0x500 + number)))
}

/// The stream of an event type.
pub(super) fn event_type_stream(number: u128) -> StreamKey {
    StreamKey {
        tenant: tenant(),
        kind: AggregateKind::EventType,
        id: event_type(number).as_uuid(),
    }
}
