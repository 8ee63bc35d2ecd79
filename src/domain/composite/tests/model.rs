//! Every interleaving of two composites that want overlapping slots of two providers, by stateright over the real rules.
//!
//! Drivers look at a composite, ask a provider, hear its answer, and record it; a crash is a driver that does not go on, and
//! several of them may be anywhere in between. So what was asked may arrive now, later or never, and again; and so may what is
//! recorded. The deadline passes at any time, and an undo may fail. The streams are real; two states that differ in nothing but versions are one.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use chrono::Duration;
use stateright::{Checker, HasDiscoveries, Model, Property};

use super::super::command::{CompositeCommand, Outcome, Record, Request};
use super::super::event::Cause;
use super::super::{Action, Next, Phase, Progress};
use super::world::{World, Write, composite_write};
use super::{composite_id, request, segment};
use crate::domain::id::HoldId;
use crate::domain::rejection::Rejection;

/// What is known to be wrong with the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// Providers do not remember what they undid.
    ForgetsBars,
    /// Only what is recorded as done is undone, not what may be on its way.
    UndoesOnlyWhatIsRecorded,
}

/// Two composites of two segments each, the one requested step by step, the other with everything held.
struct Protocol {
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Hold,
    Confirm,
    Compensate,
}

/// A step on its way to a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Asked {
    composite: usize,
    segment: u32,
    kind: Kind,
}

#[derive(Clone, Debug)]
struct Now {
    world: World,
    is_late: bool,
    asked: BTreeSet<Asked>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// A driver looks what is next and asks for it, or records it where it is no step.
    Look(usize),
    /// What was asked arrives at its provider, and nobody hears the answer.
    Arrive(Asked),
    /// What was asked arrives at its provider, and the answer is recorded.
    Answer(Asked),
    /// Nothing was answered, and that is recorded.
    GiveUp(Asked),
    /// Everything is confirmed at once.
    ConfirmAll(usize),
    /// Everything is undone at once.
    UndoAll(usize),
    /// An operator lets a stuck one go on.
    Retry(usize),
    /// Time passes the deadline.
    DeadlinePasses,
}

impl Model for Protocol {
    type State = Now;
    type Action = Turn;

    fn init_states(&self) -> Vec<Now> {
        let mut world = World::new(2);
        world.forgets_bars = self.fault == Fault::ForgetsBars;
        let mut now = Now {
            world,
            is_late: false,
            asked: BTreeSet::new(),
        };
        let first = vec![segment(1, 1, "10:00-10:30"), segment(2, 2, "10:30-11:00")];
        let second = vec![segment(3, 1, "10:00-10:30"), segment(4, 2, "10:30-11:30")];
        for (index, segments) in [first, second].into_iter().enumerate() {
            let request = Request {
                composite: composite_id(u32::try_from(index).unwrap()),
                ..request(segments)
            };
            let request = CompositeCommand::Request(Box::new(request));
            now.write(vec![composite_write(index, request)]);
        }
        vec![now]
    }

    fn actions(&self, now: &Now, turns: &mut Vec<Turn>) {
        for composite in 0..2 {
            turns.extend([
                Turn::Look(composite),
                Turn::ConfirmAll(composite),
                Turn::UndoAll(composite),
                Turn::Retry(composite),
            ]);
        }
        for asked in &now.asked {
            let asked = *asked;
            turns.extend([
                Turn::Arrive(asked),
                Turn::Answer(asked),
                Turn::GiveUp(asked),
            ]);
        }
        if !now.is_late {
            turns.push(Turn::DeadlinePasses);
        }
    }

    /// `None` where nothing changes: so every path ends.
    fn next_state(&self, before: &Now, turn: Turn) -> Option<Now> {
        let mut now = before.clone();
        let changed = match turn {
            Turn::Look(composite) => now.look(composite, self.fault),
            Turn::Arrive(asked) => now.arrive(asked).1,
            Turn::Answer(asked) => {
                let (outcome, changed) = now.arrive(asked);
                outcome.is_some_and(|outcome| now.record(asked, outcome)) || changed
            }
            Turn::GiveUp(asked) if asked.kind == Kind::Compensate => now.command(
                asked.composite,
                CompositeCommand::Stick {
                    segment: asked.segment,
                    reason: "timeout".to_owned(),
                },
            ),
            Turn::GiveUp(asked) => now.record(asked, Outcome::Refused(unavailable(asked))),
            Turn::ConfirmAll(composite) => now.all_at_once(composite, Action::Confirm, None),
            Turn::UndoAll(composite) => {
                let cause = CompositeCommand::RollBack(Cause::DeadlinePassed);
                now.all_at_once(composite, Action::Compensate, Some(cause))
            }
            Turn::Retry(composite) => now.command(composite, CompositeCommand::Retry),
            Turn::DeadlinePasses => {
                now.world.pass(Duration::minutes(2));
                now.is_late = true;
                true
            }
        };
        changed.then_some(now)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("what has settled is whole", |_, now: &Now| {
                (0..2).all(|composite| now.is_whole(composite))
            }),
            Property::always("claims do not overlap", |_, now: &Now| !now.world.overlaps),
            Property::eventually("both settle", |_, now: &Now| {
                (0..2).all(|composite| now.has_settled(composite))
            }),
            Property::sometimes("either may win", |_, now: &Now| now.won(0)),
            Property::sometimes("or the other", |_, now: &Now| now.won(1)),
            Property::sometimes("or neither", |_, now: &Now| now.lost(0) && now.lost(1)),
            Property::sometimes("one may be stuck", |_, now: &Now| {
                matches!(now.phase(0), Phase::Stuck { .. })
            }),
        ]
    }
}

