//! Composite bookings: the rules of their stream one by one, then the protocol over real providers, crashed wherever it
//! can be, and every interleaving of two of them.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    clippy::needless_pass_by_value,
    reason = "a test reads better plain, and an overflow or a missing member fails it"
)]

mod recording;
mod changing;
mod world;
mod run;
mod simulation;
mod model;

use super::command::{CompositeCommand, Outcome, Record, Request};
use super::event::{Cause, CompositeEvent, Segment};
use super::{Action, Composite};
use crate::domain::aggregate::{Event, Sealable};
use crate::domain::id::{AttendeeNumber, BookingNumber, CompositeId, ProviderId};
use crate::domain::personal::Personal;
use crate::domain::provider::tests::stage::{at, booking, hold, key, slot, terms, uid};
use crate::domain::rejection::Rejection;
use crate::domain::terms::{Confirmation, Terms};
use crate::domain::time::Timestamp;

/// Until then segments may be held and confirmed; everything starts at `09:00`.
const DEADLINE: &str = "09:01";

fn composite_id(number: u32) -> CompositeId {
    CompositeId::from_uuid(key(900 + number).as_uuid())
}

fn provider_id(number: u32) -> ProviderId {
    ProviderId::from_uuid(key(700 + number).as_uuid())
}

/// A segment of its own number, for bookings and holds.
fn segment(number: u32, provider: u32, at: &str) -> Segment {
    let wire = i32::try_from(number).unwrap();
    Segment {
        provider: provider_id(provider),
        terms: terms(),
        slot: slot(at),
        booking: booking(number),
        number: BookingNumber::new(wire),
        uid: uid(number),
        attendee: AttendeeNumber::new(wire),
        guests: Vec::new(),
        hold: hold(number),
    }
}

/// Three segments with two providers.
fn chain() -> Vec<Segment> {
    vec![
        segment(1, 1, "10:00-10:30"),
        segment(2, 2, "10:30-11:00"),
        segment(3, 1, "11:00-12:00"),
    ]
}

fn request(segments: Vec<Segment>) -> Request {
    Request {
        composite: composite_id(1),
        segments,
        deadline: at(DEADLINE),
        everything_held: false,
        sealable: Sealable {
            key: key(1),
            key_is_new: true,
            personal: Personal::default(),
        },
    }
}

/// A composite's stream with its clock at `09:00`.
#[derive(Clone, Debug)]
struct Saga {
    composite: Composite,
    now: Timestamp,
    log: Vec<CompositeEvent>,
}

impl Saga {
    fn empty() -> Self {
        Self {
            composite: Composite::default(),
            now: at("09:00"),
            log: Vec::new(),
        }
    }

    /// Three segments are requested; nothing is done yet.
    fn requested() -> Self {
        let mut saga = Self::empty();
        saga.accept(CompositeCommand::Request(Box::new(request(chain()))));
        saga
    }

    /// All three are bookings, and it says so.
    fn confirmed() -> Self {
        let mut saga = Self::requested();
        saga.accept(CompositeCommand::Settle {
            linked: Some(Action::Confirm),
        });
        saga
    }

    /// All three wait for the person of the second.
    fn pending() -> Self {
        let mut segments = chain();
        segments[1].terms = asking();
        let mut saga = Self::empty();
        saga.accept(CompositeCommand::Request(Box::new(request(segments))));
        saga.accept(CompositeCommand::Settle {
            linked: Some(Action::Confirm),
        });
        saga
    }

    /// Executes a command that must be accepted; answers the names of what was recorded.
    #[track_caller]
    fn accept(&mut self, command: CompositeCommand) -> Vec<String> {
        let facts = self.composite.decide(self.now, &command).unwrap();
        facts
            .into_iter()
            .map(|fact| {
                let Event::Composite(event) = fact.event else {
                    panic!("not of a composite");
                };
                self.log.push(event.clone());
                let sequence = u64::try_from(self.log.len()).unwrap();
                self.composite.evolve(sequence, &event);
                name(&event)
            })
            .collect()
    }

    /// Why the command is refused, which it must be.
    #[track_caller]
    fn refuse(&self, command: CompositeCommand) -> Rejection {
        self.composite.decide(self.now, &command).unwrap_err()
    }

    #[track_caller]
    fn record(&mut self, segment: u32, outcome: Outcome) -> Vec<String> {
        self.accept(recorded(segment, outcome))
    }
}

fn recorded(segment: u32, outcome: Outcome) -> CompositeCommand {
    CompositeCommand::Record(Record {
        generation: 1,
        segment,
        outcome,
    })
}

fn asking() -> Terms {
    Terms {
        confirmation: Confirmation::Always { blocks_slot: false },
        ..terms()
    }
}

fn refusal(segment: u32) -> Cause {
    Cause::Refused {
        segment,
        rejection: Rejection::SlotTaken {
            slot: slot("10:00-10:30"),
        },
    }
}

/// The event's name in the log.
fn name(event: &CompositeEvent) -> String {
    let value = serde_json::to_value(event).unwrap();
    value.as_object().unwrap().keys().next().unwrap().clone()
}
