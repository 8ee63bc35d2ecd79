//! Stop 2 of 6, in steps: lanes, decision, unit, commit, answer.
//!
//! From [`Ledger::execute`]. The rules are [`crate::domain::State::decide`] (stop 3); the unit is built in
//! [`super::recording`] and written by [`super::committer`] (stop 4).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};

use super::lanes::{HeldLane, Hot};
use super::limits::{LANES_WITHIN, LINKED_STREAMS_MAX};
use super::record::{Addressed, CommandContext, Executed, Idempotency, StreamKey};
use super::recording::{Decided, Recording};
use super::refusal::Rejected;
use super::store::Turn;
use super::unit::UnitOutcome;
use super::{Ledger, LedgerError};
use crate::domain::time::Timestamp;
use crate::domain::{Fact, Rejection, State};

/// How often a command is decided: twice with everybody else, then once alone.
const ATTEMPTS_MAX: u32 = 3;

/// How one attempt ended.
pub(super) enum Attempt {
    Done(Executed),
    /// A stream moved on, written by another process: load and decide again.
    Again,
}

impl Ledger {
    /// Runs a command to its end; [`Ledger::execute`] runs this as a task of its own.
    pub(super) async fn run(
        self: Arc<Self>,
        context: CommandContext,
        commands: Vec<Addressed>,
        _place: OwnedSemaphorePermit,
    ) -> Result<Executed, LedgerError> {
        let streams: BTreeSet<StreamKey> = commands.iter().map(|command| command.stream).collect();
        if LINKED_STREAMS_MAX < streams.len() {
            return Err(LedgerError::TooLarge {
                limit: "100 streams",
            });
        }
        let deadline = Instant::now() + LANES_WITHIN;
        let _flight = match &context.idempotency {
            Some(idempotency) => {
                let flight = self.flights.enter(context.tenant, &idempotency.key);
                Some(waited(deadline, "its key", flight).await?)
            }
            None => None,
        };
        for attempt in 1..=ATTEMPTS_MAX {
            let alone = attempt == ATTEMPTS_MAX;
            match self
                .attempt(&context, &commands, &streams, alone, deadline)
                .await
            {
                Ok(Attempt::Done(executed)) => return Ok(executed),
                Ok(Attempt::Again) => tracing::debug!(attempt, "a stream moved on; deciding again"),
                Err(LedgerError::Stale) => {
                    // Whoever builds the command anew must not meet the same old terms in this process.
                    for (stream, _) in terms_read(&context, &commands) {
                        self.state(stream).await?;
                    }
                    return Err(LedgerError::Stale);
                }
                Err(error) => return Err(error),
            }
        }
        tracing::warn!("a command lost every race, the last one alone");
        Err(LedgerError::Unavailable)
    }

    async fn attempt(
        &self,
        context: &CommandContext,
        commands: &[Addressed],
        streams: &BTreeSet<StreamKey>,
        alone: bool,
        deadline: Instant,
    ) -> Result<Attempt, LedgerError> {
        let mut lanes = self.hold(streams, deadline).await?;
        let mut _queue = None;
        let turn = if alone {
            _queue = Some(waited(deadline, "its turn", self.turns.lock()).await?);
            Some(self.take_turn(context, commands, &lanes).await?)
        } else {
            None
        };
        let hot = hot_streams(&lanes);
        let now = self.decision_time(&hot);
        match decide(now, &hot, commands, &context.parts) {
            Ok(decided) => {
                self.check_facts(&hot, commands).await?;
                let reads = terms_read(context, commands);
                let recording = self.record(context, now, reads, decided).await?;
                // From here on nobody but the lane may hold the state, or folding the events would copy it.
                drop(hot);
                self.commit(context, &mut lanes, recording, turn).await
            }
            Err(rejection) => {
                let versions = hot.iter().map(|(key, hot)| (*key, hot.version)).collect();
                drop(hot);
                let rejected = Rejected {
                    now,
                    versions,
                    terms: terms_read(context, commands),
                    rejection,
                };
                self.refuse(context, &lanes, rejected, turn).await
            }
        }
    }

