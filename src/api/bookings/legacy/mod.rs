//! Bookings in Cal.com's oldest shape (`reference` § 4.9): versions 2024-04-15, 2024-06-11 and 2024-06-14, and requests
//! without a version. A thin adapter: bodies become those of the current version, its bookings become internal rows.
//!
//! Paths that exist in both shapes are dispatched by their handlers; what exists in the oldest alone is routed here.

pub mod wire;
mod body;
mod placing;
mod listing;
mod changing;

use std::sync::Arc;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::api::Api;
use crate::api::needs::{BOOKERS, Need, PUBLIC};
use crate::api::version;

pub(crate) use changing::cancel;
pub(crate) use listing::{list, row};
pub(crate) use placing::place;

/// What the routes of this module need.
pub(super) const NEEDS: [Need; 6] = [
    Need::get("/v2/bookings/{uid}/reschedule", PUBLIC).in_versions(version::BOOKINGS_LEGACY),
    Need::post("/v2/bookings/{uid}/mark-no-show", super::HOSTS)
        .in_versions(version::BOOKINGS_LEGACY),
    Need::post("/v2/bookings/recurring", BOOKERS).in_versions(version::BOOKINGS_LEGACY),
    Need::post("/v2/bookings/instant", BOOKERS).in_versions(version::BOOKINGS_LEGACY),
    Need::patch("/v2/bookings/{uid}", BOOKERS)
        .in_versions(version::BOOKINGS)
        .and_legacy_in(version::BOOKINGS_LEGACY),
    Need::delete("/v2/bookings/{uid}", BOOKERS)
        .in_versions(version::BOOKINGS)
        .and_legacy_in(version::BOOKINGS_LEGACY),
];

/// The routes of this module.
pub(super) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(listing::to_reschedule))
        .routes(routes!(changing::mark_no_show))
        .routes(routes!(placing::recurring))
        .routes(routes!(placing::instant))
}
