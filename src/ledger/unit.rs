//! What one command writes: a unit, whole or not at all. A batch is many units in one transaction.

use uuid::Uuid;

use super::open_sagas::SagaChange;
use super::record::StreamKey;
use super::row::RowChange;
use crate::domain::ClaimChange;
use crate::domain::id::{BookingId, CommandId, EventId, KeyId, ProviderId, TenantId};
use crate::domain::rejection::UniqueName;
use crate::domain::time::Timestamp;

/// The writes of one command.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Whose.
    pub tenant: TenantId,
    /// Which command.
    pub command: CommandId,
    /// Streams that were only read, with the version read.
    pub reads: Vec<(StreamKey, u64)>,
    /// Streams written, in ascending key order. Empty for a refusal that binds an idempotency key.
    pub writes: Vec<StreamWrite>,
    /// The idempotency key to bind.
    pub key: Option<KeyRow>,
    /// Directory entries.
    pub names: Vec<NameChange>,
    /// Claims, by provider.
    pub claims: Vec<(ProviderId, ClaimChange)>,
    /// Rows of sagas, in order of their events.
    pub sagas: Vec<SagaChange>,
    /// New attendee keys, wrapped.
    pub keys_new: Vec<WrappedKey>,
    /// Attendee keys used but not new: each must be alive.
    pub keys_used: Vec<KeyId>,
    /// Keyed look-ups of people: `(term, key)`.
    pub terms: Vec<(String, KeyId)>,
    /// Read-model rows.
    pub rows: Vec<RowChange>,
    /// Estimated size, bytes: the batch is bounded by it.
    pub bytes: usize,
}

/// The events a unit appends to one stream.
#[derive(Clone, Debug)]
pub struct StreamWrite {
    /// The stream.
    pub stream: StreamKey,
    /// Its version before: the fence.
    pub expected: u64,
    /// The events, sequences `expected + 1…`.
    pub events: Vec<EventRow>,
}

/// One event as it is stored, all but position and `recorded_at`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// `aggregate_id`, `aggregate_type`, tenant.
    pub stream: StreamKey,
    /// From 1.
    pub sequence: u64,
    /// For example `BookingPlaced`.
    pub event_type: String,
    /// For example `1.0`.
    pub event_version: String,
    /// Canonical JSON (RFC 8785), exactly as hashed.
    pub payload: String,
    /// Canonical JSON: a flat object of strings.
    pub metadata: String,
    /// Its id.
    pub id: EventId,
    /// Its command.
    pub command: CommandId,
    /// Correlation id.
    pub correlation: Uuid,
    /// Causation id.
    pub causation: Option<Uuid>,
    /// Actor id.
    pub actor: String,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// The attendee's key, when personal data is sealed beside it.
    pub key: Option<KeyId>,
    /// Nonce ‖ ciphertext ‖ tag.
    pub sealed: Option<Vec<u8>>,
    /// The booking it is about: for the history of a booking; derived, not hashed.
    pub subject: Option<BookingId>,
    /// See `docs/audit-format.md`.
    pub previous_hash: [u8; 32],
    /// See `docs/audit-format.md`.
    pub hash: [u8; 32],
}

/// An event row with its place in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedRow {
    /// From 1.
    pub position: u64,
    /// When it was appended.
    pub recorded_at: Timestamp,
    /// The event.
    pub row: EventRow,
}

/// An idempotency key with its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Keyed hash of principal, method, route and key.
    pub key: String,
    /// Keyed hash of the request.
    pub fingerprint: String,
    /// JSON: the rejection, or which events the command recorded. Holds no personal data.
    pub outcome: String,
    /// When it was bound.
    pub bound_at: Timestamp,
}

/// A change of the directory: what must be found before the tenant is known, and what must be unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameChange {
    /// Which kind of name.
    pub kind: NameKind,
    /// The scope within which it is unique; empty for global.
    pub scope: String,
    /// The name.
    pub name: String,
    /// What happens to it.
    pub change: NameUse,
}

