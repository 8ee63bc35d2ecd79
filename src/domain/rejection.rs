//! A rule's typed "no".

use serde::{Deserialize, Serialize};

use super::id::{BookingId, BookingUid, CompositeId};
use super::time::{TimeSlot, Timestamp};

/// The span over which a booking limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Period {
    /// One local day.
    Day,
    /// Monday to Sunday.
    Week,
    /// One calendar month.
    Month,
    /// One calendar year.
    Year,
}

/// What must be unique within its scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UniqueName {
    /// A provider's username, per tenant.
    Username,
    /// An event type's slug, per provider.
    EventTypeSlug,
    /// A tenant's slug, global.
    TenantSlug,
    /// The address of a webhook, per user or event type.
    SubscriberUrl,
    /// A team's slug, per tenant.
    TeamSlug,
    /// An id that was drawn twice: wire numbers, uids, API-key hashes.
    Identifier,
}

/// Why a command was refused. The api maps every variant once; keyed refusals are stored and replayed as this value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(
    tag = "rejection",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Rejection {
    /// A claim, or busy time, lies over the slot (buffers included).
    #[error("slot {slot} is taken")]
    SlotTaken {
        /// The slot asked for.
        slot: TimeSlot,
    },
    /// The slot starts before now.
    #[error("slot {slot} is in the past")]
    SlotInPast {
        /// The slot asked for.
        slot: TimeSlot,
    },
    /// The slot is not inside opening hours.
    #[error("slot {slot} is outside the opening hours")]
    OutsideSchedule {
        /// The slot asked for.
        slot: TimeSlot,
    },
    /// The slot starts sooner than the minimum notice allows.
    #[error("slot {slot} starts before {earliest}, the earliest with the minimum notice")]
    NoticeTooShort {
        /// The slot asked for.
        slot: TimeSlot,
        /// The first instant that could be booked now.
        earliest: Timestamp,
    },
    /// The slot lies outside the booking window.
    #[error("slot {slot} is outside the booking window")]
    OutsideWindow {
        /// The slot asked for.
        slot: TimeSlot,
    },
    /// A count or duration limit of the event type is used up.
    #[error("the limit per {period:?} is reached")]
    LimitReached {
        /// The span of the limit.
        period: Period,
    },
    /// The length is not one of the event type's.
    #[error("a length of {minutes} minutes is not offered")]
    LengthNotOffered {
        /// The length asked for.
        minutes: i64,
    },
    /// Every seat of the slot is taken.
    #[error("no seat is left in slot {slot}")]
    SeatsExhausted {
        /// The slot asked for.
        slot: TimeSlot,
    },
    /// The seat is unknown or belongs to another booking.
    #[error("seat does not belong to this booking")]
    SeatNotFound,
    /// A moved or cancelled seat must be named on a seated booking.
    #[error("a seated booking needs the seat")]
    SeatRequired,
    /// Nobody of that number comes along.
    #[error("attendee not found")]
    AttendeeNotFound,
    /// The event type does not recur.
    #[error("the event type is not recurring")]
    NotRecurring,
    /// More occurrences than the event type or the ledger allows.
    #[error("{count} occurrences are more than {max}")]
    TooManyOccurrences {
        /// Occurrences asked for.
        count: u32,
        /// Occurrences allowed.
        max: u32,
    },
    /// The hold is unknown, released or expired.
    #[error("hold not found")]
    HoldNotFound,
    /// Another hold lies over the slot.
    #[error("slot {slot} is held by another caller")]
    SlotHeld {
        /// The slot asked for.
        slot: TimeSlot,
    },
    /// The provider, or this caller, has too many open holds.
    #[error("more than {max} open holds")]
    TooManyHolds {
        /// Holds allowed.
        max: u32,
    },
    /// The booking is unknown.
    #[error("booking not found")]
    BookingNotFound,
    /// The booking has moved on since it was read.
    #[error("booking {booking} changed since version {expected}")]
    BookingChanged {
        /// Which booking.
        booking: BookingId,
        /// The version the caller had read.
        expected: u64,
    },
    /// Settings (a profile, a schedule, an event type) have moved on since they were read.
    #[error("changed since version {expected}, now at {current}")]
    Outdated {
        /// The version the caller had read.
        expected: u64,
        /// The version now.
        current: u64,
    },
    /// The booking is cancelled (or compensated).
    #[error("booking is cancelled")]
    BookingCancelled,
    /// The wire booking was moved.
    #[error("booking was rescheduled to {to}")]
    BookingRescheduled {
        /// Where it went.
        to: BookingUid,
    },
    /// The booking was declined.
    #[error("booking is declined")]
    BookingDeclined,
    /// The booking is accepted already.
    #[error("booking is confirmed already")]
    BookingConfirmed,
    /// The booking has ended.
    #[error("booking has ended")]
    BookingEnded,
    /// The booking has not started yet.
    #[error("booking has not started")]
    BookingNotStarted,
    /// The event type forbids cancelling.
    #[error("cancelling is disabled")]
    CancellingDisabled,
    /// The event type forbids moving (now).
    #[error("rescheduling is disabled")]
    ReschedulingDisabled,
    /// The name belongs to another.
    #[error("{what:?} is taken")]
    NameTaken {
        /// What must be unique.
        what: UniqueName,
    },
    /// The provider stream has no such provider, or it is not created yet.
    #[error("provider not found")]
    ProviderNotFound,
    /// The schedule is unknown.
    #[error("schedule not found")]
    ScheduleNotFound,
    /// The default schedule cannot be removed while others refer to it.
    #[error("the default schedule cannot be removed")]
    ScheduleIsDefault,
    /// The event type is unknown or deleted.
    #[error("event type not found")]
    EventTypeNotFound,
    /// The block is unknown.
    #[error("block not found")]
    BlockNotFound,
    /// The entry out of office is unknown or removed.
    #[error("entry out of office not found")]
    OutOfOfficeNotFound,
    /// There is an entry out of office of the very same days.
    #[error("an entry out of office of these days exists")]
    OutOfOfficeExists,
    /// Whoever is out of office cannot stand in for itself.
    #[error("out of office is redirected to the same provider")]
    RedirectToSelf,
    /// The webhook is unknown or deleted.
    #[error("webhook not found")]
    WebhookNotFound,
    /// The API key is unknown or revoked.
    #[error("API key not found")]
    ApiKeyNotFound,
    /// The tenant is unknown.
    #[error("tenant not found")]
    TenantNotFound,
    /// The aggregate exists already.
    #[error("exists already")]
    AlreadyExists,
    /// Reassigning to the provider that has it.
    #[error("booking belongs to this provider already")]
    SameProvider,
    /// A saga step arrived after its deadline, or after its own undo.
    #[error("the step came too late")]
    StepTooLate,
    /// A segment of a composite booking, or an item of a batch, was refused.
    #[error("segment {segment}: {because}")]
    OfSegment {
        /// From 0.
        segment: u32,
        /// Its provider's "no".
        because: Box<Rejection>,
    },
    /// The booking is a segment of a composite booking and is not changed alone unless that is asked for.
    #[error("booking is a segment of composite booking {composite}")]
    PartOfComposite {
        /// Which.
        composite: CompositeId,
    },
    /// The composite booking is unknown.
    #[error("composite booking not found")]
    CompositeNotFound,
    /// The composite booking is still being made or undone.
    #[error("composite booking has not settled")]
    CompositeUnsettled,
    /// The composite booking has ended, or does not stand as the command needs it.
    #[error("composite booking does not allow it now")]
    CompositeSettled,
    /// A value breaks a rule that types cannot express.
    #[error("{field} {reason}")]
    Invalid {
        /// The member, as the wire names it.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Something grew to its named limit.
    #[error("more than {max} {what}")]
    TooMany {
        /// What there are too many of.
        what: String,
        /// The limit.
        max: u32,
    },
}

impl Rejection {
    /// Whether it only says that the caller had read an older state: it is never bound to an idempotency key, the caller
    /// reads again and retries.
    pub fn is_stale(&self) -> bool {
        if let Self::OfSegment { because, .. } = self {
            return because.is_stale();
        }
        matches!(self, Self::BookingChanged { .. } | Self::Outdated { .. })
    }

    /// Refuses a command that was built from another version than the current one; without an expectation it is built
    /// from nothing and overwrites.
    pub(super) fn unless_current(expected: Option<u64>, current: u64) -> Result<(), Self> {
        match expected {
            Some(expected) if expected != current => Err(Self::Outdated { expected, current }),
            Some(_) | None => Ok(()),
        }
    }

    /// A value of `field`, as the wire names it, breaks a rule: "{field} {reason}".
    pub(super) fn invalid(field: &str, reason: &str) -> Self {
        Self::Invalid {
            field: field.to_owned(),
            reason: reason.to_owned(),
        }
    }

    /// Refuses a collection with more than `max` of `what`.
    pub(super) fn unless_at_most(max: u32, what: &str, count: usize) -> Result<(), Self> {
        if u32::try_from(count).is_ok_and(|count| count <= max) {
            return Ok(());
        }
        Err(Self::TooMany {
            what: what.to_owned(),
            max,
        })
    }
}
