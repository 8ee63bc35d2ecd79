//! Idempotency keys: the outcome is bound in the append transaction and replayed from the log.
//!
//! What is stored names the recorded events, or is the rejection itself: it holds no personal data, and the answer is
//! rendered from the same events the second time as the first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

use super::record::{RecordedEvent, StreamKey};
use crate::domain::id::{CommandId, TenantId};
use crate::domain::{AggregateKind, Rejection};

/// What a key is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Outcome {
    /// The command was accepted and recorded these events.
    Accepted {
        command: CommandId,
        spans: Vec<Span>,
    },
    /// The rules refused it.
    Refused(Rejection),
}

/// Consecutive events of one stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Span {
    pub(super) kind: AggregateKind,
    pub(super) stream: Uuid,
    pub(super) first: u64,
    pub(super) last: u64,
}

impl Outcome {
    /// The outcome of an accepted command.
    pub(super) fn accepted(command: CommandId, events: &[RecordedEvent]) -> Self {
        let mut spans: Vec<Span> = Vec::new();
        for event in events {
            match spans.last_mut() {
                Some(span)
                    if (span.kind, span.stream) == (event.stream.kind, event.stream.id)
                        && span.last + 1 == event.sequence =>
                {
                    span.last = event.sequence;
                }
                Some(_) | None => spans.push(Span {
                    kind: event.stream.kind,
                    stream: event.stream.id,
                    first: event.sequence,
                    last: event.sequence,
                }),
            }
        }
        Self::Accepted { command, spans }
    }
}

impl Span {
    pub(super) fn key(&self, tenant: TenantId) -> StreamKey {
        StreamKey { tenant, kind: self.kind, id: self.stream }
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
        Flight { flights: Arc::clone(self), name, gate: Some(gate) }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.gate = None;
        let mut gates = self.flights.gates.lock().unwrap_or_else(PoisonError::into_inner);
        if gates.get(&self.name).is_some_and(|gate| Arc::strong_count(gate) == 1) {
            gates.remove(&self.name);
        }
    }
}
