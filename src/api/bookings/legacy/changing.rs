//! Cancelling and marking absences in the oldest shape.

use axum::extract::Path;
use axum::response::Response;

use super::body;
use super::wire::{LegacyCancelled, LegacyNoShow, LegacyNoShows, NewLegacyNoShow};
use crate::api::bookings::absence::{self, MarkAbsentBody};
use crate::api::bookings::cancel::cancelled;
use crate::api::bookings::request::BookingRequest;
use crate::api::bookings::sent::Sent;
use crate::api::envelope::created;
use crate::api::failure::Failure;
use crate::api::idempotency;

/// Cancels a booking, one seat of it, or occurrences of a series.
///
/// # Errors
/// As the current version's.
pub(crate) async fn cancel(request: BookingRequest<'_>, uid: &str) -> Result<Response, Failure> {
    let body = body::cancel(&request.payload.object_or_empty()?)?;
    let (bookings, _, replayed) = cancelled(request, uid, &body).await?;
    let first = bookings.first().ok_or_else(Failure::internal)?;
    let answer = LegacyCancelled {
        success: true,
        message: "Booking successfully cancelled.",
        only_removed_attendee: first.status != crate::api::bookings::wire::Status::Cancelled,
        booking_id: first.id,
        booking_uid: first.uid.clone(),
    };
    Ok(idempotency::marked(created(answer), replayed))
}

/// Marks who was absent.
#[utoipa::path(
    post,
    path = "/v2/bookings/{uid}/mark-no-show",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a booking")),
    request_body = NewLegacyNoShow,
    responses(
        (status = 201, description = "The marks", body = LegacyNoShows),
        (status = 400, description = "Not started yet, or nobody of that address has booked"),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn mark_no_show(Path(uid): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let request = sent.request();
    let body = body::no_shows(request.payload.object()?)?;
    let replayed = absence::marked(request, &uid, &body).await?;
    Ok(idempotency::marked(created(shown(body)), replayed))
}

fn shown(body: MarkAbsentBody) -> LegacyNoShows {
    let marks = body.attendees.into_iter().flatten();
    LegacyNoShows {
        message: "No-show status updated",
        no_show_host: body.host.unwrap_or_default(),
        attendees: marks
            .map(|mark| LegacyNoShow {
                email: mark.email,
                no_show: mark.absent,
            })
            .collect(),
    }
}