impl Now {
    fn phase(&self, composite: usize) -> &Phase {
        self.world.composite(composite).phase()
    }

    fn won(&self, composite: usize) -> bool {
        *self.phase(composite) == Phase::Confirmed
    }

    fn lost(&self, composite: usize) -> bool {
        matches!(self.phase(composite), Phase::RolledBack(_))
    }

    fn has_settled(&self, composite: usize) -> bool {
        self.won(composite) || self.lost(composite)
    }

    /// All or none, and no hold that may still become a booking.
    fn is_whole(&self, composite: usize) -> bool {
        let standing = self.world.standing_of(composite);
        if self.won(composite) {
            return standing == 2;
        }
        !self.lost(composite) || (standing == 0 && self.world.held_of(composite) == 0)
    }

    fn look(&mut self, composite: usize, fault: Fault) -> bool {
        let stream = self.world.composite(composite);
        match stream.next(self.world.now) {
            Next::Rest => false,
            Next::Settle => self.command(composite, CompositeCommand::Settle { linked: None }),
            Next::Expire => {
                self.command(composite, CompositeCommand::RollBack(Cause::DeadlinePassed))
            }
            Next::Step { segment, action } => {
                let asked = Asked {
                    composite,
                    segment,
                    kind: match action {
                        Action::Hold => Kind::Hold,
                        Action::Confirm => Kind::Confirm,
                        Action::Compensate => Kind::Compensate,
                    },
                };
                let index = usize::try_from(segment).unwrap();
                if fault == Fault::UndoesOnlyWhatIsRecorded
                    && action == Action::Compensate
                    && stream.progress()[index] == Progress::Planned
                {
                    return self.record(asked, Outcome::Compensated);
                }
                self.asked.insert(asked)
            }
        }
    }

    /// What the provider answers, unless it is too late for anything; and whether anything changed.
    fn arrive(&mut self, asked: Asked) -> (Option<Outcome>, bool) {
        let (action, done) = match asked.kind {
            Kind::Hold => (Action::Hold, Outcome::Held),
            Kind::Confirm => (Action::Confirm, Outcome::Confirmed),
            Kind::Compensate => (Action::Compensate, Outcome::Compensated),
        };
        let step = self.world.step(asked.composite, asked.segment, action);
        match self.world.write(&[step]) {
            Ok(events) => (Some(done), !events.is_empty()),
            // The deadline, or an undo, has come between: the driver looks again.
            Err(Rejection::OfSegment { because, .. }) if *because == Rejection::StepTooLate => {
                (None, false)
            }
            Err(_) => (Some(Outcome::Refused(unavailable(asked))), false),
        }
    }

    fn record(&mut self, asked: Asked, outcome: Outcome) -> bool {
        let record = CompositeCommand::Record(Record {
            generation: 1,
            segment: asked.segment,
            outcome,
        });
        self.command(asked.composite, record)
    }

    fn command(&mut self, composite: usize, command: CompositeCommand) -> bool {
        self.write(vec![composite_write(composite, command)])
    }

    /// Every step in one linked command. Where the composite has gone on, it must not get as far as the steps.
    fn all_at_once(
        &mut self,
        composite: usize,
        action: Action,
        first: Option<CompositeCommand>,
    ) -> bool {
        let linked = Some(action);
        let mut write: Write = first
            .into_iter()
            .chain([CompositeCommand::Settle { linked }])
            .map(|command| composite_write(composite, command))
            .collect();
        if matches!(
            self.phase(composite),
            Phase::Requested | Phase::Compensating(_)
        ) {
            write.extend(self.world.steps(composite, action));
        }
        self.write(write)
    }

    /// Whether anything was recorded.
    fn write(&mut self, write: Write) -> bool {
        self.world
            .write(&write)
            .is_ok_and(|events| !events.is_empty())
    }
}

/// What the rules read, without versions.
impl Now {
    fn essence(&self) -> impl Hash + PartialEq + '_ {
        let composites = [0, 1].map(|index| {
            let composite = self.world.composite(index);
            let phase = match composite.phase() {
                Phase::Absent => 0_u8,
                Phase::Requested => 1,
                Phase::Pending => 2,
                Phase::Confirmed => 3,
                Phase::Compensating(_) => 4,
                Phase::RolledBack(_) => 5,
                Phase::Stuck { .. } => 6,
                Phase::Abandoned => 7,
                Phase::Cancelled => 8,
            };
            let progress = composite.progress().to_vec();
            (phase, progress)
        });
        let undone: BTreeSet<HoldId> = self.world.undone.iter().copied().collect();
        (
            composites,
            undone,
            &self.world.standing,
            &self.world.held,
            self.world.overlaps,
            self.is_late,
            &self.asked,
        )
    }
}

impl Hash for Now {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.essence().hash(hasher);
    }
}

impl PartialEq for Now {
    fn eq(&self, other: &Self) -> bool {
        self.essence() == other.essence()
    }
}

fn unavailable(asked: Asked) -> Cause {
    Cause::Unavailable {
        segment: asked.segment,
        reason: "timeout".to_owned(),
    }
}

#[test]
fn two_composites_never_stand_in_part_and_always_settle() {
    let fault = Fault::None;
    let checker = Protocol { fault }.checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
}

#[test]
fn the_model_finds_what_is_wrong_with_a_lesser_protocol() {
    for fault in [Fault::ForgetsBars, Fault::UndoesOnlyWhatIsRecorded] {
        let checker = Protocol { fault }
            .checker()
            .threads(2)
            .finish_when(HasDiscoveries::AnyFailures)
            .spawn_bfs()
            .join();
        let found = checker.discovery("what has settled is whole");
        assert!(found.is_some(), "{fault:?}");
    }
}
