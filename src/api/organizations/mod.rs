//! `/v2/organizations/{orgId}`: what is of a tenant as a whole. An organization's id is the tenant's wire number.
//!
//! Out of office (`reference` § 10): days on which a user is away, and who is booked instead.

pub mod finding;
pub mod wire;
mod body;
mod command;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::caller::Caller;
use super::failure::Failure;
use super::needs::{EDITORS, Need, OWNERS};
use super::payload::Payload;
use command::Request;
use wire::{ChangedOutOfOffice, NewOutOfOffice, OutOfOffice};

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[
    Need::get("/v2/organizations/{orgId}/ooo", OWNERS),
    Need::get("/v2/organizations/{orgId}/users/{userId}/ooo", EDITORS),
    Need::post("/v2/organizations/{orgId}/users/{userId}/ooo", EDITORS),
    Need::patch(
        "/v2/organizations/{orgId}/users/{userId}/ooo/{oooId}",
        EDITORS,
    ),
    Need::delete(
        "/v2/organizations/{orgId}/users/{userId}/ooo/{oooId}",
        EDITORS,
    ),
];

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(list_all))
        .routes(routes!(list, enter))
        .routes(routes!(change, remove))
}

/// Lists who of the organization is out of office, and when.
#[utoipa::path(get, path = "/v2/organizations/{orgId}/ooo", operation_id = "listOutOfOffice", tag = "Out of office",
    params(("orgId" = i32, Path), ("take" = Option<u32>, Query, minimum = 1, maximum = 250), ("skip" = Option<u32>, Query),
        ("sortStart" = Option<String>, Query, description = "`asc` or `desc`"), ("sortEnd" = Option<String>, Query, description = "`asc` or `desc`"),
        ("email" = Option<String>, Query, description = "Of users with this address")),
    responses((status = 200, description = "The entries", body = Vec<OutOfOffice>), (status = 400, description = "Not valid"),
        (status = 404, description = "No such organization")))]
async fn list_all(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(organization): Path<String>,
    uri: Uri,
) -> Result<Response, Failure> {
    let filter = body::filter(&uri)?;
    let tenant = api.organization(&caller, &organization).await?;
    command::list(&api, tenant, filter).await
}

/// Lists when a user is out of office.
#[utoipa::path(get, path = "/v2/organizations/{orgId}/users/{userId}/ooo", operation_id = "listUsersOutOfOffice", tag = "Out of office",
    params(("orgId" = i32, Path), ("userId" = i32, Path), ("take" = Option<u32>, Query, minimum = 1, maximum = 250),
        ("skip" = Option<u32>, Query), ("sortStart" = Option<String>, Query, description = "`asc` or `desc`"),
        ("sortEnd" = Option<String>, Query, description = "`asc` or `desc`")),
    responses((status = 200, description = "The entries", body = Vec<OutOfOffice>), (status = 400, description = "Not valid"),
        (status = 404, description = "No such organization or user")))]
async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((organization, user)): Path<(String, String)>,
    uri: Uri,
) -> Result<Response, Failure> {
    let (mut filter, part) = body::filter(&uri)?;
    let request = Request::new(&api, &caller, &organization, &user);
    let (tenant, provider) = request.user().await?;
    filter.provider = Some(provider);
    filter.email = None;
    command::list(&api, tenant, (filter, part)).await
}

/// Enters days out of office: no slots are offered on them and nothing new is booked; what is booked, stays.
#[utoipa::path(post, path = "/v2/organizations/{orgId}/users/{userId}/ooo", operation_id = "enterOutOfOffice", tag = "Out of office",
    params(("orgId" = i32, Path), ("userId" = i32, Path)),
    request_body = NewOutOfOffice,
    responses((status = 201, description = "The entry", body = OutOfOffice), (status = 400, description = "Not valid, or redirected to the user itself"),
        (status = 404, description = "No such organization or user"), (status = 409, description = "There is an entry of these days")))]
async fn enter(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((organization, user)): Path<(String, String)>,
    payload: Payload,
) -> Result<Response, Failure> {
    Request::new(&api, &caller, &organization, &user)
        .enter(&payload)
        .await
}

/// Changes the members given; the rest stays. `start` and `end` come together.
#[utoipa::path(patch, path = "/v2/organizations/{orgId}/users/{userId}/ooo/{oooId}", operation_id = "changeOutOfOffice", tag = "Out of office",
    params(("orgId" = i32, Path), ("userId" = i32, Path), ("oooId" = i32, Path)),
    request_body = ChangedOutOfOffice,
    responses((status = 200, description = "The entry", body = OutOfOffice), (status = 400, description = "Not valid, or redirected to the user itself"),
        (status = 404, description = "No such organization, user or entry"), (status = 409, description = "There is another entry of these days")))]
async fn change(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((organization, user, entry)): Path<(String, String, String)>,
    payload: Payload,
) -> Result<Response, Failure> {
    Request::new(&api, &caller, &organization, &user)
        .change(&entry, &payload)
        .await
}

/// Takes days out of office back.
#[utoipa::path(delete, path = "/v2/organizations/{orgId}/users/{userId}/ooo/{oooId}", operation_id = "removeOutOfOffice", tag = "Out of office",
    params(("orgId" = i32, Path), ("userId" = i32, Path), ("oooId" = i32, Path)),
    responses((status = 200, description = "What was removed", body = OutOfOffice), (status = 404, description = "No such organization, user or entry")))]
async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((organization, user, entry)): Path<(String, String, String)>,
    payload: Payload,
) -> Result<Response, Failure> {
    Request::new(&api, &caller, &organization, &user)
        .remove(&entry, &payload)
        .await
}
