//! One composite, driven over the real states: a driver that crashes, those that go on, and a slow one.

use chrono::Duration;

use super::super::command::{CompositeCommand, Outcome, Record};
use super::super::event::{Cause, Segment};
use super::super::{Action, Next, Phase};
use super::world::{At, PROVIDERS, World, Write, composite_write};
use super::{asking, at, request, segment};
use crate::domain::aggregate::{Command, Event};
use crate::domain::rejection::Rejection;
use crate::domain::time::TimeSlot;

/// Random numbers that a seed repeats (splitmix64: Steele, Lea, Flood, 2014).
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From 0, less than `sides`.
    pub(super) fn roll(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(sides)).unwrap()
    }

    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let count = u32::try_from(list.len()).unwrap();
        &list[usize::try_from(self.roll(count)).unwrap()]
    }
}

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scene {
    Free,
    /// A person has to confirm the first segment.
    Asking,
    /// The segment's slot is taken before it is held.
    Taken(u32),
    /// The segment's slot is taken between its hold and its confirmation.
    TakenLater(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Path {
    Linked,
    Stepwise,
}

/// A crash after so many writes, and how long nobody goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crash {
    pub(super) after: u32,
    pub(super) pause: Duration,
}

/// The driver is gone.
#[derive(Debug)]
struct Crashed;

pub(super) const SOON: Duration = Duration::seconds(1);
pub(super) const LATE: Duration = Duration::minutes(2);
pub(super) const HOURS: Duration = Duration::hours(5);

/// One composite, driven.
pub(super) struct Run {
    pub(super) world: World,
    scene: Scene,
    crashes: Vec<Crash>,
    pub(super) writes: u32,
    /// Everything that any driver ever asked for.
    asked: Vec<Write>,
    /// Where the slow driver and its faults are drawn from.
    pub(super) chaos: Option<Dice>,
}

impl Run {
    pub(super) fn new(scene: Scene, crashes: &[Crash]) -> Self {
        Self {
            world: World::new(1),
            scene,
            crashes: crashes.to_vec(),
            writes: 0,
            asked: Vec::new(),
            chaos: None,
        }
    }

    /// Requests it and drives it until it rests, through every crash.
    pub(super) fn drive_to_the_end(&mut self, count: u32, path: Path) {
        let mut segments = segments(count);
        match self.scene {
            Scene::Asking => segments[0].terms = asking(),
            Scene::Taken(index) => {
                let taken = &segments[usize::try_from(index).unwrap()];
                self.world.block(taken.provider, taken.slot, 1);
            }
            Scene::Free | Scene::TakenLater(_) => {}
        }
        let mut begun = match path {
            Path::Linked => self.linked(segments),
            Path::Stepwise => self.requested(segments),
        };
        while begun.is_err() {
            begun = self.drive();
        }
        while self.drive().is_err() {}
        if matches!(self.world.composite(0).phase(), Phase::Stuck { .. }) {
            self.chaos = None;
            let retry = composite_write(0, CompositeCommand::Retry);
            self.world.write(&[retry]).unwrap();
            while self.drive().is_err() {}
        }
    }

    fn requested(&mut self, segments: Vec<Segment>) -> Result<(), Crashed> {
        let request = CompositeCommand::Request(Box::new(request(segments)));
        self.write(vec![composite_write(0, request)])?.unwrap();
        Ok(())
    }

    /// Everything held, then everything confirmed, or everything undone.
    fn linked(&mut self, segments: Vec<Segment>) -> Result<(), Crashed> {
        let mut request = request(segments);
        request.everything_held = true;
        let mut planned = World::new(1);
        let request = composite_write(0, CompositeCommand::Request(Box::new(request)));
        planned.write(std::slice::from_ref(&request)).unwrap();
        let mut holds = vec![request];
        holds.extend(planned.steps(0, Action::Hold));
        if self.write(holds)?.is_err() {
            return Ok(());
        }
        self.take_later();
        let mut confirms = vec![settle(Some(Action::Confirm))];
        confirms.extend(self.world.steps(0, Action::Confirm));
        if let Err(rejection) = self.write(confirms)? {
            let cause = CompositeCommand::RollBack(cause(rejection));
            let mut undos = vec![composite_write(0, cause), settle(Some(Action::Compensate))];
            undos.extend(self.world.steps(0, Action::Compensate));
            drop(self.write(undos)?);
        }
        Ok(())
    }

    /// Goes on from what is recorded until there is nothing to do.
    fn drive(&mut self) -> Result<(), Crashed> {
        loop {
            match self.world.composite(0).next(self.world.now) {
                Next::Rest => return Ok(()),
                Next::Settle => {
                    drop(self.write(vec![settle(None)])?);
                }
                Next::Expire => {
                    let expire = CompositeCommand::RollBack(Cause::DeadlinePassed);
                    drop(self.write(vec![composite_write(0, expire)])?);
                }
                Next::Step { segment, action } => self.step(segment, action)?,
            }
        }
    }

    /// One step with its provider, and then its record: two writes.
    fn step(&mut self, segment: u32, action: Action) -> Result<(), Crashed> {
        if action == Action::Confirm {
            self.take_later();
        }
        let asked = self.world.step(0, segment, action);
        if self.happens(12) {
            return self.fail(segment, action, vec![asked]);
        }
        let outcome = match (self.write(vec![asked])?, action) {
            (Ok(_), Action::Hold) => Outcome::Held,
            (Ok(_), Action::Confirm) => Outcome::Confirmed,
            (Ok(_), Action::Compensate) => Outcome::Compensated,
            (Err(rejection), Action::Hold | Action::Confirm) => match cause(rejection) {
                Cause::Refused {
                    rejection: Rejection::StepTooLate,
                    ..
                } => return Ok(()),
                cause => Outcome::Refused(cause),
            },
            (Err(rejection), Action::Compensate) => panic!("an undo is refused: {rejection}"),
        };
        self.record(segment, outcome)
    }

    /// A step is given up, although it may still arrive.
    fn fail(&mut self, segment: u32, action: Action, asked: Write) -> Result<(), Crashed> {
        self.asked.push(asked);
        let reason = "timeout".to_owned();
        if action == Action::Compensate {
            let stick = CompositeCommand::Stick { segment, reason };
            drop(self.write(vec![composite_write(0, stick)])?);
            return Ok(());
        }
        self.record(
            segment,
            Outcome::Refused(Cause::Unavailable { segment, reason }),
        )
    }

    fn record(&mut self, segment: u32, outcome: Outcome) -> Result<(), Crashed> {
        let record = CompositeCommand::Record(Record {
            generation: 1,
            segment,
            outcome,
        });
        drop(self.write(vec![composite_write(0, record)])?);
        Ok(())
    }

    fn write(&mut self, write: Write) -> Result<Result<Vec<Event>, Rejection>, Crashed> {
        self.world.pass(Duration::milliseconds(100));
        self.meet_the_slow_driver();
        let answer = self.world.write(&write);
        self.asked.push(write);
        self.writes += 1;
        match self.crashes.iter().find(|one| one.after == self.writes) {
            Some(crash) => {
                self.world.pass(crash.pause);
                self.world.lapse();
                Err(Crashed)
            }
            None => Ok(answer),
        }
    }

    /// Now and then something comes again, by a clock that is slow.
    fn meet_the_slow_driver(&mut self) {
        while !self.asked.is_empty() && self.happens(4) {
            let Some(chaos) = &mut self.chaos else { return };
            let write = chaos.pick(&self.asked).clone();
            let behind = Duration::milliseconds(i64::from(chaos.roll(1_500)));
            drop(self.world.write_by(self.world.now - behind, &write));
        }
    }

    fn happens(&mut self, one_in: u32) -> bool {
        self.chaos
            .as_mut()
            .is_some_and(|chaos| chaos.roll(one_in) == 0)
    }

    fn take_later(&mut self) {
        if let Scene::TakenLater(index) = self.scene {
            let index = usize::try_from(index).unwrap();
            let taken = self.world.composite(0).segments()[index].clone();
            self.world.block(taken.provider, taken.slot, 1);
            self.scene = Scene::Free;
        }
    }

    /// All or none; and so it stays, whatever comes late, before the deadline and after it.
    pub(super) fn check(&mut self, what: &str) {
        self.check_settled(what);
        for pause in [Duration::zero(), LATE] {
            self.world.pass(pause);
            for write in self.asked.clone().iter().rev() {
                drop(self.world.write(write));
            }
            self.check_settled(what);
        }
        self.world.lapse();
        assert!(self.world.held.is_empty(), "a hold is left: {what}");
    }

    fn check_settled(&self, what: &str) {
        let composite = self.world.composite(0);
        let expected = match composite.phase() {
            Phase::Confirmed | Phase::Pending => composite.segments().len(),
            // A linked request that is refused leaves nothing.
            Phase::RolledBack(_) | Phase::Absent => 0,
            other => panic!("has not settled: {other:?}: {what}"),
        };
        assert_eq!(self.world.standing.len(), expected, "{what}");
        assert!(!self.world.overlaps, "claims overlap: {what}");
        if expected == 0 {
            assert_eq!(self.world.claims_lost(), 0, "a claim is left: {what}");
        }
    }
}

fn settle(linked: Option<Action>) -> (At, Command) {
    composite_write(0, CompositeCommand::Settle { linked })
}

fn cause(rejection: Rejection) -> Cause {
    match rejection {
        Rejection::OfSegment { segment, because } => Cause::Refused {
            segment,
            rejection: *because,
        },
        other => panic!("does not name the segment: {other}"),
    }
}

/// Half an hour each, one after the other, with providers by turns.
pub(super) fn segments(count: u32) -> Vec<Segment> {
    (1..=count)
        .map(|number| {
            let start = at("10:00") + Duration::minutes(30) * i32::try_from(number).unwrap();
            Segment {
                slot: TimeSlot::starting(start, 30).unwrap(),
                ..segment(number, 1 + number % PROVIDERS, "10:00-10:30")
            }
        })
        .collect()
}
