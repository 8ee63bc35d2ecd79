//! Who takes a booking over from whom: among the hosts of its event type who take turns.

use super::request::BookingRequest;
use crate::api::directory::FoundEventType;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing, refused};
use crate::api::turns::turn;
use crate::domain::Rejection;
use crate::domain::event_type::hosts::{AssignedHost, Priority};
use crate::domain::id::{ProviderId, TenantId};
use crate::ledger::unit::NameKind;
use crate::projections::row;

/// 400: the user named does not take turns.
pub(super) fn no_host(row: &row::Booking, user: &str) -> Failure {
    Failure::bad_request(format!(
        "User with id={user} is not one of the round-robin hosts of event type with id={}.",
        row.terms.number
    ))
}

/// 400: nobody else is free.
pub(super) fn nobody_free(row: &row::Booking) -> Failure {
    Failure::bad_request(format!(
        "No other host of event type with id={} is available at this time.",
        row.terms.number
    ))
}

/// Those who take turns; without an assignment everybody the event type names.
fn takers(found: &FoundEventType) -> Vec<ProviderId> {
    match &found.current.assignment {
        Some(assignment) => assignment.by_turns().map(|host| host.provider).collect(),
        None => found.current.hosts.clone(),
    }
}

/// Who is replaced: whoever hosts the booking by turn, else its first host.
fn replaced(row: &row::Booking, takers: &[ProviderId]) -> ProviderId {
    row.hosts()
        .map(|(provider, _)| provider)
        .find(|provider| takers.contains(provider))
        .unwrap_or(row.provider)
}

/// The host named, with who is replaced: one of the event type's who take turns.
pub(super) async fn named(
    request: BookingRequest<'_>,
    row: &row::Booking,
    found: &FoundEventType,
    user: &str,
) -> Result<(ProviderId, ProviderId), Failure> {
    let (api, caller) = (request.api, request.caller);
    let named = api.provider_named(caller, NameKind::Provider, user).await?;
    let takers = takers(found);
    let (_, provider) = named
        .filter(|(_, provider)| takers.contains(provider))
        .ok_or_else(|| no_host(row, user))?;
    let is_co_host = row.co_hosts.iter().any(|other| other.provider == provider);
    if is_co_host {
        let asked = Asked::new(Doing::Reassign).uid(row.uid.as_str());
        return Err(refused(&Rejection::SameProvider, &asked));
    }
    Ok((provider, replaced(row, &takers)))
}

/// Everybody else who takes turns, in turn, with who is replaced.
pub(super) async fn others(
    request: BookingRequest<'_>,
    tenant: TenantId,
    row: &row::Booking,
    found: &FoundEventType,
) -> Result<(Vec<ProviderId>, ProviderId), Failure> {
    let takers = takers(found);
    let mut others: Vec<AssignedHost> = match &found.current.assignment {
        Some(assignment) => assignment.by_turns().copied().collect(),
        None => takers
            .iter()
            .map(|provider| AssignedHost {
                provider: *provider,
                fixed: false,
                priority: Priority::Medium,
            })
            .collect(),
    };
    others.retain(|host| row.hosts().all(|(provider, _)| provider != host.provider));
    let providers: Vec<ProviderId> = others.iter().map(|host| host.provider).collect();
    let states = request.api.provider_states(tenant, &providers).await?;
    others.sort_by_cached_key(|host| turn(host, found.id, &states));
    let others = others.iter().map(|host| host.provider).collect();
    Ok((others, replaced(row, &takers)))
}
