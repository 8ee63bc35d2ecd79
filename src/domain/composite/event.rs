//! What is recorded of a composite booking. Field names are permanent: golden files pin them.

use serde::{Deserialize, Serialize};

use super::command::SegmentChange;
use crate::domain::id::{
    AttendeeNumber, BookingId, BookingNumber, BookingUid, CompositeId, HoldId, KeyId, ProviderId,
};
use crate::domain::rejection::Rejection;
use crate::domain::terms::Terms;
use crate::domain::time::{TimeSlot, Timestamp};

/// A recorded fact of a composite's stream. What the attendee typed is sealed beside it, never in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CompositeEvent {
    /// It was requested; all of it.
    CompositeRequested(CompositeRequested),
    /// A segment's slot is held.
    SegmentHeld(SegmentMark),
    /// A segment is a booking.
    SegmentConfirmed(SegmentMark),
    /// A segment was refused: from here on the others are undone.
    SegmentRefused(SegmentRefused),
    /// A segment is undone.
    SegmentCompensated(SegmentMark),
    /// Every segment is a pending booking; a person must confirm.
    CompositePending(CompositeMark),
    /// Every segment stands.
    CompositeConfirmed(CompositeMark),
    /// From here on it is undone, although no segment was refused.
    RollbackBegun(RolledBack),
    /// No segment stands.
    CompositeRolledBack(RolledBack),
    /// Undoing a segment failed: an operator must look.
    CompositeStuck(CompositeStuck),
    /// An operator lets it be undone on.
    CompositeRetried(CompositeMark),
    /// An operator gave it up as it was.
    CompositeAbandoned(CompositeMark),
    /// It was cancelled as a whole.
    CompositeCancelled(CompositeMark),
    /// It moved as a whole: a new generation of its segments.
    CompositeRescheduled(CompositeRescheduled),
    /// One segment was changed alone.
    SegmentChanged(SegmentChanged),
}

/// One segment, complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    /// With whom.
    pub provider: ProviderId,
    /// The event type as it was.
    pub terms: Terms,
    /// When.
    pub slot: TimeSlot,
    /// The ledger's id of its booking; kept when it moves.
    pub booking: BookingId,
    /// The booking's wire number.
    pub number: BookingNumber,
    /// The booking's wire uid.
    pub uid: BookingUid,
    /// The attendee's wire number.
    pub attendee: AttendeeNumber,
    /// Wire numbers of the guests, in the order in which they were typed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub guests: Vec<AttendeeNumber>,
    /// Its hold while it is not yet a booking.
    pub hold: HoldId,
}

/// See [`CompositeEvent::CompositeRequested`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompositeRequested {
    /// Which.
    pub composite: CompositeId,
    /// In order.
    pub segments: Vec<Segment>,
    /// No segment is held or confirmed after it.
    pub deadline: Timestamp,
    /// Whether a person has to confirm a segment: then all of them are placed as pending bookings that occupy their
    /// providers, and stand together or not at all.
    pub waits_for_person: bool,
    /// Whether every segment was held by the same linked command.
    pub everything_held: bool,
    /// Under which everything that was typed is sealed.
    pub key: KeyId,
}

/// A segment of a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SegmentMark {
    /// From 1.
    pub generation: u32,
    /// From 0.
    pub segment: u32,
}

/// A generation as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompositeMark {
    /// From 1.
    pub generation: u32,
}

/// See [`CompositeEvent::SegmentRefused`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SegmentRefused {
    /// From 1.
    pub generation: u32,
    /// From 0.
    pub segment: u32,
    /// Why.
    pub cause: Cause,
}

/// See [`CompositeEvent::RollbackBegun`], [`CompositeEvent::CompositeRolledBack`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RolledBack {
    /// From 1.
    pub generation: u32,
    /// Why.
    pub cause: Cause,
}

/// Why a composite booking is undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Cause {
    /// The rules of a segment's provider refused it.
    Refused {
        /// From 0.
        segment: u32,
        /// Their "no".
        rejection: Rejection,
    },
    /// A segment's provider could not be asked.
    Unavailable {
        /// From 0.
        segment: u32,
        /// A code: `unavailable`, `databaseError`, `timeout`, `erased`, `outdated`.
        reason: String,
    },
    /// It was not done by its deadline.
    DeadlinePassed,
    /// A person declined a segment.
    Declined {
        /// From 0.
        segment: u32,
    },
}

impl Cause {
    /// What a provider's event says of it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "segmentRefused",
            Self::Unavailable { .. } => "segmentUnavailable",
            Self::DeadlinePassed => "deadlinePassed",
            Self::Declined { .. } => "declined",
        }
    }
}

/// See [`CompositeEvent::CompositeStuck`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompositeStuck {
    /// From 1.
    pub generation: u32,
    /// Which segment could not be undone, from 0.
    pub segment: u32,
    /// Why it is undone.
    pub cause: Cause,
    /// A code: why that failed.
    pub reason: String,
}

/// See [`CompositeEvent::CompositeRescheduled`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompositeRescheduled {
    /// The new one, from 2.
    pub generation: u32,
    /// All of them, with their new slots, numbers and uids.
    pub segments: Vec<Segment>,
    /// Whether a person has to confirm it (again).
    pub waits_for_person: bool,
}

/// See [`CompositeEvent::SegmentChanged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SegmentChanged {
    /// From 1.
    pub generation: u32,
    /// From 0.
    pub segment: u32,
    /// What happened to it.
    pub change: SegmentChange,
}
