//! Small builders, and the ledger's side of a provider.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use uuid::Uuid;

use super::super::Provider;
use super::super::command::{
    Block, BookingFacts, Create, Occurrence, Place, PlaceHold, ProviderCommand, Standing,
};
use super::super::event::{BlockKind, Profile, ProviderEvent};
use super::facts::fold_facts;
use crate::domain::aggregate::{ClaimChange, Event, Fact};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::{
    AttendeeNumber, BlockId, BookingId, BookingNumber, BookingUid, ClaimId, EventTypeId,
    EventTypeNumber, HoldId, KeyId, ProviderNumber, ScheduleNumber, SeatId,
};
use crate::domain::personal::Personal;
use crate::domain::rejection::Rejection;
use crate::domain::schedule::{OpeningHours, Schedule, WeeklyHours};
use crate::domain::terms::Terms;
use crate::domain::time::{TimeSlot, Timestamp};

/// `09:30`, on Monday the 3rd of March 2031; `2+09:30` two days later. UTC.
pub(in crate::domain) fn at(text: &str) -> Timestamp {
    let (days, clock) = text.split_once('+').unwrap_or(("0", text));
    let (hours, minutes) = clock.split_once(':').unwrap();
    let monday = Utc.with_ymd_and_hms(2031, 3, 3, 0, 0, 0).unwrap();
    monday
        + Duration::days(days.parse().unwrap())
        + Duration::hours(hours.parse().unwrap())
        + Duration::minutes(minutes.parse().unwrap())
}

/// `09:00-09:30`, `2+09:00-2+09:30`.
pub(in crate::domain) fn slot(text: &str) -> TimeSlot {
    let (start, end) = text.split_once('-').unwrap();
    TimeSlot::new(at(start), at(end)).unwrap()
}

pub(in crate::domain) fn booking(number: u32) -> BookingId {
    BookingId::from_uuid(uuid(1, number))
}

pub(in crate::domain) fn hold(number: u32) -> HoldId {
    HoldId::from_uuid(uuid(2, number))
}

pub(super) fn seat(number: u32) -> SeatId {
    SeatId::from_uuid(uuid(3, number))
}

pub(super) fn block_id(number: u32) -> BlockId {
    BlockId::from_uuid(uuid(4, number))
}

pub(in crate::domain) fn event_type(number: u32) -> EventTypeId {
    EventTypeId::from_uuid(uuid(5, number))
}

pub(in crate::domain) fn uid(number: u32) -> BookingUid {
    BookingUid::from_text(format!("uid{number}"))
}

pub(in crate::domain) fn key(number: u32) -> KeyId {
    KeyId::from_uuid(uuid(6, number))
}

fn uuid(kind: u128, number: u32) -> Uuid {
    Uuid::from_u128((kind << 64) | u128::from(number))
}

fn wire(number: u32) -> i32 {
    i32::try_from(number).unwrap()
}

/// Lengths of 30 and 60 minutes, and nothing else: no buffers, no notice, no window, no limits.
pub(in crate::domain) fn terms() -> Terms {
    let settings = EventTypeSettings {
        notice_minutes: 0,
        lengths_minutes: vec![60, 30],
        ..EventTypeSettings::plain("Intro".to_owned(), "intro".to_owned(), 60)
    };
    settings.terms(event_type(1), EventTypeNumber::new(1), 1)
}

/// Open every day from the one time to the other, UTC.
pub(in crate::domain) fn schedule(from: &str, to: &str) -> Schedule {
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
    Schedule {
        name: "Hours".to_owned(),
        zone: Tz::UTC,
        weekly: vec![WeeklyHours {
            days: vec![
                Weekday::Mon,
                Weekday::Tue,
                Weekday::Wed,
                Weekday::Thu,
                Weekday::Fri,
                Weekday::Sat,
                Weekday::Sun,
            ],
            hours: OpeningHours {
                from: time(from),
                to: time(to),
            },
        }],
        overrides: Vec::new(),
    }
}

pub(super) fn profile(username: &str) -> Profile {
    Profile {
        name: "Ana Roze".to_owned(),
        email: "ana@example.org".to_owned(),
        username: username.to_owned(),
        zone: Tz::UTC,
        time_format: 24,
        week_start: "Monday".to_owned(),
        bio: None,
        avatar_url: None,
        locale: "en".to_owned(),
        details_json: None,
    }
}

pub(in crate::domain) fn create() -> Create {
    Create {
        number: ProviderNumber::new(1),
        profile: profile("ana"),
        schedule: Some((ScheduleNumber::new(1), schedule("00:00", "23:59"))),
    }
}

pub(super) fn occurrence(number: u32, at: &str) -> Occurrence {
    Occurrence {
        booking: booking(number),
        number: BookingNumber::new(wire(number)),
        uid: uid(number),
        attendee: AttendeeNumber::new(wire(number)),
        guests: Vec::new(),
        slot: slot(at),
    }
}

/// Booking number so-and-so at a slot; on seated terms in the seat of the same number.
pub(super) fn place(number: u32, at: &str, terms: &Terms) -> Place {
    Place {
        co_hosted: None,
        terms: terms.clone(),
        occurrences: vec![occurrence(number, at)],
        series: None,
        seats: terms.seats.iter().map(|_| seat(number)).collect(),
        hold: None,
        out_of_bounds: false,
        limits_skipped: false,
        standing: Standing::ByTerms,
        composite: None,
        key_is_new: true,
        key: key(number),
        personal: Personal::default(),
    }
}

