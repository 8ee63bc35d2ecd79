//! cqrs-es's `EventStore` over our log: a `CqrsFramework` may run beside the ledger's own path, and neither can
//! overtake the other (lanes, versions and the primary key hold for both).

use std::collections::BTreeMap;
#[expect(
    clippy::disallowed_types,
    reason = "cqrs-es hands metadata over in a HashMap"
)]
use std::collections::HashMap;
use std::sync::Arc;

use cqrs_es::{Aggregate, AggregateContext, AggregateError, EventEnvelope, EventStore};
use uuid::Uuid;

use super::aggregate::{DecidedEvent, ProviderStream};
use super::limits::LOAD_CHUNK;
use super::record::{Actor, CommandContext, Origin, RecordedEvent, StreamKey};
use super::{Ledger, LedgerError};
use crate::domain::id::{ProviderId, TenantId};
use crate::domain::tenant::Role;
use crate::domain::{Event, Fact, Rejection};

#[expect(
    clippy::disallowed_types,
    reason = "cqrs-es hands metadata over in a HashMap"
)]
type Metadata = HashMap<String, String>;

/// The providers' streams of one tenant, for a `CqrsFramework`.
#[derive(Clone, Debug)]
pub struct ProviderStore {
    ledger: Arc<Ledger>,
    tenant: TenantId,
}

/// A stream as it was loaded.
#[derive(Debug)]
pub struct LoadedStream {
    stream: StreamKey,
    version: u64,
    aggregate: ProviderStream,
}

impl AggregateContext<ProviderStream> for LoadedStream {
    fn aggregate(&mut self) -> &mut ProviderStream {
        &mut self.aggregate
    }
}

impl ProviderStore {
    /// The streams of a tenant.
    pub const fn new(ledger: Arc<Ledger>, tenant: TenantId) -> Self {
        Self { ledger, tenant }
    }

    fn stream(&self, aggregate_id: &str) -> Result<StreamKey, AggregateError<Rejection>> {
        let provider: ProviderId = aggregate_id
            .parse()
            .map_err(|error| AggregateError::UnexpectedError(Box::new(error)))?;
        Ok(StreamKey::provider(self.tenant, provider))
    }

    async fn recorded(
        &self,
        stream: StreamKey,
    ) -> Result<Vec<RecordedEvent>, AggregateError<Rejection>> {
        let mut events: Vec<RecordedEvent> = Vec::new();
        loop {
            let after = events.last().map_or(0, |event| event.sequence);
            let chunk = self
                .ledger
                .stream_events(stream, after, LOAD_CHUNK)
                .await
                .map_err(failure)?;
            if chunk.is_empty() {
                return Ok(events);
            }
            events.extend(chunk);
        }
    }

    fn context(&self, metadata: &Metadata) -> CommandContext {
        let text = |key: &str| metadata.get(key).cloned();
        CommandContext {
            tenant: self.tenant,
            actor: Actor {
                id: text("actor").unwrap_or_else(|| "system".to_owned()),
                role: Role::Owner,
            },
            origin: Origin {
                request_id: text("requestId").unwrap_or_default(),
                ip: text("ip"),
                user_agent: text("userAgent"),
            },
            idempotency: None,
            correlation: text("correlation")
                .and_then(|text| Uuid::parse_str(&text).ok())
                .unwrap_or_else(|| self.ledger.ids.uuid()),
            causation: None,
            reads: Vec::new(),
            parts: Vec::new(),
        }
    }
}

impl EventStore<ProviderStream> for ProviderStore {
    type AC = LoadedStream;

    async fn load_events(
        &self,
        aggregate_id: &str,
    ) -> Result<Vec<EventEnvelope<ProviderStream>>, AggregateError<Rejection>> {
        let events = self.recorded(self.stream(aggregate_id)?).await?;
        Ok(events.into_iter().filter_map(envelope).collect())
    }

    async fn load_aggregate(
        &self,
        aggregate_id: &str,
    ) -> Result<LoadedStream, AggregateError<Rejection>> {
        let stream = self.stream(aggregate_id)?;
        let mut aggregate = ProviderStream::default();
        for event in self
            .recorded(stream)
            .await?
            .into_iter()
            .filter_map(envelope)
        {
            aggregate.apply(event.payload);
        }
        Ok(LoadedStream {
            stream,
            version: aggregate.version,
            aggregate,
        })
    }

    async fn commit(
        &self,
        events: Vec<DecidedEvent>,
        context: LoadedStream,
        metadata: Metadata,
    ) -> Result<Vec<EventEnvelope<ProviderStream>>, AggregateError<Rejection>> {
        let Some(decided_at) = events.first().map(|event| event.decided_at) else {
            return Ok(Vec::new());
        };
        let facts = events
            .into_iter()
            .zip(context.aggregate.sealables)
            .map(|(decided, sealable)| Fact {
                event: Event::Provider(Box::new(decided.event)),
                sealable,
            })
            .collect();
        let executed = self
            .ledger
            .append(
                self.context(&metadata),
                context.stream,
                context.version,
                decided_at,
                facts,
            )
            .await
            .map_err(failure)?;
        Ok(executed.events.into_iter().filter_map(envelope).collect())
    }
}

fn envelope(recorded: RecordedEvent) -> Option<EventEnvelope<ProviderStream>> {
    let Event::Provider(event) = recorded.event else {
        return None;
    };
    let metadata: BTreeMap<String, String> = recorded.metadata;
    Some(EventEnvelope {
        aggregate_id: recorded.stream.id.to_string(),
        sequence: usize::try_from(recorded.sequence).unwrap_or(usize::MAX),
        payload: DecidedEvent {
            decided_at: recorded.decided_at,
            event: *event,
        },
        metadata: metadata.into_iter().collect(),
    })
}

fn failure(error: LedgerError) -> AggregateError<Rejection> {
    match error {
        LedgerError::Refused {
            rejection,
            replayed: _,
            bound_at: _,
        } => AggregateError::UserError(rejection),
        LedgerError::Stale => AggregateError::AggregateConflict,
        LedgerError::Database(error) => AggregateError::DatabaseConnectionError(Box::new(error)),
        error @ (LedgerError::KeyReused
        | LedgerError::Erased
        | LedgerError::Unavailable
        | LedgerError::OutcomeUnknown
        | LedgerError::TooLarge { .. }
        | LedgerError::InvariantBroken
        | LedgerError::Corrupt(_)) => AggregateError::UnexpectedError(Box::new(error)),
    }
}
