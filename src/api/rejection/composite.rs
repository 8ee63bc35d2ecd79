//! Refusals about composite bookings.

use super::{Asked, refused};
use crate::api::failure::Failure;
use crate::api::problem::Problem;
use crate::domain::Rejection;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the match that leads here names every variant"
)]
pub(super) fn refused_as_composite(rejection: &Rejection, asked: &Asked<'_>) -> Failure {
    let conflict = |text: &str| Failure::conflict(text).problem(Problem::TransitionNotAllowed);
    match rejection {
        Rejection::OfSegment { because, .. } => refused(because, asked),
        Rejection::PartOfComposite { composite } => conflict(&format!(
            "The booking is a segment of composite booking {composite}; change that, or ask for this segment alone."
        )),
        Rejection::CompositeUnsettled => conflict("The composite booking has not settled yet."),
        Rejection::CompositeSettled => conflict("The composite booking does not allow it now."),
        _ => Failure::not_found("Composite booking not found"),
    }
}
