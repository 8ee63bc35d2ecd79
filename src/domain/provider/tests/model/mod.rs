//! Random histories against a naive model.
//!
//! The model keeps plain lists in minutes and scans them; it shares no code with the rules. For every command both must
//! answer alike, and after every accepted one claims, seats, replay and snapshot are checked.
//! 10,000 histories of 40 commands with `--release`, 256 without; `PROPTEST_CASES` says otherwise.

mod steps;
mod kinds;
mod naive;

use chrono::Duration;
use proptest::prelude::*;

use super::super::Provider;
use super::super::command::{
    Block, BookingFacts, Cancel, OnBooking, Place, PlaceHold, ProviderCommand, Reschedule, Standing,
};
use super::super::event::{BlockKind, ProviderEvent};
use super::super::occupancy::Claimant;
use super::stage::{block_id, keep, place, seat, uid};
use super::{Stage, at, booking, hold};
use crate::domain::id::{BookingNumber, ClaimId};
use crate::domain::personal::Personal;
use crate::domain::rejection::Rejection;
use crate::domain::time::{TimeSlot, Timestamp};
use naive::{Model, Verdict};
use steps::{Span, Step, step};

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_rules_agree_with_a_model_that_scans_a_list(steps in prop::collection::vec(step(), 40)) {
        let mut history = History::new();
        for step in &steps {
            history.run(step)?;
        }
        history.check_replay()?;
    }
}

/// Histories per run.
fn cases() -> u32 {
    if std::env::var_os("PROPTEST_CASES").is_some() {
        return ProptestConfig::default().cases;
    }
    if cfg!(debug_assertions) { 256 } else { 10_000 }
}

/// Both sides of the comparison.
struct History {
    stage: Stage,
    model: Model,
    drawn: u32,
}

impl History {
    fn new() -> Self {
        Self {
            stage: Stage::open(),
            model: Model::new(),
            drawn: 0,
        }
    }

    fn run(&mut self, step: &Step) -> Result<(), TestCaseError> {
        if let Step::Wait(minutes) = step {
            self.stage.now += Duration::minutes(*minutes);
            self.model.now += minutes;
            return Ok(());
        }
        let Some((command, expected)) = self.both(step) else {
            return Ok(());
        };
        let (verdict, facts) = match self.stage.decide(&command) {
            Ok(facts) => (Verdict::Accepted, facts),
            Err(rejection) => (verdict(&rejection), Vec::new()),
        };
        prop_assert_eq!(verdict, expected, "{:?} at {}", step, self.stage.now);
        self.stage.record(facts);
        self.check_claims()?;
        self.model.check();
        self.check_seats()
    }

    /// The command of a step, and what the model says of it. `None` where the step picks something that never was.
    fn both(&mut self, step: &Step) -> Option<(ProviderCommand, Verdict)> {
        self.drawn += 1;
        let id = self.drawn;
        Some(match *step {
            Step::Place(kind, span, hold) => self.place(kind, &[self.slot(span)], hold),
            Step::Series(kind, span, count) => {
                let first = self.slot(span);
                let slots: Vec<TimeSlot> = (0..i64::from(count))
                    .map(|index| shifted(first, index * 45))
                    .collect();
                self.place(kind, &slots, None)
            }
            Step::Hold(kind, span, minutes) => {
                let command = self.kept(id, kind, self.slot(span), minutes);
                let verdict = self.model.hold(id, kind, minutes_of(command.slot), minutes);
                (ProviderCommand::Hold(command), verdict)
            }
            Step::ChangeHold(pick, kind, span, minutes) => {
                let id = self.model.pick_hold(pick)?;
                let command = self.kept(id, kind, self.slot(span), minutes);
                let verdict = self
                    .model
                    .change_hold(id, kind, minutes_of(command.slot), minutes);
                (ProviderCommand::ChangeHold(command), verdict)
            }
            Step::ReleaseHold(pick) => {
                let id = self.model.pick_hold(pick)?;
                let verdict = self.model.release_hold(id);
                (ProviderCommand::ReleaseHold(hold(id)), verdict)
            }
            Step::Reschedule(pick, quarters, by_host) => {
                self.reschedule(pick, quarters, by_host)?
            }
            Step::Cancel(pick) => self.cancel(pick, None)?,
            Step::CancelSeat(pick, pick_seat) => self.cancel(pick, Some(pick_seat))?,
            Step::Confirm(pick) => {
                let (id, on) = self.on(pick)?;
                (ProviderCommand::Confirm(on), self.model.confirm(id))
            }
            Step::Decline(pick) => {
                let (id, on) = self.on(pick)?;
                (ProviderCommand::Decline(on), self.model.decline(id))
            }
            Step::Block(span) => {
                let slot = self.slot(span);
                self.model.block(id, minutes_of(slot));
                let block = Block {
                    block: block_id(id),
                    start: slot.start(),
                    end: slot.end(),
                    kind: BlockKind::Manual,
                };
                (ProviderCommand::Block(block), Verdict::Accepted)
            }
            Step::Unblock(pick) => {
                let id = self.model.pick_block(pick)?;
                let verdict = self.model.unblock(id);
                (ProviderCommand::Unblock(block_id(id)), verdict)
            }
            Step::Lapse => (ProviderCommand::Lapse, Verdict::Accepted),
            Step::Wait(_) => return None,
        })
    }

