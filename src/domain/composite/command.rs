//! What can be asked of a composite booking.

use serde::{Deserialize, Serialize};

use super::Action;
use super::event::{Cause, Segment};
use crate::domain::aggregate::Sealable;
use crate::domain::id::{BookingNumber, BookingUid, CompositeId, ProviderId};
use crate::domain::personal::Personal;
use crate::domain::time::{TimeSlot, Timestamp};

/// A request to a composite's stream.
#[expect(
    clippy::large_enum_variant,
    reason = "commands are few, and gone once they are decided"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompositeCommand {
    /// Requests it; see [`Request`].
    Request(Box<Request>),
    /// Records what a provider answered to a step. What is known already changes nothing.
    Record(Record),
    /// Records that every segment is confirmed (then it stands, or waits for a person), or that every one is undone.
    Settle {
        /// The step of every segment that is linked with this command ([`Action::Confirm`] or [`Action::Compensate`]); absent:
        /// every step is recorded already. Refused when the composite has gone the other way meanwhile.
        linked: Option<Action>,
    },
    /// Begins to undo it: its deadline has passed, a person declined it, or a linked confirmation was refused.
    RollBack(Cause),
    /// Undoing a segment failed for good.
    Stick {
        /// Which.
        segment: u32,
        /// A code: why.
        reason: String,
    },
    /// An operator has mended what was wrong: undo on.
    Retry,
    /// An operator gives it up as it is.
    Abandon,
    /// A person confirmed it as a whole, or the last of its segments; linked with the confirmations.
    Confirm,
    /// It is cancelled as a whole; linked with the cancellations.
    Cancel {
        /// Reason and by whom, sealed under its key.
        personal: Option<Personal>,
    },
    /// It moves as a whole; linked with the moves, which may depend on each other where segments share a provider: link
    /// them in [`super::Composite::moving_order`].
    Reschedule(Box<Reschedule>),
    /// One segment is changed alone; linked with the change. Refused while the composite is unsettled.
    ChangeSegment {
        /// Which.
        segment: u32,
        /// What happens to it.
        change: SegmentChange,
    },
}

/// See [`CompositeCommand::Request`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// New id.
    pub composite: CompositeId,
    /// 1 to [`super::SEGMENTS_MAX`], in order of time, none before the end of the one before it.
    pub segments: Vec<Segment>,
    /// After now: no segment is held or confirmed after it.
    pub deadline: Timestamp,
    /// Whether every segment's hold is linked with this command.
    pub everything_held: bool,
    /// What the attendee typed, under a new key.
    pub sealable: Sealable,
}

/// See [`CompositeCommand::Record`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Of which generation.
    pub generation: u32,
    /// Which segment.
    pub segment: u32,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its slot is held.
    Held,
    /// It is a booking.
    Confirmed,
    /// Its provider refused it, or could not be asked in time: the composite is undone.
    Refused(Cause),
    /// It is undone.
    Compensated,
}

/// See [`CompositeCommand::Reschedule`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reschedule {
    /// All of them, with their new slots, numbers and uids; booking ids as they were.
    pub segments: Vec<Segment>,
    /// Whether a person has to confirm it (again), as [`super::waits_for_person`] says of a move that is not the host's:
    /// then all of them are moved as pending bookings that occupy their providers ([`super::standing`]).
    pub waits_for_person: bool,
    /// Reason and by whom, sealed under its key.
    pub personal: Option<Personal>,
}

/// What happens to one segment alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SegmentChange {
    /// A person of its provider confirmed it; others are still awaited.
    Confirmed,
    /// It was cancelled.
    Cancelled,
    /// It was moved.
    Moved {
        /// Its wire uid now.
        uid: BookingUid,
        /// Its wire number now.
        number: BookingNumber,
        /// Where it is now.
        slot: TimeSlot,
    },
    /// It was given to another provider.
    Reassigned {
        /// Who has it now.
        provider: ProviderId,
    },
}
