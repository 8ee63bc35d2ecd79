//! Finding what a request names before its tenant is known: wire numbers, usernames, slugs.
//!
//! What belongs to another tenant than the caller's is found by nobody: it is answered as absent.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Api;
use super::caller::Caller;
use super::failure::Failure;
use super::rejection::{Asked, Doing, failed};
use crate::domain::event_type::EventTypeCreated;
use crate::domain::id::{BookingId, EventTypeId, ProviderId, TenantId};
use crate::domain::terms::Terms;
use crate::domain::time::Timestamp;
use crate::domain::{AggregateKind, State, event_type};
use crate::ledger::LedgerError;
use crate::ledger::record::{Executed, RecordedEvent, StreamKey};
use crate::ledger::unit::NameKind;
use crate::projections::{providers, row};

/// Longest name that is looked up at all; anything longer is answered as absent.
const NAME_MAX: usize = 256;

/// An event type as it was read, with the version that a commit compares again.
#[derive(Clone, Debug)]
pub struct FoundEventType {
    /// Whose.
    pub tenant: TenantId,
    /// Its id.
    pub id: EventTypeId,
    /// As it is now.
    pub current: EventTypeCreated,
    /// Version of its stream.
    pub version: u64,
}

impl FoundEventType {
    /// The terms under which it is booked now.
    pub fn terms(&self) -> Terms {
        self.current
            .settings
            .terms(self.id, self.current.number, self.version)
    }

    /// Whether it is meant for several hosts, however many they are.
    pub fn has_several_hosts(&self) -> bool {
        self.current.assignment.is_some() || 1 < self.current.hosts.len()
    }
}

