//! Slots: which can be booked, and holds on them (Cal.com: reservations).

mod wire;
mod selection;
mod list;
mod reserving;
mod holders;
mod reservation;
mod legacy;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::bookings::sent;
use super::directory::FoundEventType;
use super::failure::Failure;
use super::needs::{BOOKERS, Need, PUBLIC};
use super::version::{SLOTS, SLOTS_LEGACY};
use crate::domain::id::HoldId;
use axum::http::HeaderMap;

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[
    Need::get("/v2/slots", PUBLIC).in_versions(SLOTS),
    Need::post("/v2/slots/reservations", BOOKERS).in_versions(SLOTS),
    Need::get("/v2/slots/reservations/{uid}", PUBLIC).in_versions(SLOTS),
    Need::patch("/v2/slots/reservations/{uid}", BOOKERS).in_versions(SLOTS),
    Need::delete("/v2/slots/reservations/{uid}", BOOKERS).in_versions(SLOTS),
    Need::get("/v2/slots/available", PUBLIC).in_versions(SLOTS_LEGACY),
    Need::post("/v2/slots/reserve", BOOKERS).in_versions(SLOTS_LEGACY),
    Need::delete("/v2/slots/reserve/{id}", BOOKERS).in_versions(SLOTS_LEGACY),
    Need::delete("/v2/slots/selected-slot", BOOKERS).in_versions(SLOTS_LEGACY),
];

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(list::slots))
        .routes(routes!(reservation::reserve))
        .routes(routes!(
            reservation::read,
            reservation::change,
            reservation::release
        ))
        .routes(routes!(legacy::available))
        .routes(routes!(legacy::reserve))
        .routes(routes!(legacy::release))
        .routes(routes!(legacy::release_selected))
}

/// The length to offer: the one asked for, which must be one of the event type's, else its default.
///
/// # Errors
/// 400 when a length is asked for that is not offered; `member` names it.
fn length_of(found: &FoundEventType, asked: Option<u32>, member: &str) -> Result<u32, Failure> {
    let settings = &found.current.settings;
    let Some(minutes) = asked else {
        return settings
            .lengths_minutes
            .first()
            .copied()
            .ok_or_else(Failure::internal);
    };
    if settings.lengths_minutes.contains(&minutes) {
        return Ok(minutes);
    }
    if settings.has_length_options {
        let lengths: Vec<String> = settings
            .lengths_minutes
            .iter()
            .map(ToString::to_string)
            .collect();
        Err(Failure::bad_request(format!(
            "Provided '{member}' is not one of the possible lengths for the event type. The possible lengths are: {}",
            lengths.join(", ")
        )))
    } else {
        Err(single_length(found, member))
    }
}

/// 400: there is nothing to choose from.
fn single_length(found: &FoundEventType, member: &str) -> Failure {
    Failure::bad_request(format!(
        "Can't specify '{member}' because event type with id={} does not have several lengths.",
        found.current.number
    ))
}

/// The hold of the header `X-Daybook-Hold`: the caller's own, which hides nothing from it.
fn own_hold(headers: &HeaderMap) -> Option<HoldId> {
    sent::hold_of(headers.get(sent::HOLD)?.to_str().ok()?)
}
