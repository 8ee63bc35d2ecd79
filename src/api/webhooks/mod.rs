//! `/v2/webhooks`: who is told of what, for all bookings of a user or for those of one event type (`reference` § 7).

pub mod wire;
mod body;
mod watching;
mod command;
pub(in crate::api) mod cascade;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::caller::Caller;
use super::failure::Failure;
use super::needs::{EDITORS, Need};
use super::payload::Payload;
use command::Request;
use watching::Target;
use wire::{ChangedWebhook, NewWebhook, Webhook};

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[
    Need::post("/v2/webhooks", EDITORS),
    Need::get("/v2/webhooks", EDITORS),
    Need::get("/v2/webhooks/{id}", EDITORS),
    Need::patch("/v2/webhooks/{id}", EDITORS),
    Need::delete("/v2/webhooks/{id}", EDITORS),
    Need::post("/v2/event-types/{id}/webhooks", EDITORS),
    Need::get("/v2/event-types/{id}/webhooks", EDITORS),
    Need::delete("/v2/event-types/{id}/webhooks", EDITORS),
    Need::get("/v2/event-types/{id}/webhooks/{webhookId}", EDITORS),
    Need::patch("/v2/event-types/{id}/webhooks/{webhookId}", EDITORS),
    Need::delete("/v2/event-types/{id}/webhooks/{webhookId}", EDITORS),
];

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(read, change, delete))
        .routes(routes!(create_of_type, list_of_type, delete_all_of_type))
        .routes(routes!(read_of_type, change_of_type, delete_of_type))
}

/// Creates a webhook for all bookings of the caller.
#[utoipa::path(post, path = "/v2/webhooks", operation_id = "createWebhook", tag = "Webhooks",
    request_body = NewWebhook,
    responses((status = 201, description = "The webhook", body = Webhook), (status = 400, description = "Not valid, or a private address"),
        (status = 409, description = "The user has a webhook with this address")))]
async fn create(
    State(api): State<Arc<Api>>,
    caller: Caller,
    payload: Payload,
) -> Result<Response, Failure> {
    Request::new(&api, &caller, Target::Own)
        .create(&payload)
        .await
}

/// Lists the caller's own webhooks, those of event types not among them.
#[utoipa::path(get, path = "/v2/webhooks", operation_id = "listWebhooks", tag = "Webhooks",
    params(("take" = Option<u32>, Query, minimum = 1, maximum = 250), ("skip" = Option<u32>, Query)),
    responses((status = 200, description = "The webhooks", body = Vec<Webhook>), (status = 400, description = "Not valid")))]
async fn list(State(api): State<Arc<Api>>, caller: Caller, uri: Uri) -> Result<Response, Failure> {
    Request::new(&api, &caller, Target::Own).list(&uri).await
}

/// Shows one of the caller's own webhooks.
#[utoipa::path(get, path = "/v2/webhooks/{id}", operation_id = "readWebhook", tag = "Webhooks", params(("id" = String, Path)),
    responses((status = 200, description = "The webhook", body = Webhook), (status = 404, description = "No such webhook")))]
async fn read(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    Request::new(&api, &caller, Target::Own).read(&id).await
}

/// Changes the members given; the rest stays.
#[utoipa::path(patch, path = "/v2/webhooks/{id}", operation_id = "changeWebhook", tag = "Webhooks", params(("id" = String, Path)),
    request_body = ChangedWebhook,
    responses((status = 200, description = "The webhook", body = Webhook), (status = 400, description = "Not valid, or a private address"),
        (status = 404, description = "No such webhook"), (status = 409, description = "The user has another webhook with this address")))]
async fn change(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    Request::new(&api, &caller, Target::Own)
        .change(&id, &payload)
        .await
}

/// Removes a webhook.
#[utoipa::path(delete, path = "/v2/webhooks/{id}", operation_id = "deleteWebhook", tag = "Webhooks", params(("id" = String, Path)),
    responses((status = 200, description = "What was removed", body = Webhook), (status = 404, description = "No such webhook")))]
async fn delete(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    Request::new(&api, &caller, Target::Own)
        .delete(&id, &payload)
        .await
}

