//! `POST /v2/bookings/{uid}/cancel`: one booking, one seat, the rest of a series, or the whole of it.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::request::{BookingRequest, Done};
use super::sent::Sent;
use super::target::{self, Target};
use super::wire::{self, OneOrMany};
use super::{body, facts, hosts, legacy, outcome};
use crate::api::Api;
use crate::api::envelope::success;
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::idempotency;
use crate::api::rejection::{Asked, Doing, failed, refused};
use crate::api::turns::Linked;
use crate::api::version::BOOKINGS_LEGACY;
use crate::domain::composite::command::SegmentChange;
use crate::domain::id::{EventTypeId, ProviderId, SeatId, TenantId};
use crate::domain::personal::Personal;
use crate::domain::provider::command::{BookingFacts, BookingStatus, Cancel, ProviderCommand};
use crate::domain::rejection::Rejection;
use crate::ledger::LedgerError;
use crate::projections::{bookings, row};

/// Why, and how much of it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancelBody {
    /// Why; mandatory when the event type says so.
    pub cancellation_reason: Option<String>,
    /// This occurrence of a series and all later ones.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub cancel_subsequent_bookings: bool,
    /// Only this seat of a seated booking.
    pub seat_uid: Option<String>,
}

/// Cancels a booking, one seat of it, or occurrences of a series (all or none).
#[utoipa::path(
    post,
    path = "/v2/bookings/{uid}/cancel",
    tag = "Bookings",
    params(
        ("uid" = String, Path, description = "Of a booking, or of a series: all its remaining occurrences"),
        ("X-Daybook-Segment" = Option<String>, Header, description = "`alone`: this segment of a composite booking alone"),
    ),
    request_body = CancelBody,
    responses(
        (status = 200, description = "The booking, or the occurrences", body = OneOrMany),
        (status = 400, description = "Cancelled or ended already, seat unknown, reason missing"),
        (status = 404, description = "No such booking"),
        (status = 409, description = "A segment of a composite booking, and not asked for alone"),
    )
)]
pub(crate) async fn cancel(Path(uid): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let request = sent.request();
    if BOOKINGS_LEGACY.contains(&request.version) {
        return legacy::cancel(request, &uid).await;
    }
    let body = body::cancel(&sent.payload.object_or_empty()?)?;
    answered(request, &uid, &body).await
}

