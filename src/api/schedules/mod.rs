//! `/v2/schedules`: opening hours (`reference` § 6).

pub mod wire;
pub mod body;
pub mod view;
mod form;
pub mod legacy;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::Value;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::caller::Caller;
use super::envelope::{created, done, success};
use super::event_types::number_in_path;
use super::execution::attempted;
use super::failure::Failure;
use super::idempotency::marked;
use super::needs::{EDITORS, MEMBERS, Need};
use super::payload::Payload;
use super::rejection::{Asked, Doing};
use super::validation::{Members, Style, query_members, value};
use super::version::{SCHEDULES, SCHEDULES_LEGACY, Version};
use crate::domain::id::{ProviderId, ScheduleNumber, TenantId};
use crate::domain::provider::command::{ProviderCommand, SetSchedule};
use crate::domain::provider::event::{ProviderEvent, ScheduleSet};
use crate::domain::tenant::Role;
use crate::domain::{Command, Event};
use crate::ledger::NumberKind;
use crate::ledger::record::{Addressed, Executed, StreamKey};
use crate::ledger::unit::NameKind;
use crate::projections::row;
use form::Form;
use view::Schedule;
use wire::{ChangedSchedule, NewSchedule};

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[
    dated(Need::post("/v2/schedules", EDITORS)),
    dated(Need::get("/v2/schedules", MEMBERS)),
    dated(Need::get("/v2/schedules/default", MEMBERS)),
    dated(Need::get("/v2/schedules/{id}", MEMBERS)),
    dated(Need::patch("/v2/schedules/{id}", EDITORS)),
    dated(Need::delete("/v2/schedules/{id}", EDITORS)),
];

const fn dated(need: Need) -> Need {
    need.in_versions(SCHEDULES).and_legacy_in(SCHEDULES_LEGACY)
}

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(default))
        .routes(routes!(read, change, delete))
}

/// Adds a schedule to the caller, or to the user an owner names with `ownerId`.
#[utoipa::path(post, path = "/v2/schedules", operation_id = "createSchedule", tag = "Schedules",
    params(("cal-api-version" = String, Header, description = "`2024-06-11`")),
    request_body = NewSchedule,
    responses((status = 201, description = "The schedule", body = Schedule), (status = 400, description = "Not valid")))]
async fn create(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    payload: Payload,
) -> Result<Response, Failure> {
    let form = Form::of(version);
    let given = form.new_one(payload.object()?)?;
    let tenant = caller.tenant()?;
    let outcome = attempted(|| create_once(&api, &caller, tenant, &given, &payload)).await;
    let asked = Asked::new(Doing::Schedule);
    let executed = api
        .settled(&caller, &payload, Some(tenant), &asked, outcome)
        .await?;
    let shown = shown(&api, tenant, form, &executed).await?;
    Ok(marked(created(shown), executed.replayed))
}

async fn create_once(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    given: &body::Given,
    payload: &Payload,
) -> Result<Executed, Failure> {
    let owner = user(api, caller, tenant, given.owner).await?;
    let asked = Asked::new(Doing::Schedule);
    let number = api.draw(NumberKind::Schedule, &asked).await?;
    let set = SetSchedule {
        schedule: ScheduleNumber::new(number),
        exists: false,
        definition: given.definition.clone(),
        make_default: given.is_default,
        expected: None,
    };
    let command = on(tenant, owner.provider, ProviderCommand::SetSchedule(set));
    let idempotency = payload.idempotency(api, caller, tenant)?;
    let context = caller.context(tenant, idempotency);
    api.execute(context, vec![command], &asked.number(number))
        .await
}

/// Lists the schedules of the caller, or of the user an owner or agent names with `ownerId`.
#[utoipa::path(get, path = "/v2/schedules", operation_id = "listSchedules", tag = "Schedules",
    params(("cal-api-version" = String, Header, description = "`2024-06-11`"), ("ownerId" = Option<i32>, Query)),
    responses((status = 200, description = "The schedules", body = Vec<Schedule>)))]
async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    uri: Uri,
) -> Result<Response, Failure> {
    let owner = asked_user(&api, &caller, &uri).await?;
    let form = Form::of(version);
    let shown: Vec<Value> = owner
        .schedules
        .iter()
        .map(|row| form.row(owner.number, row))
        .collect();
    Ok(success(shown))
}

