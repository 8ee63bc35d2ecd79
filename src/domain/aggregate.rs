//! One type over all aggregates: what the ledger executes, records and folds.

use serde::{Deserialize, Serialize};

use super::composite::Composite;
use super::composite::command::CompositeCommand;
use super::composite::event::CompositeEvent;
use super::event_type::{EventType, EventTypeCommand, EventTypeEvent};
use super::id::{BookingId, ClaimId, EventTypeId, KeyId};
use super::personal::Personal;
use super::provider::Provider;
use super::provider::command::{ProviderCommand, SegmentAction};
use super::provider::event::ProviderEvent;
use super::rejection::Rejection;
use super::tenant::{Tenant, TenantCommand, TenantEvent};
use super::terms::Terms;
use super::time::Timestamp;
use super::webhook::{Webhook, WebhookCommand, WebhookEvent};

/// Raised with every change of what `evolve` makes of a recorded event: states folded by another version are not
/// used. `tests/evolution.rs` pins it to the fold of the golden events.
pub const EVOLVE_VERSION: u32 = 3;

/// Names the shape in which [`State`] serialises: members and their types. States written in another one are not read.
/// `tests/evolution.rs` computes it and fails when it no longer fits.
pub const STATE_LAYOUT: &str = "0839b6e5fa7382a69fc2fd957a64b5c0085b4c5e4f6ae7ba4f44a4f356dabb59";

/// Which aggregate a stream belongs to; its text is `aggregate_type` in the log and hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AggregateKind {
    /// A tenant's own stream; its id is the tenant's.
    Tenant,
    /// A provider's stream.
    Provider,
    /// An event type's stream.
    EventType,
    /// A webhook's stream.
    Webhook,
    /// A composite booking's stream.
    Composite,
}

impl AggregateKind {
    /// Every kind, in key order.
    pub const ALL: [Self; 5] = [
        Self::Composite,
        Self::EventType,
        Self::Provider,
        Self::Tenant,
        Self::Webhook,
    ];

    /// `aggregate_type` in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Provider => "provider",
            Self::EventType => "event-type",
            Self::Webhook => "webhook",
            Self::Composite => "composite",
        }
    }

    /// Reads `aggregate_type`; `None` for one this program does not know.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A command to any stream.
#[expect(
    clippy::large_enum_variant,
    reason = "commands are few, and gone once they are decided"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// To a tenant.
    Tenant(TenantCommand),
    /// To a provider.
    Provider(Box<ProviderCommand>),
    /// To an event type.
    EventType(EventTypeCommand),
    /// To a webhook.
    Webhook(WebhookCommand),
    /// To a composite booking.
    Composite(CompositeCommand),
}

impl Command {
    /// The event type it was built from, with the version that was read: the commit compares it again.
    pub fn event_type_read(&self) -> Option<(EventTypeId, u64)> {
        match self {
            Self::Provider(command) => {
                terms_of(command).map(|terms| (terms.event_type, terms.version))
            }
            Self::Webhook(WebhookCommand::Create(set) | WebhookCommand::Change(set)) => set
                .definition
                .event_type
                .map(|watched| watched.id)
                .zip(set.event_type_version),
            Self::Tenant(_)
            | Self::EventType(_)
            | Self::Webhook(WebhookCommand::Delete(_))
            | Self::Composite(_) => None,
        }
    }
}

/// The terms that a command carries.
fn terms_of(command: &ProviderCommand) -> Option<&Terms> {
    match command {
        ProviderCommand::Place(place) => Some(&place.terms),
        ProviderCommand::Reschedule(reschedule) => Some(&reschedule.terms),
        ProviderCommand::MoveSeat(shift) => Some(&shift.terms),
        ProviderCommand::Hold(hold) | ProviderCommand::ChangeHold(hold) => Some(&hold.terms),
        // Once it is held, the terms it was held under hold.
        ProviderCommand::Segment(step) => match &step.action {
            SegmentAction::Hold(place) => Some(&place.terms),
            SegmentAction::Confirm(_) | SegmentAction::Compensate { .. } => None,
        },
        ProviderCommand::Create(_)
        | ProviderCommand::ChangeProfile(_)
        | ProviderCommand::SetSchedule(_)
        | ProviderCommand::RemoveSchedule(_)
        | ProviderCommand::Confirm(_)
        | ProviderCommand::Decline(_)
        | ProviderCommand::Cancel(_)
        | ProviderCommand::Compensate(_)
        | ProviderCommand::MarkAbsent(_)
        | ProviderCommand::AddAttendees(_)
        | ProviderCommand::RemoveAttendee(_)
        | ProviderCommand::ChangeLocation(_)
        | ProviderCommand::Complete(_)
        | ProviderCommand::Depart(_)
        | ProviderCommand::Receive(_)
        | ProviderCommand::Engage(_)
        | ProviderCommand::Disengage(_)
        | ProviderCommand::ChangeCoHosts(_)
        | ProviderCommand::ReleaseHold(_)
        | ProviderCommand::Block(_)
        | ProviderCommand::Unblock(_)
        | ProviderCommand::EnterOutOfOffice(_)
        | ProviderCommand::ChangeOutOfOffice(_)
        | ProviderCommand::RemoveOutOfOffice(_)
        | ProviderCommand::Lapse => None,
    }
}

/// An event of any stream. Serialises as `{"<EventName>": {…}}`: the ledger takes the name apart from the payload.
#[expect(
    clippy::large_enum_variant,
    reason = "events of event types are rare, and are folded where they are read"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Of a tenant.
    Tenant(TenantEvent),
    /// Of a provider.
    Provider(Box<ProviderEvent>),
    /// Of an event type.
    EventType(EventTypeEvent),
    /// Of a webhook.
    Webhook(WebhookEvent),
    /// Of a composite booking.
    Composite(CompositeEvent),
}

