//! `/v2/teams/{teamId}/event-types`: creating, changing and deleting them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::event_types::Shown;
use super::{assignment, wire};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::directory::FoundEventType;
use crate::api::envelope::{created, success};
use crate::api::event_types::change::{execute, gone, on, recorded, remove};
use crate::api::event_types::wire::DeletedEventType;
use crate::api::event_types::{body, number_in_path};
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::idempotency::marked;
use crate::api::payload::Payload;
use crate::api::rejection::{Asked, Doing};
use crate::domain::event_type::hosts::Assignment;
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::event_type::{
    ChangeEventType, EventTypeCommand, EventTypeCreated, EventTypeEvent,
};
use crate::domain::id::{EventTypeId, EventTypeNumber, ProviderId, TenantId};
use crate::domain::tenant::team::Team;
use crate::ledger::NumberKind;
use crate::ledger::record::Executed;
use crate::ledger::unit::NameKind;
use crate::projections::row;

/// Creates an event type of a team.
#[utoipa::path(post, path = "/v2/teams/{teamId}/event-types", operation_id = "createTeamEventType", tag = "Teams",
    params(("teamId" = i32, Path)), request_body = wire::NewTeamEventType,
    responses((status = 201, description = "The event type", body = wire::TeamEventType),
        (status = 400, description = "Not valid, or the slug is taken"), (status = 404, description = "No such team or user")))]
pub(super) async fn create(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    let (tenant, team) = api.team_in_path(&caller, &id).await?;
    let settings = body::settings(payload.object()?, None)?;
    let asking = assignment::read(payload.object()?, true)?;
    let asked = Asked::new(Doing::EventType);
    let outcome = attempted(async || {
        let assignment = asking.over(&api, &caller, (tenant, &team), None).await?;
        check_schedule(&api, &caller, &settings).await?;
        let maker = caller.acting_provider()?;
        let maker = api.provider_row(tenant, maker).await?;
        let maker = maker.ok_or_else(|| Failure::not_found("User not found"))?;
        let number = api.draw(NumberKind::EventType, &asked).await?;
        let new = EventTypeCreated {
            number: EventTypeNumber::new(number),
            owner: maker.provider,
            owner_number: maker.number,
            hosts: assignment
                .as_ref()
                .map(Assignment::providers)
                .unwrap_or_default(),
            team: Some(team.team),
            assignment,
            settings: settings.clone(),
        };
        let found = FoundEventType {
            tenant,
            id: EventTypeId::from_uuid(api.ids.uuid()),
            current: new.clone(),
            version: 0,
        };
        let command = EventTypeCommand::Create(Box::new(new));
        execute(&api, &caller, &payload, &found, vec![on(&found, command)]).await
    })
    .await;
    let executed = api
        .settled(&caller, &payload, Some(tenant), &asked, outcome)
        .await?;
    let event = recorded(&executed, EventTypeEvent::created)?;
    let users = users_then(&api, tenant, &event.hosts, &executed).await?;
    let shown = Shown {
        team: &team,
        number: event.number,
        owner_number: event.owner_number,
        settings: &event.settings,
        assignment: event.assignment.as_ref(),
    };
    Ok(marked(created(shown.json(&api, &users)), executed.replayed))
}

/// Changes the members given; the rest stays.
#[utoipa::path(patch, path = "/v2/teams/{teamId}/event-types/{eventTypeId}", operation_id = "changeTeamEventType", tag = "Teams",
    params(("teamId" = i32, Path), ("eventTypeId" = i32, Path)),
    request_body(content = wire::NewTeamEventType, description = "Any of its members; the rest stays as it is"),
    responses((status = 200, description = "The event type", body = wire::TeamEventType),
        (status = 404, description = "No such team, event type or user")))]
