//! What a saga writes, and through what: commands to the composite's stream and to its segments' providers.

use std::sync::Arc;

use async_trait::async_trait;

use super::composite_of;
use crate::domain::composite::command::{CompositeCommand, Request};
use crate::domain::composite::event::CompositeEvent;
use crate::domain::composite::{Action, Composite};
use crate::domain::id::{CompositeId, TenantId};
use crate::domain::personal::Personal;
use crate::domain::provider::command::ProviderCommand;
use crate::domain::time::Timestamp;
use crate::domain::{AggregateKind, Command, Event, State};
use crate::ledger::record::{Addressed, CommandContext, Executed, StreamKey};
use crate::ledger::{Ledger, LedgerError};

/// Through what every write of a saga goes: the ledger, or a test that fails, delays or observes some of them.
#[async_trait]
pub trait Steps: std::fmt::Debug + Send + Sync {
    /// As [`Ledger::execute`].
    ///
    /// # Errors
    /// See [`LedgerError`].
    async fn execute(
        &self,
        context: CommandContext,
        commands: Vec<Addressed>,
    ) -> Result<Executed, LedgerError>;
}

#[async_trait]
impl Steps for Arc<Ledger> {
    async fn execute(
        &self,
        context: CommandContext,
        commands: Vec<Addressed>,
    ) -> Result<Executed, LedgerError> {
        Ledger::execute(self, context, commands).await
    }
}

/// The composite that a request began, now or, with a known key, before.
pub(super) fn requested(executed: &Executed) -> Result<CompositeId, LedgerError> {
    let requested = executed.events.iter().find_map(|recorded| {
        matches!(
            recorded.event,
            Event::Composite(CompositeEvent::CompositeRequested(_))
        )
        .then(|| CompositeId::from_uuid(recorded.stream.id))
    });
    requested.ok_or_else(|| LedgerError::Corrupt("a request began no composite".to_owned()))
}

/// The commands of a request: alone, or linked with the holds of all its segments. One that the rules refuse has no
/// segments yet; it goes alone to be refused by the ledger.
pub(super) fn request(tenant: TenantId, now: Timestamp, request: Request) -> Vec<Addressed> {
    let everything_held = request.everything_held;
    let stream = StreamKey::composite(tenant, request.composite);
    let command = Command::Composite(CompositeCommand::Request(Box::new(request)));
    let holds = if everything_held {
        planned(now, &command)
            .as_ref()
            .and_then(|state| composite_of(state).ok())
            .map(|composite| of_all(tenant, composite, Action::Hold, &Personal::default()))
    } else {
        None
    };
    std::iter::once(Addressed { stream, command })
        .chain(holds.unwrap_or_default())
        .collect()
}

/// The composite as the request will make it; `None` when the rules refuse it.
fn planned(now: Timestamp, command: &Command) -> Option<State> {
    let mut state = State::empty(AggregateKind::Composite);
    let facts = state.decide(now, command).ok()?;
    for (sequence, fact) in (1..).zip(&facts) {
        state.evolve(sequence, now, &fact.event);
    }
    Some(state)
}

/// One step of a composite's segment; `None` when there is no such segment.
pub(super) fn of(
    tenant: TenantId,
    composite: &Composite,
    segment: u32,
    action: Action,
    personal: &Personal,
) -> Option<Addressed> {
    let (provider, step) = composite.step(segment, action, personal)?;
    Some(Addressed {
        stream: StreamKey::provider(tenant, provider),
        command: Command::Provider(Box::new(ProviderCommand::Segment(Box::new(step)))),
    })
}

/// The same step of every segment, in the order in which it is done.
pub(super) fn of_all(
    tenant: TenantId,
    composite: &Composite,
    action: Action,
    personal: &Personal,
) -> Vec<Addressed> {
    let mut steps: Vec<_> = (0..)
        .map_while(|segment| of(tenant, composite, segment, action, personal))
        .collect();
    match action {
        Action::Hold | Action::Confirm => {}
        Action::Compensate => steps.reverse(),
    }
    steps
}