    /// Appends facts that were decided elsewhere, on the given version of one stream (see [`super::event_store`]).
    ///
    /// # Errors
    /// [`LedgerError::Stale`] when the stream has another version; else as [`Ledger::execute`].
    pub(super) async fn append(
        &self,
        context: CommandContext,
        stream: StreamKey,
        expected: u64,
        decided_at: Timestamp,
        facts: Vec<Fact>,
    ) -> Result<Executed, LedgerError> {
        let deadline = Instant::now() + LANES_WITHIN;
        let mut lanes = self.hold(&BTreeSet::from([stream]), deadline).await?;
        let before = hot_streams(&lanes)
            .remove(&stream)
            .filter(|hot| hot.version == expected && hot.decided_at <= decided_at)
            .ok_or(LedgerError::Stale)?;
        let decided = vec![Decided {
            stream,
            before,
            facts,
        }];
        let recording = self
            .record(&context, decided_at, Vec::new(), decided)
            .await?;
        match self.commit(&context, &mut lanes, recording, None).await? {
            Attempt::Done(executed) => Ok(executed),
            Attempt::Again => Err(LedgerError::Stale),
        }
    }

    /// Takes the lanes in ascending key order and loads what is not hot.
    pub(super) async fn hold(
        &self,
        streams: &BTreeSet<StreamKey>,
        deadline: Instant,
    ) -> Result<Vec<HeldLane>, LedgerError> {
        let mut lanes = Vec::with_capacity(streams.len());
        for stream in streams {
            let lane = waited(deadline, "its lanes", self.lanes.hold(*stream)).await?;
            if lane.hot().is_none() {
                lane.load(self.load(Hot::empty(*stream), *stream).await?);
            }
            lanes.push(lane);
        }
        Ok(lanes)
    }

    /// Read once all lanes are held, and never before the last event of any of them.
    fn decision_time(&self, hot: &BTreeMap<StreamKey, Hot>) -> Timestamp {
        hot.values()
            .map(|hot| hot.decided_at)
            .fold(self.clock.now(), Ord::max)
    }

    async fn commit(
        &self,
        context: &CommandContext,
        lanes: &mut [HeldLane],
        recording: Recording,
        turn: Option<Turn>,
    ) -> Result<Attempt, LedgerError> {
        let Recording { unit, events } = recording;
        let command = unit.command;
        if unit.writes.is_empty() && unit.key.is_none() {
            return Ok(Attempt::Done(Executed {
                command,
                events,
                replayed: false,
            }));
        }
        let names = unit.names.clone();
        let (reads, asked_at) = (unit.reads.clone(), self.clock.now());
        for lane in &mut *lanes {
            lane.begin_commit();
        }
        let outcome = self.write(unit, turn).await?;
        match outcome {
            UnitOutcome::Committed { last_position: _ } => {
                for lane in lanes {
                    lane.finish_commit(&events, &self.snapshots);
                }
                self.directory.forget(&names);
                // The commit compared the terms: nobody need ask again so soon.
                for (stream, version) in reads {
                    self.lanes.lane(stream).confirm_version(asked_at, version);
                }
                Ok(Attempt::Done(Executed {
                    command,
                    events,
                    replayed: false,
                }))
            }
            UnitOutcome::NameTaken(what) => {
                keep_hot(lanes);
                let rejected = Rejected {
                    now: self.clock.now(),
                    versions: Vec::new(),
                    terms: Vec::new(),
                    rejection: Rejection::NameTaken { what },
                };
                self.bind_refusal(context, rejected, None).await
            }
            UnitOutcome::ReadMoved | UnitOutcome::KeyKnown | UnitOutcome::KeyDestroyed => {
                keep_hot(lanes);
                self.settle(context, outcome).await
            }
            UnitOutcome::GuardRefused
            | UnitOutcome::Moved
            | UnitOutcome::Failed
            | UnitOutcome::Retry
            | UnitOutcome::Unknown => self.settle(context, outcome).await,
        }
    }

