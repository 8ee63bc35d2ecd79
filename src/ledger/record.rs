//! What a command comes with, and what is recorded of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::id::{
    BookingId, CommandId, CompositeId, EventId, EventTypeId, KeyId, ProviderId, TenantId, WebhookId,
};
use crate::domain::tenant::Role;
use crate::domain::time::Timestamp;
use crate::domain::{AggregateKind, Command, Event};

/// One stream of a tenant. Ordered as the lanes and every statement take them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamKey {
    /// Whose.
    pub tenant: TenantId,
    /// Of which aggregate.
    pub kind: AggregateKind,
    /// The aggregate's id, globally unique.
    pub id: Uuid,
}

impl StreamKey {
    /// A provider's stream.
    pub const fn provider(tenant: TenantId, id: ProviderId) -> Self {
        Self {
            tenant,
            kind: AggregateKind::Provider,
            id: id.as_uuid(),
        }
    }
    /// An event type's stream.
    pub const fn event_type(tenant: TenantId, id: EventTypeId) -> Self {
        Self {
            tenant,
            kind: AggregateKind::EventType,
            id: id.as_uuid(),
        }
    }
    /// A webhook's stream.
    pub const fn webhook(tenant: TenantId, id: WebhookId) -> Self {
        Self {
            tenant,
            kind: AggregateKind::Webhook,
            id: id.as_uuid(),
        }
    }
    /// A composite booking's stream.
    pub const fn composite(tenant: TenantId, id: CompositeId) -> Self {
        Self {
            tenant,
            kind: AggregateKind::Composite,
            id: id.as_uuid(),
        }
    }
    /// The tenant's own stream.
    pub const fn tenant(tenant: TenantId) -> Self {
        Self {
            tenant,
            kind: AggregateKind::Tenant,
            id: tenant.as_uuid(),
        }
    }
}

/// A command and the stream it is for.
#[derive(Clone, Debug)]
pub struct Addressed {
    /// The stream.
    pub stream: StreamKey,
    /// The command.
    pub command: Command,
}

/// Who asks, from where, and under which key.
#[derive(Clone, Debug)]
pub struct CommandContext {
    /// Whose streams; every stream of the command is of this tenant.
    pub tenant: TenantId,
    /// Recorded with every event.
    pub actor: Actor,
    /// Recorded with every event.
    pub origin: Origin,
    /// The client's key, if it sent one.
    pub idempotency: Option<Idempotency>,
    /// Joins everything that one request or saga caused.
    pub correlation: Uuid,
    /// The event that caused this command, if one did.
    pub causation: Option<Uuid>,
    /// Further streams the command was built from, with the version read: the commit compares them. The event type's,
    /// which every command names itself, is none of them.
    pub reads: Vec<(StreamKey, u64)>,
    /// Where linked commands are parts of one request (items of a batch): of each command in order, which part it is. A
    /// refusal says then whose it is ([`crate::domain::Rejection::OfSegment`]). Empty otherwise.
    pub parts: Vec<u32>,
}

impl CommandContext {
    /// Whether a refusal is bound to the client's key.
    pub(super) fn binds_refusals(&self) -> bool {
        let key = self.idempotency.as_ref();
        key.is_some_and(|key| key.binds_refusals)
    }
}

/// Who acts: the id of a provider, an API key or a token's subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// For example `api-key:<uuid>`, `user:<sub>`, `anonymous`, `system`, `cli`. Never an e-mail address.
    pub id: String,
    /// What it acts as.
    pub role: Role,
}

/// From where a request came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The request's id, echoed in its answer.
    pub request_id: String,
    /// Masked address: IPv4 /24, IPv6 /48.
    pub ip: Option<String>,
    /// User agent, at most 200 characters.
    pub user_agent: Option<String>,
}

/// An idempotency key, reduced: neither the key's owner nor the body can be read from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// Keyed hash over principal, method, route and key: unique per tenant.
    pub key: String,
    /// Keyed hash over everything the request asked for.
    pub fingerprint: String,
    /// Whether a refusal is the answer, and bound. `false` while the caller has another way to try (the next host): what
    /// is accepted is bound all the same.
    pub binds_refusals: bool,
}

/// Personal data as it is stored everywhere: the same ciphertext in events, read models and answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedPersonal {
    /// The attendee's key.
    pub key: KeyId,
    /// The event it was sealed for: part of what the seal is bound to.
    pub event: EventId,
    /// Nonce ‖ ciphertext ‖ tag, base 64.
    pub data: String,
}

/// One recorded event, without its place in the log: what projections fold.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedEvent {
    /// Its stream.
    pub stream: StreamKey,
    /// Its place in the stream, from 1.
    pub sequence: u64,
    /// The event, upcast to the current version.
    pub event: Event,
    /// `event_type` as stored, e.g. `BookingPlaced`.
    pub event_type: String,
    /// Version of the payload as stored.
    pub event_version: String,
    /// Its id.
    pub id: EventId,
    /// The command it came from.
    pub command: CommandId,
    /// See [`CommandContext::correlation`].
    pub correlation: Uuid,
    /// See [`CommandContext::causation`].
    pub causation: Option<Uuid>,
    /// Who.
    pub actor: String,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// Role, request id, masked address, user agent: a flat object of strings.
    pub metadata: BTreeMap<String, String>,
    /// What a person typed with it.
    pub personal: Option<SealedPersonal>,
    /// Hash of the event before it in the stream; 32 zero bytes for the first.
    pub previous_hash: [u8; 32],
    /// Its own.
    pub hash: [u8; 32],
}

impl RecordedEvent {
    /// The booking it is about.
    pub fn subject(&self) -> Option<BookingId> {
        self.event.subject()
    }
}

/// A recorded event with its place in the tenant's log.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    /// From 1, contiguous per tenant.
    pub position: u64,
    /// When it was appended; never less than the position before.
    pub recorded_at: Timestamp,
    /// The event.
    pub event: RecordedEvent,
}

/// What an accepted command recorded.
#[derive(Clone, Debug)]
pub struct Executed {
    /// The command.
    pub command: CommandId,
    /// Its events in order, over all its streams (lapsed holds and finished bookings included).
    pub events: Vec<RecordedEvent>,
    /// Whether this is the recorded outcome of an earlier request with the same idempotency key.
    pub replayed: bool,
}
