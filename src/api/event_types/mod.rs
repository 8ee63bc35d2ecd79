//! `/v2/event-types`: what can be booked (`reference` § 5).

pub mod wire;
pub mod shown;
pub(in crate::api) mod body;
mod policy;
mod location;
pub mod presentation;
mod booking_field;
pub(in crate::api) mod change;
pub mod private_links;
pub(in crate::api) mod view;
mod form;
pub mod legacy;
#[cfg(test)]
pub(in crate::api) mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::{Map, Value};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::caller::Caller;
use super::envelope::success;
use super::failure::Failure;
use super::needs::{EDITORS, MEMBERS, Need, PUBLIC};
use super::rejection::{Asked, Doing, failed};
use super::validation::{Members, Style, query_members, value};
use super::version::{EVENT_TYPES, EVENT_TYPES_LEGACY, Version};
use crate::domain::id::{ProviderId, TenantId};
use crate::domain::tenant::Role;
use crate::projections::{event_types, providers, row};
pub use booking_field::with_defaults as fields_with_defaults;
use form::Form;

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[
    dated(Need::post("/v2/event-types", EDITORS)),
    dated(Need::get("/v2/event-types", PUBLIC)),
    dated(Need::get("/v2/event-types/{id}", MEMBERS)),
    dated(Need::patch("/v2/event-types/{id}", EDITORS)),
    dated(Need::delete("/v2/event-types/{id}", EDITORS)),
    Need::get(legacy::PUBLIC_PATH, PUBLIC).in_versions(EVENT_TYPES_LEGACY),
];

const fn dated(need: Need) -> Need {
    need.in_versions(EVENT_TYPES)
        .and_legacy_in(EVENT_TYPES_LEGACY)
}

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(list, change::create))
        .routes(routes!(read, change::change, change::delete))
        .routes(routes!(legacy::read_public))
        .merge(private_links::routes())
}

/// Reads a number in a path as Cal.com does.
///
/// # Errors
/// 400 when it is not numeric; a number that no id can have is `None`.
pub fn number_in_path(text: &str) -> Result<Option<i32>, Failure> {
    let is_numeric = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_numeric {
        Ok(text.parse().ok().filter(|number| 0 < *number))
    } else {
        Err(Failure::bad_request(
            "Validation failed (numeric string is expected)",
        ))
    }
}

/// Shows one event type of the caller's tenant.
#[utoipa::path(get, path = "/v2/event-types/{id}", operation_id = "readEventType", tag = "Event types",
    params(("cal-api-version" = String, Header, description = "`2024-06-14`"), ("id" = i32, Path)),
    responses((status = 200, description = "The event type", body = shown::EventType), (status = 403, description = "Another user's"),
        (status = 404, description = "No such event type")))]
async fn read(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let absent = || Failure::not_found(format!("Event type with id {id} not found"));
    let number = number_in_path(&id)?.ok_or_else(absent)?;
    let found = api
        .event_type_by_number(&caller, number)
        .await?
        .ok_or_else(absent)?;
    if caller.role == Role::Provider && caller.provider != Some(found.current.owner) {
        return Err(not_owner(&api, &caller, found.tenant, number).await);
    }
    let owner = api.provider_row(found.tenant, found.current.owner).await?;
    let shown = view::View {
        number: found.current.number,
        owner_number: found.current.owner_number,
        settings: &found.current.settings,
        owner: owner.as_ref(),
    };
    Ok(success(Form::of(version).json(&shown, &api.public_url)))
}

/// 403 in Cal.com's words.
pub(in crate::api) async fn not_owner(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    number: i32,
) -> Failure {
    let user = match caller.provider {
        Some(provider) => api.provider_row(tenant, provider).await.ok().flatten(),
        None => None,
    };
    let user = user.map_or(0, |row| row.number.get());
    Failure::forbidden(format!(
        "User with ID={user} does not own event type with ID={number}"
    ))
}

/// Users whose event types are listed together.
const USERNAMES_MAX: usize = 50;

/// What a list is narrowed by.
#[derive(Debug)]
struct Asking {
    usernames: Vec<String>,
    slug: Option<String>,
    organization: Option<String>,
    organization_number: Option<i32>,
    descending: bool,
}

/// Lists event types: the caller's own, or those of named users.
#[utoipa::path(get, path = "/v2/event-types", operation_id = "listEventTypes", tag = "Event types", params(
    ("cal-api-version" = String, Header, description = "`2024-06-14`"),
    ("username" = Option<String>, Query), ("eventSlug" = Option<String>, Query), ("usernames" = Option<String>, Query),
    ("orgSlug" = Option<String>, Query), ("orgId" = Option<i32>, Query, description = "Organisations have no integers here: nothing is found"),
    ("sortCreatedAt" = Option<String>, Query, description = "`asc` or `desc`")),
    responses((status = 200, description = "Event types", body = Vec<shown::EventType>)))]
