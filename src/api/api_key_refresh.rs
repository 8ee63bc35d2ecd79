//! `POST /v2/api-keys/refresh`: a key exchanged for a new one, in Cal.com's form (`reference` § 9).
//!
//! The old key is revoked and the new one issued in one unit: there is never none, and never two. Who loses the answer
//! has lost the key: it opens nothing any more, not even the recorded answer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Duration;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::api_keys::{issued, on};
use super::authentication::KEY_UNKNOWN;
use super::caller::Caller;
use super::envelope::success;
use super::failure::Failure;
use super::idempotency::marked;
use super::needs::{Need, SELF};
use super::payload::Payload;
use super::rejection::{Asked, Doing, failed};
use super::validation::{Members, Style, value};
use crate::domain::State as AnyState;
use crate::domain::id::{ApiKeyId, TenantId};
use crate::domain::tenant::{ApiKeyIssued, TenantCommand};
use crate::domain::time::Timestamp;
use crate::ledger::api_key::{hash_of, secret_of};
use crate::ledger::record::{Executed, StreamKey};

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[Need::post("/v2/api-keys/refresh", SELF)];

/// A refreshed key is valid for so long unless something else is said.
const DAYS_DEFAULT: u32 = 30;
/// A hundred years.
const DAYS_MAX: u32 = 36_525;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(refresh))
}

/// How long the new key is valid.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Refresh {
    /// So many days from now.
    #[schema(minimum = 1, maximum = 36_525, default = 30)]
    pub api_key_days_valid: Option<u32>,
    /// For ever; counts before `apiKeyDaysValid`.
    pub api_key_never_expires: Option<bool>,
}

/// The new key.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Refreshed {
    /// Shown here and nowhere else.
    api_key: String,
}

/// Exchanges the caller's API key for a new one with the same rights; within five seconds the old one opens nothing.
#[utoipa::path(post, path = "/v2/api-keys/refresh", operation_id = "refreshApiKey", tag = "API keys", request_body = Refresh,
    responses((status = 200, description = "The new key", body = Refreshed), (status = 400, description = "Not valid, or the caller has no API key")))]
async fn refresh(
    State(api): State<Arc<Api>>,
    caller: Caller,
    payload: Payload,
) -> Result<Response, Failure> {
    let expires_at = read_body(&payload, api.clock.now())?;
    let tenant = caller.tenant()?;
    let asked = Asked::new(Doing::Directory);
    let outcome = refresh_once(&api, &caller, tenant, expires_at, &payload).await;
    let executed = api
        .settled(&caller, &payload, Some(tenant), &asked, outcome)
        .await?;
    let api_key = secret_of(api.ledger.vault(), tenant, issued(&executed)?.key);
    Ok(marked(success(Refreshed { api_key }), executed.replayed))
}

async fn refresh_once(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    expires_at: Option<Timestamp>,
    payload: &Payload,
) -> Result<Executed, Failure> {
    let old = own_key(api, caller, tenant).await?;
    let key = ApiKeyId::from_uuid(api.ids.uuid());
    let new = ApiKeyIssued {
        key,
        hash: hash_of(&secret_of(api.ledger.vault(), tenant, key)),
        expires_at,
        ..old.clone()
    };
    let commands = [
        TenantCommand::RevokeApiKey(old.key),
        TenantCommand::IssueApiKey(new),
    ];
    let commands = commands.map(|command| on(tenant, command)).to_vec();
    let context = caller.context(tenant, payload.idempotency(api, caller, tenant)?);
    let asked = Asked::new(Doing::Directory);
    match api.execute(context, commands, &asked).await {
        // Refreshed or revoked meanwhile.
        Err(failure) if failure.refusal().status == StatusCode::NOT_FOUND => {
            Err(Failure::unauthenticated(KEY_UNKNOWN))
        }
        executed => executed,
    }
}

/// Until when the new key is valid.
fn read_body(payload: &Payload, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let body = payload.object_or_empty()?;
    let mut members = Members::new(&body);
    let days = members.optional("apiKeyDaysValid", value::count(1..=DAYS_MAX));
    let never = members.optional("apiKeyNeverExpires", value::boolean);
    members.finish(Style::Dropping)?;
    if never == Some(true) {
        return Ok(None);
    }
    Ok(now.checked_add_signed(Duration::days(i64::from(days.unwrap_or(DAYS_DEFAULT)))))
}

/// The key the caller sent, as it was issued.
async fn own_key(api: &Api, caller: &Caller, tenant: TenantId) -> Result<ApiKeyIssued, Failure> {
    let id = caller.actor.id.strip_prefix("api-key:");
    let id: ApiKeyId = id
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| Failure::bad_request("Only API keys can be refreshed."))?;
    let state = api.ledger.state(StreamKey::tenant(tenant)).await;
    let state = state.map_err(|error| failed(error, &Asked::new(Doing::Read)))?;
    let known = match state.as_deref() {
        Some(AnyState::Tenant(state)) => state.api_keys.get(&id).cloned(),
        Some(_) | None => None,
    };
    known.ok_or_else(|| Failure::unauthenticated(KEY_UNKNOWN))
}
