//! What can be asked of a provider. Ids, numbers and personal data are arguments; the rules read no personal data.

mod facts;
mod sharing;
mod segment;

use crate::domain::aggregate::Sealable;
use crate::domain::id::{
    AttendeeNumber, BlockId, BookingId, BookingNumber, BookingUid, ClaimId, HoldId, KeyId,
    OutOfOfficeNumber, ProviderId, ProviderNumber, ScheduleNumber, SeatId,
};
use crate::domain::personal::Personal;
use crate::domain::provider::event::{
    BlockKind, Host, OutOfOfficeReason, Profile, Redirect, SegmentPlace,
};
use crate::domain::schedule::Schedule;
use crate::domain::terms::Terms;
use crate::domain::time::{Day, TimeSlot, Timestamp};

pub use facts::{BookingFacts, BookingStatus};
pub use segment::{SegmentAction, SegmentStep};
pub use sharing::{ChangeCoHosts, CoHosted, Demand, Disengage, Engage, Share, Standing};

/// A request to a provider's stream; it may be refused. Each handler documents its order of checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderCommand {
    /// Creates the provider, with its first schedule when it can be booked.
    Create(Create),
    /// Replaces the profile.
    ChangeProfile(ChangeProfile),
    /// Adds or replaces a schedule.
    SetSchedule(SetSchedule),
    /// Removes a schedule.
    RemoveSchedule(ScheduleNumber),
    /// Books one slot, a series, or a seat; pending where the terms require confirmation.
    Place(Place),
    /// Accepts a pending booking.
    Confirm(OnBooking),
    /// Refuses a pending booking.
    Decline(OnBooking),
    /// Moves a booking.
    Reschedule(Reschedule),
    /// Moves one seat of a seated booking.
    MoveSeat(MoveSeat),
    /// Cancels a booking, or one seat of it.
    Cancel(Cancel),
    /// Undoes a booking for a saga.
    Compensate(Compensate),
    /// Marks who was absent.
    MarkAbsent(MarkAbsent),
    /// Adds guests to a booking.
    AddAttendees(AddAttendees),
    /// Takes a guest off a booking.
    RemoveAttendee(RemoveAttendee),
    /// Changes where a booking takes place; what is sealed with it says where.
    ChangeLocation(OnBooking),
    /// Says that a booking took place.
    Complete(OnBooking),
    /// Gives a booking away; always linked with [`Self::Receive`] on the other provider.
    Depart(Depart),
    /// Receives a booking of another provider.
    Receive(Receive),
    /// Takes a share in bookings of another provider; always linked with a command on that provider.
    Engage(Engage),
    /// Gives shares in bookings of other providers up; those it does not have (any more) change nothing.
    Disengage(Disengage),
    /// Names other co-hosts of a booking; always linked with [`Self::Engage`] and [`Self::Disengage`] on those.
    ChangeCoHosts(ChangeCoHosts),
    /// A step of a composite booking's segment.
    Segment(Box<SegmentStep>),
    /// Keeps a slot for a short time.
    Hold(PlaceHold),
    /// Replaces the slot and expiry of an open hold.
    ChangeHold(PlaceHold),
    /// Gives a hold up.
    ReleaseHold(HoldId),
    /// Enters busy time.
    Block(Block),
    /// Removes busy time.
    Unblock(BlockId),
    /// Enters days out of office.
    EnterOutOfOffice(SetOutOfOffice),
    /// Replaces an entry of days out of office as a whole.
    ChangeOutOfOffice(SetOutOfOffice),
    /// Takes days out of office back.
    RemoveOutOfOffice(RemoveOutOfOffice),
    /// Records what has lapsed (expired holds, finished bookings) and nothing else; accepted even when nothing has.
    Lapse,
}

/// See [`ProviderCommand::Create`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Create {
    /// Wire number.
    pub number: ProviderNumber,
    /// Who it is.
    pub profile: Profile,
    /// First schedule, the default one; absent: a user that cannot be booked.
    pub schedule: Option<(ScheduleNumber, Schedule)>,
}

/// See [`ProviderCommand::ChangeProfile`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeProfile {
    /// The profile as a whole.
    pub profile: Profile,
    /// See [`SetSchedule::expected`].
    pub expected: Option<u64>,
}

