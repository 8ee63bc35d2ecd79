//! `POST /v2/bookings/{uid}/reschedule`: a new wire booking replaces the old one; the ledger's id and the calendar UID
//! stay.

use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::moving::Moving;
use super::numbering::Drawn;
use super::request::{BookingRequest, Done};
use super::sent::Sent;
use super::{body, facts, hosts, outcome, people, target, wire};
use crate::api::caller::Caller;
use crate::api::envelope::{created, success};
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::idempotency;
use crate::api::provider_state::ProviderState;
use crate::api::rejection::{Asked, Doing, failed, refused};
use crate::domain::id::{
    AttendeeNumber, BookingId, BookingNumber, BookingUid, HoldId, SeatId, TenantId,
};
use crate::domain::personal::Personal;
use crate::domain::provider::command::{BookingFacts, MoveSeat, Occurrence, Reschedule, Standing};
use crate::domain::rejection::Rejection;
use crate::domain::terms::Terms;
use crate::domain::time::{TimeSlot, Timestamp};
use crate::ledger::LedgerError;
use crate::projections::row;

/// Where to, and why.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RescheduleBody {
    /// The new start; the length stays.
    #[schema(value_type = String)]
    pub start: Timestamp,
    /// E-mail address of who moves it.
    pub rescheduled_by: Option<String>,
    /// Why.
    pub rescheduling_reason: Option<String>,
    /// The caller's seat; required on a seated booking, except of its host.
    pub seat_uid: Option<String>,
    /// The caller's own exclusive hold of the new slot: not of the body, but of the header `X-Daybook-Hold`.
    #[serde(skip)]
    pub hold: Option<HoldId>,
}

/// Moves a booking. Waits for confirmation again where the event type asks for it, unless the host moves it.
#[utoipa::path(
    post,
    path = "/v2/bookings/{uid}/reschedule",
    tag = "Bookings",
    params(
        ("uid" = String, Path, description = "Of a booking, or of one occurrence of a series"),
        ("X-Daybook-Segment" = Option<String>, Header, description = "`alone`: this segment of a composite booking alone"),
        ("X-Daybook-Hold" = Option<String>, Header, description = "Uid of the caller's own exclusive hold of the new slot"),
    ),
    request_body = RescheduleBody,
    responses(
        (status = 201, description = "The booking that replaces it", body = wire::Booking),
        (status = 400, description = "Cancelled or moved already, or the new time is not available"),
        (status = 404, description = "No such booking, seat or hold"),
        (status = 409, description = "A segment of a composite booking, and not asked for alone"),
    )
)]
pub(crate) async fn reschedule(Path(uid): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let request = sent.request();
    let body = RescheduleBody {
        hold: sent.hold()?,
        ..body::reschedule(sent.payload.object()?, request.version)?
    };
    let (booking, replayed) = moved(request, &uid, &body).await?;
    Ok(idempotency::marked(created(booking), replayed))
}

/// Moves a booking: the older path of [`reschedule`].
#[utoipa::path(
    patch,
    path = "/v2/bookings/{uid}",
    operation_id = "patch_booking",
    tag = "Bookings",
    params(
        ("uid" = String, Path, description = "Uid or wire number of a booking"),
        ("X-Daybook-Hold" = Option<String>, Header, description = "Uid of the caller's own exclusive hold of the new slot"),
    ),
    request_body = RescheduleBody,
    responses(
        (status = 200, description = "The booking that replaces it", body = wire::Booking),
        (status = 400, description = "Cancelled or moved already, or the new time is not available"),
        (status = 404, description = "No such booking, seat or hold"),
    )
)]
pub(crate) async fn patch(Path(uid): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let request = sent.request();
    let body = RescheduleBody {
        hold: sent.hold()?,
        ..body::reschedule(sent.payload.object()?, request.version)?
    };
    let (booking, replayed) = moved(request, &uid, &body).await?;
    Ok(idempotency::marked(success(booking), replayed))
}

/// Moves a booking, or one seat of it; says whether the answer is a recorded one.
///
/// # Errors
/// As the route documents.
pub(crate) async fn moved(
    request: BookingRequest<'_>,
    uid: &str,
    body: &RescheduleBody,
) -> Result<(wire::Booking, bool), Failure> {
    let outcome = attempted(|| attempt(request, uid, body)).await;
    let asked = Asked::new(Doing::Reschedule).uid(uid);
    let tenant = target::tenant_of(request.api, request.caller, uid);
    let done = request.settled(&asked, outcome, tenant).await?;
    let mut moved = outcome::moved(&done.executed).ok_or_else(Failure::internal)?;
    moved.seat = body.seat_uid.as_deref().and_then(seat_named);
    let mut bookings = request.rendered(&done, &[moved], true).await?;
    let booking = bookings.pop().ok_or_else(Failure::internal)?;
    Ok((booking, done.executed.replayed))
}

