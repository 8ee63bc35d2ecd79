//! Rows of the read models, as the api reads them. Personal data stays sealed in them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::composite::event::Cause;
use crate::domain::event_type::hosts::Assignment;
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::{
    AttendeeNumber, BookingId, BookingNumber, BookingUid, CompositeId, EventTypeId,
    EventTypeNumber, ProviderId, ProviderNumber, ScheduleNumber, SeatId, TeamId, WebhookId,
};
use crate::domain::provider::command::BookingStatus;
use crate::domain::provider::event::{self, CoHost, Host, Profile, SegmentPlace, SeriesPlace};
use crate::domain::schedule::Schedule;
use crate::domain::terms::Terms;
use crate::domain::time::{Day, TimeSlot, Timestamp};
use crate::domain::webhook::Definition;
use crate::ledger::record::SealedPersonal;

/// One wire booking: a moved booking has one row per uid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a record of independent facts, not a state"
)]
pub struct Booking {
    /// The ledger's id, the same for all wire bookings of a move chain.
    pub booking: BookingId,
    /// Wire number.
    pub number: BookingNumber,
    /// Wire uid.
    pub uid: BookingUid,
    /// Calendar UID.
    pub ics_uid: String,
    /// Whose booking it is.
    pub provider: ProviderId,
    /// The provider as it was.
    pub host: Host,
    /// Who else hosts it, as they were.
    pub co_hosts: Vec<CoHost>,
    /// The event type as it was.
    pub terms: Terms,
    /// Where it stands.
    pub status: BookingStatus,
    /// When.
    pub slot: TimeSlot,
    /// Whether it occupies the provider.
    pub claims: bool,
    /// The day on which limits count it.
    pub counted_on: Day,
    /// The first attendee's wire number.
    pub attendee: AttendeeNumber,
    /// Whether the first attendee was absent.
    pub attendee_absent: bool,
    /// Wire numbers of the guests, then of the companions, that `placed` names; empty where guests had none yet.
    pub guests: Vec<AttendeeNumber>,
    /// Guests added since, the oldest first.
    pub added: Vec<Added>,
    /// Guests who were taken off again.
    pub removed: BTreeSet<AttendeeNumber>,
    /// Guests who were absent.
    pub guests_absent: BTreeSet<AttendeeNumber>,
    /// Whether the provider was absent.
    pub host_absent: bool,
    /// Its place in a series.
    pub series: Option<SeriesPlace>,
    /// The composite booking it is a segment of.
    pub composite: Option<SegmentPlace>,
    /// Seats, in the order they were taken; empty on an event type without seats. Released ones are kept.
    pub seats: Vec<Seat>,
    /// What the first attendee typed.
    pub placed: Option<SealedPersonal>,
    /// Where it takes place, once that was changed.
    pub located: Option<SealedPersonal>,
    /// Reason and by whom it was moved here.
    pub moved: Option<SealedPersonal>,
    /// Reason and by whom it was cancelled.
    pub cancelled: Option<SealedPersonal>,
    /// Reason and by whom it was declined.
    pub declined: Option<SealedPersonal>,
    /// The wire booking it replaces.
    pub rescheduled_from: Option<BookingUid>,
    /// The wire booking that replaces it.
    pub rescheduled_to: Option<BookingUid>,
    /// Whether a saga undid it.
    pub compensated: bool,
    /// Whether a person said that it took place.
    pub completed: bool,
    /// Sequence of its own last event, its `ETag`.
    pub version: u64,
    /// When its first event was decided.
    pub created_at: Timestamp,
    /// When its last event was decided.
    pub updated_at: Timestamp,
}

impl Booking {
    /// Everybody who hosts it, whose stream is home to it first.
    pub fn hosts(&self) -> impl Iterator<Item = (ProviderId, &Host)> + '_ {
        let others = self.co_hosts.iter();
        let others = others.map(|other| (other.provider, &other.host));
        std::iter::once((self.provider, &self.host)).chain(others)
    }

    /// Numbers of the guests who still come, in order; those who were booked before guests had numbers are left out.
    pub fn guests_coming(&self) -> Vec<AttendeeNumber> {
        let added = self.added.iter().flat_map(|added| &added.attendees);
        let all = self.guests.iter().chain(added).copied();
        all.filter(|guest| !self.removed.contains(guest)).collect()
    }
}

/// Guests added to a booking together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Added {
    /// Wire numbers of the companions that `typed` names, in their order.
    pub attendees: Vec<AttendeeNumber>,
    /// Who they are.
    pub typed: Option<SealedPersonal>,
}

/// One seat of a seated booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seat {
    /// `seatUid`.
    pub seat: SeatId,
    /// The attendee's wire number.
    pub attendee: AttendeeNumber,
    /// Given up again.
    pub released: bool,
    /// Whether the attendee was absent.
    pub absent: bool,
    /// What the attendee typed.
    pub placed: Option<SealedPersonal>,
}

