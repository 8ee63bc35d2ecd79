//! What a list is narrowed to: by the query, and by what the caller may see.

use super::query::ListQuery;
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing, failed};
use crate::domain::id::{BookingUid, EventTypeId, TenantId};
use crate::domain::tenant::Role;
use crate::ledger::vault::{Purpose, Vault};
use crate::projections::bookings::Filter;
use crate::projections::event_types;

/// What a list is narrowed to.
#[derive(Clone, Debug)]
pub(crate) enum Narrowing {
    /// What matches.
    To(Box<Filter>),
    /// Nothing can match.
    Nothing,
}

/// Narrows a list of a tenant: owners and agents see all bookings, providers those they host.
///
/// # Errors
/// 500 or 503 when names cannot be looked up.
pub(crate) async fn of(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    query: &ListQuery,
) -> Result<Narrowing, Failure> {
    let uid = query.booking_uid.as_deref();
    if uid.is_some_and(|uid| BookingUid::LENGTH_MAX < uid.len()) {
        return Ok(Narrowing::Nothing);
    }
    let provider = match caller.role {
        Role::Owner | Role::Agent => None,
        Role::Provider | Role::Auditor | Role::Anonymous => match caller.provider {
            // A token that names nobody sees none.
            None => return Ok(Narrowing::Nothing),
            own => own,
        },
    };
    let named = match &query.event_types {
        None => None,
        Some(numbers) => Some(event_types(api, caller, numbers).await?),
    };
    let of_teams = match &query.teams {
        None => None,
        Some(numbers) => Some(of_teams(api, caller, tenant, numbers).await?),
    };
    let event_types = match (named, of_teams) {
        (Some(named), Some(teams)) => {
            let both = named.into_iter().filter(|named| teams.contains(named));
            Some(both.collect())
        }
        (named, teams) => named.or(teams),
    };
    if event_types.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Narrowing::Nothing);
    }
    let event_types = event_types.unwrap_or_default();
    Ok(Narrowing::To(Box::new(Filter {
        classes: query.classes.clone(),
        provider,
        event_types,
        uid: uid.map(BookingUid::from_text),
        terms: terms(api.ledger.vault(), tenant, query),
        after_start: query.after_start,
        before_end: query.before_end,
        after_created: query.created.0,
        before_created: query.created.1,
        after_updated: query.updated.0,
        before_updated: query.updated.1,
    })))
}

/// Keyed hashes of what is known of an attendee: an address, and each word of a name.
fn terms(vault: &Vault, tenant: TenantId, query: &ListQuery) -> Vec<String> {
    let email = query.attendee_email.iter();
    let emails = email.map(|email| vault.term(tenant, Purpose::Email, email));
    let name = query
        .attendee_name
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    let words = name.split_whitespace();
    let words = words.map(|word| vault.term(tenant, Purpose::NameWord, word));
    emails.chain(words).collect()
}

/// The event types of the tenant's teams of these numbers, as far as they are not deleted.
async fn of_teams(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    numbers: &[i32],
) -> Result<Vec<EventTypeId>, Failure> {
    let mut found = Vec::new();
    for number in numbers {
        let Some((_, team)) = api.team_by_number(caller, *number).await? else {
            continue;
        };
        let filter = event_types::Filter::of_team(team);
        let rows = event_types::list(api.ledger.database(), tenant, &filter)
            .await
            .map_err(|error| failed(error.into(), &Asked::new(Doing::Read)))?;
        found.extend(rows.into_iter().map(|row| row.event_type));
    }
    Ok(found)
}

/// The tenant's event types of these numbers, deleted or not; others are left out.
async fn event_types(
    api: &Api,
    caller: &Caller,
    numbers: &[i32],
) -> Result<Vec<EventTypeId>, Failure> {
    let mut found = Vec::with_capacity(numbers.len());
    for number in numbers {
        let event_type = api.event_type_to_change(caller, *number).await?;
        found.extend(event_type.map(|event_type| event_type.id));
    }
    Ok(found)
}
