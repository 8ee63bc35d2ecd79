//! Idempotency keys: the outcome is bound in the append transaction and replayed from the log.
//!
//! What is stored names the recorded events, or is the rejection itself: it holds no personal data, and the answer is
//! rendered from the same events the second time as the first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::OwnedMutexGuard;

use super::record::{Executed, Idempotency};
use super::{Ledger, LedgerError, codec};
use crate::domain::Rejection;
use crate::domain::id::{CommandId, TenantId};

/// What a key is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Outcome {
    /// The command was accepted; its events are in the log.
    Accepted(CommandId),
    /// The rules refused it.
    Refused(Rejection),
}

impl Ledger {
    /// The outcome an idempotency key is bound to, from the log; `None` when it is not bound. One indexed read, and one
    /// more for the events of a command that was accepted.
    ///
    /// [`Ledger::execute`] finds it by itself. This is for a request that does not get so far the second time, because
    /// what it names has changed since.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] with `replayed`, the recorded refusal; [`LedgerError::KeyReused`] when the key is bound
    /// to another request; [`LedgerError::Database`], [`LedgerError::Corrupt`].
    pub async fn recorded_outcome(
        &self,
        tenant: TenantId,
        idempotency: &Idempotency,
    ) -> Result<Option<Executed>, LedgerError> {
        let Some(row) = self.store.key_row(tenant, &idempotency.key).await? else {
            return Ok(None);
        };
        if row.fingerprint != idempotency.fingerprint {
            return Err(LedgerError::KeyReused);
        }
        let outcome: Outcome = serde_json::from_str(&row.outcome)
            .map_err(|error| LedgerError::Corrupt(format!("idempotency outcome: {error}")))?;
        match outcome {
            Outcome::Refused(rejection) => Err(LedgerError::Refused {
                rejection,
                replayed: true,
                bound_at: Some(row.bound_at),
            }),
            Outcome::Accepted(command) => {
                let rows = self.store.command_rows(tenant, command).await?;
                let events = rows.iter().map(|logged| codec::decode(&logged.row));
                Ok(Some(Executed {
                    command,
                    events: events.collect::<Result<_, _>>()?,
                    replayed: true,
                }))
            }
        }
    }

    /// Refuses keys of one request, of one fingerprint, when any of them is bound to another request.
    ///
    /// # Errors
    /// [`LedgerError::KeyReused`]; [`LedgerError::Database`].
    pub async fn unless_reused(
        &self,
        tenant: TenantId,
        keys: &[Idempotency],
    ) -> Result<(), LedgerError> {
        let Some(first) = keys.first() else {
            return Ok(());
        };
        let names: Vec<String> = keys.iter().map(|one| one.key.clone()).collect();
        let reused = self
            .store
            .any_key_reused(tenant, &names, &first.fingerprint);
        if reused.await? {
            return Err(LedgerError::KeyReused);
        }
        Ok(())
    }
}

type Gate = Arc<tokio::sync::Mutex<()>>;

/// Commands with one key run one at a time in a process: fifty at once cost one decision, not fifty.
#[derive(Debug, Default)]
pub(super) struct Flights {
    gates: Mutex<BTreeMap<(TenantId, String), Gate>>,
}

/// Held while a keyed command runs.
#[derive(Debug)]
pub(super) struct Flight {
    flights: Arc<Flights>,
    name: (TenantId, String),
    gate: Option<OwnedMutexGuard<()>>,
}

impl Flights {
    pub(super) async fn enter(self: &Arc<Self>, tenant: TenantId, key: &str) -> Flight {
        let name = (tenant, key.to_owned());
        let gate = {
            let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(gates.entry(name.clone()).or_default())
        };
        let gate = gate.lock_owned().await;
        Flight {
            flights: Arc::clone(self),
            name,
            gate: Some(gate),
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.gate = None;
        let mut gates = self
            .flights
            .gates
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if gates
            .get(&self.name)
            .is_some_and(|gate| Arc::strong_count(gate) == 1)
        {
            gates.remove(&self.name);
        }
    }
}
