//! `/v2/calendars`, `/v2/destination-calendars`, `/v2/selected-calendars` (`reference` § 9), while nothing can be
//! connected: what is asked is read and checked as Cal.com does, and nothing is said to be connected that is not.
//!
//! A kind of calendar nobody knows is 400; one that is not connected, or that this server does not connect, is 404.

pub mod wire;
mod busy_times;
mod connection;
mod choice;

use std::sync::Arc;

use axum::response::Response;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::envelope::success;
use super::failure::Failure;
use super::needs::{Need, SELF};
use wire::Calendars;

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[
    Need::get("/v2/calendars", SELF),
    Need::get("/v2/calendars/busy-times", SELF),
    Need::post("/v2/calendars/ics-feed/save", SELF),
    Need::get("/v2/calendars/ics-feed/check", SELF),
    Need::get("/v2/calendars/{calendar}/connect", SELF),
    Need::get("/v2/calendars/{calendar}/save", SELF),
    Need::get("/v2/calendars/{calendar}/check", SELF),
    Need::post("/v2/calendars/{calendar}/credentials", SELF),
    Need::post("/v2/calendars/{calendar}/disconnect", SELF),
    Need::get("/v2/calendars/{calendar}/event/{eventUid}", SELF),
    Need::patch("/v2/calendars/{calendar}/events/{eventUid}", SELF),
    Need::put("/v2/destination-calendars", SELF),
    Need::post("/v2/selected-calendars", SELF),
    Need::delete("/v2/selected-calendars", SELF),
];

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(busy_times::list))
        .routes(routes!(connection::save_feeds))
        .routes(routes!(connection::check_feeds))
        .routes(routes!(connection::connect))
        .routes(routes!(connection::save))
        .routes(routes!(connection::check))
        .routes(routes!(connection::enter_credentials))
        .routes(routes!(connection::disconnect))
        .routes(routes!(connection::read_event))
        .routes(routes!(connection::change_event))
        .routes(routes!(choice::set_destination))
        .routes(routes!(choice::select, choice::deselect))
}

/// Lists what is connected: nothing, as yet.
#[utoipa::path(get, path = "/v2/calendars", operation_id = "listCalendars", tag = "Calendars",
    responses((status = 200, description = "What is connected", body = Calendars)))]
async fn list() -> Response {
    success(Calendars {
        connected_calendars: Vec::new(),
        destination_calendar: None,
    })
}

/// A kind of calendar that Cal.com connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Google,
    Office365,
    Apple,
}

impl Kind {
    const ALL: [(Self, &str, &str); 3] = [
        (Self::Google, "google", "google_calendar"),
        (Self::Office365, "office365", "office365_calendar"),
        (Self::Apple, "apple", "apple_calendar"),
    ];

    /// The kind that a path names, of some.
    fn of(name: &str, some: &[Self]) -> Result<Self, Failure> {
        let kinds = Self::ALL.iter().filter(|(kind, ..)| some.contains(kind));
        let found = kinds.clone().find(|(_, known, _)| *known == name);
        found.map(|(kind, ..)| *kind).ok_or_else(|| {
            let names: Vec<&str> = kinds.map(|(_, known, _)| *known).collect();
            Failure::bad_request(format!(
                "Invalid calendar type, available calendars are: {}",
                names.join(", ")
            ))
        })
    }

    /// As Cal.com's texts name it.
    fn integration(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|(kind, ..)| *kind == self)
            .map_or("", |(_, _, integration)| integration)
    }
}

/// 404: the caller has not connected a calendar of a kind.
fn not_connected(integration: &str) -> Failure {
    Failure::not_found(format!("Credentials for {integration} not found."))
}

/// 404: this server connects no calendars of a kind.
fn not_offered(integration: &str) -> Failure {
    Failure::not_found(format!("{integration} cannot be connected to this server."))
}

/// 404: no such connection of the caller.
fn no_credentials() -> Failure {
    Failure::not_found("Calendar credentials not found")
}