/// Shows the default schedule of the caller, or null.
#[utoipa::path(get, path = "/v2/schedules/default", operation_id = "readDefaultSchedule", tag = "Schedules",
    params(("cal-api-version" = String, Header, description = "`2024-06-11`"), ("ownerId" = Option<i32>, Query)),
    responses((status = 200, description = "The schedule, or null", body = Option<Schedule>)))]
async fn default(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    uri: Uri,
) -> Result<Response, Failure> {
    let owner = asked_user(&api, &caller, &uri).await?;
    let row = owner.schedules.iter().find(|row| row.is_default);
    Ok(row.map_or_else(
        || success(Value::Null),
        |row| success(Form::of(version).row(owner.number, row)),
    ))
}

/// Shows one schedule.
#[utoipa::path(get, path = "/v2/schedules/{id}", operation_id = "readSchedule", tag = "Schedules",
    params(("cal-api-version" = String, Header, description = "`2024-06-11`"), ("id" = i32, Path)),
    responses((status = 200, description = "The schedule", body = Schedule), (status = 403, description = "Another user's"),
        (status = 404, description = "No such schedule")))]
async fn read(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let found = find(&api, &caller, &id, caller.role == Role::Agent).await?;
    Ok(success(
        Form::of(version).row(found.owner.number, &found.row),
    ))
}

/// Changes the members given; arrays replace the stored ones.
#[utoipa::path(patch, path = "/v2/schedules/{id}", operation_id = "changeSchedule", tag = "Schedules",
    params(("cal-api-version" = String, Header, description = "`2024-06-11`"), ("id" = i32, Path)),
    request_body = ChangedSchedule,
    responses((status = 200, description = "The schedule", body = Schedule), (status = 403, description = "Another user's"),
        (status = 404, description = "No such schedule")))]
async fn change(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    Path(id): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    let form = Form::of(version);
    let outcome = attempted(|| change_once(&api, &caller, &id, form, &payload)).await;
    let executed = settled(&api, &caller, &payload, &id, outcome).await?;
    let shown = shown(&api, caller.tenant()?, form, &executed).await?;
    Ok(marked(success(shown), executed.replayed))
}

/// Merges the change into the schedule as it is; merged again when somebody else changed it meanwhile.
async fn change_once(
    api: &Api,
    caller: &Caller,
    id: &str,
    form: Form,
    payload: &Payload,
) -> Result<Executed, Failure> {
    let found = find(api, caller, id, false).await?;
    let given = form.changed(payload.object()?, &found.row.definition)?;
    let set = SetSchedule {
        schedule: found.row.schedule,
        exists: true,
        definition: given.definition,
        make_default: given.is_default,
        expected: Some(found.owner.version),
    };
    let command = ProviderCommand::SetSchedule(set);
    execute(api, caller, payload, &found, command).await
}

/// Removes a schedule.
#[utoipa::path(delete, path = "/v2/schedules/{id}", operation_id = "deleteSchedule", tag = "Schedules",
    params(("cal-api-version" = String, Header, description = "`2024-06-11`"), ("id" = i32, Path)),
    responses((status = 200, description = "Gone"), (status = 400, description = "No such schedule"), (status = 403, description = "Another user's")))]
async fn delete(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    let outcome = delete_once(&api, &caller, &id, &payload).await;
    let executed = settled(&api, &caller, &payload, &id, outcome).await?;
    Ok(marked(done(), executed.replayed))
}

async fn delete_once(
    api: &Api,
    caller: &Caller,
    id: &str,
    payload: &Payload,
) -> Result<Executed, Failure> {
    let found = match find(api, caller, id, false).await {
        // Cal.com answers 400 here, and only here.
        Err(failure) if failure.refusal().status == axum::http::StatusCode::NOT_FOUND => {
            return Err(Failure::bad_request(failure.refusal().message.clone()));
        }
        found => found?,
    };
    let command = ProviderCommand::RemoveSchedule(found.row.schedule);
    execute(api, caller, payload, &found, command).await
}

