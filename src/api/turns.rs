//! Commands to several hosts of one event type: all of them, or whose turn it is, in one linked command.
//!
//! Whose turn it is, is guessed on the states as they stand; the ledger decides each way under its lanes.

use std::cmp::Reverse;

use super::Api;
use super::caller::Caller;
use super::directory::FoundEventType;
use super::failure::Failure;
use super::payload::Payload;
use super::provider_state::ProviderState;
use super::rejection::{Asked, failed};
use crate::domain::event_type::hosts::{AssignedHost, Assignment};
use crate::domain::id::{EventTypeId, HoldId, ProviderId, TenantId};
use crate::domain::provider::Provider;
use crate::domain::provider::command::ProviderCommand;
use crate::domain::time::Timestamp;
use crate::domain::{AggregateKind, Command};
use crate::ledger::LedgerError;
use crate::ledger::record::{Addressed, CommandContext, Executed, Idempotency, StreamKey};

/// Commands to providers of one tenant, linked.
pub(crate) type Linked = Vec<(ProviderId, ProviderCommand)>;

/// The commands as the ledger takes them.
pub(crate) fn addressed(tenant: TenantId, commands: Linked) -> Vec<Addressed> {
    commands
        .into_iter()
        .map(|(provider, command)| Addressed {
            stream: StreamKey::provider(tenant, provider),
            command: Command::Provider(Box::new(command)),
        })
        .collect()
}

/// A composite booking joins everything that is done to it and its segments, over all requests.
pub(crate) fn joined(context: CommandContext, linked: &[Addressed]) -> CommandContext {
    let mut streams = linked.iter().map(|command| command.stream);
    let whole = streams.find(|stream| stream.kind == AggregateKind::Composite);
    CommandContext {
        correlation: whole.map_or(context.correlation, |stream| stream.id),
        ..context
    }
}

/// The hosts of an event type, as they stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turns<'a> {
    /// Which event type.
    pub event_type: EventTypeId,
    /// When.
    pub now: Timestamp,
    /// All of them.
    pub states: &'a [(ProviderId, ProviderState)],
}

impl Turns<'_> {
    /// The ways to take hosts, the one to try first in front; never none. Several only where hosts take turns: each takes
    /// another one of them. Who is preferred comes first, and who keeps the hold, if there is one, alone.
    pub(crate) fn ways(
        self,
        assignment: &Assignment,
        hold: Option<HoldId>,
        prefers: impl Fn(ProviderId) -> bool,
        way: impl Fn(&[ProviderId]) -> Linked,
    ) -> Vec<Linked> {
        let fixed: Vec<ProviderId> = assignment.fixed().collect();
        let mut hosts: Vec<&AssignedHost> = assignment.by_turns().collect();
        if hosts.is_empty() {
            return vec![way(&fixed)];
        }
        let keeps = |host: &AssignedHost| hold.is_some_and(|hold| self.keeps(host.provider, hold));
        if hosts.iter().any(|host| keeps(host)) {
            hosts.retain(|host| keeps(host));
        }
        hosts.sort_by_cached_key(|host| {
            let is_preferred = prefers(host.provider);
            (
                Reverse(is_preferred),
                turn(host, self.event_type, self.states),
            )
        });
        let with = |host: &&AssignedHost| {
            let mut together = fixed.clone();
            together.push(host.provider);
            way(&together)
        };
        let mut ways: Vec<Linked> = hosts.iter().map(with).collect();
        // What the rules would refuse now is not tried, but for the first: one refusal is needed to be answered.
        let free: Vec<bool> = ways.iter().map(|one| self.accepts(one)).collect();
        if !free.contains(&true) {
            ways.truncate(1);
            return ways;
        }
        let ways = ways.into_iter().zip(free);
        ways.filter_map(|(one, is_free)| is_free.then_some(one))
            .collect()
    }

    /// A host, if it is there.
    pub(crate) fn provider(&self, provider: ProviderId) -> Option<&Provider> {
        state_of(provider, self.states)?.provider()
    }

    /// Further providers who keep the slot of a hold that is at home with this one.
    pub(crate) fn others_holding(&self, home: ProviderId, hold: Option<HoldId>) -> &[ProviderId] {
        match (self.provider(home), hold) {
            (Some(provider), Some(hold)) => provider.others_holding(hold, self.now),
            (_, None) | (None, _) => &[],
        }
    }

    fn keeps(&self, provider: ProviderId, hold: HoldId) -> bool {
        let provider = self.provider(provider);
        provider.is_some_and(|provider| provider.open_hold(hold, self.now).is_some())
    }

    /// Whether the rules accept what every host is asked to do.
    fn accepts(&self, way: &Linked) -> bool {
        way.iter().all(|(provider, command)| {
            state_of(*provider, self.states)
                .is_some_and(|state| state.accepts(self.now, command.clone()))
        })
    }
}

