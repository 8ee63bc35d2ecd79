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
pub(super) mod facts;
pub(super) mod opening;
pub(super) mod people;
mod rendering;
pub(super) mod outcome;
pub(super) mod request;
mod segment;
pub(super) mod numbering;
pub(super) mod sent;
pub(super) mod hosts;
mod moving;
mod successor;
pub(super) mod screening;
pub mod place;
pub mod batch;
pub mod reschedule;
pub mod cancel;
pub mod confirmation;
pub mod absence;
pub mod guests;
pub mod attendees;
pub mod relocation;
pub mod calendar_links;
pub mod artefacts;
pub mod reassign;
mod query;
mod narrowing;
pub(super) mod cursor;
pub mod pagination;
pub mod list;
pub mod history;
pub mod read;
pub mod legacy;
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
    dated(Need::post("/v2/bookings", BOOKERS)),
    Need::post("/v2/bookings/batch", BOOKERS),
    dated(Need::get("/v2/bookings", GUARDED)),
    dated(Need::get("/v2/bookings/{uid}", PUBLIC)),
    Need::get("/v2/bookings/by-seat/{seatUid}", PUBLIC).in_versions(version::BOOKINGS),
    Need::post("/v2/bookings/{uid}/reschedule", BOOKERS).in_versions(version::BOOKINGS),
    dated(Need::post("/v2/bookings/{uid}/cancel", BOOKERS)),
    Need::post("/v2/bookings/{uid}/confirm", HOSTS).in_versions(version::BOOKINGS),
    Need::post("/v2/bookings/{uid}/decline", HOSTS).in_versions(version::BOOKINGS),
    Need::post("/v2/bookings/{uid}/mark-absent", HOSTS).in_versions(version::BOOKINGS),
    Need::post("/v2/bookings/{uid}/reassign", HOSTS).in_versions(version::BOOKINGS),
    Need::post("/v2/bookings/{uid}/reassign/{userId}", HOSTS).in_versions(version::BOOKINGS),
    Need::post("/v2/bookings/{uid}/guests", GUARDED).in_versions(version::BOOKINGS),
    Need::get("/v2/bookings/{uid}/attendees", GUARDED).in_versions(version::BOOKINGS),
    Need::post("/v2/bookings/{uid}/attendees", GUARDED).in_versions(version::BOOKINGS),
    Need::get("/v2/bookings/{uid}/attendees/{attendeeId}", GUARDED).in_versions(version::BOOKINGS),
    Need::delete("/v2/bookings/{uid}/attendees/{attendeeId}", GUARDED)
        .in_versions(version::BOOKINGS),
    Need::patch("/v2/bookings/{uid}/location", GUARDED).in_versions(version::BOOKINGS),
    Need::get("/v2/bookings/{uid}/calendar-links", GUARDED).in_versions(version::BOOKINGS),
    Need::get("/v2/bookings/{uid}/references", GUARDED).in_versions(version::BOOKINGS),
    Need::get("/v2/bookings/{uid}/recordings", GUARDED).in_versions(version::BOOKINGS),
    Need::get("/v2/bookings/{uid}/transcripts", GUARDED).in_versions(version::BOOKINGS),
    Need::get("/v2/bookings/{uid}/conferencing-sessions", GUARDED).in_versions(version::BOOKINGS),
    Need::get("/v2/bookings/{uid}/history", HISTORIANS),
];

/// In the current shape, and in the oldest.
const fn dated(need: Need) -> Need {
    need.in_versions(version::BOOKINGS)
        .and_legacy_in(version::BOOKINGS_LEGACY)
}

/// What the routes in the oldest shape need.
pub const LEGACY_NEEDS: [Need; 6] = legacy::NEEDS;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(place::place, list::list))
        .routes(routes!(batch::batch))
        .routes(routes!(read::booking, reschedule::patch, cancel::delete))
        .routes(routes!(read::booking_by_seat))
        .routes(routes!(reschedule::reschedule))
        .routes(routes!(cancel::cancel))
        .routes(routes!(confirmation::confirm))
        .routes(routes!(confirmation::decline))
        .routes(routes!(absence::mark_absent))
        .routes(routes!(reassign::reassign))
        .routes(routes!(reassign::reassign_to_next))
        .routes(routes!(attendees::add_guests))
        .routes(routes!(attendees::attendees, attendees::add_attendee))
        .routes(routes!(attendees::attendee, attendees::remove_attendee))
        .routes(routes!(relocation::relocate))
        .routes(routes!(calendar_links::calendar_links))
        .routes(routes!(artefacts::references))
        .routes(routes!(artefacts::recordings))
        .routes(routes!(artefacts::transcripts))
        .routes(routes!(artefacts::conferencing_sessions))
        .routes(routes!(history::history))
        .merge(legacy::routes())
}
