//! Crashes at every point between two writes, over the real states: afterwards everything stands, or nothing does.
//!
//! A driver writes and then forgets everything it knew; another one goes on from what is recorded, at once, after the deadline,
//! or hours later. Random runs add a slow driver whose writes come again, late and in any order, steps that time out and arrive
//! afterwards, and undos that fail.

use chrono::Duration;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::super::command::{CompositeCommand, Outcome, Record};
use super::super::event::{Cause, Segment};
use super::super::{Action, Next, Phase};
use super::world::{PROVIDERS, World, Write, composite_write};
use super::{asking, at, request, segment};
use crate::domain::aggregate::{Command, Event};
use crate::domain::rejection::Rejection;
use crate::domain::time::TimeSlot;

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scene {
    Free,
    /// A person has to confirm the first segment.
    Asking,
    /// The segment's slot is taken before it is held.
    Taken(u32),
    /// The segment's slot is taken between its hold and its confirmation.
    TakenLater(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Path {
    Linked,
    Stepwise,
}

/// A crash after so many writes, and how long nobody goes on.
#[derive(Clone, Copy, Debug)]
struct Crash {
    after: u32,
    pause: Duration,
}

/// The driver is gone.
#[derive(Debug)]
struct Crashed;

const SOON: Duration = Duration::seconds(1);
const LATE: Duration = Duration::minutes(2);
const HOURS: Duration = Duration::hours(5);

/// Random runs.
const RUNS: u64 = 10_000;

/// One composite, driven.
struct Run {
    world: World,
    scene: Scene,
    crashes: Vec<Crash>,
    writes: u32,
    /// Everything that any driver ever asked for.
    asked: Vec<Write>,
    chaos: Option<SmallRng>,
}

impl Run {
    fn new(scene: Scene, crashes: &[Crash]) -> Self {
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
    fn to_the_end(&mut self, count: u32, path: Path) {
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
            self.world.write(&vec![retry]).unwrap();
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
        planned.write(&vec![request.clone()]).unwrap();
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
            self.write(undos)?.ok();
        }
        Ok(())
    }

    /// Goes on from what is recorded until there is nothing to do.
    fn drive(&mut self) -> Result<(), Crashed> {
        loop {
            match self.world.composite(0).next(self.world.now) {
                Next::Rest => return Ok(()),
                Next::Settle => {
                    self.write(vec![settle(None)])?.ok();
                }
                Next::Expire => {
                    let expire = CompositeCommand::RollBack(Cause::DeadlinePassed);
                    self.write(vec![composite_write(0, expire)])?.ok();
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
            self.write(vec![composite_write(0, stick)])?.ok();
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
        self.write(vec![composite_write(0, record)])?.ok();
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
            let write = self.asked[chaos.random_range(0..self.asked.len())].clone();
            let behind = Duration::milliseconds(chaos.random_range(0..1_500));
            self.world.write_by(self.world.now - behind, &write).ok();
        }
    }

    fn happens(&mut self, one_in: u32) -> bool {
        self.chaos
            .as_mut()
            .is_some_and(|chaos| chaos.random_ratio(1, one_in))
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
    fn check(&mut self, what: &str) {
        self.check_settled(what);
        for pause in [Duration::zero(), LATE] {
            self.world.pass(pause);
            for write in self.asked.clone().iter().rev() {
                self.world.write(write).ok();
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

fn settle(linked: Option<Action>) -> (super::world::At, Command) {
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
fn segments(count: u32) -> Vec<Segment> {
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

fn scenes(count: u32) -> Vec<Scene> {
    [Scene::Free, Scene::Asking]
        .into_iter()
        .chain((0..count).map(Scene::Taken))
        .chain((0..count).map(Scene::TakenLater))
        .collect()
}

/// Answers whether every crash took place.
fn run(count: u32, path: Path, scene: Scene, crashes: &[Crash]) -> bool {
    let what = format!("{count} segments, {path:?}, {scene:?}, {crashes:?}");
    let mut run = Run::new(scene, crashes);
    run.to_the_end(count, path);
    let happened = crashes.iter().all(|crash| crash.after <= run.writes);
    run.check(&what);
    happened
}

#[test]
fn without_a_crash_it_stands_or_is_rolled_back() {
    for count in 1..=5 {
        for path in [Path::Linked, Path::Stepwise] {
            for scene in scenes(count) {
                let mut run = Run::new(scene, &[]);
                run.to_the_end(count, path);
                let stands = run.world.standing_of(0) == usize::try_from(count).unwrap();
                assert_eq!(stands, matches!(scene, Scene::Free | Scene::Asking));
                run.check("no crash");
            }
        }
    }
}

#[test]
fn what_is_undone_step_by_step_is_undone_the_newest_first() {
    let mut run = Run::new(Scene::TakenLater(2), &[]);
    run.to_the_end(4, Path::Stepwise);
    let holds: Vec<_> = segments(4).iter().rev().map(|one| one.hold).collect();
    assert_eq!(run.world.undone, holds);
}

#[test]
fn a_crash_after_any_write_leaves_all_or_none() {
    for count in 1..=5 {
        for path in [Path::Linked, Path::Stepwise] {
            for scene in scenes(count) {
                for pause in [SOON, LATE, HOURS] {
                    for after in 1.. {
                        if !run(count, path, scene, &[Crash { after, pause }]) {
                            break;
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn two_crashes_after_any_writes_leave_all_or_none() {
    for path in [Path::Linked, Path::Stepwise] {
        for scene in scenes(3) {
            for pause in [SOON, LATE] {
                for first in 1.. {
                    let first = Crash {
                        after: first,
                        pause,
                    };
                    if !run(3, path, scene, &[first]) {
                        break;
                    }
                    for second in first.after + 1.. {
                        let second = Crash {
                            after: second,
                            pause: SOON,
                        };
                        if !run(3, path, scene, &[first, second]) {
                            break;
                        }
                    }
                }
            }
        }
    }
}

/// Three crashes anywhere, with a slow driver besides.
#[test]
fn crashes_and_a_slow_driver_leave_all_or_none() {
    let mut settled = [0_u32; 2];
    for seed in 0..RUNS {
        let mut chaos = SmallRng::seed_from_u64(seed);
        let count = chaos.random_range(1..=5);
        let scenes = scenes(count);
        let scene = scenes[chaos.random_range(0..scenes.len())];
        let path = [Path::Linked, Path::Stepwise][chaos.random_range(0..2)];
        let crashes: Vec<Crash> = (0..3)
            .map(|_| Crash {
                after: chaos.random_range(1..24),
                pause: [SOON, LATE, HOURS][chaos.random_range(0..3)],
            })
            .collect();
        let mut run = Run::new(scene, &crashes);
        run.chaos = Some(chaos);
        run.to_the_end(count, path);
        run.check(&format!(
            "seed {seed}: {count}, {path:?}, {scene:?}, {crashes:?}"
        ));
        settled[usize::from(run.world.standing.is_empty())] += 1;
    }
    assert!(
        settled.iter().all(|count| RUNS / 20 < u64::from(*count)),
        "{settled:?}"
    );
}

#[test]
fn the_simulation_finds_a_provider_that_forgets_what_it_undid() {
    let found = (0..1_000).any(|seed| {
        let outcome = std::panic::catch_unwind(|| {
            let mut run = Run::new(Scene::Free, &[]);
            run.world.forgets_bars = true;
            run.chaos = Some(SmallRng::seed_from_u64(seed));
            run.to_the_end(2, Path::Stepwise);
            run.check("a faulty provider");
        });
        outcome.is_err()
    });
    assert!(found);
}
