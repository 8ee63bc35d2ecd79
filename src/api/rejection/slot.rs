//! Refusals about when, and about seats.

use super::{Asked, Doing};
use crate::api::failure::Failure;
use crate::api::problem::Problem;
use crate::domain::Rejection;

const PAST: &str = "Attempting to book a meeting in the past.";
const OUT_OF_BOUNDS: &str = "The event type can't be booked at the \"start\" time provided. This could be because it's too soon (violating the minimum booking notice) or too far in the future (outside the event's scheduling window). Try fetching available slots first using the GET /v2/slots endpoint and then make a booking with \"start\" time equal to one of the available slots.";

/// Refusals about when.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the match that leads here names every variant"
)]
pub(super) fn slot_refused(rejection: &Rejection, asked: &Asked<'_>) -> Failure {
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
pub(super) fn seat_refused(rejection: &Rejection, asked: &Asked<'_>) -> Failure {
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
