//! Streams of composites and providers as the ledger keeps them: linked commands are decided one after the other and written
//! whole or not at all, every stream's time only goes on, and claims never overlap.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::Duration;

use super::super::command::CompositeCommand;
use super::super::{Action, Composite};
use super::provider_id;
use crate::domain::aggregate::{AggregateKind, ClaimChange, Command, Event, State};
use crate::domain::id::{BlockId, BookingId, ClaimId, HoldId, ProviderId};
use crate::domain::personal::Personal;
use crate::domain::provider::command::{Block, BookingFacts, ProviderCommand, SegmentAction};
use crate::domain::provider::event::{BlockKind, ProviderEvent};
use crate::domain::provider::tests::facts::fold_facts;
use crate::domain::provider::tests::stage::{at, create};
use crate::domain::rejection::Rejection;
use crate::domain::time::{TimeSlot, Timestamp};

/// Providers of a world: segments share them.
pub(super) const PROVIDERS: u32 = 2;

/// One stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum At {
    Composite(usize),
    Provider(ProviderId),
}

/// What is written at once.
pub(super) type Write = Vec<(At, Command)>;

#[derive(Clone, Debug)]
struct Stream {
    state: State,
    sequence: u64,
    decided_at: Timestamp,
}

/// Everything that is recorded. Cheap to copy: the model keeps many of them.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) now: Timestamp,
    streams: BTreeMap<At, Arc<Stream>>,
    facts: Arc<BTreeMap<BookingId, BookingFacts>>,
    claims: BTreeMap<(ProviderId, ClaimId), (Timestamp, Timestamp)>,
    /// Bookings that were placed and not undone, whether or not they are over.
    pub(super) standing: BTreeSet<BookingId>,
    /// Holds that were placed and have not ended.
    pub(super) held: BTreeSet<HoldId>,
    /// Bookings and holds of segments in the order in which they were undone.
    pub(super) undone: Vec<HoldId>,
    /// Whether the database would have refused a claim.
    pub(super) overlaps: bool,
    /// A fault of the rules, to prove that it is found: bars are recorded and not remembered.
    pub(super) forgets_bars: bool,
}

impl World {
    /// Always-open providers and so many composites that are not requested yet, at `09:00`.
    pub(super) fn new(composites: usize) -> Self {
        let mut world = Self {
            now: at("09:00"),
            streams: (0..composites)
                .map(|index| (At::Composite(index), empty(AggregateKind::Composite)))
                .collect(),
            facts: Arc::default(),
            claims: BTreeMap::new(),
            standing: BTreeSet::new(),
            held: BTreeSet::new(),
            undone: Vec::new(),
            overlaps: false,
            forgets_bars: false,
        };
        for number in 1..=PROVIDERS {
            let at = At::Provider(provider_id(number));
            world.streams.insert(at, empty(AggregateKind::Provider));
            let create = ProviderCommand::Create(create());
            world.write(&[provider_write(at, create)]).unwrap();
        }
        world
    }

    pub(super) fn composite(&self, index: usize) -> &Composite {
        match &self.streams[&At::Composite(index)].state {
            State::Composite(composite) => composite,
            other => panic!("not a composite: {other:?}"),
        }
    }

    /// Writes all or nothing, by the world's clock.
    pub(super) fn write(&mut self, write: &[(At, Command)]) -> Result<Vec<Event>, Rejection> {
        self.write_by(self.now, write)
    }

    /// Writes all or nothing, by a clock of its own; no stream's time goes back.
    pub(super) fn write_by(
        &mut self,
        clock: Timestamp,
        write: &[(At, Command)],
    ) -> Result<Vec<Event>, Rejection> {
        let now = write
            .iter()
            .map(|(at, _)| self.streams[at].decided_at)
            .fold(clock, Ord::max);
        let before = (self.streams.clone(), Arc::clone(&self.facts));
        let mut recorded = Vec::new();
        for (at, command) in write {
            match self.decide(*at, now, command) {
                Ok(events) => recorded.extend(events.into_iter().map(|event| (*at, event))),
                Err(rejection) => {
                    (self.streams, self.facts) = before;
                    return Err(rejection);
                }
            }
        }
        self.keep(&recorded);
        Ok(recorded.into_iter().map(|(_, event)| event).collect())
    }

    fn decide(
        &mut self,
        at: At,
        now: Timestamp,
        command: &Command,
    ) -> Result<Vec<Event>, Rejection> {
        let facts = self.streams[&at].state.decide(now, command)?;
        if facts.is_empty() {
            return Ok(Vec::new());
        }
        let stream = Arc::make_mut(self.streams.get_mut(&at).unwrap());
        let mut events = Vec::new();
        for fact in facts {
            stream.sequence += 1;
            stream.decided_at = now;
            let barred = matches!(&fact.event, Event::Provider(event)
                if matches!(**event, ProviderEvent::SegmentBarred(_)));
            if !(barred && self.forgets_bars) {
                stream.state.evolve(stream.sequence, now, &fact.event);
            }
            if let Event::Provider(event) = &fact.event {
                fold_facts(Arc::make_mut(&mut self.facts), stream.sequence, event);
            }
            events.push(fact.event);
        }
        Ok(events)
    }