/// The recorded outcome where the schedule is not found, or not the caller's, any more.
async fn settled(
    api: &Api,
    caller: &Caller,
    payload: &Payload,
    id: &str,
    outcome: Result<Executed, Failure>,
) -> Result<Executed, Failure> {
    let asked = Asked::new(Doing::Schedule).number(id.parse().unwrap_or_default());
    api.settled(caller, payload, caller.tenant, &asked, outcome)
        .await
}

/// A schedule with whose it is.
#[derive(Debug)]
struct Found {
    tenant: TenantId,
    owner: row::Provider,
    row: row::ScheduleRow,
}

async fn find(api: &Api, caller: &Caller, id: &str, may_read_all: bool) -> Result<Found, Failure> {
    let absent = || Failure::not_found(format!("Schedule with ID={id} does not exist."));
    let number = number_in_path(id)?.ok_or_else(absent)?;
    let (tenant, provider) = api
        .provider_named(caller, NameKind::Schedule, &number.to_string())
        .await?
        .ok_or_else(absent)?;
    if !may_read_all && !caller.speaks_for(tenant, provider) {
        let own = match caller.provider {
            Some(own) => api.provider_row(tenant, own).await?,
            None => None,
        };
        let user = own.map_or(0, |row| row.number.get());
        return Err(Failure::forbidden(format!(
            "User with ID={user} does not own schedule with ID={number}"
        )));
    }
    let owner = api
        .provider_row(tenant, provider)
        .await?
        .ok_or_else(absent)?;
    let row = owner
        .schedules
        .iter()
        .find(|row| row.schedule.get() == number)
        .cloned()
        .ok_or_else(absent)?;
    Ok(Found { tenant, owner, row })
}

/// The caller's own user, or the one it names; only owners and agents name others.
pub(super) async fn user(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    named: Option<i32>,
) -> Result<row::Provider, Failure> {
    let may_name = matches!(caller.role, Role::Owner | Role::Agent);
    let provider = match named.filter(|_| may_name) {
        None => caller.acting_provider()?,
        Some(number) => {
            let found = api
                .provider_named(caller, NameKind::Provider, &number.to_string())
                .await?;
            found
                .ok_or_else(|| Failure::not_found(format!("User with ID={number} not found")))?
                .1
        }
    };
    api.provider_row(tenant, provider)
        .await?
        .ok_or_else(|| Failure::not_found("User not found"))
}

async fn asked_user(api: &Api, caller: &Caller, uri: &Uri) -> Result<row::Provider, Failure> {
    let query = query_members(uri)?;
    let mut members = Members::new(&query);
    let named = members.optional("ownerId", value::wire_number_text);
    members.finish(Style::Dropping)?;
    user(api, caller, caller.tenant()?, named).await
}

fn on(tenant: TenantId, provider: ProviderId, command: ProviderCommand) -> Addressed {
    Addressed {
        stream: StreamKey::provider(tenant, provider),
        command: Command::Provider(Box::new(command)),
    }
}

async fn execute(
    api: &Api,
    caller: &Caller,
    payload: &Payload,
    found: &Found,
    command: ProviderCommand,
) -> Result<Executed, Failure> {
    let idempotency = payload.idempotency(api, caller, found.tenant)?;
    let asked = Asked::new(Doing::Schedule).number(found.row.schedule.get());
    let command = on(found.tenant, found.owner.provider, command);
    let context = caller.context(found.tenant, idempotency);
    api.execute(context, vec![command], &asked).await
}

/// The schedule as it was recorded: first answer and replay show the same.
async fn shown(
    api: &Api,
    tenant: TenantId,
    form: Form,
    executed: &Executed,
) -> Result<Value, Failure> {
    let set = recorded(executed).ok_or_else(Failure::internal)?;
    let owner = api.provider_after(tenant, executed).await?;
    Ok(form.json(owner.number, set.schedule, set.is_default, &set.definition))
}

/// The schedule among the events recorded.
fn recorded(executed: &Executed) -> Option<&ScheduleSet> {
    executed.events.iter().find_map(|recorded| {
        let Event::Provider(event) = &recorded.event else {
            return None;
        };
        let ProviderEvent::ScheduleSet(set) = event.as_ref() else {
            return None;
        };
        Some(set)
    })
}
