//! Bookings over HTTP: one file per endpoint, the pieces they share before them.
//!
//! A body is read ([`body`]), the event type or booking it names is found ([`selector`], [`target`]), a command is built
//! and executed ([`request`]), and what it recorded is rendered ([`outcome`], [`opening`], [`rendering`]). What the
//! rules or the ledger refuse is put into Cal.com's words in [`super::rejection`].

pub mod wire;
pub mod location;
mod answers;
mod recurrence;
pub(super) mod body;
mod target;
mod selector;
mod facts;
mod opening;
mod rendering;
mod outcome;
mod request;
pub mod place;
pub mod reschedule;
pub mod cancel;
pub mod confirmation;
pub mod absence;
pub mod reassign;
mod query;
mod narrowing;
mod cursor;
pub mod pagination;
pub mod list;
pub mod history;
pub mod read;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::needs::{Access, BOOKERS, Denial, GUARDED, Need, PUBLIC};
use super::version;
use crate::domain::tenant::Role;

/// Whoever speaks for a host, on Cal.com's guarded booking routes.
const HOSTS: Access = Access {
    roles: &[Role::Owner, Role::Provider],
    without_credentials: Some(Denial::Guard),
};
/// Who may read the history of a booking.
const HISTORIANS: Access = Access {
    roles: &[Role::Owner, Role::Provider, Role::Auditor],
    without_credentials: Some(Denial::Strategy),
};

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[
    Need::post("/v2/bookings", BOOKERS).in_versions(version::BOOKINGS),
    Need::get("/v2/bookings", GUARDED).in_versions(version::BOOKINGS),
    Need::get("/v2/bookings/{uid}", PUBLIC).in_versions(version::BOOKINGS),
    Need::get("/v2/bookings/by-seat/{seatUid}", PUBLIC).in_versions(version::BOOKINGS),
    Need::post("/v2/bookings/{uid}/reschedule", BOOKERS).in_versions(version::BOOKINGS),
    Need::post("/v2/bookings/{uid}/cancel", BOOKERS).in_versions(version::BOOKINGS),
    Need::post("/v2/bookings/{uid}/confirm", HOSTS).in_versions(version::BOOKINGS),
    Need::post("/v2/bookings/{uid}/decline", HOSTS).in_versions(version::BOOKINGS),
    Need::post("/v2/bookings/{uid}/mark-absent", HOSTS).in_versions(version::BOOKINGS),
    Need::post("/v2/bookings/{uid}/reassign/{userId}", HOSTS).in_versions(version::BOOKINGS),
    Need::get("/v2/bookings/{uid}/history", HISTORIANS),
];

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(place::place, list::list))
        .routes(routes!(read::booking))
        .routes(routes!(read::booking_by_seat))
        .routes(routes!(reschedule::reschedule))
        .routes(routes!(cancel::cancel))
        .routes(routes!(confirmation::confirm))
        .routes(routes!(confirmation::decline))
        .routes(routes!(absence::mark_absent))
        .routes(routes!(reassign::reassign))
        .routes(routes!(history::history))
}