    /// What the database keeps beside the streams: of one write first all deletions, then all insertions.
    fn keep(&mut self, recorded: &[(At, Event)]) {
        for (at, event) in recorded {
            let (At::Provider(provider), Event::Provider(event)) = (at, event) else {
                continue;
            };
            for change in event.claims() {
                if let ClaimChange::Remove(claim) = change {
                    self.claims.remove(&(*provider, claim));
                }
            }
            self.keep_entry(event);
        }
        for (at, event) in recorded {
            let (At::Provider(provider), Event::Provider(event)) = (at, event) else {
                continue;
            };
            for change in event.claims() {
                if let ClaimChange::Insert {
                    claim, start, end, ..
                } = change
                    && self.is_open(claim)
                {
                    self.claim(*provider, claim, (start, end));
                }
            }
        }
    }

    fn is_open(&self, claim: ClaimId) -> bool {
        let uuid = claim.as_uuid();
        self.standing.contains(&BookingId::from_uuid(uuid))
            || self.held.contains(&HoldId::from_uuid(uuid))
    }

    fn claim(&mut self, provider: ProviderId, claim: ClaimId, span: (Timestamp, Timestamp)) {
        let over = self.claims.iter().find(|((of, other), (start, end))| {
            *of == provider && *other != claim && *start < span.1 && span.0 < *end
        });
        self.overlaps |= over.is_some();
        self.claims.insert((provider, claim), span);
    }

    fn keep_entry(&mut self, event: &ProviderEvent) {
        match event {
            ProviderEvent::BookingPlaced(placed) | ProviderEvent::BookingRequested(placed) => {
                self.standing.insert(placed.booking);
            }
            ProviderEvent::BookingCompensated(compensated) => {
                self.standing.remove(&compensated.ended.booking);
            }
            ProviderEvent::HoldPlaced(placed) => {
                self.held.insert(placed.hold);
            }
            ProviderEvent::HoldReleased(ended)
            | ProviderEvent::HoldExpired(ended)
            | ProviderEvent::HoldRedeemed(ended) => {
                self.held.remove(&ended.hold);
            }
            ProviderEvent::SegmentBarred(barred) => self.undone.push(barred.hold),
            _ => {}
        }
    }

    /// Enters busy time with a provider: what is not booked there yet cannot be any more.
    pub(super) fn block(&mut self, provider: ProviderId, slot: TimeSlot, number: u128) {
        let block = ProviderCommand::Block(Block {
            block: BlockId::from_uuid(uuid::Uuid::from_u128(number)),
            start: slot.start(),
            end: slot.end(),
            kind: BlockKind::Manual,
        });
        let write = [provider_write(At::Provider(provider), block)];
        self.write(&write).unwrap();
    }

    /// What a follower does for idle providers.
    pub(super) fn lapse(&mut self) {
        for number in 1..=PROVIDERS {
            let at = At::Provider(provider_id(number));
            let lapse = [provider_write(at, ProviderCommand::Lapse)];
            while !self.write(&lapse).unwrap().is_empty() {}
        }
    }

    /// A step of a segment; an undo with what is known of its booking, as a driver reads it.
    pub(super) fn step(&self, index: usize, segment: u32, action: Action) -> (At, Command) {
        let composite = self.composite(index);
        let personal = Personal::default();
        let (provider, mut step) = composite.step(segment, action, &personal).unwrap();
        if let SegmentAction::Compensate { known, .. } = &mut step.action {
            *known = self.facts.get(&step.booking).cloned().map(Box::new);
        }
        provider_write(
            At::Provider(provider),
            ProviderCommand::Segment(Box::new(step)),
        )
    }

    /// The step of every segment.
    pub(super) fn steps(&self, index: usize, action: Action) -> Write {
        (0..)
            .zip(self.composite(index).segments())
            .map(|(segment, _)| self.step(index, segment, action))
            .collect()
    }

    /// How many bookings of a composite stand.
    pub(super) fn standing_of(&self, index: usize) -> usize {
        let segments = self.composite(index).segments();
        let stands = |booking: BookingId| self.standing.contains(&booking);
        segments.iter().filter(|one| stands(one.booking)).count()
    }

    /// How many holds of a composite are kept.
    pub(super) fn held_of(&self, index: usize) -> usize {
        let segments = self.composite(index).segments();
        segments
            .iter()
            .filter(|one| self.held.contains(&one.hold))
            .count()
    }

    /// Claims that no standing booking has.
    pub(super) fn claims_lost(&self) -> usize {
        let lost = |claim: &ClaimId| {
            let booking = BookingId::from_uuid(claim.as_uuid());
            !self.standing.contains(&booking)
        };
        self.claims.keys().filter(|(_, claim)| lost(claim)).count()
    }

    pub(super) fn pass(&mut self, time: Duration) {
        self.now += time;
    }
}

fn empty(kind: AggregateKind) -> Arc<Stream> {
    Arc::new(Stream {
        state: State::empty(kind),
        sequence: 0,
        decided_at: at("00:00"),
    })
}

pub(super) fn provider_write(at: At, command: ProviderCommand) -> (At, Command) {
    (at, Command::Provider(Box::new(command)))
}

pub(super) fn composite_write(index: usize, command: CompositeCommand) -> (At, Command) {
    (At::Composite(index), Command::Composite(command))
}
