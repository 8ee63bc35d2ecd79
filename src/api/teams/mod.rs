//! `/v2/teams`: providers who share event types (`reference` § 4, § 5), as far as slugs and hosts mean something.
//!
//! A team is recorded in its tenant's stream; an event type of it is an event type whose slug is the team's, with an
//! assignment of hosts ([`crate::domain::event_type::hosts`]).

pub mod wire;
mod found;
mod assignment;
mod event_types;
mod change;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::caller::Caller;
use super::envelope::{created, success};
use super::execution::attempted;
use super::failure::Failure;
use super::idempotency::marked;
use super::needs::{MEMBERS, Need, OWNERS};
use super::payload::Payload;
use super::rejection::{Asked, Doing};
use super::validation::{Members, Style, contact, value};
use crate::domain::id::{TeamId, TeamNumber, TenantId};
use crate::domain::tenant::team::Team;
use crate::domain::tenant::{TenantCommand, TenantEvent};
use crate::domain::{Command, Event};
use crate::ledger::NumberKind;
use crate::ledger::record::{Addressed, Executed, StreamKey};

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[
    Need::post("/v2/teams", OWNERS),
    Need::get("/v2/teams", MEMBERS),
    Need::get("/v2/teams/{teamId}", MEMBERS),
    Need::post("/v2/teams/{teamId}/event-types", OWNERS),
    Need::get("/v2/teams/{teamId}/event-types", MEMBERS),
    Need::get("/v2/teams/{teamId}/event-types/{eventTypeId}", MEMBERS),
    Need::patch("/v2/teams/{teamId}/event-types/{eventTypeId}", OWNERS),
    Need::delete("/v2/teams/{teamId}/event-types/{eventTypeId}", OWNERS),
];

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read))
        .routes(routes!(event_types::list, change::create))
        .routes(routes!(event_types::read, change::change, change::delete))
}

/// Members of a team when it is founded.
const MEMBERS_MAX: usize = 100;

/// What is asked for.
#[derive(Debug)]
struct Asking {
    name: String,
    slug: String,
    members: Vec<i32>,
}

/// Founds a team.
#[utoipa::path(post, path = "/v2/teams", operation_id = "createTeam", tag = "Teams",
    request_body = wire::NewTeam,
    responses((status = 201, description = "The team", body = wire::Team), (status = 400, description = "Not valid"),
        (status = 404, description = "No such user"), (status = 409, description = "The slug is taken")))]
async fn create(
    State(api): State<Arc<Api>>,
    caller: Caller,
    payload: Payload,
) -> Result<Response, Failure> {
    let asking = read_body(&payload)?;
    let tenant = caller.tenant()?;
    let outcome = attempted(|| create_once(&api, &caller, tenant, &asking, &payload)).await;
    let asked = Asked::new(Doing::Directory);
    let executed = api
        .settled(&caller, &payload, Some(tenant), &asked, outcome)
        .await?;
    let team = founded(&executed).ok_or_else(Failure::internal)?;
    let numbers = api.numbers_of(tenant, &team.members).await?;
    Ok(marked(
        created(wire::Team::of(team, &numbers)),
        executed.replayed,
    ))
}

fn read_body(payload: &Payload) -> Result<Asking, Failure> {
    let mut members = Members::new(payload.object()?);
    let name = members.required("name", value::name);
    let slug = members.optional("slug", contact::slug);
    let asking = Asking {
        slug: slug.unwrap_or_else(|| contact::slugified(&name)),
        name,
        members: members
            .optional("members", value::array(0..=MEMBERS_MAX, value::wire_number))
            .unwrap_or_default(),
    };
    members.finish(Style::Dropping)?;
    Ok(asking)
}

async fn create_once(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    asking: &Asking,
    payload: &Payload,
) -> Result<Executed, Failure> {
    let asked = Asked::new(Doing::Directory);
    let mut members = Vec::with_capacity(asking.members.len());
    for number in &asking.members {
        members.push(api.member_named(caller, tenant, *number).await?.provider);
    }
    let number = api.draw(NumberKind::Team, &asked).await?;
    let team = Team {
        team: TeamId::from_uuid(api.ids.uuid()),
        number: TeamNumber::new(number),
        name: asking.name.clone(),
        slug: asking.slug.clone(),
        members,
    };
    let addressed = Addressed {
        stream: StreamKey::tenant(tenant),
        command: Command::Tenant(TenantCommand::CreateTeam(team)),
    };
    let idempotency = payload.idempotency(api, caller, tenant)?;
    let context = caller.context(tenant, idempotency);
    api.execute(context, vec![addressed], &asked).await
}

fn founded(executed: &Executed) -> Option<&Team> {
    executed.events.iter().find_map(|event| match &event.event {
        Event::Tenant(TenantEvent::TeamCreated(team)) => Some(team),
        Event::Tenant(
            TenantEvent::TenantCreated(_)
            | TenantEvent::TenantNumbered(_)
            | TenantEvent::TenantChanged(_)
            | TenantEvent::ApiKeyIssued(_)
            | TenantEvent::ApiKeyRevoked(_),
        )
        | Event::Provider(_)
        | Event::EventType(_)
        | Event::Webhook(_)
        | Event::Composite(_) => None,
    })
}

/// Lists the teams of the caller's tenant.
#[utoipa::path(get, path = "/v2/teams", operation_id = "listTeams", tag = "Teams",
    responses((status = 200, description = "The teams, by number", body = Vec<wire::Team>)))]
async fn list(State(api): State<Arc<Api>>, caller: Caller) -> Result<Response, Failure> {
    let tenant = caller.tenant()?;
    let mut teams = api.teams(tenant).await?;
    teams.sort_by_key(|team| team.number);
    let mut shown = Vec::with_capacity(teams.len());
    for team in &teams {
        let numbers = api.numbers_of(tenant, &team.members).await?;
        shown.push(wire::Team::of(team, &numbers));
    }
    Ok(success(shown))
}

/// Shows one team of the caller's tenant.
#[utoipa::path(get, path = "/v2/teams/{teamId}", operation_id = "readTeam", tag = "Teams",
    params(("teamId" = i32, Path)),
    responses((status = 200, description = "The team", body = wire::Team), (status = 404, description = "No such team")))]
async fn read(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (tenant, team) = api.team_in_path(&caller, &id).await?;
    let numbers = api.numbers_of(tenant, &team.members).await?;
    Ok(success(wire::Team::of(&team, &numbers)))
}
