//! What is recorded about a provider and its bookings. Field names are permanent: golden files pin them.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::id::{
    AttendeeNumber, BlockId, BookingId, BookingNumber, BookingUid, EventTypeId, HoldId, ProviderId,
    ProviderNumber, ScheduleNumber, SeatId,
};
use crate::domain::schedule::Schedule;
use crate::domain::terms::Terms;
use crate::domain::time::{Day, TimeSlot, Timestamp};

/// A recorded fact of a provider's stream. Personal data is sealed beside it, never in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProviderEvent {
    /// The provider exists.
    ProviderCreated(ProviderCreated),
    /// Name, contacts, zone or descriptive fields changed; the whole profile.
    ProfileChanged(ProfileChanged),
    /// A schedule was added or replaced as a whole.
    ScheduleSet(ScheduleSet),
    /// A schedule was removed.
    ScheduleRemoved(ScheduleRemoved),
    /// A booking stands.
    BookingPlaced(BookingPlaced),
    /// A booking waits for a person to confirm it.
    BookingRequested(BookingPlaced),
    /// A pending booking stands now.
    BookingConfirmed(BookingConfirmed),
    /// A pending booking was refused by a person.
    BookingDeclined(BookingEnded),
    /// A further attendee joined a seated booking.
    SeatTaken(SeatTaken),
    /// One attendee left a seated booking.
    SeatReleased(SeatReleased),
    /// The booking moved; a new wire booking replaces the old one.
    BookingRescheduled(BookingRescheduled),
    /// The booking was cancelled by a person.
    BookingCancelled(BookingEnded),
    /// The booking was undone by a saga.
    BookingCompensated(BookingCompensated),
    /// Who was absent.
    AttendanceMarked(AttendanceMarked),
    /// A person said that the booking took place.
    BookingCompleted(BookingMark),
    /// The booking's end has passed: it leaves the state.
    BookingFinished(BookingMark),
    /// The booking was given to another provider.
    BookingDeparted(BookingDeparted),
    /// The booking came from another provider.
    BookingArrived(BookingArrived),
    /// A slot is kept for a short time.
    HoldPlaced(HoldPlaced),
    /// The hold's slot or expiry changed.
    HoldChanged(HoldPlaced),
    /// The hold was given up by its holder.
    HoldReleased(HoldEnded),
    /// The hold's time ran out.
    HoldExpired(HoldEnded),
    /// The hold became a booking.
    HoldRedeemed(HoldEnded),
    /// Busy time was entered.
    TimeBlocked(TimeBlocked),
    /// Busy time was removed.
    TimeUnblocked(TimeUnblocked),
}

/// See [`ProviderEvent::ProviderCreated`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderCreated {
    /// Its wire number.
    pub number: ProviderNumber,
    /// Who it is.
    pub profile: Profile,
    /// Whether it can be booked; a tenant's owner is a user without being bookable.
    pub bookable: bool,
}

/// See [`ProviderEvent::ProfileChanged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileChanged {
    /// The username before, when it changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous_username: Option<String>,
    /// The profile now.
    pub profile: Profile,
}

/// Who a provider is, and what a directory shows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Display name.
    pub name: String,
    /// Contact address.
    pub email: String,
    /// Unique per tenant.
    pub username: String,
    /// IANA zone; limits count days in the zone of the schedule, and in this one without a schedule.
    pub zone: Tz,
    /// 12 or 24.
    pub time_format: u8,
    /// First day of the week, English name.
    pub week_start: String,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bio: Option<String>,
    /// Picture.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub avatar_url: Option<String>,
    /// Language code.
    pub locale: String,
    /// Descriptive fields (specialty, price, languages, …; see the api) as one JSON text: never interpreted by the rules.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub details_json: Option<String>,
}

/// See [`ProviderEvent::ScheduleSet`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleSet {
    /// Which schedule.
    pub schedule: ScheduleNumber,
    /// The schedule as a whole.
    pub definition: Schedule,
    /// Whether it is (now) the provider's default.
    pub is_default: bool,
}

/// See [`ProviderEvent::ScheduleRemoved`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleRemoved {
    /// Which schedule.
    pub schedule: ScheduleNumber,
}

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

/// See [`ProviderEvent::BookingFinished`], [`ProviderEvent::BookingCompleted`].
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

/// See [`ProviderEvent::HoldPlaced`], [`ProviderEvent::HoldChanged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldPlaced {
    /// The hold.
    pub hold: HoldId,
    /// For this event type.
    pub event_type: EventTypeId,
    /// Its wire number.
    pub event_type_number: crate::domain::id::EventTypeNumber,
    /// The slot kept.
    pub slot: TimeSlot,
    /// Buffer before, minutes.
    pub before_minutes: u32,
    /// Buffer after, minutes.
    pub after_minutes: u32,
    /// Free again from here.
    pub expires_at: Timestamp,
    /// Whether it blocks bookings of others (and has a claim).
    pub exclusive: bool,
    /// Whether it keeps one seat of a seated slot rather than the whole of it.
    pub seated: bool,
    /// Who holds: a keyed hash of the caller, for the cap per caller.
    pub caller: String,
}

/// See [`ProviderEvent::HoldReleased`], [`ProviderEvent::HoldExpired`], [`ProviderEvent::HoldRedeemed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldEnded {
    /// The hold.
    pub hold: HoldId,
    /// Whether it had a claim.
    pub exclusive: bool,
}

/// See [`ProviderEvent::TimeBlocked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeBlocked {
    /// The block.
    pub block: BlockId,
    /// From, whole minutes.
    pub start: Timestamp,
    /// To, exclusive; a block may be longer than a booking.
    pub end: Timestamp,
    /// What kind of busy time.
    pub kind: BlockKind,
}

/// What kind of busy time a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BlockKind {
    /// Entered by hand.
    Manual,
    /// Out of office.
    OutOfOffice,
    /// From an outside calendar.
    Imported,
}

/// See [`ProviderEvent::TimeUnblocked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeUnblocked {
    /// The block.
    pub block: BlockId,
}