/// Creates a webhook for bookings of one event type.
#[utoipa::path(post, path = "/v2/event-types/{id}/webhooks", operation_id = "createEventTypeWebhook", tag = "Webhooks", params(("id" = i32, Path)),
    request_body = NewWebhook,
    responses((status = 201, description = "The webhook", body = Webhook), (status = 400, description = "Not valid, or a private address"),
        (status = 403, description = "Another user's event type"), (status = 404, description = "No such event type"),
        (status = 409, description = "The event type has a webhook with this address")))]
async fn create_of_type(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    Request::new(&api, &caller, Target::EventType(&id))
        .create(&payload)
        .await
}

/// Lists the webhooks of an event type.
#[utoipa::path(get, path = "/v2/event-types/{id}/webhooks", operation_id = "listEventTypeWebhooks", tag = "Webhooks",
    params(("id" = i32, Path), ("take" = Option<u32>, Query, minimum = 1, maximum = 250), ("skip" = Option<u32>, Query)),
    responses((status = 200, description = "The webhooks", body = Vec<Webhook>), (status = 400, description = "Not valid"),
        (status = 403, description = "Another user's event type"), (status = 404, description = "No such event type")))]
async fn list_of_type(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Failure> {
    Request::new(&api, &caller, Target::EventType(&id))
        .list(&uri)
        .await
}

/// Removes every webhook of an event type; the answer says how many.
#[utoipa::path(delete, path = "/v2/event-types/{id}/webhooks", operation_id = "deleteEventTypeWebhooks", tag = "Webhooks", params(("id" = i32, Path)),
    responses((status = 200, description = "How many were removed", body = String, example = "2 webhooks deleted"),
        (status = 403, description = "Another user's event type"), (status = 404, description = "No such event type")))]
async fn delete_all_of_type(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    Request::new(&api, &caller, Target::EventType(&id))
        .delete_all(&payload)
        .await
}

/// Shows one webhook of an event type.
#[utoipa::path(get, path = "/v2/event-types/{id}/webhooks/{webhookId}", operation_id = "readEventTypeWebhook", tag = "Webhooks",
    params(("id" = i32, Path), ("webhookId" = String, Path)),
    responses((status = 200, description = "The webhook", body = Webhook), (status = 403, description = "Another user's event type"),
        (status = 404, description = "No such event type or webhook")))]
async fn read_of_type(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((id, webhook)): Path<(String, String)>,
) -> Result<Response, Failure> {
    Request::new(&api, &caller, Target::EventType(&id))
        .read(&webhook)
        .await
}

/// Changes the members given; the rest stays.
#[utoipa::path(patch, path = "/v2/event-types/{id}/webhooks/{webhookId}", operation_id = "changeEventTypeWebhook", tag = "Webhooks",
    params(("id" = i32, Path), ("webhookId" = String, Path)),
    request_body = ChangedWebhook,
    responses((status = 200, description = "The webhook", body = Webhook), (status = 400, description = "Not valid, or a private address"),
        (status = 403, description = "Another user's event type"), (status = 404, description = "No such event type or webhook"),
        (status = 409, description = "The event type has another webhook with this address")))]
async fn change_of_type(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((id, webhook)): Path<(String, String)>,
    payload: Payload,
) -> Result<Response, Failure> {
    Request::new(&api, &caller, Target::EventType(&id))
        .change(&webhook, &payload)
        .await
}

/// Removes a webhook of an event type.
#[utoipa::path(delete, path = "/v2/event-types/{id}/webhooks/{webhookId}", operation_id = "deleteEventTypeWebhook", tag = "Webhooks",
    params(("id" = i32, Path), ("webhookId" = String, Path)),
    responses((status = 200, description = "What was removed", body = Webhook), (status = 403, description = "Another user's event type"),
        (status = 404, description = "No such event type or webhook")))]
async fn delete_of_type(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((id, webhook)): Path<(String, String)>,
    payload: Payload,
) -> Result<Response, Failure> {
    Request::new(&api, &caller, Target::EventType(&id))
        .delete(&webhook, &payload)
        .await
}