/// A hold for five minutes from `09:00`, by caller `caller`.
pub(super) fn keep(number: u32, at_slot: &str, terms: &Terms) -> PlaceHold {
    PlaceHold {
        hold: hold(number),
        terms: terms.clone(),
        slot: slot(at_slot),
        expires_at: at("09:05"),
        caller: "caller".to_owned(),
        others: Vec::new(),
        claim: None,
    }
}

pub(super) fn block(number: u32, start: &str, end: &str) -> ProviderCommand {
    ProviderCommand::Block(Block {
        block: block_id(number),
        start: at(start),
        end: at(end),
        kind: BlockKind::Manual,
    })
}

/// A provider, its clock, its log, the facts of its bookings, and the claims table. It starts at `09:00`.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub(super) provider: Provider,
    pub(super) now: Timestamp,
    pub(super) log: Vec<(Timestamp, ProviderEvent)>,
    pub(super) facts: BTreeMap<BookingId, BookingFacts>,
    pub(super) claims: BTreeMap<ClaimId, (Timestamp, Timestamp)>,
}

impl Stage {
    /// Nothing has happened yet.
    pub(super) fn empty() -> Self {
        Self {
            provider: Provider::default(),
            now: at("09:00"),
            log: Vec::new(),
            facts: BTreeMap::new(),
            claims: BTreeMap::new(),
        }
    }

    /// A provider that is always open.
    pub(super) fn open() -> Self {
        let mut stage = Self::empty();
        stage.accept(ProviderCommand::Create(create()));
        stage
    }

    /// A provider that is always open, with bookings 1, 2, … on plain terms.
    pub(super) fn with(slots: &[&str]) -> Self {
        let mut stage = Self::open();
        for (number, at) in (1..).zip(slots) {
            stage.place(number, at, &terms());
        }
        stage
    }

    pub(super) fn clock(&mut self, text: &str) -> &mut Self {
        self.now = at(text);
        self
    }

    pub(super) fn facts(&self, number: u32) -> BookingFacts {
        self.facts[&booking(number)].clone()
    }

    /// What the command would record, or why not; nothing changes.
    pub(super) fn decide(&self, command: &ProviderCommand) -> Result<Vec<Fact>, Rejection> {
        self.provider.decide(self.now, command)
    }

    /// Executes a command that must be accepted; answers the names of what was recorded.
    #[track_caller]
    pub(super) fn accept(&mut self, command: ProviderCommand) -> Vec<String> {
        let facts = self.decide(&command).unwrap();
        self.record(facts)
    }

    /// Why the command is refused, which it must be.
    #[track_caller]
    pub(super) fn refuse(&self, command: ProviderCommand) -> Rejection {
        self.decide(&command).unwrap_err()
    }

    #[track_caller]
    pub(super) fn place(&mut self, number: u32, at: &str, terms: &Terms) -> Vec<String> {
        self.accept(ProviderCommand::Place(place(number, at, terms)))
    }

    #[track_caller]
    pub(super) fn refuse_place(&self, at: &str, terms: &Terms) -> Rejection {
        self.refuse(ProviderCommand::Place(place(99, at, terms)))
    }

    #[track_caller]
    pub(super) fn keep(&mut self, number: u32, at: &str, terms: &Terms) -> Vec<String> {
        self.accept(ProviderCommand::Hold(keep(number, at, terms)))
    }

    pub(super) fn last(&self) -> &ProviderEvent {
        &self.log.last().unwrap().1
    }

    pub(super) fn record(&mut self, facts: Vec<Fact>) -> Vec<String> {
        let events: Vec<ProviderEvent> = facts
            .into_iter()
            .map(|fact| match fact.event {
                Event::Provider(event) => *event,
                other => panic!("not of a provider: {other:?}"),
            })
            .collect();
        self.change_claims(&events);
        for event in &events {
            self.log.push((self.now, event.clone()));
            let sequence = u64::try_from(self.log.len()).unwrap();
            self.provider.evolve(sequence, self.now, event);
            fold_facts(&mut self.facts, sequence, event);
        }
        events.iter().map(name).collect()
    }

    /// The claims table: all deletions of the command, then its insertions, none of which may overlap.
    fn change_claims(&mut self, events: &[ProviderEvent]) {
        let changes: Vec<ClaimChange> = events.iter().flat_map(ProviderEvent::claims).collect();
        // A hold that was placed and redeemed would be folded to one change; no command does both.
        for change in &changes {
            if let ClaimChange::Remove(claim) = change {
                self.claims.remove(claim);
            }
        }
        for change in changes {
            if let ClaimChange::Insert {
                claim, start, end, ..
            } = change
            {
                let over = self
                    .claims
                    .iter()
                    .find(|(_, (from, to))| *from < end && start < *to);
                assert_eq!(over, None, "the database would refuse {claim} at {start}");
                self.claims.insert(claim, (start, end));
            }
        }
    }
}

/// The event's name in the log.
pub(super) fn name(event: &ProviderEvent) -> String {
    let value = serde_json::to_value(event).unwrap();
    value.as_object().unwrap().keys().next().unwrap().clone()
}
