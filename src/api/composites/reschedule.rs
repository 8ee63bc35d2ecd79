//! `POST /v2/composite-bookings/{uid}/reschedule`: every segment that still stands moves, or none, in one linked command.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;

use super::plan::body::{Starts, begins, minute};
use super::plan::{self, Moving};
use super::whole::Whole;
use super::{answer, asked, shown};
use crate::api::bookings::request::BookingRequest;
use crate::api::bookings::sent::Sent;
use crate::api::bookings::{facts, people};
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::precondition;
use crate::api::rejection::{Asked, Doing, failed, refused};
use crate::api::validation::{Members, Style, value};
use crate::domain::composite::command::{CompositeCommand, Reschedule as WholeReschedule};
use crate::domain::composite::event::Segment;
use crate::domain::composite::{SEGMENTS_MAX, standing, waits_for_person};
use crate::domain::id::{BookingNumber, BookingUid};
use crate::domain::personal::Personal;
use crate::domain::provider::command::{BookingFacts, ProviderCommand, Reschedule};
use crate::domain::rejection::Rejection;
use crate::domain::slots::chain::Begins;
use crate::domain::time::{TimeSlot, Timestamp};
use crate::ledger::record::{Addressed, Executed};
use crate::ledger::{LedgerError, NumberKind};
use crate::projections::row;

/// Where to, and why.
struct MoveBody {
    to: To,
    reason: Option<String>,
}

enum To {
    /// The first segment starts then, the others keep their distance.
    Start(Timestamp),
    /// When each segment begins.
    Segments(Vec<Begins>),
}

/// Moves a composite booking: all of its segments or none. Segments that were cancelled alone stay so.
#[utoipa::path(
    post,
    path = "/v2/composite-bookings/{uid}/reschedule",
    operation_id = "rescheduleCompositeBooking",
    tag = "Composite bookings",
    params(("uid" = String, Path, description = "Its uid"), ("Idempotency-Key" = String, Header), ("If-Match" = Option<String>, Header)),
    request_body = asked::RescheduleComposite,
    responses(
        (status = 200, description = "The composite booking; `ETag`", body = shown::Composite),
        (status = 404, description = "No such composite booking, or not the caller's"),
        (status = 409, description = "It has not settled, or has ended; or a segment cannot move there, and none does: `segment` says which"),
        (status = 412, description = "Changed since"),
        (status = 422, description = "Not valid"),
    )
)]
pub(crate) async fn reschedule(
    Path(uid): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    let request = sent.request();
    let body = read(request)?;
    let outcome = attempted(|| attempt(request, &uid, &headers, &body)).await;
    answer::settled(request, &uid, outcome).await
}

fn read(request: BookingRequest<'_>) -> Result<MoveBody, Failure> {
    let mut members = Members::new(request.payload.object()?);
    let start = members.optional("start", minute);
    let most = usize::try_from(SEGMENTS_MAX).unwrap_or(usize::MAX);
    let mut is_first = true;
    let each = members.objects("segments", most, |segment| {
        let read = begins(segment, Starts::Given, is_first);
        is_first = false;
        read
    });
    if members.has("start") == members.has("segments") {
        let text = "must be given, or segments: one of them";
        members.fault("start", "isDefined", text);
    }
    let reason = members.optional("reschedulingReason", value::text);
    members.finish(Style::Own)?;
    let to = match (start, each) {
        (Some(start), _) => To::Start(start),
        (None, Some(each)) => To::Segments(each.into_iter().flatten().collect()),
        (None, None) => return Err(Failure::unprocessable("start must not be null")),
    };
    Ok(MoveBody {
        to,
        reason: reason.filter(|reason| !reason.is_empty()),
    })
}

async fn attempt(
    request: BookingRequest<'_>,
    uid: &str,
    headers: &HeaderMap,
    body: &MoveBody,
) -> Result<Executed, Failure> {
    let (api, caller) = (request.api, request.caller);
    let asked = Asked::new(Doing::Composite).uid(uid);
    let whole = Whole::named(api, caller, uid).await?;
    precondition::check(headers, whole.row().version)?;
    let acted_by = request.acting_email(whole.tenant).await?;
    let mover = Mover {
        request,
        whole: &whole,
        asked,
        reason: Personal {
            reason: body.reason.clone(),
            acted_by,
            ..Personal::default()
        },
    };
    let linked = mover.linked(&body.to).await?;
    request.execute_joined(whole.tenant, linked, &asked).await
}

/// What the linked command of a move is built from.
struct Mover<'a> {
    request: BookingRequest<'a>,
    whole: &'a Whole,
    asked: Asked<'a>,
    /// Why, and by whom.
    reason: Personal,
}

