//! Composite bookings over HTTP: several segments with several providers, all of them or none.
//!
//! A body is read and planned ([`plan`]): who takes which segment, and when.

pub mod wire;
pub(crate) mod plan;
mod search;

use std::sync::Arc;

use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::needs::{Need, PUBLIC};

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[Need::post(SEARCH, PUBLIC)];

/// Asked with POST for the sake of its body; it changes nothing, and so needs no key.
pub(super) const SEARCH: &str = "/v2/composite-bookings/search";

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(search::search))
}
