//! `/v2/providers`: who can be booked. Daybook's own resource: problem documents, `ETag`s, keys, opaque cursors.

pub mod wire;
mod body;
mod view;
#[cfg(test)]
pub(in crate::api) mod tests;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::caller::Caller;
use super::execution::attempted;
use super::failure::Failure;
use super::idempotency::marked;
use super::needs::{Access, Denial, EDITORS, Need, OWNERS};
use super::payload::Payload;
use super::precondition;
use super::problem::Problem;
use super::rejection::{Asked, Doing, failed};
use super::validation::{Members, Style, query_members, value};
use crate::domain::Command;
use crate::domain::id::{ProviderId, ProviderNumber, ScheduleNumber, TenantId};
use crate::domain::provider::command::{ChangeProfile, Create, ProviderCommand};
use crate::domain::tenant::Role;
use crate::ledger::NumberKind;
use crate::ledger::record::{Addressed, Executed, Idempotency, StreamKey};
use crate::ledger::unit::NameKind;
use crate::ledger::vault::Purpose;
use crate::projections::{providers, row};

/// The tenant's people, auditors too.
const READERS: Access = Access {
    roles: &[Role::Owner, Role::Provider, Role::Agent, Role::Auditor],
    without_credentials: Some(Denial::Strategy),
};

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[
    Need::post("/v2/providers", OWNERS),
    Need::get("/v2/providers", READERS),
    Need::get("/v2/providers/{id}", READERS),
    Need::patch("/v2/providers/{id}", EDITORS),
];

/// Providers per page (DESIGN § 13), and how many when nothing is said.
const PAGE_MAX: u32 = 250;
const PAGE: u32 = 50;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, change))
}

/// Creates a provider, with a default schedule unless it cannot be booked.
#[utoipa::path(post, path = "/v2/providers", operation_id = "createProvider", tag = "Providers",
    params(("Idempotency-Key" = String, Header)),
    request_body = wire::NewProvider,
    responses((status = 201, description = "The provider; `Location`, `ETag`", body = wire::Provider), (status = 409, description = "The username is taken"),
        (status = 422, description = "Not valid")))]
async fn create(
    State(api): State<Arc<Api>>,
    caller: Caller,
    payload: Payload,
) -> Result<Response, Failure> {
    let given = body::new(payload.object()?)?;
    let tenant = caller.tenant()?;
    let idempotency = payload.idempotency(&api, &caller, tenant)?;
    let executed =
        attempted(|| create_once(&api, &caller, tenant, &given, idempotency.clone())).await?;
    let row = api.provider_after(tenant, &executed).await?;
    let location = format!("{}/v2/providers/{}", api.public_url, row.number);
    let mut response = (StatusCode::CREATED, Json(view::json(&row))).into_response();
    if let Ok(value) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    let response = precondition::tagged(response, row.version);
    Ok(marked(response, executed.replayed))
}

async fn create_once(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    given: &body::New,
    idempotency: Option<Idempotency>,
) -> Result<Executed, Failure> {
    let asked = Asked::new(Doing::Directory);
    let number = api.draw(NumberKind::Provider, &asked).await?;
    let schedule = match &given.schedule {
        Some(schedule) => {
            let drawn = api.draw(NumberKind::Schedule, &asked).await?;
            Some((ScheduleNumber::new(drawn), schedule.clone()))
        }
        None => None,
    };
    let create = Create {
        number: ProviderNumber::new(number),
        profile: given.profile.clone(),
        schedule,
    };
    let addressed = Addressed {
        stream: StreamKey::provider(tenant, ProviderId::from_uuid(api.ids.uuid())),
        command: Command::Provider(Box::new(ProviderCommand::Create(create))),
    };
    let context = caller.context(tenant, idempotency);
    api.execute(context, vec![addressed], &asked).await
}

/// Lists the providers of the tenant, by number.
#[utoipa::path(get, path = "/v2/providers", operation_id = "listProviders", tag = "Providers",
    params(("limit" = Option<u32>, Query, description = "1 to 250, 50 by default"), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "`data`, `pagination`; `Link` to the next page", body = wire::ProviderPage), (status = 422, description = "Not valid")))]
async fn list(State(api): State<Arc<Api>>, caller: Caller, uri: Uri) -> Result<Response, Failure> {
    let tenant = caller.tenant()?;
    let query = query_members(&uri)?;
    let mut members = Members::new(&query);
    let limit = members
        .optional("limit", value::count_text(1..=PAGE_MAX))
        .unwrap_or(PAGE);
    let cursor = members.optional("cursor", value::line);
    members.finish(Style::Own)?;
    let after = match cursor {
        None => 0,
        Some(cursor) => position(&api, tenant, &cursor)
            .ok_or_else(|| Failure::malformed("The cursor is not one of this list."))?,
    };
    let mut rows = providers::list(api.ledger.database(), tenant, after, limit + 1)
        .await
        .map_err(|error| failed(error.into(), &Asked::new(Doing::Read)))?;
    let page = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = page < rows.len();
    rows.truncate(page);
    let next = rows
        .last()
        .filter(|_| has_more)
        .map(|row| cursor_after(&api, tenant, row.number.get()));
    let body = json!({
        "data": rows.iter().map(view::json).collect::<Vec<_>>(),
        "pagination": {"nextCursor": next, "hasMore": has_more},
    });
    let mut response = Json(body).into_response();
    if let Some(next) = next {
        let link = format!(
            "<{}/v2/providers?limit={limit}&cursor={next}>; rel=\"next\"",
            api.public_url
        );
        if let Ok(value) = HeaderValue::from_str(&link) {
            response.headers_mut().insert(header::LINK, value);
        }
    }
    Ok(response)
}

