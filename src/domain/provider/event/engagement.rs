//! What is recorded where a booking has several hosts: the booking itself in its home stream, a share in each other's.

use serde::{Deserialize, Serialize};

use super::Host;
#[cfg(doc)]
use super::ProviderEvent;
use crate::domain::id::{BookingId, BookingUid, ClaimId, EventTypeId, EventTypeNumber, ProviderId};
use crate::domain::time::{Day, TimeSlot};

/// A provider who hosts a booking of another one's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CoHost {
    /// Who.
    pub provider: ProviderId,
    /// As it was.
    pub host: Host,
}

/// See [`ProviderEvent::ProviderEngaged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderEngaged {
    /// The ledger's id of the booking.
    pub booking: BookingId,
    /// Its wire uid.
    pub uid: BookingUid,
    /// Whose stream is home to it.
    pub home: ProviderId,
    /// The claim of this share; kept when it moves.
    pub claim: ClaimId,
    /// When.
    pub slot: TimeSlot,
    /// The event type.
    pub event_type: EventTypeId,
    /// Its wire number.
    pub event_type_number: EventTypeNumber,
    /// Buffer before, minutes.
    pub before_minutes: u32,
    /// Buffer after, minutes.
    pub after_minutes: u32,
    /// Whether it occupies this provider.
    pub claims: bool,
    /// Whether the booking waits for a person.
    pub pending: bool,
    /// The provider's local day on which limits count it.
    pub counted_on: Day,
    /// Whether the share occupied the provider before, elsewhere.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub claimed: bool,
}

/// See [`ProviderEvent::ProviderDisengaged`], [`ProviderEvent::EngagementFinished`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Disengaged {
    /// The ledger's id of the booking.
    pub booking: BookingId,
    /// Its wire uid.
    pub uid: BookingUid,
    /// The claim of the share.
    pub claim: ClaimId,
    /// Whether it occupied the provider.
    pub claimed: bool,
    /// Whether somebody else hosts the booking instead: it is no booking of this provider any more, past or cancelled.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub replaced: bool,
}

/// See [`ProviderEvent::CoHostsChanged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CoHostsChanged {
    /// The ledger's id.
    pub booking: BookingId,
    /// Wire uid.
    pub uid: BookingUid,
    /// All of them from now on.
    pub co_hosts: Vec<CoHost>,
}
