//! Who is booked instead of a provider that is out of office (`reference` § 10, `toUserId`).
//!
//! The provider itself is asked first: only what its rules refuse is sent on, so that nobody else's booking reads more
//! than it did. One hop: a stand-in that is away as well refuses by its own busy time.

use super::Api;
use super::failure::Failure;
use super::provider_state::ProviderState;
use super::rejection::{Asked, Doing, failed};
use super::turns::addressed;
use crate::domain::id::{ProviderId, TenantId};
use crate::domain::provider::command::ProviderCommand;
use crate::domain::time::TimeSlot;
use crate::ledger::LedgerError;
use crate::ledger::record::{CommandContext, Executed, Idempotency, StreamKey};

/// Somebody who is booked instead.
#[derive(Clone, Copy, Debug)]
pub struct StandIn {
    /// Who.
    pub provider: ProviderId,
    /// The stream that says so, with the version read: for [`CommandContext::reads`].
    pub read: (StreamKey, u64),
}

impl Api {
    /// Who stands in for a provider in all of the slots; `None` when it is there in one of them, or different people do.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn stand_in(
        &self,
        tenant: TenantId,
        absent: ProviderId,
        slots: &[TimeSlot],
    ) -> Result<Option<StandIn>, Failure> {
        let found = self.absent(tenant, absent).await?;
        Ok(found.and_then(|known| known.stand_in(slots)))
    }

    async fn absent(
        &self,
        tenant: TenantId,
        provider: ProviderId,
    ) -> Result<Option<Absent>, Failure> {
        let stream = StreamKey::provider(tenant, provider);
        let found = self.ledger.versioned_state(stream).await;
        let found = found.map_err(|error| failed(error, &Asked::new(Doing::Read)))?;
        Ok(found.map(|(state, version)| Absent {
            state: ProviderState::new(state),
            read: (stream, version),
        }))
    }

    /// Executes a command on a provider; when its rules refuse it, on who stands in for it in all of the slots, if the
    /// rules accept it there. `command` says what is asked of either.
    ///
    /// A refusal is bound to the key only once it is the answer. The commit compares the absent provider's stream: when
    /// the absence has changed meanwhile, the failure is stale, and the request is to be built anew.
    ///
    /// # Errors
    /// The provider's own refusal; that of the stand-in when it was overtaken; else as [`Self::execute`].
    pub async fn execute_or_redirect(
        &self,
        context: CommandContext,
        provider: ProviderId,
        slots: &[TimeSlot],
        command: impl Fn(ProviderId) -> ProviderCommand + Send + Sync,
        asked: &Asked<'_>,
    ) -> Result<Executed, Failure> {
        let tenant = context.tenant;
        let unbound = context.idempotency.clone().map(|key| Idempotency {
            binds_refusals: false,
            ..key
        });
        let first = CommandContext {
            idempotency: unbound,
            ..context.clone()
        };
        let to = |whom| addressed(tenant, vec![(whom, command(whom))]);
        let refusal = match self.ledger.execute(first, to(provider)).await {
            Err(
                refusal @ LedgerError::Refused {
                    replayed: false, ..
                },
            ) => refusal,
            outcome => return outcome.map_err(|error| failed(error, asked)),
        };
        let Some(absent) = self.absent(tenant, provider).await? else {
            return Err(failed(refusal, asked));
        };
        let now = self.clock.now();
        if let Some(stand_in) = absent.stand_in(slots) {
            let state = self.provider_state(tenant, stand_in.provider).await?;
            if state.is_some_and(|state| state.accepts(now, command(stand_in.provider))) {
                let instead = CommandContext {
                    reads: vec![stand_in.read],
                    ..context
                };
                return self.execute(instead, to(stand_in.provider), asked).await;
            }
        }
        // Asked again to bind the refusal, or because the provider is back just now.
        let is_back = absent.state.accepts(now, command(provider));
        if context.idempotency.is_none() && !is_back {
            return Err(failed(refusal, asked));
        }
        self.execute(context, to(provider), asked).await
    }
}

/// A provider that may be out of office, as it stands.
struct Absent {
    state: ProviderState,
    read: (StreamKey, u64),
}

impl Absent {
    fn stand_in(&self, slots: &[TimeSlot]) -> Option<StandIn> {
        let provider = self.state.provider()?;
        let mut everybody = slots.iter().map(|slot| provider.stand_in(slot));
        let first = everybody.next().flatten()?;
        let is_one = everybody.all(|other| other == Some(first));
        is_one.then_some(StandIn {
            provider: first,
            read: self.read,
        })
    }
}