async fn attempt(
    request: BookingRequest<'_>,
    uid: &str,
    body: &RescheduleBody,
) -> Result<Done, Failure> {
    let asked = Asked::new(Doing::Reschedule).uid(uid);
    let (tenant, row) = request.booking(&asked).await?;
    check_seat(&row, body, hosts::speaks_for(request.caller, tenant, &row))?;
    let drawn = Drawn::of(request.api, 1, 0, &asked).await?;
    let number = drawn.bookings().next().ok_or_else(Failure::internal)?;
    let outcome = executed(request, tenant, row, body, number, &asked).await;
    let is_replay = |done: &Done| done.executed.replayed;
    drawn.kept(request.api, outcome, is_replay).await
}

async fn executed(
    request: BookingRequest<'_>,
    tenant: TenantId,
    row: row::Booking,
    body: &RescheduleBody,
    number: BookingNumber,
    asked: &Asked<'_>,
) -> Result<Done, Failure> {
    let mover = Mover {
        request,
        tenant,
        row: &row,
        body,
        number,
    };
    let (moving, typed) = mover.moving().await?;
    let asked = asked
        .number(row.terms.number.get())
        .hosts(row.hosts().count());
    let change = moving.segment_moved();
    let commands = moving.linked(request.api, tenant, &row).await?;
    let executed = match (row.composite, change) {
        (Some(place), Some(change)) => {
            let segment = request.segment_alone(tenant, place, change, commands, &asked);
            segment.await?
        }
        _ => request.execute(tenant, commands, &asked).await?,
    };
    Ok(Done {
        tenant,
        executed,
        before: vec![row],
        typed,
    })
}

/// Whether the host moves it. An address alone does not make a caller the host: it needs credentials that speak for
/// the host.
fn is_by_host(
    caller: &Caller,
    tenant: TenantId,
    row: &row::Booking,
    body: &RescheduleBody,
) -> bool {
    let named = body.rescheduled_by.as_ref().map(|email| {
        row.hosts()
            .any(|(_, host)| email.eq_ignore_ascii_case(&host.email))
    });
    match named {
        None | Some(true) => hosts::speaks_for(caller, tenant, row),
        Some(false) => false,
    }
}

/// Checks the caller's seat. On a booking that was moved already the rules answer first.
fn check_seat(
    row: &row::Booking,
    body: &RescheduleBody,
    speaks_for_host: bool,
) -> Result<(), Failure> {
    let Some(text) = &body.seat_uid else {
        let is_needed = row.terms.seats.is_some() && !speaks_for_host;
        return if is_needed {
            let asked = Asked::new(Doing::Reschedule);
            Err(refused(&Rejection::SeatRequired, &asked))
        } else {
            Ok(())
        };
    };
    let is_open = |named: SeatId| {
        let mut seats = row.seats.iter();
        seats.any(|other| other.seat == named && !other.released)
    };
    if seat_named(text).is_some_and(|named| row.rescheduled_to.is_some() || is_open(named)) {
        return Ok(());
    }
    let asked = Asked::new(Doing::Reschedule).uid(text);
    Err(refused(&Rejection::SeatNotFound, &asked))
}

fn seat_named(text: &str) -> Option<SeatId> {
    Uuid::parse_str(text).ok().map(SeatId::from_uuid)
}

/// What a command to move is built from.
#[derive(Clone, Copy)]
struct Mover<'a> {
    request: BookingRequest<'a>,
    tenant: TenantId,
    row: &'a row::Booking,
    body: &'a RescheduleBody,
    /// Of the wire booking that replaces it.
    number: BookingNumber,
}