    /// Nothing of the unit was written: says how to go on.
    pub(super) async fn settle(
        &self,
        context: &CommandContext,
        outcome: UnitOutcome,
    ) -> Result<Attempt, LedgerError> {
        match outcome {
            UnitOutcome::KeyKnown => match &context.idempotency {
                Some(idempotency) => self.replay(context, idempotency).await.map(Attempt::Done),
                None => Err(LedgerError::Corrupt(
                    "a key is known that was not sent".to_owned(),
                )),
            },
            UnitOutcome::ReadMoved => Err(LedgerError::Stale),
            UnitOutcome::KeyDestroyed => Err(LedgerError::Erased),
            UnitOutcome::GuardRefused => Err(LedgerError::InvariantBroken),
            UnitOutcome::Moved | UnitOutcome::Retry => Ok(Attempt::Again),
            UnitOutcome::Committed { .. }
            | UnitOutcome::NameTaken(_)
            | UnitOutcome::Failed
            | UnitOutcome::Unknown => Err(LedgerError::Unavailable),
        }
    }

    /// The outcome an idempotency key is bound to, from the log.
    async fn replay(
        &self,
        context: &CommandContext,
        idempotency: &Idempotency,
    ) -> Result<Executed, LedgerError> {
        let outcome = self.recorded_outcome(context.tenant, idempotency).await?;
        outcome.ok_or(LedgerError::Unavailable)
    }
}

/// What others let go of in time; nothing of the command is written yet.
async fn waited<T>(
    deadline: Instant,
    what: &'static str,
    free: impl Future<Output = T>,
) -> Result<T, LedgerError> {
    timeout_at(deadline, free).await.map_err(|elapsed| {
        tracing::warn!(%elapsed, what, "a command waited too long");
        LedgerError::Unavailable
    })
}

/// Nothing was written, and not because a stream moved: what is hot stays true.
fn keep_hot(lanes: &mut [HeldLane]) {
    for lane in lanes {
        lane.abandon_commit();
    }
}

fn hot_streams(lanes: &[HeldLane]) -> BTreeMap<StreamKey, Hot> {
    lanes
        .iter()
        .filter_map(|lane| Some((lane.stream, lane.hot()?)))
        .collect()
}

/// Decides every command, each against what the ones before it on the same stream decided. A refusal names the part of the
/// request that its command is of.
fn decide(
    now: Timestamp,
    hot: &BTreeMap<StreamKey, Hot>,
    commands: &[Addressed],
    parts: &[u32],
) -> Result<Vec<Decided>, Rejection> {
    let mut decided: BTreeMap<StreamKey, (Vec<Fact>, Option<State>)> = BTreeMap::new();
    for (index, addressed) in commands.iter().enumerate() {
        let Some(before) = hot.get(&addressed.stream) else {
            continue;
        };
        let (facts, scratch) = decided.entry(addressed.stream).or_default();
        let state = scratch.as_ref().unwrap_or(&before.state);
        let decision = state.decide(now, &addressed.command);
        let new = decision.map_err(|rejection| match parts.get(index) {
            Some(part) => Rejection::OfSegment {
                segment: *part,
                because: Box::new(rejection),
            },
            None => rejection,
        })?;
        let is_last = commands
            .iter()
            .skip(index + 1)
            .all(|next| next.stream != addressed.stream);
        if !is_last {
            let onward = scratch.get_or_insert_with(|| State::clone(&before.state));
            let first = before.version + 1 + u64::try_from(facts.len()).unwrap_or_default();
            for (fact, sequence) in new.iter().zip(first..) {
                onward.evolve(sequence, now, &fact.event);
            }
        }
        facts.extend(new);
    }
    Ok(decided
        .into_iter()
        .filter_map(|(stream, (facts, _))| {
            let before = hot.get(&stream)?.clone();
            Some(Decided {
                stream,
                before,
                facts,
            })
        })
        .collect())
}

/// What the commands were built from (event types, and what the context names), as versions the commit compares.
pub(super) fn terms_read(
    context: &CommandContext,
    commands: &[Addressed],
) -> Vec<(StreamKey, u64)> {
    let read: BTreeMap<StreamKey, u64> = commands
        .iter()
        .filter_map(|addressed| addressed.command.event_type_read())
        .map(|(event_type, version)| (StreamKey::event_type(context.tenant, event_type), version))
        .chain(context.reads.iter().copied())
        .collect();
    read.into_iter().collect()
}