impl Event {
    /// The booking the event is about, for the history of a booking.
    pub fn subject(&self) -> Option<BookingId> {
        match self {
            Self::Tenant(_) | Self::EventType(_) | Self::Webhook(_) | Self::Composite(_) => None,
            Self::Provider(event) => event.subject(),
        }
    }

    /// What the event does to the claims of its provider: deletions first, then insertions.
    pub fn claims(&self) -> Vec<ClaimChange> {
        match self {
            Self::Tenant(_) | Self::EventType(_) | Self::Webhook(_) | Self::Composite(_) => {
                Vec::new()
            }
            Self::Provider(event) => event.claims(),
        }
    }
}

/// A change of the claims table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimChange {
    /// The claim is gone.
    Remove(ClaimId),
    /// The claim occupies `[start, end)`, buffers included.
    Insert {
        /// Its id: the booking's or the hold's UUID.
        claim: ClaimId,
        /// Claims of one owner may overlap (only while a composite moves); else the claim's own id.
        owner: uuid::Uuid,
        /// From.
        start: Timestamp,
        /// To, exclusive.
        end: Timestamp,
    },
}

/// A decided event with the personal data that the ledger seals beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The event.
    pub event: Event,
    /// What a person typed with it.
    pub sealable: Option<Sealable>,
}

/// Personal data with the key it is sealed under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealable {
    /// The attendee's key.
    pub key: KeyId,
    /// Whether the key is drawn with this command (else it must exist and be alive).
    pub key_is_new: bool,
    /// The data.
    pub personal: Personal,
}

/// The folded state of any stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Of a tenant.
    Tenant(Tenant),
    /// Of a provider.
    Provider(Box<Provider>),
    /// Of an event type.
    EventType(Box<EventType>),
    /// Of a webhook.
    Webhook(Webhook),
    /// Of a composite booking.
    Composite(Box<Composite>),
}

impl State {
    /// The state of a stream without events.
    pub fn empty(kind: AggregateKind) -> Self {
        match kind {
            AggregateKind::Tenant => Self::Tenant(Tenant::default()),
            AggregateKind::Provider => Self::Provider(Box::default()),
            AggregateKind::EventType => Self::EventType(Box::default()),
            AggregateKind::Webhook => Self::Webhook(Webhook::default()),
            AggregateKind::Composite => Self::Composite(Box::default()),
        }
    }

    /// Decides a command at `now`; pure.
    ///
    /// # Errors
    /// The first failing check of the command, in its documented order; [`Rejection::Invalid`] when the command
    /// is for another kind of stream.
    pub fn decide(&self, now: Timestamp, command: &Command) -> Result<Vec<Fact>, Rejection> {
        match (self, command) {
            (Self::Tenant(tenant), Command::Tenant(command)) => tenant.decide(now, command),
            (Self::Provider(provider), Command::Provider(command)) => provider.decide(now, command),
            (Self::EventType(event_type), Command::EventType(command)) => {
                event_type.decide(now, command)
            }
            (Self::Webhook(webhook), Command::Webhook(command)) => webhook.decide(command),
            (Self::Composite(composite), Command::Composite(command)) => {
                composite.decide(now, command)
            }
            (
                Self::Tenant(_)
                | Self::Provider(_)
                | Self::EventType(_)
                | Self::Webhook(_)
                | Self::Composite(_),
                _,
            ) => Err(Rejection::Invalid {
                field: "command".to_owned(),
                reason: "is for another kind of stream".to_owned(),
            }),
        }
    }

    /// Bookings that a command is about and that the state no longer knows (or never did), with the version the caller
    /// read of each. The facts alone decided about them, so whoever records the decision has to make sure first that no
    /// later event of theirs is in the stream.
    pub fn unknown_bookings(&self, command: &Command) -> Vec<(BookingId, u64)> {
        match (self, command) {
            (Self::Provider(provider), Command::Provider(command)) => {
                provider.unknown_bookings(command)
            }
            (
                Self::Tenant(_)
                | Self::Provider(_)
                | Self::EventType(_)
                | Self::Webhook(_)
                | Self::Composite(_),
                _,
            ) => Vec::new(),
        }
    }

    /// Whether something has passed its time and is not recorded so yet: an expired hold, a finished booking.
    pub fn has_lapsed(&self, now: Timestamp) -> bool {
        match self {
            Self::Tenant(_) | Self::EventType(_) | Self::Webhook(_) | Self::Composite(_) => false,
            Self::Provider(provider) => provider.has_lapsed(now),
        }
    }

    /// Folds one recorded event in. Events of another kind of stream change nothing.
    /// `sequence` is the event's place in its stream, from 1.
    pub fn evolve(&mut self, sequence: u64, decided_at: Timestamp, event: &Event) {
        match (self, event) {
            (Self::Tenant(tenant), Event::Tenant(event)) => tenant.evolve(event),
            (Self::Provider(provider), Event::Provider(event)) => {
                provider.evolve(sequence, decided_at, event);
            }
            (Self::EventType(event_type), Event::EventType(event)) => {
                event_type.evolve(sequence, event);
            }
            (Self::Webhook(webhook), Event::Webhook(event)) => webhook.evolve(sequence, event),
            (Self::Composite(composite), Event::Composite(event)) => {
                composite.evolve(sequence, event);
            }
            (
                Self::Tenant(_)
                | Self::Provider(_)
                | Self::EventType(_)
                | Self::Webhook(_)
                | Self::Composite(_),
                _,
            ) => {}
        }
    }
}
