//! Composite bookings over HTTP: several segments with several providers, all of them or none.
//!
//! A body is read and planned ([`plan`]): who takes which segment, and when. [`place`] has it driven by [`crate::sagas`];
//! what is changed later is one linked command over the composite and its segments' bookings ([`whole`]). Answers are
//! folded from the composite's own stream ([`answer`]).

pub mod wire;
pub mod asked;
pub mod shown;
pub(crate) mod plan;
mod search;
mod view;
pub(crate) mod finding;
mod answer;
pub(crate) mod whole;
pub mod place;
pub mod read;
pub mod list;
pub mod cancel;
pub mod reschedule;
pub mod confirmation;
pub mod operation;

use std::sync::Arc;

use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::needs::{BOOKERS, EDITORS, MEMBERS, Need, OWNERS, PUBLIC, SELF};

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[
    Need::post("/v2/composite-bookings", BOOKERS),
    Need::get("/v2/composite-bookings", SELF),
    Need::post(SEARCH, PUBLIC),
    Need::get("/v2/composite-bookings/{uid}", SELF),
    Need::post("/v2/composite-bookings/{uid}/cancel", MEMBERS),
    Need::post("/v2/composite-bookings/{uid}/reschedule", MEMBERS),
    Need::post("/v2/composite-bookings/{uid}/confirm", EDITORS),
    Need::post("/v2/composite-bookings/{uid}/decline", EDITORS),
    Need::post("/v2/composite-bookings/{uid}/retry", OWNERS),
    Need::post("/v2/composite-bookings/{uid}/abandon", OWNERS),
];

/// Asked with POST for the sake of its body; it changes nothing, and so needs no key.
pub(super) const SEARCH: &str = "/v2/composite-bookings/search";

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(place::place, list::list))
        .routes(routes!(search::search))
        .routes(routes!(read::read))
        .routes(routes!(cancel::cancel))
        .routes(routes!(reschedule::reschedule))
        .routes(routes!(confirmation::confirm))
        .routes(routes!(confirmation::decline))
        .routes(routes!(operation::retry))
        .routes(routes!(operation::abandon))
}