impl Api {
    /// Where a name leads, if the caller may see it.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub async fn look_up(
        &self,
        caller: &Caller,
        kind: NameKind,
        scope: &str,
        name: &str,
    ) -> Result<Option<(TenantId, Value)>, Failure> {
        // Postgres takes no NUL in a text: a name with one is nobody's.
        if name.is_empty() || NAME_MAX < name.len() || name.contains('\0') {
            return Ok(None);
        }
        let entry = self
            .ledger
            .find(kind, scope, name)
            .await
            .map_err(|error| failed(error, &Asked::new(Doing::Read)))?;
        Ok(entry
            .filter(|entry| caller.may_see(entry.tenant))
            .map(|entry| (entry.tenant, entry.target)))
    }

    /// The provider (or user) that a wire number, schedule, hold, booking or series leads to.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn provider_named(
        &self,
        caller: &Caller,
        kind: NameKind,
        name: &str,
    ) -> Result<Option<(TenantId, ProviderId)>, Failure> {
        self.look_up(caller, kind, "", name)
            .await?
            .map(|(tenant, target)| Ok((tenant, member(&target, "provider")?)))
            .transpose()
    }

    /// The provider and booking that a booking uid or a seat leads to.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn booking_named(
        &self,
        caller: &Caller,
        kind: NameKind,
        name: &str,
    ) -> Result<Option<(TenantId, ProviderId, BookingId)>, Failure> {
        self.look_up(caller, kind, "", name)
            .await?
            .map(|(tenant, target)| {
                Ok((
                    tenant,
                    member(&target, "provider")?,
                    member(&target, "booking")?,
                ))
            })
            .transpose()
    }

    /// The provider with a username: within the caller's tenant, else the named organisation, else wherever it is
    /// unique.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn provider_by_username(
        &self,
        caller: &Caller,
        username: &str,
        organization: Option<&str>,
    ) -> Result<Option<(TenantId, ProviderId)>, Failure> {
        let Some(scope) = self.scope(caller, organization).await? else {
            return Ok(None);
        };
        let username = username.to_lowercase();
        self.look_up(caller, NameKind::Username, &scope, &username)
            .await?
            .map(|(whose, target)| Ok((whose, member(&target, "provider")?)))
            .transpose()
    }

    /// Where a name of a tenant is looked for: in the named organisation, else in the caller's tenant, else (empty)
    /// wherever it is unique. `None` when there is no such organisation.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn scope(
        &self,
        caller: &Caller,
        organization: Option<&str>,
    ) -> Result<Option<String>, Failure> {
        let tenant = match organization {
            None => caller.tenant,
            Some(slug) => {
                let found = self.look_up(caller, NameKind::TenantSlug, "", slug).await?;
                let Some((named, _)) = found else {
                    return Ok(None);
                };
                Some(named)
            }
        };
        Ok(Some(
            tenant.map(|tenant| tenant.to_string()).unwrap_or_default(),
        ))
    }

    /// The event type with a wire number.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn event_type_by_number(
        &self,
        caller: &Caller,
        number: i32,
    ) -> Result<Option<FoundEventType>, Failure> {
        let found = self
            .look_up(caller, NameKind::EventType, "", &number.to_string())
            .await?;
        let Some((tenant, target)) = found else {
            return Ok(None);
        };
        self.event_type(tenant, member(&target, "eventType")?).await
    }

    /// The event type with a wire number, deleted or not, as new as every command answered before.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn event_type_to_change(
        &self,
        caller: &Caller,
        number: i32,
    ) -> Result<Option<FoundEventType>, Failure> {
        let found = self
            .look_up(caller, NameKind::EventType, "", &number.to_string())
            .await?;
        let Some((tenant, target)) = found else {
            return Ok(None);
        };
        let id: EventTypeId = member(&target, "eventType")?;
        let state = self
            .ledger
            .state(StreamKey::event_type(tenant, id))
            .await
            .map_err(|error| failed(error, &Asked::new(Doing::Read)))?;
        let state = state.as_deref().and_then(event_type_state);
        Ok(state.and_then(|state| found_in(tenant, id, state)))
    }

    /// The event type with a slug of its owner or team, whose UUID `scope` is.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn event_type_by_slug(
        &self,
        caller: &Caller,
        scope: &str,
        slug: &str,
    ) -> Result<Option<FoundEventType>, Failure> {
        let found = self
            .look_up(caller, NameKind::EventTypeSlug, scope, slug)
            .await?;
        let Some((tenant, target)) = found else {
            return Ok(None);
        };
        self.event_type(tenant, member(&target, "eventType")?).await
    }

    /// An event type that is not deleted, as last seen by this process.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn event_type(
        &self,
        tenant: TenantId,
        id: EventTypeId,
    ) -> Result<Option<FoundEventType>, Failure> {
        let state = self
            .ledger
            .state_seen(StreamKey::event_type(tenant, id))
            .await
            .map_err(|error| failed(error, &Asked::new(Doing::Read)))?;
        let state = state.as_deref().and_then(event_type_state);
        Ok(state
            .filter(|state| !state.deleted)
            .and_then(|state| found_in(tenant, id, state)))
    }

    /// A provider's row: profile and schedules.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn provider_row(
        &self,
        tenant: TenantId,
        provider: ProviderId,
    ) -> Result<Option<row::Provider>, Failure> {
        providers::by_id(self.ledger.database(), tenant, provider)
            .await
            .map_err(|error| failed(error.into(), &Asked::new(Doing::Read)))
    }

    /// The provider of whose stream a command changed profile or schedules, as it stood then: first answer and replay
    /// are rendered from the same.
    ///
    /// # Errors
    /// As [`Self::look_up`]; 500 when the command changed no provider.
    pub async fn provider_after(
        &self,
        tenant: TenantId,
        executed: &Executed,
    ) -> Result<row::Provider, Failure> {
        let own = |event: &&RecordedEvent| event.stream.kind == AggregateKind::Provider;
        let last = executed.events.iter().rfind(own);
        let last = last.ok_or_else(Failure::internal)?;
        let provider = ProviderId::from_uuid(last.stream.id);
        let row = self.provider_row(tenant, provider).await?;
        if let Some(row) = row.filter(|row| row.version <= last.sequence) {
            return Ok(row);
        }
        self.provider_folded(tenant, provider, |event| event.sequence <= last.sequence)
            .await
    }

    /// A provider as it stood at an instant.
    ///
    /// # Errors
    /// As [`Self::look_up`]; 500 when there was no such provider.
    pub async fn provider_at(
        &self,
        tenant: TenantId,
        provider: ProviderId,
        at: Timestamp,
    ) -> Result<row::Provider, Failure> {
        let row = self.provider_row(tenant, provider).await?;
        if let Some(row) = row.filter(|row| row.updated_at <= at) {
            return Ok(row);
        }
        self.provider_folded(tenant, provider, |event| event.decided_at <= at)
            .await
    }

    async fn provider_folded(
        &self,
        tenant: TenantId,
        provider: ProviderId,
        happened: impl Fn(&RecordedEvent) -> bool,
    ) -> Result<row::Provider, Failure> {
        let settings = self.ledger.provider_settings(tenant, provider).await;
        let settings = settings.map_err(|error| failed(error, &Asked::new(Doing::Read)))?;
        let mut row = None;
        for event in settings.iter().filter(|event| happened(event)) {
            providers::apply(&mut row, event);
        }
        row.ok_or_else(Failure::internal)
    }
}

fn found_in(
    tenant: TenantId,
    id: EventTypeId,
    state: &event_type::EventType,
) -> Option<FoundEventType> {
    Some(FoundEventType {
        tenant,
        id,
        current: state.current.clone()?,
        version: state.version,
    })
}

fn event_type_state(state: &State) -> Option<&event_type::EventType> {
    match state {
        State::EventType(event_type) => Some(event_type),
        State::Tenant(_) | State::Provider(_) | State::Webhook(_) | State::Composite(_) => None,
    }
}

/// A member of a directory target.
pub(super) fn member<T: DeserializeOwned>(target: &Value, name: &str) -> Result<T, Failure> {
    let value = target.get(name).cloned().unwrap_or_default();
    serde_json::from_value(value).map_err(|source| {
        let corrupt = LedgerError::Corrupt(format!("directory target member {name}: {source}"));
        failed(corrupt, &Asked::new(Doing::Read))
    })
}
