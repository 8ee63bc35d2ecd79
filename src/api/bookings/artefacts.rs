//! What other services keep of a booking: references of calendars, recordings, transcripts, video sessions
//! (`reference` § 4.1). No such service is connected, so all of them are empty.

use axum::extract::Path;
use axum::http::Uri;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::sent::Sent;
use crate::api::envelope::success;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing};
use crate::api::validation::{Members, Style, query_members, value};

/// Kinds of references that may be asked for.
pub(crate) const KINDS: [&str; 6] = [
    "google_calendar",
    "office365_calendar",
    "daily_video",
    "google_video",
    "office365_video",
    "zoom_video",
];

/// Where a booking stands in an outside service.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BookingReference)]
pub struct Reference {
    /// `google_calendar`, `office365_calendar`, `daily_video`, `google_video`, `office365_video` or `zoom_video`.
    #[serde(rename = "type")]
    kind: String,
    /// The event's id there.
    event_uid: String,
    /// Of the calendar.
    destination_calendar_id: Option<i32>,
    /// Wire number.
    id: i32,
}

/// Something kept of a meeting.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BookingArtefact)]
pub struct Artefact {
    /// Its id in the service that keeps it.
    id: String,
}

/// Lists where the booking stands in outside calendars.
#[utoipa::path(
    get,
    path = "/v2/bookings/{uid}/references",
    tag = "Bookings",
    params(
        ("uid" = String, Path, description = "Of a booking"),
        ("type" = Option<String>, Query, description = "Only of this kind"),
    ),
    responses(
        (status = 200, description = "None while no calendar is connected", body = Vec<Reference>),
        (status = 400, description = "No such kind"),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn references(
    Path(uid): Path<String>,
    uri: Uri,
    sent: Sent,
) -> Result<Response, Failure> {
    let members = query_members(&uri)?;
    let mut query = Members::new(&members);
    query.optional("type", value::one_of(&KINDS));
    query.finish(Style::Dropping)?;
    none_of::<Reference>(&uid, &sent).await
}

/// Lists recordings of the meeting.
#[utoipa::path(
    get,
    path = "/v2/bookings/{uid}/recordings",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a booking")),
    responses(
        (status = 200, description = "None: no video service is connected", body = Vec<Artefact>),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn recordings(Path(uid): Path<String>, sent: Sent) -> Result<Response, Failure> {
    none_of::<Artefact>(&uid, &sent).await
}

/// Lists transcripts of the meeting.
#[utoipa::path(
    get,
    path = "/v2/bookings/{uid}/transcripts",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a booking")),
    responses(
        (status = 200, description = "None: no video service is connected", body = Vec<Artefact>),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn transcripts(Path(uid): Path<String>, sent: Sent) -> Result<Response, Failure> {
    none_of::<Artefact>(&uid, &sent).await
}

/// Lists video sessions of the meeting.
#[utoipa::path(
    get,
    path = "/v2/bookings/{uid}/conferencing-sessions",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a booking")),
    responses(
        (status = 200, description = "None: no video service is connected", body = Vec<Artefact>),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn conferencing_sessions(
    Path(uid): Path<String>,
    sent: Sent,
) -> Result<Response, Failure> {
    none_of::<Artefact>(&uid, &sent).await
}

async fn none_of<T: Serialize>(uid: &str, sent: &Sent) -> Result<Response, Failure> {
    let asked = Asked::new(Doing::Read).uid(uid);
    sent.request().attended(&asked).await?;
    Ok(success(Vec::<T>::new()))
}
