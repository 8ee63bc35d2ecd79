//! A batch that is booked as a whole or not at all: one linked command.
//!
//! Who takes which item is chosen before, over the providers as they stand and as the items before would leave them; the
//! rules decide, and a refusal is that of one item. When somebody else was quicker, it is chosen again.

use axum::http::HeaderMap;
use serde_json::Value;

use super::super::body::PlaceBody;
use super::super::hosts;
use super::super::numbering::Drawn;
use super::super::place::{self, Wish};
use super::super::request::{BookingRequest, Done};
use super::splitting::parts;
use super::{BatchResult, SHAPE, item, of_item, result};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::execution::attempted;
use crate::api::failure::{Failure, Standing};
use crate::api::payload::Payload;
use crate::api::provider_state::ProviderState;
use crate::api::rejection::{Asked, Doing, failed};
use crate::api::turns::{Linked, addressed};
use crate::domain::event_type::Assigned;
use crate::domain::id::{ProviderId, TenantId};
use crate::domain::personal::Personal;
use crate::domain::rejection::Rejection;
use crate::domain::time::{TimeSlot, Timestamp};
use crate::ledger::LedgerError;
use crate::ledger::record::{CommandContext, Executed, Idempotency, StreamKey};

/// How often hosts are chosen because somebody else was quicker.
const CHOICES_MAX: u32 = 3;

/// Books every item or none; says whether it is a recorded answer.
///
/// # Errors
/// As the route documents.
pub(super) async fn booked(
    api: &Api,
    caller: &Caller,
    payload: &Payload,
    items: &[Value],
) -> Result<(Vec<BatchResult>, bool), Failure> {
    let mut bodies = Vec::with_capacity(items.len());
    for (index, value) in items.iter().enumerate() {
        bodies.push(item(value).map_err(|failure| of_item(failure, index))?);
    }
    let request = BookingRequest {
        api,
        caller,
        payload,
        version: SHAPE,
        alone: false,
    };
    let batch = Batch { request, bodies };
    let outcome = Box::pin(attempted(|| batch.attempt())).await;
    let booked = batch.settled(outcome).await?;
    let parts = parts(&booked.executed);
    if parts.len() != items.len() {
        tracing::error!(
            parts = parts.len(),
            items = items.len(),
            "a batch cannot be split"
        );
        return Err(Failure::internal());
    }
    let mut typed = booked.typed.into_iter();
    let mut results = Vec::with_capacity(parts.len());
    for (index, part) in parts.into_iter().enumerate() {
        let done = Done {
            tenant: booked.tenant,
            executed: part.executed,
            before: Vec::new(),
            typed: typed.next().unwrap_or_default(),
        };
        let bookings = request.rendered(&done, &part.changed, true).await?;
        results.push(result(api, index, Ok(bookings)));
    }
    Ok((results, booked.executed.replayed))
}

/// A batch to be booked as a whole.
struct Batch<'a> {
    request: BookingRequest<'a>,
    bodies: Vec<PlaceBody>,
}

/// What it came to.
struct Booked {
    tenant: TenantId,
    executed: Executed,
    /// What was typed with each item; nothing for a replay.
    typed: Vec<Personal>,
}

