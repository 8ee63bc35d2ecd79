//! The adapter to cqrs-es: a provider's stream as its `Aggregate`, over the same pure rules.
//!
//! The ledger itself does not go through it: `EventSink` mutates an aggregate as it writes, and knows neither when an
//! event was decided nor what a person typed with it. Both travel here beside the events.

use std::sync::Arc;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use serde::{Deserialize, Serialize};

use super::upcast;
use crate::clock::Clock;
use crate::domain::provider::command::ProviderCommand;
use crate::domain::provider::event::ProviderEvent;
use crate::domain::time::Timestamp;
use crate::domain::{AggregateKind, Command, Event, Fact, Rejection, Sealable, State};

/// A provider's stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProviderStream {
    /// Events folded so far.
    pub version: u64,
    /// The folded state.
    pub state: State,
    /// What people typed with the events written since loading, in their order: never serialised.
    #[serde(skip)]
    pub(super) sealables: Vec<Option<Sealable>>,
}

/// A provider's event with the instant at which it was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedEvent {
    /// When.
    pub decided_at: Timestamp,
    /// What.
    pub event: ProviderEvent,
}

impl Default for ProviderStream {
    fn default() -> Self {
        Self {
            version: 0,
            state: State::empty(AggregateKind::Provider),
            sealables: Vec::new(),
        }
    }
}

impl DomainEvent for DecidedEvent {
    fn event_type(&self) -> String {
        super::codec::encode(&Event::Provider(Box::new(self.event.clone())))
            .map_or_else(|_| String::new(), |encoded| encoded.event_type)
    }

    fn event_version(&self) -> String {
        upcast::current_version(&self.event_type()).to_owned()
    }
}

impl Aggregate for ProviderStream {
    const TYPE: &'static str = AggregateKind::Provider.as_str();
    type Command = ProviderCommand;
    type Event = DecidedEvent;
    type Error = Rejection;
    type Services = Arc<dyn Clock>;

    async fn handle(
        &mut self,
        command: ProviderCommand,
        clock: &Arc<dyn Clock>,
        sink: &EventSink<Self>,
    ) -> Result<(), Rejection> {
        let decided_at = clock.now();
        let facts = self
            .state
            .decide(decided_at, &Command::Provider(Box::new(command)))?;
        for Fact { event, sealable } in facts {
            if let Event::Provider(event) = event {
                self.sealables.push(sealable);
                sink.write(
                    DecidedEvent {
                        decided_at,
                        event: *event,
                    },
                    self,
                )
                .await;
            }
        }
        Ok(())
    }

    fn apply(&mut self, decided: DecidedEvent) {
        self.version += 1;
        let event = Event::Provider(Box::new(decided.event));
        self.state.evolve(self.version, decided.decided_at, &event);
    }
}
