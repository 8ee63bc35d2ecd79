//! `/v2/event-types/{id}/private-links`: addresses of an event type that end (`reference` § 5.5).
//!
//! A link ends at an instant or after so many bookings; given both, the instant counts. Nothing of this API books
//! through a link (neither a booking nor a request for slots names one), so its use is counted nowhere yet.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::change::{execute, on, own, recorded, settled};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::directory::FoundEventType;
use crate::api::envelope::{created, done, instant, success};
use crate::api::failure::Failure;
use crate::api::idempotency::marked;
use crate::api::needs::{EDITORS, Need};
use crate::api::payload::Payload;
use crate::api::rejection::{Asked, Doing, failed};
use crate::api::validation::{Members, Style, value};
use crate::domain::State as AnyState;
use crate::domain::event_type::private_link::{LinkEnd, PrivateLink, SetPrivateLink};
use crate::domain::event_type::{EventTypeCommand, EventTypeEvent};
use crate::domain::id::{BookingUid, EventTypeNumber};
use crate::domain::time::Timestamp;
use crate::ledger::record::{Executed, StreamKey};

const LINKS: &str = "/v2/event-types/{id}/private-links";
const LINK: &str = "/v2/event-types/{id}/private-links/{linkId}";

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[
    Need::post(LINKS, EDITORS),
    Need::get(LINKS, EDITORS),
    Need::patch(LINK, EDITORS),
    Need::delete(LINK, EDITORS),
];

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(change, delete))
}

/// A private link to create, or what of one is to change.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPrivateLink {
    /// Until when; counts before `maxUsageCount`.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub expires_at: Option<String>,
    /// For how many bookings; 1 when nothing is given.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub max_usage_count: Option<u32>,
}

/// A private link.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownPrivateLink {
    /// Its name.
    link_id: String,
    /// Wire number.
    event_type_id: i32,
    /// Whether it has ended.
    is_expired: bool,
    /// Where a page of it would be.
    booking_url: String,
    /// Until when; absent where uses are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    expires_at: Option<String>,
    /// For how many bookings; absent where it ends at an instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max_usage_count: Option<u32>,
    /// Bookings through it so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    usage_count: Option<u32>,
}

/// Adds a private link.
#[utoipa::path(post, path = "/v2/event-types/{id}/private-links", operation_id = "createPrivateLink", tag = "Event types",
    params(("id" = i32, Path)), request_body = NewPrivateLink,
    responses((status = 201, description = "The link", body = ShownPrivateLink), (status = 403, description = "Another user's"),
        (status = 404, description = "No such event type")))]
async fn create(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    let ends = read_body(&payload)?.unwrap_or(LinkEnd::AfterUses { uses_max: 1 });
    let link = BookingUid::from_uuid(api.ids.uuid()).to_string();
    let command = EventTypeCommand::SetPrivateLink(SetPrivateLink {
        link,
        ends,
        exists: false,
    });
    let outcome = match own(&api, &caller, &id).await {
        Ok(found) => execute(&api, &caller, &payload, &found, vec![on(&found, command)]).await,
        Err(failure) => Err(failure),
    };
    let executed = settled(&api, &caller, &payload, &id, outcome).await?;
    let shown = shown_as_set(&api, &id, &executed)?;
    Ok(marked(created(shown), executed.replayed))
}

/// Lists the private links, in the order of their names.
#[utoipa::path(get, path = "/v2/event-types/{id}/private-links", operation_id = "listPrivateLinks", tag = "Event types",
    params(("id" = i32, Path)),
    responses((status = 200, description = "The links", body = Vec<ShownPrivateLink>), (status = 403, description = "Another user's"),
        (status = 404, description = "No such event type")))]
async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let found = own(&api, &caller, &id).await?;
    let links = links(&api, &found).await?.ok_or_else(|| absent(&id))?;
    let now = api.clock.now();
    let number = found.current.number;
    let slug = &found.current.settings.slug;
    let shown: Vec<ShownPrivateLink> = links
        .values()
        .map(|link| shown(&api, number, link, slug, now))
        .collect();
    Ok(success(shown))
}

/// Changes when a private link ends.
#[utoipa::path(patch, path = "/v2/event-types/{id}/private-links/{linkId}", operation_id = "changePrivateLink", tag = "Event types",
    params(("id" = i32, Path), ("linkId" = String, Path)), request_body = NewPrivateLink,
    responses((status = 200, description = "The link", body = ShownPrivateLink), (status = 403, description = "Another user's"),
        (status = 404, description = "No such event type, or no such link")))]