impl Mover<'_> {
    /// What moves, with what is sealed with it.
    async fn moving(self) -> Result<(Moving, Personal), Failure> {
        let Self {
            request,
            tenant,
            row,
            body,
            number,
        } = self;
        let asked = Asked::new(Doing::Reschedule).number(row.terms.number.get());
        let erased = || failed(LedgerError::Erased, &asked);
        let event_type = request
            .api
            .event_type(tenant, row.terms.event_type)
            .await?
            .ok_or_else(|| refused(&Rejection::EventTypeNotFound, &asked))?;
        let by_host = is_by_host(request.caller, tenant, row, body);
        let uid = BookingUid::from_uuid(request.random_uuid());
        let slot = slot(body.start, row)?;
        let terms = event_type.terms();
        let hold = request.redeemable(body.hold, &terms, &[slot]).await?;
        let facts = facts::known(row, &asked)?;
        let opened = request.opened(tenant, row).await?;
        let named = body.seat_uid.as_deref().and_then(seat_named);
        let seat = row.seats.iter().position(|seat| Some(seat.seat) == named);
        if let Some((index, seat)) = seat.and_then(|at| Some((at, row.seats.get(at)?))) {
            let typed = opened.seats.get(index).and_then(Clone::clone);
            let personal = self.with_reason(typed.ok_or_else(erased)?).await?;
            let key = seat.placed.as_ref().ok_or_else(erased)?.key;
            let shift = MoveSeat {
                facts: BookingFacts { key, ..facts },
                seat: seat.seat,
                to: Occurrence {
                    booking: BookingId::from_uuid(request.api.ids.uuid()),
                    number,
                    uid,
                    attendee: seat.attendee,
                    guests: Vec::new(),
                    slot,
                },
                joins: self.joins(&terms, slot).await?,
                by_host,
                hold,
                personal: personal.clone(),
                terms,
            };
            return Ok((Moving::Seat(shift), personal));
        }
        let (typed, guests) = people::carried(row, &opened).ok_or_else(erased)?;
        let personal = self.with_reason(typed).await?;
        let as_segment = request.alone && row.composite.is_some();
        let reschedule = Reschedule {
            as_segment,
            standing: Standing::ByTerms,
            facts: BookingFacts {
                guests: numbered(request, guests, &asked).await?,
                ..facts
            },
            terms,
            number,
            uid,
            slot,
            by_host,
            out_of_bounds: false,
            hold,
            personal: personal.clone(),
        };
        Ok((Moving::Whole(reschedule), personal))
    }

    /// Whether a seat that moves to a slot joins another booking of its home there.
    async fn joins(self, terms: &Terms, slot: TimeSlot) -> Result<bool, Failure> {
        let api = self.request.api;
        let state = api.provider_state(self.tenant, self.row.provider).await?;
        let home = state.as_ref().and_then(ProviderState::provider);
        let there = home.and_then(|home| home.seats_taken(terms.event_type, slot, api.clock.now()));
        Ok(there.is_some_and(|(booking, _)| booking != self.row.booking))
    }

    async fn with_reason(self, typed: Personal) -> Result<Personal, Failure> {
        let acted_by = match &self.body.rescheduled_by {
            Some(email) => Some(email.clone()),
            None => self.request.acting_email(self.tenant).await?,
        };
        let reason = self.body.rescheduling_reason.clone();
        Ok(Personal {
            reason: reason.filter(|reason| !reason.is_empty()),
            acted_by,
            ..typed
        })
    }
}

/// Guests of bookings made before guests had numbers get theirs now.
async fn numbered(
    request: BookingRequest<'_>,
    guests: Vec<Option<AttendeeNumber>>,
    asked: &Asked<'_>,
) -> Result<Vec<AttendeeNumber>, Failure> {
    let missing = guests.iter().filter(|number| number.is_none()).count();
    let mut drawn = request.attendee_numbers(missing, asked).await?.into_iter();
    let numbers = guests
        .into_iter()
        .map(|number| number.or_else(|| drawn.next()));
    Ok(numbers.flatten().collect())
}

fn slot(start: Timestamp, row: &row::Booking) -> Result<TimeSlot, Failure> {
    let minutes = u32::try_from(row.slot.minutes()).unwrap_or(u32::MAX);
    TimeSlot::starting(start, minutes).map_err(|error| body::start_refused(&error))
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn body(seat_uid: Option<&str>) -> RescheduleBody {
        RescheduleBody {
            start: "2031-03-05T07:00:00Z".parse().unwrap(),
            rescheduled_by: None,
            rescheduling_reason: None,
            seat_uid: seat_uid.map(str::to_owned),
            hold: None,
        }
    }

    #[test]
    fn the_length_is_inherited() {
        let slot = slot(body(None).start, &samples::row()).unwrap();
        assert_eq!(
            slot.to_string(),
            "2031-03-05T07:00:00Z/2031-03-05T08:00:00Z"
        );
        assert!(super::slot("2031-03-05T07:00:30Z".parse().unwrap(), &samples::row()).is_err());
    }

    #[test]
    fn a_stranger_moves_its_own_open_seat_only() {
        let row = samples::seated_row(true);
        let open = row.seats[0].seat;
        assert!(check_seat(&row, &body(Some(&open.to_string())), false).is_ok());
        let refusal = check_seat(&row, &body(None), false).unwrap_err();
        assert_eq!(refusal.refusal().status, 400);
        let released = row.seats[1].seat.to_string();
        let absence = check_seat(&row, &body(Some(&released)), false).unwrap_err();
        assert_eq!(
            absence.refusal().message,
            format!("Seat with uid={released} does not exist.")
        );
        assert!(check_seat(&row, &body(None), true).is_ok());
        assert!(check_seat(&samples::row(), &body(None), false).is_ok());
    }
}
