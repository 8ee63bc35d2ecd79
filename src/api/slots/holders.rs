//! Who keeps a reserved slot: the host of the event type, all of its hosts, or whose turn it is.
//!
//! A reservation has one uid and is at home with one provider; every further one keeps the slot by a share of the same
//! hold, so that one command over all of them places, changes, redeems or ends it.

use super::reserving::Held;
use crate::api::Api;
use crate::api::directory::FoundEventType;
use crate::api::failure::Failure;
use crate::api::turns::{Linked, Turns, no_hosts};
use crate::domain::event_type::Assigned;
use crate::domain::event_type::hosts::Assignment;
use crate::domain::id::{ClaimId, ProviderId};
use crate::domain::provider::command::{PlaceHold, ProviderCommand};

/// Who is to keep a slot.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holders<'a> {
    /// The one host, or who stands in for it.
    One(ProviderId),
    /// Several.
    Several(&'a Assignment),
}

/// Who is to keep a slot of an event type.
///
/// # Errors
/// 422 when it has no hosts.
pub(super) fn holders(found: &FoundEventType) -> Result<Holders<'_>, Failure> {
    match found.current.assigned() {
        Assigned::One(host) => Ok(Holders::One(host)),
        Assigned::Several(assignment) if !assignment.hosts.is_empty() => {
            Ok(Holders::Several(assignment))
        }
        Assigned::Several(_) | Assigned::Nobody => Err(no_hosts(found)),
    }
}

/// The ways to place a hold, the one to try first in front: as a booking would choose among the hosts.
///
/// # Errors
/// As [`Api::provider_states`].
pub(super) async fn ways(
    api: &Api,
    found: &FoundEventType,
    assignment: &Assignment,
    place: &PlaceHold,
) -> Result<Vec<Linked>, Failure> {
    let everybody = assignment.providers();
    let states = api.provider_states(found.tenant, &everybody).await?;
    let turns = Turns {
        event_type: found.id,
        now: api.clock.now(),
        states: &states,
    };
    let has_seats = place.terms.seats.is_some();
    let joins = |provider| {
        let provider = turns.provider(provider).filter(|_| has_seats);
        let taken = provider.and_then(|one| one.seats_taken(found.id, place.slot, turns.now));
        taken.is_some()
    };
    Ok(turns.ways(assignment, None, joins, |hosts| {
        let Some((home, others)) = hosts.split_first() else {
            return Vec::new();
        };
        let at_home = PlaceHold {
            others: others.to_vec(),
            ..place.clone()
        };
        let shares = others.iter().map(|other| {
            let share = PlaceHold {
                claim: Some(ClaimId::from_uuid(api.ids.uuid())),
                ..place.clone()
            };
            (*other, ProviderCommand::Hold(share))
        });
        let at_home = (*home, ProviderCommand::Hold(at_home));
        std::iter::once(at_home).chain(shares).collect()
    }))
}

/// Whether those who keep a slot are whom the event type would ask: every fixed host, and one of those who take turns.
pub(super) fn are_hosts(held: &Held, assignment: &Assignment) -> bool {
    let fixed: Vec<ProviderId> = assignment.fixed().collect();
    let takes_turns = |provider: &ProviderId| {
        let mut hosts = assignment.by_turns();
        hosts.any(|host| host.provider == *provider)
    };
    let (of_all, of_turns): (Vec<ProviderId>, Vec<ProviderId>) =
        held.providers().partition(|one| fixed.contains(one));
    let wanted = usize::from(assignment.by_turns().next().is_some());
    of_all.len() == fixed.len() && of_turns.len() == wanted && of_turns.iter().all(takes_turns)
}