/// A cursor: where to go on, and a keyed hash of it, so that nobody makes one up.
fn cursor_after(api: &Api, tenant: TenantId, number: i32) -> String {
    let text = format!("providers:{number}");
    let hash = api
        .ledger
        .vault()
        .keyed_hash(tenant, Purpose::Cursor, &text);
    let hash: String = hash.chars().take(32).collect();
    format!("{number:08x}{hash}")
}

fn position(api: &Api, tenant: TenantId, cursor: &str) -> Option<i32> {
    let number = i32::from_str_radix(cursor.get(..8)?, 16).ok()?;
    (cursor_after(api, tenant, number) == cursor).then_some(number)
}

/// Shows one provider, by its integer or its uid.
#[utoipa::path(get, path = "/v2/providers/{id}", operation_id = "readProvider", tag = "Providers",
    params(("id" = String, Path, description = "`id` or `uid`"), ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, description = "The provider; `ETag`", body = wire::Provider), (status = 304, description = "Unchanged"),
        (status = 404, description = "No such provider")))]
async fn read(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let row = named(&api, &caller, caller.tenant()?, &id)
        .await?
        .ok_or_else(absent)?;
    if let Some(unchanged) = precondition::unchanged(&headers, row.version) {
        return Ok(unchanged);
    }
    let response = Json(view::json(&row)).into_response();
    Ok(precondition::tagged(response, row.version))
}

/// Changes the members given; `If-Match` guards against changes of others.
#[utoipa::path(patch, path = "/v2/providers/{id}", operation_id = "changeProvider", tag = "Providers",
    params(("id" = String, Path, description = "`id` or `uid`"), ("Idempotency-Key" = String, Header), ("If-Match" = Option<String>, Header)),
    request_body = wire::ChangedProvider,
    responses((status = 200, description = "The provider; `ETag`", body = wire::Provider), (status = 404, description = "No such provider"),
        (status = 412, description = "Changed since"), (status = 422, description = "Not valid")))]
async fn change(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Failure> {
    let tenant = caller.tenant()?;
    let outcome = attempted(|| change_once(&api, &caller, tenant, &id, &headers, &payload)).await;
    let asked = Asked::new(Doing::Directory);
    let executed = api
        .settled(&caller, &payload, Some(tenant), &asked, outcome)
        .await?;
    let row = api.provider_after(tenant, &executed).await?;
    let response = Json(view::json(&row)).into_response();
    let response = precondition::tagged(response, row.version);
    Ok(marked(response, executed.replayed))
}

/// Merges the change into the provider as it is; the rules refuse it when somebody else changed it meanwhile. Then it is
/// merged again, or answered 412 when the client named the version it had seen.
async fn change_once(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    id: &str,
    headers: &HeaderMap,
    payload: &Payload,
) -> Result<Executed, Failure> {
    let row = named(api, caller, tenant, id).await?.ok_or_else(absent)?;
    if !caller.speaks_for(tenant, row.provider) {
        return Err(Failure::of(
            Problem::InsufficientScope,
            "Providers change their own profile only.",
        ));
    }
    precondition::check(headers, row.version)?;
    let change = ChangeProfile {
        profile: body::changed(payload.object()?, &row.profile)?,
        expected: Some(row.version),
    };
    let idempotency = payload.idempotency(api, caller, tenant)?;
    let addressed = Addressed {
        stream: StreamKey::provider(tenant, row.provider),
        command: Command::Provider(Box::new(ProviderCommand::ChangeProfile(change))),
    };
    let context = caller.context(tenant, idempotency);
    let asked = Asked::new(Doing::Directory);
    api.execute(context, vec![addressed], &asked).await
}

fn absent() -> Failure {
    Failure::not_found("There is no such provider.")
}

/// The provider of the tenant with an integer or a uid.
///
/// # Errors
/// 503 when the database does not answer.
pub async fn named(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    id: &str,
) -> Result<Option<row::Provider>, Failure> {
    let provider = match (id.parse::<i32>(), id.parse::<ProviderId>()) {
        (Ok(number), _) => api
            .provider_named(caller, NameKind::Provider, &number.to_string())
            .await?
            .map(|(_, provider)| provider),
        (Err(_), Ok(provider)) => Some(provider),
        (Err(_), Err(_)) => None,
    };
    match provider {
        Some(provider) => api.provider_row(tenant, provider).await,
        None => Ok(None),
    }
}
