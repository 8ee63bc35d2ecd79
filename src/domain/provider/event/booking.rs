//! What is recorded about a booking.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

#[cfg(doc)]
use super::ProviderEvent;
use super::{CoHost, SegmentPlace};
use crate::domain::id::{
    AttendeeNumber, BookingId, BookingNumber, BookingUid, ProviderId, ProviderNumber, SeatId,
};
use crate::domain::terms::Terms;
use crate::domain::time::{Day, TimeSlot};

/// The provider as a booking shows it, frozen with the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Host {
    /// Wire number.
    pub number: ProviderNumber,
    /// Name then.
    pub name: String,
    /// Address then.
    pub email: String,
    /// Username then.
    pub username: String,
    /// Zone then.
    pub zone: Tz,
}

/// Where one occurrence stands in its series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeriesPlace {
    /// `recurringBookingUid`.
    pub uid: BookingUid,
    /// From 0.
    pub index: u32,
    /// Occurrences in all.
    pub count: u32,
}

/// A wire booking's facts, complete: see [`ProviderEvent::BookingPlaced`], [`ProviderEvent::BookingRequested`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingPlaced {
    /// The ledger's id.
    pub booking: BookingId,
    /// Wire number.
    pub number: BookingNumber,
    /// Wire uid.
    pub uid: BookingUid,
    /// Calendar UID; survives moves.
    pub ics_uid: String,
    /// When.
    pub slot: TimeSlot,
    /// The event type as it was.
    pub terms: Terms,
    /// The provider as it was.
    pub host: Host,
    /// Whether it occupies the provider (`false`: a pending that does not block).
    pub claims: bool,
    /// The provider's local day on which limits count it.
    pub counted_on: Day,
    /// The attendee's wire number.
    pub attendee: AttendeeNumber,
    /// The first seat, on a seated event type.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seat: Option<SeatId>,
    /// Its place in a series.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub series: Option<SeriesPlace>,
    /// Who else hosts it: each has a share in its own stream.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub co_hosts: Vec<CoHost>,
    /// Wire numbers of the guests, then of the companions, that were typed with it; none where it was booked before
    /// guests had numbers.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub guests: Vec<AttendeeNumber>,
    /// The wire booking that its seat moved from, when it was placed for a seat that moved alone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub moved_from: Option<BookingUid>,
    /// The composite booking that it is a segment of.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub composite: Option<SegmentPlace>,
}

/// See [`ProviderEvent::BookingConfirmed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingConfirmed {
    /// The ledger's id.
    pub booking: BookingId,
    /// Wire uid.
    pub uid: BookingUid,
    /// When: its claim may begin now.
    pub slot: TimeSlot,
    /// Buffer before, minutes.
    pub before_minutes: u32,
    /// Buffer after, minutes.
    pub after_minutes: u32,
}

/// See [`ProviderEvent::BookingCancelled`], [`ProviderEvent::BookingDeclined`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingEnded {
    /// The ledger's id.
    pub booking: BookingId,
    /// Wire uid.
    pub uid: BookingUid,
    /// When it would have been.
    pub slot: TimeSlot,
    /// Whether it occupied the provider.
    pub claimed: bool,
    /// Where its last seat moved, when that is why it ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub moved_to: Option<BookingUid>,
}

/// See [`ProviderEvent::SeatTaken`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatTaken {
    /// The seated booking.
    pub booking: BookingId,
    /// Its wire uid.
    pub uid: BookingUid,
    /// The new seat.
    pub seat: SeatId,
    /// The attendee's wire number.
    pub attendee: AttendeeNumber,
    /// The wire booking that the seat moved from, when it did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub moved_from: Option<BookingUid>,
}

/// See [`ProviderEvent::SeatReleased`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatReleased {
    /// The seated booking; it stays while seats are taken.
    pub booking: BookingId,
    /// Its wire uid.
    pub uid: BookingUid,
    /// The seat given up.
    pub seat: SeatId,
    /// The wire booking that the seat moved to, when it did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub moved_to: Option<BookingUid>,
}

/// See [`ProviderEvent::BookingRescheduled`]: the facts of the new wire booking, complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingRescheduled {
    /// The new wire booking; `booking` and `ics_uid` are the old ones'.
    pub to: BookingPlaced,
    /// Whether the new one waits for confirmation.
    pub pending: bool,
    /// The wire uid it replaces.
    pub from_uid: BookingUid,
    /// Where it was.
    pub from_slot: TimeSlot,
    /// Whether the old one occupied the provider.
    pub from_claimed: bool,
    /// Further seats that move with a seated booking.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub seats: Vec<SeatId>,
}

/// See [`ProviderEvent::BookingCompensated`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingCompensated {
    /// What ended.
    pub ended: BookingEnded,
    /// The composite whose rollback this is.
    pub saga: uuid::Uuid,
    /// Why the saga rolled back: a code, nothing a person typed.
    pub cause: String,
}

/// See [`ProviderEvent::AttendanceMarked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttendanceMarked {
    /// The ledger's id.
    pub booking: BookingId,
    /// Wire uid.
    pub uid: BookingUid,
    /// Whether the provider was absent; absent member: unchanged.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub host_absent: Option<bool>,
    /// Attendees, each with whether absent.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub attendees: Vec<(AttendeeNumber, bool)>,
}

/// See [`ProviderEvent::AttendeesAdded`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttendeesAdded {
    /// The ledger's id.
    pub booking: BookingId,
    /// Wire uid.
    pub uid: BookingUid,
    /// Wire numbers of the companions sealed beside the event, in their order.
    pub attendees: Vec<AttendeeNumber>,
}

/// See [`ProviderEvent::AttendeeRemoved`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttendeeRemoved {
    /// The ledger's id.
    pub booking: BookingId,
    /// Wire uid.
    pub uid: BookingUid,
    /// Who does not come any more.
    pub attendee: AttendeeNumber,
}

/// See [`ProviderEvent::BookingFinished`], [`ProviderEvent::BookingCompleted`], [`ProviderEvent::LocationChanged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingMark {
    /// The ledger's id.
    pub booking: BookingId,
    /// Wire uid.
    pub uid: BookingUid,
}

/// See [`ProviderEvent::BookingDeparted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingDeparted {
    /// What left.
    pub ended: BookingEnded,
    /// Where it went.
    pub to: ProviderId,
}

/// See [`ProviderEvent::BookingArrived`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingArrived {
    /// The booking, its host the new one; uid and numbers are unchanged.
    pub placed: BookingPlaced,
    /// Whether it waits for confirmation.
    pub pending: bool,
    /// Where it came from.
    pub from: ProviderId,
    /// Further seats that came with it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub seats: Vec<SeatId>,
}
