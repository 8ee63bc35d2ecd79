//! What a refusal of the rules, or a failure of the ledger, is answered with: the only place that says it.

mod slot;
mod booking;
mod composite;

pub(in crate::api) use composite::refused_segment;

use super::failure::Failure;
use super::idempotency;
use super::problem::Problem;
use crate::domain::Rejection;
use crate::domain::rejection::UniqueName;
use crate::ledger::LedgerError;
use axum::http::HeaderValue;

/// What the request was about to do: the same refusal reads differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Reads.
    Read,
    /// Books.
    Create,
    /// Moves a booking.
    Reschedule,
    /// Cancels a booking.
    Cancel,
    /// Accepts a pending booking.
    Confirm,
    /// Refuses a pending booking.
    Decline,
    /// Marks who was absent.
    MarkAbsent,
    /// Says who comes to a booking, or where it takes place.
    Attend,
    /// Gives a booking to another provider.
    Reassign,
    /// Holds a slot (Cal.com: reserves).
    Hold,
    /// Changes or gives up a hold.
    ChangeHold,
    /// Creates, changes or deletes an event type.
    EventType,
    /// Creates, changes or removes a schedule.
    Schedule,
    /// Creates or changes a provider, tenant or key.
    Directory,
    /// Creates, changes or deletes a webhook.
    Webhook,
    /// Enters, changes or removes days out of office.
    OutOfOffice,
    /// Books, changes or ends a composite booking.
    Composite,
}

/// What the request was about: goes into the texts.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What it was about to do.
    pub doing: Doing,
    /// The uid (of a booking, hold or seat) it named.
    pub uid: &'a str,
    /// The wire number (of an event type, schedule or provider) it named.
    pub number: i32,
    /// Whether the event type has several hosts.
    pub team: bool,
}

impl<'a> Asked<'a> {
    /// Nothing named.
    pub const fn new(doing: Doing) -> Self {
        Self {
            doing,
            uid: "",
            number: 0,
            team: false,
        }
    }

    /// A uid named.
    #[must_use]
    pub const fn uid(mut self, uid: &'a str) -> Self {
        self.uid = uid;
        self
    }

    /// So many hosts are asked.
    #[must_use]
    pub const fn hosts(mut self, count: usize) -> Self {
        self.team = 1 < count;
        self
    }

    /// A number named.
    #[must_use]
    pub const fn number(mut self, number: i32) -> Self {
        self.number = number;
        self
    }
}

/// A ledger error as it is answered; what a person must look at is logged here, once.
pub fn failed(error: LedgerError, asked: &Asked<'_>) -> Failure {
    match error {
        LedgerError::Refused {
            rejection,
            replayed,
            bound_at,
        } => {
            let failure = refused(&rejection, asked).decided(replayed).at(bound_at);
            if replayed {
                failure.header(idempotency::REPLAYED, HeaderValue::from_static("true"))
            } else {
                failure
            }
        }
        LedgerError::Stale => Failure::unavailable().stale(),
        LedgerError::KeyReused => Failure::unprocessable(
            "The Idempotency-Key was used for another request; use a new one.",
        )
        .problem(Problem::IdempotencyKeyReused)
        .decided(false),
        LedgerError::Erased => Failure::of(
            Problem::Erased,
            "The personal data of this booking is erased; it cannot be changed any more.",
        ),
        LedgerError::Unavailable => Failure::unavailable(),
        LedgerError::OutcomeUnknown => Failure::outcome_unknown().decided(false),
        LedgerError::TooLarge { limit } => Failure::of(
            Problem::TooLarge,
            format!("The request is larger than {limit}."),
        ),
        LedgerError::Database(error) if error.is_unavailable() => {
            tracing::warn!(%error, source = ?std::error::Error::source(&error), "database out of reach");
            Failure::unavailable()
        }
        LedgerError::Database(error) => {
            tracing::error!(%error, source = ?std::error::Error::source(&error), "database failed");
            Failure::internal()
        }
        // Logged by the store as a broken invariant; for the caller it is a lost race.
        LedgerError::InvariantBroken => {
            Failure::conflict("booking_conflict_error").problem(Problem::SlotUnavailable)
        }
        LedgerError::Corrupt(reason) => {
            tracing::error!(reason, "log is corrupt");
            Failure::internal()
        }
    }
}

