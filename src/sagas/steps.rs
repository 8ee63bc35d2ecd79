//! What a saga writes, and through what: commands to the composite's stream and to its segments' providers.

use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::composite::command::Request;
use crate::domain::composite::event::{CompositeEvent, Segment};
use crate::domain::composite::{Action, Composite};
use crate::domain::id::{CompositeId, KeyId, TenantId};
use crate::domain::personal::Personal;
use crate::domain::provider::command::{
    Occurrence, Place, ProviderCommand, SegmentAction, SegmentStep, Standing,
};
use crate::domain::provider::event::SegmentPlace;
use crate::domain::time::Timestamp;
use crate::domain::{Command, Event};
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

/// A generation of a composite: what its segments' steps have in common.
#[derive(Debug)]
struct Whole {
    tenant: TenantId,
    composite: CompositeId,
    generation: u32,
    deadline: Timestamp,
    key: KeyId,
    count: u32,
    standing: Standing,
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

/// The holds that are linked with a request.
pub(super) fn first_holds(tenant: TenantId, request: &Request) -> Vec<Addressed> {
    let whole = Whole {
        tenant,
        composite: request.composite,
        generation: 1,
        deadline: request.deadline,
        key: request.sealable.key,
        count: count(&request.segments),
        // A hold is no booking yet: how it will stand does not matter.
        standing: Standing::ByTerms,
    };
    let personal = Some(&request.sealable.personal);
    let segments = (0..).zip(&request.segments);
    segments
        .map(|(index, segment)| whole.step(index, segment, Action::Hold, personal))
        .collect()
}

/// One step of a composite's segment; `None` when there is no such segment. Without what was typed only for
/// [`Action::Compensate`], which needs none.
pub(super) fn of(
    tenant: TenantId,
    composite: &Composite,
    index: u32,
    action: Action,
    personal: Option<&Personal>,
) -> Option<Addressed> {
    let whole = Whole::of(tenant, composite)?;
    let segment = composite.segments().get(usize::try_from(index).ok()?)?;
    Some(whole.step(index, segment, action, personal))
}

/// The same step of every segment, in the order in which it is done.
pub(super) fn of_all(
    tenant: TenantId,
    composite: &Composite,
    action: Action,
    personal: Option<&Personal>,
) -> Vec<Addressed> {
    let Some(whole) = Whole::of(tenant, composite) else {
        return Vec::new();
    };
    let segments = (0..).zip(composite.segments());
    let mut steps: Vec<_> = segments
        .map(|(index, segment)| whole.step(index, segment, action, personal))
        .collect();
    match action {
        Action::Hold | Action::Confirm => {}
        Action::Compensate => steps.reverse(),
    }
    steps
}

fn count(segments: &[Segment]) -> u32 {
    u32::try_from(segments.len()).unwrap_or(u32::MAX)
}

impl Whole {
    fn of(tenant: TenantId, composite: &Composite) -> Option<Self> {
        let standing = if composite.waits_for_person() {
            // It occupies its provider: it stands or falls with the others.
            Standing::Pending { claims: true }
        } else {
            Standing::Accepted
        };
        Some(Self {
            tenant,
            composite: composite.id()?,
            generation: composite.generation(),
            deadline: composite.deadline()?,
            key: composite.key()?,
            count: count(composite.segments()),
            standing,
        })
    }

    fn step(
        &self,
        index: u32,
        segment: &Segment,
        action: Action,
        personal: Option<&Personal>,
    ) -> Addressed {
        let place = || Box::new(self.place(index, segment, personal));
        let step = SegmentStep {
            composite: self.composite,
            generation: self.generation,
            segment: index,
            deadline: self.deadline,
            hold: segment.hold,
            booking: segment.booking,
            action: match action {
                Action::Hold => SegmentAction::Hold(place()),
                Action::Confirm => SegmentAction::Confirm(place()),
                Action::Compensate => SegmentAction::Compensate {
                    cause: "rolledBack".to_owned(),
                },
            },
        };
        Addressed {
            stream: StreamKey::provider(self.tenant, segment.provider),
            command: Command::Provider(Box::new(ProviderCommand::Segment(Box::new(step)))),
        }
    }

    fn place(&self, index: u32, segment: &Segment, personal: Option<&Personal>) -> Place {
        Place {
            terms: segment.terms.clone(),
            occurrences: vec![Occurrence {
                booking: segment.booking,
                number: segment.number,
                uid: segment.uid.clone(),
                attendee: segment.attendee,
                guests: Vec::new(),
                slot: segment.slot,
            }],
            series: None,
            seats: Vec::new(),
            hold: None,
            out_of_bounds: false,
            limits_skipped: false,
            standing: self.standing,
            composite: Some(SegmentPlace {
                composite: self.composite,
                segment: index,
                count: self.count,
            }),
            key: self.key,
            key_is_new: false,
            personal: personal.cloned().unwrap_or_default(),
            co_hosted: None,
        }
    }
}