/// Cancels a booking: the older path of [`cancel`].
#[utoipa::path(
    delete,
    path = "/v2/bookings/{uid}",
    operation_id = "delete_booking",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Uid or wire number of a booking, or uid of a series")),
    request_body = CancelBody,
    responses(
        (status = 200, description = "The booking, or the occurrences", body = OneOrMany),
        (status = 400, description = "Cancelled or ended already, seat unknown, reason missing"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn delete(Path(uid): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let request = sent.request();
    let body = body::cancel(&sent.payload.object_or_empty()?)?;
    answered(request, &uid, &body).await
}

async fn answered(
    request: BookingRequest<'_>,
    uid: &str,
    body: &CancelBody,
) -> Result<Response, Failure> {
    let (mut bookings, is_series, replayed) = cancelled(request, uid, body).await?;
    let data = if is_series || body.cancel_subsequent_bookings {
        OneOrMany::Many(bookings)
    } else {
        OneOrMany::One(Box::new(bookings.pop().ok_or_else(Failure::internal)?))
    };
    Ok(idempotency::marked(success(data), replayed))
}

/// Cancels; says whether the uid was a series', and whether the answer is a recorded one.
///
/// # Errors
/// As the route documents.
pub(crate) async fn cancelled(
    request: BookingRequest<'_>,
    uid: &str,
    body: &CancelBody,
) -> Result<(Vec<wire::Booking>, bool, bool), Failure> {
    let outcome = attempted(|| attempt(request, uid, body)).await;
    let asked = Asked::new(Doing::Cancel).uid(uid);
    let tenant = target::tenant_of(request.api, request.caller, uid);
    let done = request.settled(&asked, outcome, tenant).await?;
    let changed = outcome::cancelled(&done.executed);
    // What was cancelled has another uid than the one in the path when that is a series'.
    let is_of_series = changed.iter().any(|change| change.uid.as_str() != uid);
    let bookings = request.rendered(&done, &changed, false).await?;
    Ok((
        bookings,
        is_of_series && !target::is_number(uid),
        done.executed.replayed,
    ))
}

async fn attempt(
    request: BookingRequest<'_>,
    uid: &str,
    body: &CancelBody,
) -> Result<Done, Failure> {
    let asked = Asked::new(Doing::Cancel).uid(uid);
    let target = request.target(&asked).await?;
    let rows = chosen(request, &target, uid, body).await?;
    if rows.is_empty() {
        return Err(refused(&Rejection::BookingNotFound, &asked));
    }
    let speaks = |row: &row::Booking| hosts::speaks_for(request.caller, target.tenant, row);
    let by_host = rows.iter().all(speaks);
    demand_reason(request, &target, &rows, body, by_host).await?;
    let seat = seat(&rows, body, by_host, &asked)?;
    let personal = Personal {
        reason: body
            .cancellation_reason
            .clone()
            .filter(|reason| !reason.is_empty()),
        acted_by: request.acting_email(target.tenant).await?,
        ..Personal::default()
    };
    let alone = rows.first().filter(|_| request.alone);
    let place = alone.and_then(|row| row.composite);
    let commands: Linked = by_provider(&rows, seat, &asked)?
        .into_iter()
        .map(|(provider, bookings)| {
            let cancel = Cancel {
                as_segment: place.is_some(),
                bookings,
                seat,
                by_host,
                personal: (personal != Personal::default()).then(|| personal.clone()),
            };
            (provider, ProviderCommand::Cancel(cancel))
        })
        .chain(hosts::ended(&rows, seat))
        .collect();
    let executed = match place {
        None => request.execute(target.tenant, commands, &asked).await?,
        Some(place) => {
            let change = SegmentChange::Cancelled;
            let segment = request.segment_alone(target.tenant, place, change, commands, &asked);
            segment.await?
        }
    };
    Ok(Done {
        tenant: target.tenant,
        executed,
        before: rows,
        typed: Personal::default(),
    })
}

/// The bookings to cancel.
async fn chosen(
    request: BookingRequest<'_>,
    target: &Target,
    uid: &str,
    body: &CancelBody,
) -> Result<Vec<row::Booking>, Failure> {
    let now = request.api.clock.now();
    let Some(row) = target.single() else {
        if body.cancel_subsequent_bookings {
            return Err(Failure::bad_request(format!(
                "Cannot cancel subsequent bookings for recurring booking with uid={uid}, because it is the uid of the series. Pass the uid of one occurrence, or leave cancelSubsequentBookings out to cancel every remaining occurrence."
            )));
        }
        return Ok(remaining(now, &target.rows));
    };
    if !body.cancel_subsequent_bookings {
        return Ok(vec![row.clone()]);
    }
    let Some(series) = &row.series else {
        return Err(Failure::bad_request(format!(
            "Cannot cancel subsequent bookings for booking with uid={uid}, because it is not recurring."
        )));
    };
    let database = request.api.ledger.database();
    let occurrences = bookings::by_series(database, target.tenant, &series.uid)
        .await
        .map_err(|error| failed(LedgerError::from(error), &Asked::new(Doing::Read)))?;
    let later: Vec<_> = occurrences
        .into_iter()
        .filter(|other| {
            let place = other.series.as_ref();
            place.is_some_and(|place| series.index <= place.index)
        })
        .collect();
    Ok(remaining(now, &later))
}

/// The occurrences that can still be cancelled; when there are none, all of them: then the rules say why not, or the
/// ledger finds the recorded outcome of an earlier request with the same key.
fn remaining(now: crate::domain::time::Timestamp, rows: &[row::Booking]) -> Vec<row::Booking> {
    let stands = |row: &&row::Booking| match row.status {
        BookingStatus::Accepted | BookingStatus::Pending => now < row.slot.end(),
        BookingStatus::Cancelled | BookingStatus::Rejected => false,
    };
    let open: Vec<_> = rows.iter().filter(stands).cloned().collect();
    if !open.is_empty() {
        return open;
    }
    let is_last = |row: &&row::Booking| row.rescheduled_to.is_none();
    rows.iter().filter(is_last).cloned().collect()
}

/// Refuses a request without the reason that the event type demands.
async fn demand_reason(
    request: BookingRequest<'_>,
    target: &Target,
    rows: &[row::Booking],
    body: &CancelBody,
    by_host: bool,
) -> Result<(), Failure> {
    let given = body.cancellation_reason.as_deref().unwrap_or_default();
    let (true, Some(row)) = (given.trim().is_empty(), rows.first()) else {
        return Ok(());
    };
    let event_type = row.terms.event_type;
    if is_reason_demanded(request.api, target.tenant, event_type, by_host).await? {
        return Err(Failure::raw(
            StatusCode::BAD_REQUEST,
            "Cancellation reason is required",
        ));
    }
    Ok(())
}

/// Whether an event type demands a reason of whoever cancels.
///
/// # Errors
/// 500 or 503 when it cannot be read.
pub(crate) async fn is_reason_demanded(
    api: &Api,
    tenant: TenantId,
    event_type: EventTypeId,
    by_host: bool,
) -> Result<bool, Failure> {
    let Some(event_type) = api.event_type(tenant, event_type).await? else {
        return Ok(false);
    };
    let policy = policy_of(&event_type.current.settings.presentation_json);
    Ok(match policy.as_deref() {
        Some("MANDATORY_BOTH") => true,
        Some("MANDATORY_HOST_ONLY") => by_host,
        Some("MANDATORY_ATTENDEE_ONLY") => !by_host,
        Some(_) | None => false,
    })
}

fn policy_of(presentation_json: &str) -> Option<String> {
    let presentation: serde_json::Value = serde_json::from_str(presentation_json).ok()?;
    let policy = presentation.get("requiresCancellationReason")?;
    policy.as_str().map(str::to_owned)
}

/// The seat to give up. Whoever is not the host names one on a seated booking: its uid is public, the seat's is not.
fn seat(
    rows: &[row::Booking],
    body: &CancelBody,
    by_host: bool,
    asked: &Asked<'_>,
) -> Result<Option<SeatId>, Failure> {
    let is_seated = rows.iter().any(|row| row.terms.seats.is_some());
    match &body.seat_uid {
        None if is_seated && !by_host => Err(refused(&Rejection::SeatRequired, asked)),
        None => Ok(None),
        Some(text) => Uuid::parse_str(text)
            .map(|uuid| Some(SeatId::from_uuid(uuid)))
            .map_err(|_not_a_uuid| refused(&Rejection::SeatNotFound, asked)),
    }
}

/// The facts of the bookings, by provider: occurrences of a series may have been reassigned.
fn by_provider(
    rows: &[row::Booking],
    seat: Option<SeatId>,
    asked: &Asked<'_>,
) -> Result<Vec<(ProviderId, Vec<BookingFacts>)>, Failure> {
    let mut groups: Vec<(ProviderId, Vec<BookingFacts>)> = Vec::new();
    for row in rows {
        let mut facts = facts::known(row, asked)?;
        // What is typed about a seat is sealed under the key of who sits there.
        let of_seat = row.seats.iter().find(|other| Some(other.seat) == seat);
        if let Some(sealed) = of_seat.and_then(|other| other.placed.as_ref()) {
            facts.key = sealed.key;
        }
        match groups
            .iter_mut()
            .find(|(provider, _)| *provider == row.provider)
        {
            Some((_, group)) => group.push(facts),
            None => groups.push((row.provider, vec![facts])),
        }
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn what_remains_of_a_series_stands_and_has_not_ended() {
        let before = "2031-03-04T07:30:00Z".parse().unwrap();
        let after = "2031-03-04T08:00:00Z".parse().unwrap();
        let open = samples::row();
        let cancelled = row::Booking {
            status: BookingStatus::Cancelled,
            number: crate::domain::id::BookingNumber::new(5),
            ..samples::row()
        };
        let rows = [cancelled, open.clone()];
        assert_eq!(remaining(before, &rows), [open]);
        assert_eq!(remaining(after, &rows), rows);
    }

    #[test]
    fn strangers_name_their_seat() {
        let asked = Asked::new(Doing::Cancel);
        let rows = [samples::seated_row(true)];
        let body = CancelBody::default();
        assert!(seat(&rows, &body, false, &asked).is_err());
        assert_eq!(seat(&rows, &body, true, &asked).unwrap(), None);
        let unknown = CancelBody {
            seat_uid: Some("x".to_owned()),
            ..CancelBody::default()
        };
        assert!(seat(&rows, &unknown, true, &asked).is_err());
    }

    #[test]
    fn a_seat_is_released_under_the_key_of_who_sits_there() {
        let mut row = samples::seated_row(true);
        row.seats[0].placed = Some(samples::sealed(99));
        let seat = row.seats[0].seat;
        let groups = by_provider(&[row], Some(seat), &Asked::new(Doing::Cancel)).unwrap();
        assert_eq!(groups[0].1[0].key, samples::sealed(99).key);
    }

    #[test]
    fn the_reason_is_demanded_by_the_event_type() {
        let presentation = r#"{"requiresCancellationReason":"MANDATORY_BOTH"}"#;
        assert_eq!(policy_of(presentation).as_deref(), Some("MANDATORY_BOTH"));
        assert_eq!(policy_of("{}"), None);
    }
}
