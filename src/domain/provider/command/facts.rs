//! A booking as the caller of a command read it.

use crate::domain::id::{AttendeeNumber, BookingId, BookingNumber, BookingUid, KeyId, SeatId};
use crate::domain::provider::event::{CoHost, SegmentPlace, SeriesPlace};
use crate::domain::terms::Terms;
use crate::domain::time::{Day, TimeSlot};

/// A booking as the caller read it: what a command needs although the booking may have left the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingFacts {
    /// The ledger's id.
    pub booking: BookingId,
    /// Sequence of its own last event when it was read; refused as `BookingChanged` when the state knows a later one.
    pub version: u64,
    /// Wire number.
    pub number: BookingNumber,
    /// Wire uid.
    pub uid: BookingUid,
    /// Calendar UID.
    pub ics_uid: String,
    /// Status of this wire booking.
    pub status: BookingStatus,
    /// Where it was moved, if it was.
    pub rescheduled_to: Option<BookingUid>,
    /// When.
    pub slot: TimeSlot,
    /// The event type as recorded.
    pub terms: Terms,
    /// Whether it occupies the provider.
    pub claims: bool,
    /// The day on which limits count it.
    pub counted_on: Day,
    /// The first attendee's wire number.
    pub attendee: AttendeeNumber,
    /// Guests and companions who still come, in order.
    pub guests: Vec<AttendeeNumber>,
    /// Open seats, first to last.
    pub seats: Vec<SeatId>,
    /// Its place in a series.
    pub series: Option<SeriesPlace>,
    /// Who else hosts it.
    pub co_hosts: Vec<CoHost>,
    /// The composite booking that it is a segment of.
    pub composite: Option<SegmentPlace>,
    /// The attendee's key.
    pub key: KeyId,
}

/// Where a wire booking stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum BookingStatus {
    /// It stands.
    Accepted,
    /// It waits for a person.
    Pending,
    /// It was cancelled, compensated, or replaced by a move.
    Cancelled,
    /// It was declined.
    Rejected,
}