impl Mover<'_> {
    async fn linked(&self, to: &To) -> Result<Vec<Addressed>, Failure> {
        let whole = self.whole;
        let (api, caller) = (self.request.api, self.request.caller);
        let composite = whole.composite()?;
        let moving = whole.standing()?;
        let mut segments = composite.segments().to_vec();
        let planned = self.planned(&moving, to).await?;
        for ((index, _), (slot, terms)) in moving.iter().zip(planned) {
            let index = usize::try_from(*index).unwrap_or(usize::MAX);
            let segment = segments.get_mut(index).ok_or_else(Failure::internal)?;
            let number = api.draw(NumberKind::Booking, &self.asked).await?;
            *segment = Segment {
                slot,
                terms,
                number: BookingNumber::new(number),
                uid: BookingUid::from_uuid(self.request.random_uuid()),
                ..segment.clone()
            };
        }
        let by_host = |row: &row::Booking| caller.speaks_for(whole.tenant, row.provider);
        let moved: Vec<Segment> = moving
            .iter()
            .filter_map(|(index, _)| segments.get(usize::try_from(*index).ok()?).cloned())
            .collect();
        let waits_for_person = !moving.iter().all(|(_, row)| by_host(row))
            && waits_for_person(&moved, api.clock.now());
        let own = self.reason.clone();
        let reschedule = WholeReschedule {
            segments: segments.clone(),
            waits_for_person,
            personal: (own != Personal::default()).then_some(own),
        };
        let order = composite.moving_order(&segments);
        let mut linked = vec![whole.own(CompositeCommand::Reschedule(Box::new(reschedule)))];
        for index in order {
            let row = moving.iter().find(|(other, _)| *other == index);
            let segment = usize::try_from(index).ok();
            let segment = segment.and_then(|index| segments.get(index));
            if let (Some((_, row)), Some(segment)) = (row, segment) {
                let command = self.moved(row, segment, waits_for_person).await?;
                linked.push(whole.with(row.provider, command));
            }
        }
        Ok(linked)
    }

    /// The new slot of every segment that moves, with the terms it is moved under.
    async fn planned(
        &self,
        moving: &[(u32, &row::Booking)],
        to: &To,
    ) -> Result<Vec<(TimeSlot, crate::domain::terms::Terms)>, Failure> {
        let (api, whole) = (self.request.api, self.whole);
        let mut wanted = Vec::with_capacity(moving.len());
        for (_, row) in moving {
            let asked = self.asked.number(row.terms.number.get());
            let event_type = api.event_type(whole.tenant, row.terms.event_type).await?;
            wanted.push(Moving {
                provider: row.provider,
                event_type: event_type
                    .ok_or_else(|| refused(&Rejection::EventTypeNotFound, &asked))?,
                length_minutes: u32::try_from(row.slot.minutes()).unwrap_or(u32::MAX),
                booking: row.booking,
            });
        }
        let begins = match to {
            To::Start(start) => distances(moving, *start),
            To::Segments(begins) if begins.len() == moving.len() => begins.clone(),
            To::Segments(_) => {
                let text = format!("segments must contain exactly {} elements", moving.len());
                return Err(Failure::unprocessable(text));
            }
        };
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let slots = plan::moved(api, whole.tenant, &wanted, &begins).await?;
        let terms = wanted.iter().map(|one| one.event_type.terms());
        Ok(slots.into_iter().zip(terms).collect())
    }

    async fn moved(
        &self,
        row: &row::Booking,
        segment: &Segment,
        waits_for_person: bool,
    ) -> Result<ProviderCommand, Failure> {
        let (request, whole) = (self.request, self.whole);
        let erased = || failed(LedgerError::Erased, &self.asked);
        let opened = request.opened(whole.tenant, row).await?;
        let (typed, guests) = people::carried(row, &opened).ok_or_else(erased)?;
        Ok(ProviderCommand::Reschedule(Reschedule {
            facts: BookingFacts {
                guests: guests.into_iter().flatten().collect(),
                ..facts::known(row, &self.asked)?
            },
            terms: segment.terms.clone(),
            number: segment.number,
            uid: segment.uid.clone(),
            slot: segment.slot,
            by_host: request.caller.speaks_for(whole.tenant, row.provider),
            standing: standing(waits_for_person),
            out_of_bounds: false,
            as_segment: true,
            hold: None,
            personal: Personal {
                reason: self.reason.reason.clone(),
                acted_by: self.reason.acted_by.clone(),
                ..typed
            },
        }))
    }
}

/// The first one starts then, and every other one as long after the end of the one before it as now.
fn distances(moving: &[(u32, &row::Booking)], start: Timestamp) -> Vec<Begins> {
    let mut begins = vec![Begins::At(start)];
    begins.extend(moving.windows(2).filter_map(|pair| match pair {
        [(_, before), (_, after)] => {
            let gap = after.slot.start() - before.slot.end();
            Some(Begins::After {
                gap_minutes: u32::try_from(gap.num_minutes()).unwrap_or_default(),
                window_minutes: 0,
            })
        }
        _ => None,
    }));
    begins
}
