//! What a refusal of the rules, or a failure of the ledger, is answered with: the only place that says it.

mod composite;

use axum::http::StatusCode;
use serde_json::json;

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
        | R::HoldNotFound => slot_refused(rejection, asked),
        R::SeatsExhausted { .. } | R::SeatNotFound | R::SeatRequired => {
            seat_refused(rejection, asked)
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
        | R::StepTooLate => booking_refused(rejection, asked),
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

const PAST: &str = "Attempting to book a meeting in the past.";
const OUT_OF_BOUNDS: &str = "The event type can't be booked at the \"start\" time provided. This could be because it's too soon (violating the minimum booking notice) or too far in the future (outside the event's scheduling window). Try fetching available slots first using the GET /v2/slots endpoint and then make a booking with \"start\" time equal to one of the available slots.";

/// Refusals about when.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the match that leads here names every variant"
)]
fn slot_refused(rejection: &Rejection, asked: &Asked<'_>) -> Failure {
    use Rejection as R;
    let is_hold = matches!(asked.doing, Doing::Hold | Doing::ChangeHold);
    let unavailable = |text: &str| Failure::bad_request(text).problem(Problem::SlotUnavailable);
    match rejection {
        R::SlotTaken { .. } if is_hold => {
            Failure::unprocessable("Can't reserve a slot if the event is already booked.")
                .problem(Problem::SlotUnavailable)
        }
        R::SlotHeld { .. } if is_hold => Failure::unprocessable(
            "This time slot is already reserved by another user. Please choose a different time.",
        )
        .problem(Problem::SlotUnavailable),
        R::SlotInPast { .. } => unavailable(PAST),
        R::NoticeTooShort { .. } | R::OutsideWindow { .. } => unavailable(OUT_OF_BOUNDS),
        R::LengthNotOffered { .. } if is_hold => Failure::bad_request(
            "Provided 'slotDuration' is not one of the possible lengths for the event type.",
        ),
        R::LengthNotOffered { .. } => Failure::bad_request(
            "Provided 'lengthInMinutes' is not one of the possible lengths for the event type.",
        ),
        R::TooManyHolds { max } => {
            Failure::unprocessable(format!("More than {max} slots are reserved already."))
                .problem(Problem::QuotaExceeded)
        }
        R::HoldNotFound if matches!(asked.doing, Doing::Reschedule) => {
            Failure::not_found("The slot of the X-Daybook-Hold was not found")
        }
        R::HoldNotFound => Failure::not_found(format!("Slot with uid={} not found", asked.uid)),
        _ if asked.team => unavailable(
            "One of the hosts either already has booking at this time or is not available",
        ),
        _ => unavailable("User either already has booking at this time or is not available"),
    }
}

/// Refusals about seats.
fn seat_refused(rejection: &Rejection, asked: &Asked<'_>) -> Failure {
    match (rejection, asked.doing) {
        (Rejection::SeatsExhausted { .. }, Doing::Hold | Doing::ChangeHold) => {
            Failure::unprocessable("Booking has no more seats left.")
                .problem(Problem::SlotUnavailable)
        }
        (Rejection::SeatsExhausted { .. }, _) => {
            Failure::conflict("No more seats left at this seated booking.")
                .problem(Problem::SlotUnavailable)
        }
        (Rejection::SeatNotFound, Doing::Cancel) => Failure::bad_request(
            "Invalid seatUid: the seat does not exist or does not belong to this booking.",
        ),
        (Rejection::SeatNotFound, _) => {
            Failure::not_found(format!("Seat with uid={} does not exist.", asked.uid))
        }
        (_, Doing::Reschedule) => {
            Failure::bad_request("seatUid is required to reschedule one seat of a seated booking.")
        }
        (_, _) => Failure::bad_request("seatUid is required on a seated booking."),
    }
}

/// Refusals about a booking.
fn booking_refused(rejection: &Rejection, asked: &Asked<'_>) -> Failure {
    use Rejection as R;
    let uid = asked.uid;
    let refused = |text: String| Failure::bad_request(text).problem(Problem::TransitionNotAllowed);
    match (rejection, asked.doing) {
        (R::BookingNotFound, Doing::Reschedule) => Failure::not_found(format!(
            "Booking with uid={uid} was not found in the database"
        )),
        (R::BookingNotFound, _) => {
            Failure::not_found(format!("Booking with uid={uid} not found"))
        }
        (R::BookingChanged { .. }, _) => {
            Failure::conflict("The booking changed at the same time; try again.").stale()
        }
        (R::BookingCancelled | R::BookingDeclined, Doing::Cancel) => refused(format!(
            "Can't cancel booking with uid={uid} because it has been cancelled already. Please provide uid of a booking that is not cancelled."
        )),
        (R::BookingRescheduled { to }, Doing::Cancel) => refused(format!(
            "Can't cancel booking with uid={uid} because it has been cancelled already. It was rescheduled to booking with uid={to}."
        ))
        .member("rescheduledToUid", json!(to)),
        (R::BookingRescheduled { to }, Doing::Attend) => refused(format!(
            "Can't change booking with uid={uid} because it was rescheduled to booking with uid={to}."
        ))
        .member("rescheduledToUid", json!(to)),
        (R::BookingRescheduled { to }, _) => refused(format!(
            "Can't reschedule booking with uid={uid} because it has been cancelled and rescheduled already to booking with uid={to}. You probably want to reschedule {to} instead by passing it within the request URL."
        ))
        .member("rescheduledToUid", json!(to)),
        (R::BookingCancelled | R::BookingDeclined, Doing::Attend) => refused(format!(
            "Can't change booking with uid={uid} because it has been cancelled."
        )),
        (R::BookingCancelled | R::BookingDeclined, Doing::Reschedule) => refused(format!(
            "Can't reschedule booking with uid={uid} because it has been cancelled. Please provide uid of a booking that is not cancelled."
        )),
        (R::BookingConfirmed, _) => Failure::procedure(
            StatusCode::BAD_REQUEST,
            "Booking already confirmed",
        )
        .problem(Problem::TransitionNotAllowed),
        (R::BookingCancelled, _) => {
            Failure::procedure(StatusCode::BAD_REQUEST, "Booking is cancelled")
                .problem(Problem::TransitionNotAllowed)
        }
        (R::BookingDeclined, _) => {
            Failure::procedure(StatusCode::BAD_REQUEST, "Booking is rejected already")
                .problem(Problem::TransitionNotAllowed)
        }
        (R::BookingEnded, Doing::Cancel) => Failure::raw(
            StatusCode::BAD_REQUEST,
            "Cannot cancel a booking that has already ended",
        )
        .problem(Problem::TransitionNotAllowed),
        (R::BookingEnded, _) => refused("The booking has ended already.".to_owned()),
        (R::BookingNotStarted, _) => refused(
            "Bookings can only be marked as absent after their scheduled start time.".to_owned(),
        ),
        (R::CancellingDisabled, _) => {
            Failure::raw(StatusCode::BAD_REQUEST, "This event type does not allow cancellations")
                .problem(Problem::TransitionNotAllowed)
        }
        (R::ReschedulingDisabled, _) => {
            refused("This event type does not allow rescheduling".to_owned())
        }
        (R::SameProvider, _) => {
            refused("The booking belongs to this user already.".to_owned())
        }
        (_, _) => refused("The step came too late.".to_owned()),
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