async fn change(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((id, link)): Path<(String, String)>,
    payload: Payload,
) -> Result<Response, Failure> {
    let ends = read_body(&payload)?;
    let outcome = match find(&api, &caller, &id, &link).await {
        Ok((found, known)) => {
            let command = EventTypeCommand::SetPrivateLink(SetPrivateLink {
                link: known.link,
                ends: ends.unwrap_or(known.ends),
                exists: true,
            });
            execute(&api, &caller, &payload, &found, vec![on(&found, command)]).await
        }
        Err(failure) => Err(failure),
    };
    let executed = settled(&api, &caller, &payload, &id, outcome).await?;
    let shown = shown_as_set(&api, &id, &executed)?;
    Ok(marked(success(shown), executed.replayed))
}

/// Removes a private link.
#[utoipa::path(delete, path = "/v2/event-types/{id}/private-links/{linkId}", operation_id = "deletePrivateLink", tag = "Event types",
    params(("id" = i32, Path), ("linkId" = String, Path)),
    responses((status = 200, description = "Gone"), (status = 403, description = "Another user's"),
        (status = 404, description = "No such event type, or no such link")))]
async fn delete(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((id, link)): Path<(String, String)>,
    payload: Payload,
) -> Result<Response, Failure> {
    let outcome = match find(&api, &caller, &id, &link).await {
        Ok((found, known)) => {
            let command = EventTypeCommand::RemovePrivateLink(known.link);
            execute(&api, &caller, &payload, &found, vec![on(&found, command)]).await
        }
        Err(failure) => Err(failure),
    };
    let executed = settled(&api, &caller, &payload, &id, outcome).await?;
    Ok(marked(done(), executed.replayed))
}

/// When a link is to end, if anything says so.
fn read_body(payload: &Payload) -> Result<Option<LinkEnd>, Failure> {
    let body: Map<String, Value> = payload.object_or_empty()?;
    let mut members = Members::new(&body);
    let expires_at = members.optional("expiresAt", value::instant);
    let uses = members.optional("maxUsageCount", value::count(1..=PrivateLink::USES_MAX));
    members.finish(Style::Dropping)?;
    Ok(match (expires_at, uses) {
        (Some(expires_at), _) => Some(LinkEnd::At { expires_at }),
        (None, Some(uses_max)) => Some(LinkEnd::AfterUses { uses_max }),
        (None, None) => None,
    })
}

fn absent(id: &str) -> Failure {
    Failure::not_found(format!("Event type with id {id} not found"))
}

/// The links of an event type; `None` when it is deleted.
async fn links(
    api: &Api,
    found: &FoundEventType,
) -> Result<Option<BTreeMap<String, PrivateLink>>, Failure> {
    let stream = StreamKey::event_type(found.tenant, found.id);
    let state = api.ledger.state(stream).await;
    let state = state.map_err(|error| failed(error, &Asked::new(Doing::Read)))?;
    Ok(match state.as_deref() {
        Some(AnyState::EventType(state)) if !state.deleted => Some(state.private_links.clone()),
        Some(_) | None => None,
    })
}

/// A link of an event type that the caller speaks for.
async fn find(
    api: &Api,
    caller: &Caller,
    id: &str,
    link: &str,
) -> Result<(FoundEventType, PrivateLink), Failure> {
    let found = own(api, caller, id).await?;
    let links = links(api, &found).await?.ok_or_else(|| absent(id))?;
    let known = links
        .get(link)
        .cloned()
        .ok_or_else(|| Failure::not_found(format!("Private link with ID {link} not found")))?;
    Ok((found, known))
}

/// The link as it was recorded: first answer and replay show the same.
fn shown_as_set(api: &Api, id: &str, executed: &Executed) -> Result<ShownPrivateLink, Failure> {
    let link = recorded(executed, |event| match event {
        EventTypeEvent::PrivateLinkSet(link) => Some(link),
        EventTypeEvent::EventTypeCreated(_)
        | EventTypeEvent::EventTypeChanged(_)
        | EventTypeEvent::EventTypeDeleted(_)
        | EventTypeEvent::PrivateLinkRemoved(_) => None,
    })?;
    let event = executed.events.first().ok_or_else(Failure::internal)?;
    let number = EventTypeNumber::new(id.parse().unwrap_or_default());
    Ok(shown(api, number, &link, &link.slug, event.decided_at))
}

fn shown(
    api: &Api,
    number: EventTypeNumber,
    link: &PrivateLink,
    slug: &str,
    now: Timestamp,
) -> ShownPrivateLink {
    let (expires_at, max_usage_count) = match link.ends {
        LinkEnd::At { expires_at } => (Some(expires_at), None),
        LinkEnd::AfterUses { uses_max } => (None, Some(uses_max)),
    };
    ShownPrivateLink {
        link_id: link.link.clone(),
        event_type_id: number.get(),
        is_expired: expires_at.is_some_and(|at| at <= now),
        booking_url: format!("{}/d/{}/{slug}", api.public_url, link.link),
        expires_at: expires_at.map(instant),
        max_usage_count,
        usage_count: max_usage_count.map(|_| 0),
    }
}