/// What happens to a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameUse {
    /// Taken, pointing to `target` (a small JSON object); refused when it is taken already.
    Claim(String),
    /// Pointed to another target.
    Point(String),
    /// Free again.
    Release,
}

/// Kinds of names in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    /// An API key's hash; target `{"key","role","provider","expiresAt"}`.
    ApiKey,
    /// A tenant's id; target `{}`.
    Tenant,
    /// A tenant's slug; target `{}`.
    TenantSlug,
    /// A tenant's wire number; target `{}`.
    TenantNumber,
    /// A provider's wire number; target `{"provider"}`.
    Provider,
    /// A username, scope the tenant; target `{"provider"}`.
    Username,
    /// An event type's wire number; target `{"eventType"}`.
    EventType,
    /// An event type's slug, scope the owner's or the team's UUID; target `{"eventType"}`.
    EventTypeSlug,
    /// The keyed hash of a webhook's address, scope what it watches: an event type's or a provider's UUID; target
    /// `{"webhook"}`.
    SubscriberUrl,
    /// A schedule's wire number; target `{"provider"}`.
    Schedule,
    /// A booking's wire uid; target `{"provider","booking"}`.
    Booking,
    /// A series uid; target `{"provider"}`.
    Series,
    /// A seat; target `{"provider","booking"}`.
    Seat,
    /// A hold; target `{"provider"}`.
    Hold,
    /// A team's wire number; target `{"team"}`.
    Team,
    /// A team's slug, scope the tenant; target `{"team"}`.
    TeamSlug,
}

impl NameKind {
    /// The text in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api-key",
            Self::Tenant => "tenant",
            Self::TenantSlug => "tenant-slug",
            Self::TenantNumber => "tenant-number",
            Self::Provider => "provider",
            Self::Username => "username",
            Self::EventType => "event-type",
            Self::EventTypeSlug => "event-type-slug",
            Self::SubscriberUrl => "subscriber-url",
            Self::Schedule => "schedule",
            Self::Booking => "booking",
            Self::Series => "series",
            Self::Seat => "seat",
            Self::Hold => "hold",
            Self::Team => "team",
            Self::TeamSlug => "team-slug",
        }
    }

    /// What a rejection calls it.
    pub const fn unique_name(self) -> UniqueName {
        match self {
            Self::Username => UniqueName::Username,
            Self::EventTypeSlug => UniqueName::EventTypeSlug,
            Self::TenantSlug => UniqueName::TenantSlug,
            Self::SubscriberUrl => UniqueName::SubscriberUrl,
            Self::TeamSlug => UniqueName::TeamSlug,
            Self::ApiKey
            | Self::Tenant
            | Self::TenantNumber
            | Self::Provider
            | Self::EventType
            | Self::Schedule
            | Self::Booking
            | Self::Series
            | Self::Seat
            | Self::Hold
            | Self::Team => UniqueName::Identifier,
        }
    }
}

/// An attendee's data key, wrapped by the master key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// Its id.
    pub key: KeyId,
    /// Nonce ‖ ciphertext ‖ tag of the 32-byte data key.
    pub wrapped: Vec<u8>,
    /// Which master key wrapped it.
    pub epoch: i64,
    /// When.
    pub created_at: Timestamp,
}

/// What became of a unit of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitOutcome {
    /// Written; the positions of its events end here (0 when it had none).
    Committed {
        /// Last position.
        last_position: u64,
    },
    /// A stream it wrote has another version: decide again.
    Moved,
    /// A stream it read has another version: read again.
    ReadMoved,
    /// Its idempotency key is known: look the outcome up.
    KeyKnown,
    /// A name it claims is taken.
    NameTaken(UniqueName),
    /// An attendee key it used is destroyed.
    KeyDestroyed,
    /// The database's overlap guard refused it although the rules did not: an invariant is broken.
    GuardRefused,
    /// The database refused it, alone and for good, or took too long to refuse its part of the batch; logged. Nothing
    /// of it was written.
    Failed,
    /// Its part of a split batch lost a race for locks: nothing of it was written, the same again.
    Retry,
    /// The connection was lost while its part of a split batch committed: look the command up.
    Unknown,
}