/// A refusal as it is answered. The match has no `_` arm: a new rejection does not compile until it has an answer.
pub fn refused(rejection: &Rejection, asked: &Asked<'_>) -> Failure {
    use Rejection as R;
    match rejection {
        R::SlotTaken { .. }
        | R::OutsideSchedule { .. }
        | R::LimitReached { .. }
        | R::SlotInPast { .. }
        | R::NoticeTooShort { .. }
        | R::OutsideWindow { .. }
        | R::LengthNotOffered { .. }
        | R::SlotHeld { .. }
        | R::TooManyHolds { .. }
        | R::HoldNotFound => slot::slot_refused(rejection, asked),
        R::SeatsExhausted { .. } | R::SeatNotFound | R::SeatRequired => {
            slot::seat_refused(rejection, asked)
        }
        R::AttendeeNotFound => {
            Failure::not_found(format!("Attendee with id={} not found", asked.number))
        }
        R::BookingNotFound
        | R::BookingChanged { .. }
        | R::BookingCancelled
        | R::BookingRescheduled { .. }
        | R::BookingDeclined
        | R::BookingConfirmed
        | R::BookingEnded
        | R::BookingNotStarted
        | R::CancellingDisabled
        | R::ReschedulingDisabled
        | R::SameProvider
        | R::StepTooLate => booking::booking_refused(rejection, asked),
        R::NotRecurring => Failure::not_found(format!(
            "Event type with id={} is not a recurring event",
            asked.number
        )),
        R::TooManyOccurrences { .. } => Failure::bad_request(
            "Provided recurrence count is higher than the event type's recurring event count.",
        ),
        R::Outdated { .. } => Failure::conflict("It changed at the same time; try again.").stale(),
        R::NameTaken { what } => name_taken(*what, asked),
        R::ProviderNotFound => Failure::not_found("User not found"),
        R::ScheduleNotFound => {
            Failure::not_found(format!("Schedule with ID={} does not exist.", asked.number))
        }
        R::ScheduleIsDefault => {
            Failure::bad_request("The default schedule cannot be removed while it is in use.")
                .problem(Problem::TransitionNotAllowed)
        }
        R::EventTypeNotFound => {
            Failure::not_found(format!("Event type with id {} not found", asked.number))
        }
        R::BlockNotFound => Failure::not_found("Busy time not found"),
        R::OutOfOfficeNotFound => Failure::not_found("Ooo entry not found."),
        R::OutOfOfficeExists => {
            Failure::conflict("Ooo entry already exists.").problem(Problem::NameTaken)
        }
        R::RedirectToSelf => Failure::bad_request("Cannot redirect OOO reservations to self."),
        R::WebhookNotFound => webhook_not_found(asked.uid),
        R::ApiKeyNotFound => Failure::not_found("Api key not found"),
        R::TenantNotFound => Failure::not_found("Organization not found"),
        R::AlreadyExists => Failure::conflict("It exists already.").problem(Problem::NameTaken),
        R::OfSegment { .. }
        | R::PartOfComposite { .. }
        | R::CompositeNotFound
        | R::CompositeUnsettled
        | R::CompositeSettled => composite::refused_as_composite(rejection, asked),
        R::Invalid { field, reason } => Failure::bad_request(format!("{field} {reason}")),
        R::TooMany { what, max } => {
            Failure::bad_request(format!("More than {max} {what}.")).problem(Problem::QuotaExceeded)
        }
    }
}

/// 404: unknown, deleted, or somebody else's.
pub fn webhook_not_found(id: &str) -> Failure {
    Failure::not_found(format!("Webhook ({id}) not found"))
}

fn name_taken(what: UniqueName, asked: &Asked<'_>) -> Failure {
    match what {
        UniqueName::EventTypeSlug => {
            Failure::bad_request("User already has an event type with this slug.")
                .problem(Problem::NameTaken)
        }
        UniqueName::SubscriberUrl => {
            let whose = if asked.number == 0 {
                "user"
            } else {
                "event type"
            };
            Failure::conflict(format!(
                "Webhook with this subscriber url already exists for this {whose}"
            ))
            .problem(Problem::NameTaken)
        }
        UniqueName::Username => {
            Failure::conflict("The username is taken.").problem(Problem::NameTaken)
        }
        UniqueName::TenantSlug => {
            Failure::conflict("The organization slug is taken.").problem(Problem::NameTaken)
        }
        UniqueName::TeamSlug => {
            Failure::conflict("The team slug is taken.").problem(Problem::NameTaken)
        }
        // A wire number or uid drawn twice: the same request again draws others.
        UniqueName::Identifier if asked.doing == Doing::Create => {
            Failure::conflict("booking_conflict_error").stale()
        }
        UniqueName::Identifier => Failure::unavailable().stale(),
    }
}

#[cfg(test)]
mod tests;