pub(super) async fn change(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((id, event_type)): Path<(String, String)>,
    payload: Payload,
) -> Result<Response, Failure> {
    let (tenant, team) = api.team_in_path(&caller, &id).await?;
    let asking = assignment::read(payload.object()?, false)?;
    let outcome = attempted(async || {
        let found = to_change(&api, &caller, &team, &event_type).await?;
        let current = &found.current;
        let settings = body::settings(payload.object()?, Some(&current.settings))?;
        check_schedule(&api, &caller, &settings).await?;
        // As a whole, so that the answer follows from the event alone.
        let before = current.assignment.as_ref();
        let assignment = asking.over(&api, &caller, (tenant, &team), before).await?;
        let change = ChangeEventType {
            settings,
            assignment: assignment.or_else(|| before.cloned()),
            expected: Some(found.version),
        };
        let command = EventTypeCommand::Change(Box::new(change));
        execute(&api, &caller, &payload, &found, vec![on(&found, command)]).await
    })
    .await;
    let asked = Asked::new(Doing::EventType).number(event_type.parse().unwrap_or_default());
    let executed = api
        .settled(&caller, &payload, Some(tenant), &asked, outcome)
        .await?;
    let event = recorded(&executed, EventTypeEvent::changed)?;
    let hosts = event.assignment.as_ref().map(Assignment::providers);
    let users = users_then(&api, tenant, &hosts.unwrap_or_default(), &executed).await?;
    let makers = users_then(&api, tenant, &[event.owner], &executed).await?;
    let maker = makers.first().ok_or_else(Failure::internal)?;
    let shown = Shown {
        team: &team,
        number: event.number,
        owner_number: maker.number,
        settings: &event.settings,
        assignment: event.assignment.as_ref(),
    };
    Ok(marked(success(shown.json(&api, &users)), executed.replayed))
}

/// Deletes an event type of a team; what is booked stays.
#[utoipa::path(delete, path = "/v2/teams/{teamId}/event-types/{eventTypeId}", operation_id = "deleteTeamEventType", tag = "Teams",
    params(("teamId" = i32, Path), ("eventTypeId" = i32, Path)),
    responses((status = 200, description = "What was deleted", body = DeletedEventType),
        (status = 404, description = "No such team or event type")))]
pub(super) async fn delete(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((id, event_type)): Path<(String, String)>,
    payload: Payload,
) -> Result<Response, Failure> {
    let (tenant, team) = api.team_in_path(&caller, &id).await?;
    let outcome = attempted(async || {
        let found = to_change(&api, &caller, &team, &event_type).await?;
        remove(&api, &caller, &payload, &found).await
    })
    .await;
    let asked = Asked::new(Doing::EventType).number(event_type.parse().unwrap_or_default());
    let executed = api
        .settled(&caller, &payload, Some(tenant), &asked, outcome)
        .await?;
    let shown = gone(&api, &caller, &executed, "lengthInMinutes").await?;
    Ok(marked(success(shown), executed.replayed))
}

/// A team's event type, deleted or not: whether it still is, the rules say, so that a repeated request with the same key
/// is answered as the first.
async fn to_change(
    api: &Api,
    caller: &Caller,
    team: &Team,
    id: &str,
) -> Result<FoundEventType, Failure> {
    let absent = || Failure::not_found(format!("Event type with id {id} not found"));
    let number = number_in_path(id)?.ok_or_else(absent)?;
    api.event_type_to_change(caller, number)
        .await?
        .filter(|found| found.current.team == Some(team.team))
        .ok_or_else(absent)
}

/// The schedule named must be one of the tenant's; hosts without it keep their own.
async fn check_schedule(
    api: &Api,
    caller: &Caller,
    settings: &EventTypeSettings,
) -> Result<(), Failure> {
    let Some(schedule) = settings.schedule else {
        return Ok(());
    };
    let named = schedule.to_string();
    match api
        .provider_named(caller, NameKind::Schedule, &named)
        .await?
    {
        Some(_) => Ok(()),
        None => Err(Failure::not_found(format!(
            "Schedule with ID={schedule} does not exist."
        ))),
    }
}

/// Users as they stood when the command was decided: first answer and replay show the same.
async fn users_then(
    api: &Api,
    tenant: TenantId,
    hosts: &[ProviderId],
    executed: &Executed,
) -> Result<Vec<row::Provider>, Failure> {
    let event = executed.events.first().ok_or_else(Failure::internal)?;
    let mut users = Vec::with_capacity(hosts.len());
    for host in hosts {
        users.push(api.provider_at(tenant, *host, event.decided_at).await?);
    }
    Ok(users)
}