/// See [`ProviderCommand::SetSchedule`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetSchedule {
    /// New or known number.
    pub schedule: ScheduleNumber,
    /// Refuse unless the schedule is known (`true`) or new (`false`).
    pub exists: bool,
    /// The schedule as a whole.
    pub definition: Schedule,
    /// Makes it the default; `false` leaves the default where it is.
    pub make_default: bool,
    /// The [`Provider::settings_version`](super::Provider::settings_version) that the change was merged into: refused
    /// as `Outdated` at any other one, so that no change of somebody else is written over. Absent: overwrites.
    pub expected: Option<u64>,
}

/// See [`ProviderCommand::Place`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The event type as read.
    pub terms: Terms,
    /// One, or the occurrences of a series in order; all or none.
    pub occurrences: Vec<Occurrence>,
    /// The series, when the booking recurs.
    pub series: Option<BookingUid>,
    /// The seat, when the terms have seats: used for a new booking and for joining one.
    pub seats: Vec<SeatId>,
    /// The caller's own exclusive hold that this booking redeems.
    pub hold: Option<HoldId>,
    /// Skips opening hours, notice, window and limits (never overlap): for hosts.
    pub out_of_bounds: bool,
    /// Skips limits alone: for hosts.
    pub limits_skipped: bool,
    /// How it enters; by the terms, but for sagas and imports.
    pub standing: Standing,
    /// The composite booking that it is a segment of.
    pub composite: Option<SegmentPlace>,
    /// The attendee's key.
    pub key: KeyId,
    /// Whether the key is drawn with this command; a composite's segments share the composite's.
    pub key_is_new: bool,
    /// What the attendee typed.
    pub personal: Personal,
    /// Who else is booked; `None` where the event type has one host.
    pub co_hosted: Option<CoHosted>,
}

/// One occurrence of a placed booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// New ledger id.
    pub booking: BookingId,
    /// New wire number.
    pub number: BookingNumber,
    /// New wire uid.
    pub uid: BookingUid,
    /// New wire number of the attendee.
    pub attendee: AttendeeNumber,
    /// New wire numbers of the guests that the personal data names, in their order.
    pub guests: Vec<AttendeeNumber>,
    /// When.
    pub slot: TimeSlot,
}

/// A command that needs nothing but the booking and perhaps a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnBooking {
    /// The booking.
    pub facts: BookingFacts,
    /// Reason and by whom, sealed under the booking's key.
    pub personal: Option<Personal>,
    /// A segment of a composite booking is confirmed or declined with its composite: linked with the composite's own
    /// command. Of no meaning to other commands and bookings.
    pub as_segment: bool,
}

/// See [`ProviderCommand::Reschedule`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reschedule {
    /// The booking.
    pub facts: BookingFacts,
    /// The event type as read now: its rules hold for the new slot.
    pub terms: Terms,
    /// New wire number.
    pub number: BookingNumber,
    /// New wire uid.
    pub uid: BookingUid,
    /// The new slot; its length is the old one's.
    pub slot: TimeSlot,
    /// Moved by the host: stays accepted where a mover's booking would wait for confirmation again.
    pub by_host: bool,
    /// How it enters; by the terms (accepted, when the host moves it), but for a composite's segments.
    pub standing: Standing,
    /// See [`Place::out_of_bounds`].
    pub out_of_bounds: bool,
    /// A segment of a composite booking moves: linked with the composite's own command.
    pub as_segment: bool,
    /// The caller's own exclusive hold of the new slot that the move redeems.
    pub hold: Option<HoldId>,
    /// Everything the booking's people typed, with the reason of the move: sealed again with the new event.
    pub personal: Personal,
}

/// See [`ProviderCommand::MoveSeat`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveSeat {
    /// The booking, with the key of who has the seat.
    pub facts: BookingFacts,
    /// The seat; it keeps its id.
    pub seat: SeatId,
    /// The event type as read now: its rules hold for the new slot.
    pub terms: Terms,
    /// The new slot with the wire number of who has the seat, and what a booking placed there would be called.
    pub to: Occurrence,
    /// Whether it joins another booking there, as the caller saw it: that decides which shares its co-hosts take or give
    /// up. Refused as `BookingChanged` where it is otherwise by now and somebody else hosts the booking.
    pub joins: bool,
    /// See [`Reschedule::by_host`].
    pub by_host: bool,
    /// See [`Reschedule::hold`].
    pub hold: Option<HoldId>,
    /// Everything that who has the seat typed, with the reason of the move: sealed again with the new event.
    pub personal: Personal,
}