/// One event type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventType {
    /// Its id.
    pub event_type: EventTypeId,
    /// Wire number.
    pub number: EventTypeNumber,
    /// Who owns it.
    pub owner: ProviderId,
    /// The owner's wire number.
    pub owner_number: ProviderNumber,
    /// Who can be booked.
    pub hosts: Vec<ProviderId>,
    /// Whose it is, when it is a team's.
    pub team: Option<TeamId>,
    /// How several hosts are booked.
    pub assignment: Option<Assignment>,
    /// Everything else.
    pub settings: EventTypeSettings,
    /// Version of its stream, its `ETag`.
    pub version: u64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

/// One provider (or user that cannot be booked).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provider {
    /// Its id.
    pub provider: ProviderId,
    /// Wire number.
    pub number: ProviderNumber,
    /// Who it is.
    pub profile: Profile,
    /// Whether it can be booked.
    pub bookable: bool,
    /// Schedules by number.
    pub schedules: Vec<ScheduleRow>,
    /// Sequence of the last event that changed this row, its `ETag` (bookings do not change it).
    pub version: u64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When this row changed last.
    pub updated_at: Timestamp,
}

/// One schedule of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleRow {
    /// Wire number.
    pub schedule: ScheduleNumber,
    /// Whether it is the default.
    pub is_default: bool,
    /// The schedule.
    pub definition: Schedule,
}

/// One webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// Its id.
    pub webhook: WebhookId,
    /// Everything but what is sealed.
    pub definition: Definition,
    /// Address, secret and template.
    pub sealed: SealedPersonal,
    /// Version of its stream.
    pub version: u64,
    /// When it was created.
    pub created_at: Timestamp,
}

/// Days out of office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutOfOffice {
    /// Whose.
    pub provider: ProviderId,
    /// Everything but the notes.
    pub entry: event::OutOfOffice,
    /// Notes, if any were typed.
    pub notes: Option<SealedPersonal>,
    /// Sequence of its own last event.
    pub version: u64,
    /// When it was entered.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

/// One composite booking, as its stream tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Composite {
    /// Its id, and its uid on the wire.
    pub composite: CompositeId,
    /// Where it stands.
    pub status: CompositeStatus,
    /// From 1; every move of the whole begins a new one.
    pub generation: u32,
    /// In order of time; at least one.
    pub segments: Vec<Segment>,
    /// Whether a person has to confirm a segment.
    pub waits_for_person: bool,
    /// Whether every segment was held as it was requested.
    pub everything_held: bool,
    /// No segment is held or confirmed after it.
    pub deadline: Timestamp,
    /// Why it is undone.
    pub cause: Option<Cause>,
    /// Where undoing it failed.
    pub stuck: Option<StuckAt>,
    /// What the attendee typed.
    pub requested: Option<SealedPersonal>,
    /// Reason and by whom it was moved.
    pub moved: Option<SealedPersonal>,
    /// Reason and by whom it was cancelled.
    pub cancelled: Option<SealedPersonal>,
    /// Version of its stream, its `ETag`.
    pub version: u64,
    /// When it was requested.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

/// One segment of a composite booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    /// With whom now.
    pub provider: ProviderId,
    /// What is booked.
    pub event_type: EventTypeId,
    /// Its wire number.
    pub event_type_number: EventTypeNumber,
    /// Its slug then.
    pub slug: String,
    /// Its title then.
    pub title: String,
    /// When.
    pub slot: TimeSlot,
    /// Whether a person of its provider has to confirm it.
    pub awaits_person: bool,
    /// The ledger's id of its booking.
    pub booking: BookingId,
    /// Its booking's wire uid now.
    pub uid: BookingUid,
    /// What its stream says of it alone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mark: Option<SegmentMark>,
}

/// Where undoing a composite booking failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StuckAt {
    /// At which segment, from 0.
    pub segment: u32,
    /// A code: why.
    pub reason: String,
}

/// What the stream of a composite booking says of one segment alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SegmentMark {
    /// Its slot is held.
    Held,
    /// It is a booking.
    Confirmed,
    /// Its provider refused it.
    Refused,
    /// It is undone.
    Compensated,
    /// It was cancelled alone.
    Cancelled,
    /// It was moved alone.
    Moved,
}

/// Where a composite booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CompositeStatus {
    /// Its segments are being held and confirmed.
    Requested,
    /// Its segments occupy their providers and wait for a person.
    Pending,
    /// Every segment stands.
    Confirmed,
    /// It is being undone.
    Compensating,
    /// No segment stands.
    RolledBack,
    /// Undoing it failed: a person must look.
    Stuck,
    /// An operator gave it up as it was.
    Abandoned,
    /// It was cancelled.
    Cancelled,
}

impl CompositeStatus {
    /// Every status, in the order a composite booking may take them.
    pub const ALL: [Self; 8] = [
        Self::Requested,
        Self::Pending,
        Self::Confirmed,
        Self::Compensating,
        Self::RolledBack,
        Self::Stuck,
        Self::Abandoned,
        Self::Cancelled,
    ];

    /// The text in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Compensating => "compensating",
            Self::RolledBack => "rolledBack",
            Self::Stuck => "stuck",
            Self::Abandoned => "abandoned",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the text; `None` for what is no status.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}
