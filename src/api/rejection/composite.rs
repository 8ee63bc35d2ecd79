//! Refusals about composite bookings and their segments.

use serde_json::json;

use super::{Asked, Doing, refused};
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
        Rejection::OfSegment { segment, because } => refused_segment(*segment, because, asked),
        Rejection::PartOfComposite { composite } => conflict(&format!(
            "The booking is a segment of composite booking {composite}: change that, or ask for this segment alone (header X-Daybook-Segment: alone)."
        ))
        .member("compositeUid", json!(composite)),
        Rejection::CompositeUnsettled => conflict("The composite booking has not settled yet."),
        Rejection::CompositeSettled => {
            conflict("The composite booking does not stand as this needs it.")
        }
        _ => Failure::not_found("Composite booking not found"),
    }
}

/// The refusal of one segment, which it names; in the words of a booking where one was asked about.
pub(in crate::api) fn refused_segment(
    segment: u32,
    because: &Rejection,
    asked: &Asked<'_>,
) -> Failure {
    let failure = refused(because, asked);
    if asked.doing != Doing::Composite {
        return failure.member("segment", json!(segment));
    }
    let refusal = failure.refusal();
    let text = format!("Segment {segment}: {}", refusal.message);
    let named = Failure::of(refusal.problem, text).member("segment", json!(segment));
    if failure.is_stale() {
        named.stale()
    } else {
        named
    }
}
