//! What is recorded about a provider and its bookings. Field names are permanent: golden files pin them.

mod booking;
mod engagement;
mod out_of_office;
mod segment;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::id::{
    BlockId, ClaimId, CompositeId, EventTypeId, HoldId, ProviderId, ProviderNumber, ScheduleNumber,
};
use crate::domain::schedule::Schedule;
use crate::domain::time::{TimeSlot, Timestamp};

pub use booking::{
    AttendanceMarked, AttendeeRemoved, AttendeesAdded, BookingArrived, BookingCompensated,
    BookingConfirmed, BookingDeparted, BookingEnded, BookingMark, BookingPlaced,
    BookingRescheduled, Host, SeatReleased, SeatTaken, SeriesPlace,
};
pub use engagement::{CoHost, CoHostsChanged, Disengaged, ProviderEngaged};
pub use out_of_office::{OutOfOffice, OutOfOfficeReason, Redirect};
pub use segment::{SegmentBarred, SegmentPlace};

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
    /// Guests were added to a booking; who they are is sealed beside it.
    AttendeesAdded(AttendeesAdded),
    /// A guest was taken off a booking.
    AttendeeRemoved(AttendeeRemoved),
    /// The booking takes place somewhere else; where is sealed beside it.
    LocationChanged(BookingMark),
    /// A person said that the booking took place.
    BookingCompleted(BookingMark),
    /// The booking's end has passed: it leaves the state.
    BookingFinished(BookingMark),
    /// The booking was given to another provider.
    BookingDeparted(BookingDeparted),
    /// The booking came from another provider.
    BookingArrived(BookingArrived),
    /// The provider has a share in a booking of another provider, or its share moved.
    ProviderEngaged(ProviderEngaged),
    /// The provider's share in a booking ended.
    ProviderDisengaged(Disengaged),
    /// The end of a shared booking has passed: the share leaves the state.
    EngagementFinished(Disengaged),
    /// A booking has other co-hosts from now on.
    CoHostsChanged(CoHostsChanged),
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
    /// A segment of a composite booking was undone: it is not held and not booked any more.
    SegmentBarred(SegmentBarred),
    /// Busy time was entered.
    TimeBlocked(TimeBlocked),
    /// Busy time was removed.
    TimeUnblocked(TimeUnblocked),
    /// Days out of office were entered.
    OutOfOfficeEntered(OutOfOffice),
    /// Days out of office were changed; the whole entry.
    OutOfOfficeChanged(OutOfOffice),
    /// Days out of office were taken back; the entry as it was.
    OutOfOfficeRemoved(OutOfOffice),
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

impl Profile {
    /// A profile of which nothing but this is said; the rest is what `/v2/me` shows by default.
    pub fn new(name: String, email: String, username: String, zone: Tz) -> Self {
        Self {
            name,
            email,
            username,
            zone,
            time_format: 12,
            week_start: "Monday".to_owned(),
            bio: None,
            avatar_url: None,
            locale: "en".to_owned(),
            details_json: None,
        }
    }
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
    /// Who holds: a keyed hash of the caller, for the cap per caller; the composite booking, for a segment's hold.
    pub caller: String,
    /// Further providers whose time is kept with it, each by a share of the same id in its own stream.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub others: Vec<ProviderId>,
    /// The claim of a share; absent where the hold is at home: there its claim is called as it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claim: Option<ClaimId>,
    /// The composite booking whose segment it keeps the slot for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub composite: Option<CompositeId>,
}

/// See [`ProviderEvent::HoldReleased`], [`ProviderEvent::HoldExpired`], [`ProviderEvent::HoldRedeemed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldEnded {
    /// The hold.
    pub hold: HoldId,
    /// Whether it had a claim.
    pub exclusive: bool,
    /// The claim of a share, see [`HoldPlaced::claim`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claim: Option<ClaimId>,
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
