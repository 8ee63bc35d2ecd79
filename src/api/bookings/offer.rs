//! The event type that a booking is for: found by number, or by slug and username.

use serde::Deserialize;

use crate::api::Api;
use crate::api::caller::Caller;
use crate::domain::State;
use crate::domain::event_type::EventTypeCreated;
use crate::domain::id::{EventTypeId, EventTypeNumber, ProviderId, TenantId};
use crate::domain::terms::Terms;
use crate::ledger::LedgerError;
use crate::ledger::record::StreamKey;
use crate::ledger::unit::NameKind;

/// How a body names an event type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selector {
    /// `eventTypeId`.
    Number(EventTypeNumber),
    /// `eventTypeSlug` and `username`.
    Slug {
        /// The slug, unique among the owner's.
        slug: String,
        /// Whose.
        username: String,
        /// The tenant's slug, when it is given.
        organization: Option<String>,
    },
}

/// What does not exist (or not for this caller).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    /// The event type.
    EventType,
    /// The user.
    User,
}

impl Selector {
    /// The text of the 404.
    pub(crate) fn absence(&self, absent: &Absent) -> String {
        match (self, absent) {
            (Self::Number(number), _) => format!("Event type with id {number} not found."),
            (Self::Slug { username, .. }, Absent::User) => {
                format!("User with username {username} not found")
            }
            (Self::Slug { slug, username, .. }, Absent::EventType) => {
                format!("Event type with slug {slug} belonging to user {username} not found.")
            }
        }
    }
}

/// An event type as a command reads it.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    /// Whose.
    pub tenant: TenantId,
    /// Its id.
    pub event_type: EventTypeId,
    /// It, with its settings now.
    pub current: EventTypeCreated,
    /// Version of its stream.
    pub version: u64,
}

impl Offer {
    /// The terms under which it is booked.
    pub(crate) fn terms(&self) -> Terms {
        self.current
            .settings
            .terms(self.event_type, self.current.number, self.version)
    }

    /// Who is booked with it: the first host. Choosing among several is for round-robin event types.
    pub(crate) fn host(&self) -> Option<ProviderId> {
        self.current.hosts.first().copied()
    }
}

/// Finds an event type that is not deleted.
///
/// # Errors
/// As [`crate::ledger::Ledger::state_seen`].
pub(crate) async fn find(
    api: &Api,
    caller: &Caller,
    selector: &Selector,
) -> Result<Result<Offer, Absent>, LedgerError> {
    let entry = match selector {
        Selector::Number(number) => {
            let name = number.to_string();
            api.ledger.find(NameKind::EventType, "", &name).await?
        }
        Selector::Slug {
            slug,
            username,
            organization,
        } => {
            let Some(owner) = owner(api, caller, username, organization.as_deref()).await? else {
                return Ok(Err(Absent::User));
            };
            let scope = owner.to_string();
            api.ledger
                .find(NameKind::EventTypeSlug, &scope, slug)
                .await?
        }
    };
    let Some(entry) = entry.filter(|entry| caller.may_see(entry.tenant)) else {
        return Ok(Err(Absent::EventType));
    };
    let target: EventTypeTarget = serde_json::from_value(entry.target)
        .map_err(|source| LedgerError::Corrupt(source.to_string()))?;
    let offer = read(api, entry.tenant, target.event_type).await?;
    Ok(offer.ok_or(Absent::EventType))
}

/// Reads an event type by its id; `None` when it is deleted.
///
/// # Errors
/// As [`crate::ledger::Ledger::state_seen`].
pub(crate) async fn read(
    api: &Api,
    tenant: TenantId,
    event_type: EventTypeId,
) -> Result<Option<Offer>, LedgerError> {
    let state = api
        .ledger
        .state_seen(StreamKey::event_type(tenant, event_type))
        .await?;
    let Some(State::EventType(state)) = state.as_deref() else {
        return Ok(None);
    };
    if state.deleted {
        return Ok(None);
    }
    Ok(state.current.as_ref().map(|current| Offer {
        tenant,
        event_type,
        current: current.clone(),
        version: state.version,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventTypeTarget {
    event_type: EventTypeId,
}

#[derive(Deserialize)]
struct ProviderTarget {
    provider: ProviderId,
}

/// The user of a name: in the caller's tenant, in the organisation named, or the only one of that name anywhere.
async fn owner(
    api: &Api,
    caller: &Caller,
    username: &str,
    organization: Option<&str>,
) -> Result<Option<ProviderId>, LedgerError> {
    let named = match organization {
        None => None,
        Some(slug) => {
            let Some(entry) = api.ledger.find(NameKind::TenantSlug, "", slug).await? else {
                return Ok(None);
            };
            Some(entry.tenant)
        }
    };
    let scope = named
        .or(caller.tenant)
        .map_or_else(String::new, |tenant| tenant.to_string());
    let entry = api
        .ledger
        .find(NameKind::Username, &scope, username)
        .await?;
    let Some(entry) = entry.filter(|entry| caller.may_see(entry.tenant)) else {
        return Ok(None);
    };
    let target: ProviderTarget = serde_json::from_value(entry.target)
        .map_err(|source| LedgerError::Corrupt(source.to_string()))?;
    Ok(Some(target.provider))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_named_as_it_was_asked_for() {
        let number = Selector::Number(EventTypeNumber::new(41));
        assert_eq!(
            number.absence(&Absent::EventType),
            "Event type with id 41 not found."
        );
        let slug = Selector::Slug {
            slug: "intro".to_owned(),
            username: "ana".to_owned(),
            organization: None,
        };
        assert_eq!(
            slug.absence(&Absent::User),
            "User with username ana not found"
        );
        assert_eq!(
            slug.absence(&Absent::EventType),
            "Event type with slug intro belonging to user ana not found."
        );
    }
}