    fn place(
        &mut self,
        kind: usize,
        slots: &[TimeSlot],
        hold_pick: Option<u32>,
    ) -> (ProviderCommand, Verdict) {
        let held = hold_pick.and_then(|pick| self.model.pick_hold(pick));
        // Half of the holders come back for the very slot they hold, with the event type they held it for.
        let own = held
            .and_then(|id| self.model.held(id))
            .filter(|_| self.drawn.is_multiple_of(2));
        let kind = own.map_or(kind, |(kind, _)| kind);
        let own_slot: Vec<TimeSlot> = own.map(|(_, slot)| slot_of(slot)).into_iter().collect();
        let slots = if own_slot.is_empty() {
            slots
        } else {
            &own_slot
        };
        let terms = kinds::terms_of(kind);
        let first = place(0, "10:00-11:00", &terms);
        let mut command = Place {
            hold: held.map(hold),
            series: (1 < slots.len()).then(|| uid(9_999)),
            occurrences: Vec::new(),
            seats: Vec::new(),
            ..first
        };
        let mut numbers = Vec::new();
        for slot in slots {
            self.drawn += 1;
            let mut one = place(self.drawn, "10:00-11:00", &terms);
            one.occurrences[0].slot = *slot;
            command.occurrences.append(&mut one.occurrences);
            command.seats.append(&mut one.seats);
            numbers.push((self.drawn, minutes_of(*slot)));
        }
        let verdict = self.model.place(kind, &numbers, held);
        (ProviderCommand::Place(command), verdict)
    }

    fn reschedule(
        &mut self,
        pick: u32,
        quarters: i64,
        by_host: bool,
    ) -> Option<(ProviderCommand, Verdict)> {
        let (id, facts) = self.facts(pick)?;
        let halves = facts.slot.minutes() / 30;
        let slot = self.slot(Span { quarters, halves });
        self.drawn += 1;
        let verdict = self.model.reschedule(id, minutes_of(slot), by_host);
        let command = Reschedule {
            as_segment: false,
            standing: Standing::ByTerms,
            terms: facts.terms.clone(),
            number: BookingNumber::new(i32::try_from(self.drawn).ok()?),
            uid: uid(self.drawn),
            slot,
            by_host,
            out_of_bounds: false,
            hold: None,
            personal: Personal::default(),
            facts,
        };
        Some((ProviderCommand::Reschedule(command), verdict))
    }

    fn cancel(&mut self, pick: u32, pick_seat: Option<u32>) -> Option<(ProviderCommand, Verdict)> {
        let (id, facts) = self.facts(pick)?;
        let chosen = pick_seat.map(|pick| self.model.pick_seat(id, pick));
        let verdict = self.model.cancel(id, chosen);
        let command = Cancel {
            as_segment: false,
            bookings: vec![facts],
            seat: chosen.map(seat),
            by_host: false,
            personal: None,
        };
        Some((ProviderCommand::Cancel(command), verdict))
    }

    fn kept(&self, id: u32, kind: usize, slot: TimeSlot, minutes: i64) -> PlaceHold {
        PlaceHold {
            slot,
            expires_at: self.stage.now + Duration::minutes(minutes),
            ..keep(id, "10:00-11:00", &kinds::terms_of(kind))
        }
    }

    fn on(&self, pick: u32) -> Option<(u32, OnBooking)> {
        let (id, facts) = self.facts(pick)?;
        let personal = None;
        Some((
            id,
            OnBooking {
                as_segment: false,
                facts,
                personal,
            },
        ))
    }

    fn facts(&self, pick: u32) -> Option<(u32, BookingFacts)> {
        let id = self.model.pick_booking(pick)?;
        Some((id, self.stage.facts(id)))
    }

