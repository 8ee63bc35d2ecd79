//! `POST /v2/composite-bookings/search`: when a whole chain of segments fits.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::Duration;
use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::plan::body::{self, SegmentBody, Starts};
use super::plan::resolution::{Resolved, resolved};
use super::plan::{links, terms};
use super::wire;
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::envelope::instant;
use crate::api::failure::Failure;
use crate::api::payload::Payload;
use crate::api::validation::{Members, Style, value};
use crate::domain::provider::Provider;
use crate::domain::slots::chain::{Begins, Chain, Found, Placement};
use crate::domain::time::Timestamp;

/// Longest window of one search (DESIGN § 13).
const WINDOW_MAX_DAYS: i64 = 366;
/// Starts of one answer, and how many when nothing is said: each comes with all its segments.
const LIMIT_MAX: u32 = 50;
const LIMIT: u32 = 10;

/// What is looked for.
#[derive(Debug)]
struct Sought {
    segments: Vec<SegmentBody>,
    from: Timestamp,
    to: Timestamp,
    limit: usize,
    zone: Tz,
}

/// Finds the first starts at which every segment fits. Changes nothing, so it needs no `Idempotency-Key`.
#[utoipa::path(post, path = "/v2/composite-bookings/search", operation_id = "searchCompositeBookings", tag = "Composite bookings",
    request_body = wire::Search,
    responses((status = 200, description = "Starts, the first ones in front", body = wire::Starts),
        (status = 404, description = "No such event type, provider or team; `segment` says which"),
        (status = 422, description = "Not valid; or a segment cannot be part of a composite booking")))]
pub(super) async fn search(
    State(api): State<Arc<Api>>,
    caller: Caller,
    payload: Payload,
) -> Result<Response, Failure> {
    let sought = read(payload.object()?)?;
    let resolved = resolved(&api, &caller, &sought.segments).await?;
    let terms = terms(&resolved);
    let begins: Vec<Begins> = sought
        .segments
        .iter()
        // When the first one begins is what is looked for.
        .map(|segment| segment.begins.unwrap_or(Begins::At(sought.from)))
        .collect();
    let links = links(&resolved, &terms, &begins);
    let nobody = std::collections::BTreeSet::new();
    let window = (sought.from, sought.to);
    let found = Chain::new(&links, window, api.clock.now(), &nobody).search(
        window,
        sought.zone,
        sought.limit,
    );
    Ok(Json(shown(&resolved, &found)).into_response())
}

fn read(members: &Map<String, Value>) -> Result<Sought, Failure> {
    let mut body = Members::new(members);
    let segments = body::segments(&mut body, Starts::Sought);
    let from = body.required("from", value::instant);
    let to = body.required("to", value::instant);
    let limit = body
        .optional("limit", value::count(1..=LIMIT_MAX))
        .unwrap_or(LIMIT);
    let zone = body.optional("timeZone", value::zone).unwrap_or(Tz::UTC);
    if body.is_sound() && to < from {
        body.fault("to", "isAfter", "must not be before from");
    }
    if body.is_sound() && Duration::days(WINDOW_MAX_DAYS) < to - from {
        let text = format!("must be at most {WINDOW_MAX_DAYS} days after from");
        body.fault("to", "max", text);
    }
    body.finish(Style::Own)?;
    Ok(Sought {
        segments,
        from,
        to,
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
        zone,
    })
}

fn shown(resolved: &Resolved, found: &Found) -> wire::Starts {
    wire::Starts {
        starts: found
            .chains
            .iter()
            .map(|chain| start(resolved, chain))
            .collect(),
        next: found.next.map(instant),
        truncated: found.truncated,
    }
}

fn start(resolved: &Resolved, chain: &[Placement]) -> wire::Start {
    let at = |placement: Option<&Placement>, end: bool| {
        let slot = placement.map(|placement| placement.slot);
        let at = slot.map(|slot| if end { slot.end() } else { slot.start() });
        at.map(instant).unwrap_or_default()
    };
    let segments = chain.iter().enumerate().filter_map(|(index, placement)| {
        let candidate = resolved.candidate(index, placement.choice)?;
        let provider = resolved.state(candidate.host.provider);
        Some(wire::FoundSegment {
            event_type_id: candidate.event_type.current.number.get(),
            provider_id: provider.and_then(Provider::number)?.get(),
            start: instant(placement.slot.start()),
            end: instant(placement.slot.end()),
        })
    });
    wire::Start {
        start: at(chain.first(), false),
        end: at(chain.last(), true),
        segments: segments.collect(),
    }
}
