//! `/v2/api-keys`: issuing, listing and revoking API keys. A secret is shown once and kept nowhere.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::caller::Caller;
use super::envelope::instant;
use super::execution::attempted;
use super::failure::Failure;
use super::idempotency::marked;
use super::needs::{Need, OWNERS};
use super::payload::Payload;
use super::providers::named;
use super::rejection::{Asked, Doing, failed};
use super::validation::{Members, Read, Style, value};
use crate::domain::id::{ApiKeyId, ProviderId, TenantId};
use crate::domain::tenant::{ApiKeyIssued, Role, TenantCommand, TenantEvent};
use crate::domain::time::Timestamp;
use crate::domain::{Command, Event, State as AnyState};
use crate::ledger::api_key::{hash_of, secret_of};
use crate::ledger::record::{Addressed, Executed, StreamKey};

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[
    Need::post("/v2/api-keys", OWNERS),
    Need::get("/v2/api-keys", OWNERS),
    Need::delete("/v2/api-keys/{id}", OWNERS),
];

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(list, issue))
        .routes(routes!(revoke))
}

/// An API key as the wire shows it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Key {
    id: uuid::Uuid,
    label: String,
    #[schema(value_type = String)]
    role: Role,
    /// The `uid` of whom it acts as.
    provider: Option<uuid::Uuid>,
    expires_at: Option<String>,
    /// Only in the answer that issues it.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl Key {
    fn of(issued: &ApiKeyIssued) -> Self {
        Self {
            id: issued.key.as_uuid(),
            label: issued.label.clone(),
            role: issued.role,
            provider: issued.provider.map(ProviderId::as_uuid),
            expires_at: issued.expires_at.map(instant),
            secret: None,
        }
    }
}

/// The keys that may be used.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct KeyPage {
    /// Without secrets.
    data: Vec<Key>,
}

/// A key to issue.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewKey {
    /// For people.
    #[schema(max_length = 1_000)]
    pub label: String,
    /// `owner`, `provider`, `agent` or `auditor`.
    pub role: String,
    /// Whom it acts as, by `id` or `uid`; mandatory with the role `provider`.
    pub provider: Option<Value>,
    /// RFC 3339; never when absent.
    pub expires_at: Option<String>,
}

/// What is asked for.
#[derive(Debug)]
struct Asking {
    label: String,
    role: Role,
    provider: Option<String>,
    expires_at: Option<Timestamp>,
}

/// Issues an API key; the answer is the only place its secret is ever shown.
#[utoipa::path(post, path = "/v2/api-keys", operation_id = "issueApiKey", tag = "API keys", params(("Idempotency-Key" = String, Header)),
    request_body = NewKey,
    responses((status = 201, description = "The key, with its secret", body = Key), (status = 422, description = "Not valid")))]
async fn issue(
    State(api): State<Arc<Api>>,
    caller: Caller,
    payload: Payload,
) -> Result<Response, Failure> {
    let asking = read_body(payload.object()?)?;
    let tenant = caller.tenant()?;
    let outcome = attempted(|| issue_once(&api, &caller, tenant, &asking, &payload)).await;
    let asked = Asked::new(Doing::Directory);
    let executed = api
        .settled(&caller, &payload, Some(tenant), &asked, outcome)
        .await?;
    let issued = issued(&executed)?;
    let shown = Key {
        secret: Some(secret_of(api.ledger.vault(), tenant, issued.key)),
        ..Key::of(issued)
    };
    let location = format!("{}/v2/api-keys/{}", api.public_url, issued.key);
    let mut response = (StatusCode::CREATED, Json(shown)).into_response();
    if let Ok(value) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    Ok(marked(response, executed.replayed))
}

/// The key that a command issued.
pub(super) fn issued(executed: &Executed) -> Result<&ApiKeyIssued, Failure> {
    executed
        .events
        .iter()
        .find_map(|recorded| match &recorded.event {
            Event::Tenant(TenantEvent::ApiKeyIssued(issued)) => Some(issued),
            Event::Tenant(
                TenantEvent::TenantCreated(_)
                | TenantEvent::TenantNumbered(_)
                | TenantEvent::TenantChanged(_)
                | TenantEvent::ApiKeyRevoked(_)
                | TenantEvent::TeamCreated(_),
            )
            | Event::Provider(_)
            | Event::EventType(_)
            | Event::Webhook(_)
            | Event::Composite(_) => None,
        })
        .ok_or_else(Failure::internal)
}