    /// A slot so many quarters after the next quarter of an hour.
    fn slot(&self, span: Span) -> TimeSlot {
        let start = (self.model.now.div_euclid(15) + 1 + span.quarters) * 15;
        slot_of((start, start + span.halves * 30))
    }

    /// The claims of the state are the rows of the table, and what the model still sees is among them.
    fn check_claims(&self) -> Result<(), TestCaseError> {
        let everything = (Timestamp::MIN_UTC, Timestamp::MAX_UTC);
        let mut claims: Vec<(ClaimId, (Timestamp, Timestamp))> = self
            .stage
            .provider
            .occupancy
            .over(everything.0, everything.1)
            .map(|claim| {
                let id = match claim.claimant {
                    Claimant::Booking(id) => ClaimId::from_uuid(id.as_uuid()),
                    Claimant::Hold(id) => ClaimId::from_uuid(id.as_uuid()),
                };
                (id, (claim.start, claim.end))
            })
            .collect();
        claims.sort_unstable();
        let rows: Vec<_> = self.stage.claims.clone().into_iter().collect();
        prop_assert_eq!(&claims, &rows);
        for (id, (start, end)) in self.model.claims() {
            let claim = ClaimId::from_uuid(booking(id).as_uuid());
            let instants = (instant(start), instant(end));
            prop_assert_eq!(self.stage.claims.get(&claim), Some(&instants));
        }
        let busy: Vec<(i64, i64)> = self
            .stage
            .provider
            .busy
            .over(everything.0, everything.1)
            .map(|(start, end)| (minute(start), minute(end)))
            .collect();
        for quarter in 0..=(self.model.now / 15 + 48) {
            let inside = busy
                .iter()
                .any(|(start, end)| (*start..*end).contains(&(quarter * 15)));
            prop_assert_eq!(inside, self.model.is_blocked(quarter * 15));
        }
        Ok(())
    }

    fn check_seats(&self) -> Result<(), TestCaseError> {
        for (id, seats) in self.model.seats() {
            prop_assert!(seats.len() <= kinds::SEATS);
            let mut known: Vec<_> = self.stage.facts(id).seats;
            let mut expected: Vec<_> = seats.iter().map(|number| seat(*number)).collect();
            known.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(known, expected);
        }
        Ok(())
    }

    fn check_replay(&self) -> Result<(), TestCaseError> {
        let mut replayed = Provider::default();
        for (sequence, (at, event)) in (1..).zip(&self.stage.log) {
            let text = serde_json::to_string(event).unwrap();
            let read: ProviderEvent = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&read, event);
            replayed.evolve(sequence, *at, &read);
        }
        prop_assert_eq!(&replayed, &self.stage.provider);
        let text = serde_json::to_string(&replayed).unwrap();
        let read: Provider = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &replayed);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), text);
        Ok(())
    }
}

fn verdict(rejection: &Rejection) -> Verdict {
    match rejection {
        Rejection::SlotTaken { .. } | Rejection::SlotHeld { .. } => Verdict::Occupied,
        Rejection::SlotInPast { .. } => Verdict::Past,
        Rejection::LimitReached { .. } => Verdict::Limit,
        Rejection::SeatsExhausted { .. } => Verdict::Full,
        Rejection::SeatNotFound => Verdict::NoSuchSeat,
        Rejection::SeatRequired => Verdict::WhichSeat,
        Rejection::HoldNotFound | Rejection::BlockNotFound => Verdict::Unknown,
        Rejection::BookingCancelled => Verdict::Cancelled,
        Rejection::BookingDeclined => Verdict::Declined,
        Rejection::BookingConfirmed => Verdict::Confirmed,
        Rejection::BookingEnded => Verdict::Ended,
        other => panic!("the model does not know {other:?}"),
    }
}

fn instant(minute: i64) -> Timestamp {
    at("00:00") + Duration::minutes(minute)
}

fn minute(at_instant: Timestamp) -> i64 {
    (at_instant - at("00:00")).num_minutes()
}

fn minutes_of(slot: TimeSlot) -> (i64, i64) {
    (minute(slot.start()), minute(slot.end()))
}

fn slot_of((start, end): (i64, i64)) -> TimeSlot {
    TimeSlot::new(instant(start), instant(end)).unwrap()
}

fn shifted(slot: TimeSlot, minutes: i64) -> TimeSlot {
    let (start, end) = minutes_of(slot);
    slot_of((start + minutes, end + minutes))
}