impl Batch<'_> {
    async fn attempt(&self) -> Result<Booked, Failure> {
        let mut wishes = Vec::with_capacity(self.bodies.len());
        let outcome = match self.wishes(&mut wishes).await {
            Ok(()) => self.book(&wishes).await,
            Err(failure) => Err(failure),
        };
        let mut drawn = Drawn::default();
        for wish in wishes {
            drawn.extend(wish.drawn);
        }
        let is_replay = |booked: &Booked| booked.executed.replayed;
        drawn.kept(self.request.api, outcome, is_replay).await
    }

    async fn book(&self, wishes: &[Wish]) -> Result<Booked, Failure> {
        let first = wishes.first().ok_or_else(Failure::internal)?;
        let tenant = first.event_type.tenant;
        let (api, caller) = (self.request.api, self.request.caller);
        let key = self.request.payload.idempotency(api, caller, tenant)?;
        for choice in 1..=CHOICES_MAX {
            let chosen = self.chosen(tenant, wishes).await?;
            // What the rules accept now and refuse then, somebody else has taken: another host may be free.
            let is_answer = !chosen.fits || choice == CHOICES_MAX;
            let key = key.clone().map(|key| Idempotency {
                binds_refusals: is_answer,
                ..key
            });
            let context = CommandContext {
                reads: chosen.reads,
                parts: chosen.parts,
                ..caller.context(tenant, key)
            };
            let commands = addressed(tenant, chosen.commands);
            match api.ledger.execute(context, commands).await {
                Ok(executed) => {
                    let typed = wishes.iter().map(|wish| wish.place.personal.clone());
                    return Ok(Booked {
                        tenant,
                        executed,
                        typed: typed.collect(),
                    });
                }
                Err(LedgerError::Refused {
                    replayed: false, ..
                }) if !is_answer => {}
                Err(error) => return Err(self.failed(error).await?),
            }
        }
        Err(Failure::internal())
    }

    /// What every item asks for, in one tenant. Numbers are drawn in the order of the items.
    async fn wishes(&self, wishes: &mut Vec<Wish>) -> Result<(), Failure> {
        for (index, body) in self.bodies.iter().enumerate() {
            let wish = self
                .wish(body, wishes)
                .await
                .map_err(|failure| of_item(failure, index))?;
            wishes.push(wish);
        }
        Ok(())
    }

    async fn wish(&self, body: &PlaceBody, before: &[Wish]) -> Result<Wish, Failure> {
        let (api, caller) = (self.request.api, self.request.caller);
        let hold = place::hold(&HeaderMap::new(), body)?;
        let found = body.selector.found(api, caller).await?;
        if before
            .first()
            .is_some_and(|first| first.event_type.tenant != found.tenant)
        {
            return Err(Failure::not_found(body.selector.absence()));
        }
        let terms = found.terms();
        if terms.recurrence.is_some() && terms.seats.is_some() {
            return Err(Failure::unprocessable(
                "event types that recur and have seats cannot be booked in an atomic batch",
            ));
        }
        let email = body.attendee.email.as_deref();
        let is_alike = |wish: &&Wish| {
            let booker = wish.place.personal.attendee.as_ref();
            wish.event_type.id == found.id && booker.and_then(|one| one.email.as_deref()) == email
        };
        let alike = before.iter().filter(is_alike);
        let beside = alike.map(|wish| wish.place.occurrences.len()).sum();
        place::wished(self.request, body, hold, beside).await
    }

    /// Chooses who takes which item.
    async fn chosen(&self, tenant: TenantId, wishes: &[Wish]) -> Result<Chosen, Failure> {
        let api = self.request.api;
        let hosts = wishes
            .iter()
            .flat_map(|wish| hosts::everybody(&wish.event_type));
        let mut hosts: Vec<ProviderId> = hosts.collect();
        hosts.sort_unstable();
        hosts.dedup();
        let mut chosen = Chosen {
            now: api.clock.now(),
            states: api.provider_states(tenant, &hosts).await?,
            commands: Vec::new(),
            parts: Vec::new(),
            reads: Vec::new(),
            fits: true,
        };
        for (part, wish) in (0..).zip(wishes) {
            let ways = hosts::ways(
                self.request,
                &wish.event_type,
                wish.place.clone(),
                &chosen.states,
            );
            let index = usize::try_from(part).unwrap_or(usize::MAX);
            let mut ways = ways.map_err(|failure| of_item(failure, index))?.into_iter();
            let mut way = ways.next().ok_or_else(Failure::internal)?;
            if !chosen.fits(&way)
                && let Some((instead, read)) = self.stand_in(&mut chosen, wish, &way).await?
            {
                way = instead;
                chosen.reads.push(read);
            }
            chosen.take(part, way);
        }
        Ok(chosen)
    }

    /// The same with who stands in for the one host, if the rules accept it there.
    async fn stand_in(
        &self,
        chosen: &mut Chosen,
        wish: &Wish,
        way: &Linked,
    ) -> Result<Option<(Linked, (StreamKey, u64))>, Failure> {
        let Assigned::One(host) = wish.event_type.current.assigned() else {
            return Ok(None);
        };
        let (api, tenant) = (self.request.api, wish.event_type.tenant);
        let occurrences = wish.place.occurrences.iter();
        let slots: Vec<TimeSlot> = occurrences.map(|occurrence| occurrence.slot).collect();
        let Some(found) = api.stand_in(tenant, host, &slots).await? else {
            return Ok(None);
        };
        if !chosen
            .states
            .iter()
            .any(|(known, _)| *known == found.provider)
        {
            let states = api.provider_states(tenant, &[found.provider]).await?;
            chosen.states.extend(states);
        }
        let commands = way
            .iter()
            .map(|(_, command)| (found.provider, command.clone()));
        let instead: Linked = commands.collect();
        Ok(chosen.fits(&instead).then_some((instead, found.read)))
    }

    /// What it came to, or the recorded outcome where the api refused by itself.
    async fn settled(&self, outcome: Result<Booked, Failure>) -> Result<Booked, Failure> {
        let failure = match outcome {
            Err(failure) if failure.refusal().standing == Standing::Unasked => failure,
            outcome => return outcome,
        };
        let (api, caller) = (self.request.api, self.request.caller);
        let tenant = match (caller.tenant, self.bodies.first()) {
            (Some(own), _) => Some(own),
            (None, Some(first)) => first.selector.tenant(api, caller).await?,
            (None, None) => None,
        };
        let Some(tenant) = tenant else {
            return Err(failure);
        };
        let Some(key) = self.request.payload.idempotency(api, caller, tenant)? else {
            return Err(failure);
        };
        match api.ledger.recorded_outcome(tenant, &key).await {
            Ok(Some(executed)) => Ok(Booked {
                tenant,
                executed,
                typed: Vec::new(),
            }),
            Ok(None) => Err(failure),
            Err(error) => Err(self.failed(error).await?),
        }
    }

    /// A refusal in the words of the item that it is of.
    async fn failed(&self, error: LedgerError) -> Result<Failure, Failure> {
        let LedgerError::Refused {
            rejection: Rejection::OfSegment { segment, because },
            replayed,
            bound_at,
        } = error
        else {
            return Ok(failed(error, &Asked::new(Doing::Create)));
        };
        let own = LedgerError::Refused {
            rejection: *because,
            replayed,
            bound_at,
        };
        let index = usize::try_from(segment).unwrap_or(usize::MAX);
        let body = self.bodies.get(index).ok_or_else(Failure::internal)?;
        let (api, caller) = (self.request.api, self.request.caller);
        let hold = place::hold(&HeaderMap::new(), body)?;
        let hold = hold.map(|hold| hold.to_string()).unwrap_or_default();
        let asked = Asked {
            team: body.selector.names_several_hosts(api, caller).await?,
            ..Asked::new(Doing::Create).uid(&hold)
        };
        Ok(of_item(failed(own, &asked), index))
    }
}

/// Who takes what, as far as the rules accept it.
struct Chosen {
    now: Timestamp,
    /// As the commands so far would leave them.
    states: Vec<(ProviderId, ProviderState)>,
    commands: Linked,
    /// Of which item each command is.
    parts: Vec<u32>,
    reads: Vec<(StreamKey, u64)>,
    /// Whether the rules accept all of it now.
    fits: bool,
}

impl Chosen {
    fn fits(&self, way: &Linked) -> bool {
        self.after(way).is_some()
    }

    fn take(&mut self, part: u32, way: Linked) {
        match self.after(&way) {
            Some(states) => self.states = states,
            None => self.fits = false,
        }
        self.parts.extend(way.iter().map(|_| part));
        self.commands.extend(way);
    }

    fn after(&self, way: &Linked) -> Option<Vec<(ProviderId, ProviderState)>> {
        let mut states = self.states.clone();
        for (provider, command) in way {
            let (_, state) = states.iter_mut().find(|(known, _)| known == provider)?;
            *state = state.after(self.now, command.clone())?;
        }
        Some(states)
    }
}
