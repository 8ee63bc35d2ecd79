//! Providers as they stand, for reading: what is free with them, and what the rules would accept.

use std::sync::Arc;

use super::Api;
use super::failure::Failure;
use super::rejection::{Asked, Doing, failed};
use crate::domain::id::{ProviderId, TenantId};
use crate::domain::provider::Provider;
use crate::domain::provider::command::ProviderCommand;
use crate::domain::time::Timestamp;
use crate::domain::{Command, State};
use crate::ledger::record::StreamKey;

impl Api {
    /// The folded state of a provider's stream.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn provider_state(
        &self,
        tenant: TenantId,
        provider: ProviderId,
    ) -> Result<Option<ProviderState>, Failure> {
        let state = self
            .ledger
            .state(StreamKey::provider(tenant, provider))
            .await
            .map_err(|error| failed(error, &Asked::new(Doing::Read)))?;
        Ok(state.map(ProviderState))
    }

    /// As [`Self::provider_state`], of several providers, in their order; those that are not there are left out.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn provider_states(
        &self,
        tenant: TenantId,
        providers: &[ProviderId],
    ) -> Result<Vec<(ProviderId, ProviderState)>, Failure> {
        let streams: Vec<StreamKey> = providers
            .iter()
            .map(|provider| StreamKey::provider(tenant, *provider))
            .collect();
        let states = self.ledger.states(&streams).await;
        let states = states.map_err(|error| failed(error, &Asked::new(Doing::Read)))?;
        let found = providers.iter().zip(states);
        Ok(found
            .filter_map(|(provider, state)| Some((*provider, ProviderState(state?))))
            .collect())
    }
}

/// A provider's state, shared with the ledger.
#[derive(Clone, Debug)]
pub struct ProviderState(Arc<State>);

impl ProviderState {
    /// A state as the ledger gave it.
    pub const fn new(state: Arc<State>) -> Self {
        Self(state)
    }

    /// Whether the rules would accept a command now, as far as this state is the current one.
    pub fn accepts(&self, now: Timestamp, command: ProviderCommand) -> bool {
        let command = Command::Provider(Box::new(command));
        self.0.decide(now, &command).is_ok()
    }

    /// The state after a command, as far as the rules accept it; `None` when they do not.
    #[must_use]
    pub fn after(&self, now: Timestamp, command: ProviderCommand) -> Option<Self> {
        let command = Command::Provider(Box::new(command));
        let facts = self.0.decide(now, &command).ok()?;
        let mut state = State::clone(&self.0);
        for fact in facts {
            // No command that places compares versions.
            state.evolve(0, now, &fact.event);
        }
        Some(Self(Arc::new(state)))
    }

    /// The provider; `None` when the stream is of another kind, which the key rules out.
    pub fn provider(&self) -> Option<&Provider> {
        match self.0.as_ref() {
            State::Provider(provider) => Some(provider),
            State::Tenant(_) | State::EventType(_) | State::Webhook(_) | State::Composite(_) => {
                None
            }
        }
    }
}