/// See [`ProviderCommand::Cancel`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancel {
    /// The bookings: one, or occurrences of one series; all or none.
    pub bookings: Vec<BookingFacts>,
    /// One seat of a single seated booking.
    pub seat: Option<SeatId>,
    /// Ignores `cancelling_disabled`: for hosts.
    pub by_host: bool,
    /// Segments of a composite booking are cancelled: linked with the composite's own command.
    pub as_segment: bool,
    /// Reason and by whom.
    pub personal: Option<Personal>,
}

/// See [`ProviderCommand::Compensate`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compensate {
    /// The booking.
    pub facts: BookingFacts,
    /// The composite.
    pub saga: uuid::Uuid,
    /// A code.
    pub cause: String,
}

/// See [`ProviderCommand::MarkAbsent`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkAbsent {
    /// The booking.
    pub facts: BookingFacts,
    /// Whether the provider was absent.
    pub host_absent: Option<bool>,
    /// Attendees, each with whether absent.
    pub attendees: Vec<(AttendeeNumber, bool)>,
}

/// See [`ProviderCommand::AddAttendees`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddAttendees {
    /// The booking.
    pub facts: BookingFacts,
    /// New wire numbers, one for each companion of the personal data.
    pub attendees: Vec<AttendeeNumber>,
    /// Who they are.
    pub personal: Personal,
}

/// See [`ProviderCommand::RemoveAttendee`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoveAttendee {
    /// The booking.
    pub facts: BookingFacts,
    /// Who does not come any more.
    pub attendee: AttendeeNumber,
}

/// See [`ProviderCommand::Depart`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Depart {
    /// The booking.
    pub facts: BookingFacts,
    /// Where it goes.
    pub to: ProviderId,
    /// A segment of a composite booking is given away: linked with the composite's own command.
    pub as_segment: bool,
    /// Reason and by whom.
    pub personal: Option<Personal>,
}

/// See [`ProviderCommand::Receive`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receive {
    /// The booking as it stood with the other provider.
    pub facts: BookingFacts,
    /// The other provider.
    pub from: ProviderId,
    /// The other provider as it stood.
    pub from_host: Host,
    /// Everything the booking's people typed: sealed again with the new event.
    pub personal: Personal,
}

/// See [`ProviderCommand::Hold`], [`ProviderCommand::ChangeHold`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceHold {
    /// New or known hold.
    pub hold: HoldId,
    /// The event type as read.
    pub terms: Terms,
    /// The slot to keep.
    pub slot: TimeSlot,
    /// Until then, at most 24 hours from now.
    pub expires_at: Timestamp,
    /// Keyed hash of the caller.
    pub caller: String,
    /// Further providers who keep the slot by a linked command of the same hold. A change keeps the known ones.
    pub others: Vec<ProviderId>,
    /// A new id for the claim of such a further provider; absent for the first, which is home to the hold. A change keeps
    /// the known one.
    pub claim: Option<ClaimId>,
}

/// See [`ProviderCommand::Block`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// New id.
    pub block: BlockId,
    /// From, whole minutes.
    pub start: Timestamp,
    /// To, exclusive.
    pub end: Timestamp,
    /// What kind.
    pub kind: BlockKind,
}

/// See [`ProviderCommand::EnterOutOfOffice`], [`ProviderCommand::ChangeOutOfOffice`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetOutOfOffice {
    /// New or known wire number.
    pub number: OutOfOfficeNumber,
    /// New id; a change keeps the known one.
    pub block: BlockId,
    /// First day, in the provider's zone.
    pub first: Day,
    /// Last day, included.
    pub last: Day,
    /// Why.
    pub reason: OutOfOfficeReason,
    /// Who is booked instead.
    pub redirect: Option<Redirect>,
    /// Sequence of the entry's last event that a change was merged into; absent: overwrites.
    pub expected: Option<u64>,
    /// Notes.
    pub sealable: Option<Sealable>,
}

/// See [`ProviderCommand::RemoveOutOfOffice`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoveOutOfOffice {
    /// Which entry.
    pub number: OutOfOfficeNumber,
    /// As [`SetOutOfOffice::expected`].
    pub expected: Option<u64>,
    /// Notes as they were: what is answered is what is recorded.
    pub sealable: Option<Sealable>,
}