fn state_of(
    provider: ProviderId,
    states: &[(ProviderId, ProviderState)],
) -> Option<&ProviderState> {
    let found = states.iter().find(|(known, _)| *known == provider);
    found.map(|(_, state)| state)
}

/// Where a host stands in the order of turns: by priority, fewest bookings, longest not booked, number.
pub(crate) fn turn(
    host: &AssignedHost,
    event_type: EventTypeId,
    states: &[(ProviderId, ProviderState)],
) -> impl Ord + use<> {
    let provider = state_of(host.provider, states).and_then(ProviderState::provider);
    let (count, last) = provider.map_or((0, None), |one| one.booked_with(event_type));
    let number = provider.and_then(Provider::number);
    (Reverse(host.priority), count, last, number, host.provider)
}

/// Nobody can be booked.
pub(crate) fn no_hosts(event_type: &FoundEventType) -> Failure {
    let number = event_type.current.number;
    Failure::unprocessable(format!(
        "Can't book this team event type because it has no hosts. Please, add at least 1 host to event type with id={number} first."
    ))
}

/// Lets hosts redeem their shares of a hold that the home stream redeems. Who takes no share of the booking gives its share
/// of the hold up.
pub(crate) fn redeeming(hold: Option<HoldId>, others: &[ProviderId], mut linked: Linked) -> Linked {
    let Some(hold) = hold else { return linked };
    for other in others {
        let engaged = linked.iter_mut().find_map(|(provider, command)| {
            let is_engaged = provider == other;
            let ProviderCommand::Engage(engage) = command else {
                return None;
            };
            is_engaged.then_some(engage)
        });
        match engaged {
            Some(engage) => engage.hold = Some(hold),
            None => linked.push((*other, ProviderCommand::ReleaseHold(hold))),
        }
    }
    linked
}

impl Api {
    /// As [`Turns::others_holding`], for a provider whose state is not at hand.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub(crate) async fn others_holding(
        &self,
        tenant: TenantId,
        home: ProviderId,
        hold: Option<HoldId>,
    ) -> Result<Vec<ProviderId>, Failure> {
        let Some(hold) = hold else {
            return Ok(Vec::new());
        };
        let state = self.provider_state(tenant, home).await?;
        let provider = state.as_ref().and_then(ProviderState::provider);
        let others = provider.map(|one| one.others_holding(hold, self.clock.now()).to_vec());
        Ok(others.unwrap_or_default())
    }

    /// Executes the first of several ways that the rules do not refuse. Only the last refusal is the answer, and bound to
    /// the key; every other one is followed by the next way.
    ///
    /// # Errors
    /// As [`Self::execute`]; 500 without any way.
    pub(crate) async fn execute_first(
        &self,
        caller: &Caller,
        payload: &Payload,
        tenant: TenantId,
        ways: Vec<Vec<Addressed>>,
        asked: &Asked<'_>,
    ) -> Result<Executed, Failure> {
        let idempotency = payload.idempotency(self, caller, tenant)?;
        let mut left = ways.len();
        for commands in ways {
            left = left.saturating_sub(1);
            let key = idempotency.clone().map(|key| Idempotency {
                binds_refusals: left == 0,
                ..key
            });
            let context = joined(caller.context(tenant, key), &commands);
            match self.ledger.execute(context, commands).await {
                Err(LedgerError::Refused {
                    replayed: false, ..
                }) if 0 < left => {}
                outcome => return outcome.map_err(|error| failed(error, asked)),
            }
        }
        Err(Failure::internal())
    }
}