async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    uri: Uri,
) -> Result<Response, Failure> {
    if Form::of(version) == Form::Legacy {
        return legacy::list(&api, &caller).await;
    }
    let asking = read_query(&uri)?;
    // A tenant has no integer, so no organisation is named by one.
    if asking.organization_number.is_some() {
        return Ok(success(Vec::<Value>::new()));
    }
    let (tenant, owners) = if asking.usernames.is_empty() {
        match own_scope(&caller) {
            Some(scope) => scope,
            None => return Ok(success(Vec::<Value>::new())),
        }
    } else {
        match named_scope(&api, &caller, &asking).await? {
            Some(scope) => scope,
            None => return Ok(success(Vec::<Value>::new())),
        }
    };
    let filter = event_types::Filter {
        hidden: sees_hidden(&caller, tenant, &owners),
        owners,
        slug: asking.slug,
        descending: asking.descending,
    };
    let (rows, users) = rows_with_owners(&api, tenant, &filter).await?;
    let shown: Vec<Map<String, Value>> = rows
        .iter()
        .map(|row| view::View {
            number: row.number,
            owner_number: row.owner_number,
            settings: &row.settings,
            owner: users.iter().find(|user| user.provider == row.owner),
        })
        .map(|view| view.json(&api.public_url))
        .collect();
    Ok(success(shown))
}

/// Event types that match, with those whose they are. A team's are listed with the team.
async fn rows_with_owners(
    api: &Api,
    tenant: TenantId,
    filter: &event_types::Filter,
) -> Result<(Vec<row::EventType>, Vec<row::Provider>), Failure> {
    let unread = |error| failed(error, &Asked::new(Doing::Read));
    let rows = event_types::list(api.ledger.database(), tenant, filter)
        .await
        .map_err(|error| unread(error.into()))?;
    let ids: BTreeSet<ProviderId> = rows.iter().map(|row| row.owner).collect();
    let ids: Vec<ProviderId> = ids.into_iter().collect();
    let users = providers::by_ids(api.ledger.database(), tenant, &ids)
        .await
        .map_err(|error| unread(error.into()))?;
    Ok((rows, users))
}

fn read_query(uri: &Uri) -> Result<Asking, Failure> {
    let query = query_members(uri)?;
    let mut members = Members::new(&query);
    let username = members.optional("username", value::line);
    let usernames = members.optional("usernames", value::list_text(USERNAMES_MAX, value::line));
    let asking = Asking {
        usernames: usernames
            .unwrap_or_default()
            .into_iter()
            .chain(username)
            .collect(),
        slug: members.optional("eventSlug", value::line),
        organization: members.optional("orgSlug", value::line),
        organization_number: members.optional("orgId", value::wire_number_text),
        descending: members
            .optional("sortCreatedAt", value::one_of(&["asc", "desc"]))
            .is_some_and(|order| order == "desc"),
    };
    members.finish(Style::Dropping)?;
    if asking.slug.is_some() && asking.usernames.is_empty() {
        return Err(Failure::bad_request(
            "eventSlug can only be used together with username.",
        ));
    }
    Ok(asking)
}

/// Whether hidden event types are the caller's own.
fn sees_hidden(caller: &Caller, tenant: TenantId, owners: &[ProviderId]) -> bool {
    caller.tenant == Some(tenant)
        && (caller.role == Role::Owner
            || !owners.is_empty() && owners.iter().all(|owner| caller.speaks_for(tenant, *owner)))
}

/// Nothing named: a provider's own, everybody else's of the tenant.
fn own_scope(caller: &Caller) -> Option<(TenantId, Vec<ProviderId>)> {
    let tenant = caller.tenant?;
    match caller.role {
        Role::Provider => Some((tenant, vec![caller.provider?])),
        Role::Owner | Role::Agent | Role::Auditor | Role::Anonymous => Some((tenant, Vec::new())),
    }
}

/// Users named: those that are found, all of one tenant.
async fn named_scope(
    api: &Api,
    caller: &Caller,
    asking: &Asking,
) -> Result<Option<(TenantId, Vec<ProviderId>)>, Failure> {
    let mut scope: Option<(TenantId, Vec<ProviderId>)> = None;
    for username in &asking.usernames {
        let found = api
            .provider_by_username(caller, username, asking.organization.as_deref())
            .await?;
        let Some((tenant, provider)) = found else {
            continue;
        };
        match &mut scope {
            None => scope = Some((tenant, vec![provider])),
            Some((known, owners)) if *known == tenant => owners.push(provider),
            Some(_) => {}
        }
    }
    Ok(scope)
}
