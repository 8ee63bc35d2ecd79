//! Refusals about a booking.

use axum::http::StatusCode;
use serde_json::json;

use super::{Asked, Doing};
use crate::api::failure::Failure;
use crate::api::problem::Problem;
use crate::domain::Rejection;

/// Refusals about a booking.
pub(super) fn booking_refused(rejection: &Rejection, asked: &Asked<'_>) -> Failure {
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