async fn issue_once(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    asking: &Asking,
    payload: &Payload,
) -> Result<Executed, Failure> {
    let provider = match &asking.provider {
        Some(id) => {
            let row = named(api, caller, tenant, id).await?;
            let absent = || Failure::bad_request("provider is not one of this organization");
            Some(row.ok_or_else(absent)?.provider)
        }
        None => None,
    };
    let key = ApiKeyId::from_uuid(api.ids.uuid());
    let command = TenantCommand::IssueApiKey(ApiKeyIssued {
        key,
        hash: hash_of(&secret_of(api.ledger.vault(), tenant, key)),
        role: asking.role,
        provider,
        label: asking.label.clone(),
        expires_at: asking.expires_at,
    });
    let idempotency = payload.idempotency(api, caller, tenant)?;
    let context = caller.context(tenant, idempotency);
    let asked = Asked::new(Doing::Directory);
    api.execute(context, vec![on(tenant, command)], &asked)
        .await
}

/// Lists the keys that may be used, without secrets.
#[utoipa::path(get, path = "/v2/api-keys", operation_id = "listApiKeys", tag = "API keys", responses((status = 200, description = "The keys", body = KeyPage)))]
async fn list(State(api): State<Arc<Api>>, caller: Caller) -> Result<Response, Failure> {
    let state = api
        .ledger
        .state(StreamKey::tenant(caller.tenant()?))
        .await
        .map_err(|error| failed(error, &Asked::new(Doing::Read)))?;
    let data = match state.as_deref() {
        Some(AnyState::Tenant(tenant)) => tenant.api_keys.values().map(Key::of).collect(),
        Some(
            AnyState::Provider(_)
            | AnyState::EventType(_)
            | AnyState::Webhook(_)
            | AnyState::Composite(_),
        )
        | None => Vec::new(),
    };
    Ok(Json(KeyPage { data }).into_response())
}

/// Revokes a key: within five seconds it opens nothing any more.
#[utoipa::path(delete, path = "/v2/api-keys/{id}", operation_id = "revokeApiKey", tag = "API keys", params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "Revoked"), (status = 404, description = "No such key")))]
async fn revoke(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    let tenant = caller.tenant()?;
    let key: ApiKeyId = id
        .parse()
        .map_err(|_source| Failure::not_found("Api key not found"))?;
    let idempotency = payload.idempotency(&api, &caller, tenant)?;
    let context = caller.context(tenant, idempotency);
    let command = on(tenant, TenantCommand::RevokeApiKey(key));
    let asked = Asked::new(Doing::Directory);
    let executed = api.execute(context, vec![command], &asked).await?;
    Ok(marked(
        StatusCode::NO_CONTENT.into_response(),
        executed.replayed,
    ))
}

fn read_body(body: &Map<String, Value>) -> Result<Asking, Failure> {
    let mut members = Members::new(body);
    let role = members.required(
        "role",
        value::one_of(&["owner", "provider", "agent", "auditor"]),
    );
    let asking = Asking {
        label: members.required("label", value::name),
        role: match role {
            "owner" => Role::Owner,
            "provider" => Role::Provider,
            "agent" => Role::Agent,
            "auditor" => Role::Auditor,
            // Only after a fault, which is answered below.
            _ => Role::Anonymous,
        },
        provider: members.optional("provider", provider_id),
        expires_at: members.optional("expiresAt", value::instant),
    };
    if asking.role == Role::Provider && asking.provider.is_none() {
        let text = "must be given for a key of the role provider";
        members.fault("provider", "isDefined", text);
    }
    members.finish(Style::Own)?;
    Ok(asking)
}

/// An integer or a uid, as text.
fn provider_id(value: &Value) -> Read<String> {
    value::wire_number(value)
        .map(|number| number.to_string())
        .or_else(|_uid| value::uuid(value).map(|uid| uid.to_string()))
}

/// A command to the tenant's stream.
pub(super) fn on(tenant: TenantId, command: TenantCommand) -> Addressed {
    Addressed {
        stream: StreamKey::tenant(tenant),
        command: Command::Tenant(command),
    }
}
