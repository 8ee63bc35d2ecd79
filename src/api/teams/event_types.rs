//! `/v2/teams/{teamId}/event-types`: reading them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::{assignment, wire};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::directory::FoundEventType;
use crate::api::envelope::success;
use crate::api::event_types::{number_in_path, view};
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing, failed};
use crate::domain::event_type::hosts::Assignment;
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::{EventTypeNumber, ProviderId, ProviderNumber, TenantId};
use crate::domain::tenant::team::Team;
use crate::projections::{event_types, providers, row};

/// Lists the event types of a team.
#[utoipa::path(get, path = "/v2/teams/{teamId}/event-types", operation_id = "listTeamEventTypes", tag = "Teams",
    params(("teamId" = i32, Path)),
    responses((status = 200, description = "Event types", body = Vec<wire::TeamEventType>), (status = 404, description = "No such team")))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (tenant, team) = api.team_in_path(&caller, &id).await?;
    let filter = event_types::Filter::of_team(team.team);
    let rows = event_types::list(api.ledger.database(), tenant, &filter)
        .await
        .map_err(|error| failed(error.into(), &Asked::new(Doing::Read)))?;
    let hosts = rows.iter().flat_map(|row| row.hosts.iter().copied());
    let users = users(&api, tenant, hosts.collect()).await?;
    let shown: Vec<_> = rows
        .iter()
        .map(|row| Shown {
            team: &team,
            number: row.number,
            owner_number: row.owner_number,
            settings: &row.settings,
            assignment: row.assignment.as_ref(),
        })
        .map(|shown| shown.json(&api, &users))
        .collect();
    Ok(success(shown))
}

/// Shows one event type of a team.
#[utoipa::path(get, path = "/v2/teams/{teamId}/event-types/{eventTypeId}", operation_id = "readTeamEventType", tag = "Teams",
    params(("teamId" = i32, Path), ("eventTypeId" = i32, Path)),
    responses((status = 200, description = "The event type", body = wire::TeamEventType),
        (status = 404, description = "No such team or event type")))]
pub(super) async fn read(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((id, event_type)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (tenant, team) = api.team_in_path(&caller, &id).await?;
    let found = of_team(&api, &caller, &team, &event_type).await?;
    let current = &found.current;
    let users = users(&api, tenant, current.hosts.clone()).await?;
    let shown = Shown {
        team: &team,
        number: current.number,
        owner_number: current.owner_number,
        settings: &current.settings,
        assignment: current.assignment.as_ref(),
    };
    Ok(success(shown.json(&api, &users)))
}

/// A team's event type that is named in a path and not deleted.
///
/// # Errors
/// 400 when it is not a number, 404 when it is none of the team's.
pub(super) async fn of_team(
    api: &Api,
    caller: &Caller,
    team: &Team,
    id: &str,
) -> Result<FoundEventType, Failure> {
    let absent = || Failure::not_found(format!("Event type with id {id} not found"));
    let number = number_in_path(id)?.ok_or_else(absent)?;
    api.event_type_by_number(caller, number)
        .await?
        .filter(|found| found.current.team == Some(team.team))
        .ok_or_else(absent)
}

/// Users as they are now.
async fn users(
    api: &Api,
    tenant: TenantId,
    mut ids: Vec<ProviderId>,
) -> Result<Vec<row::Provider>, Failure> {
    ids.sort_unstable();
    ids.dedup();
    providers::by_ids(api.ledger.database(), tenant, &ids)
        .await
        .map_err(|error| failed(error.into(), &Asked::new(Doing::Read)))
}

/// A team's event type to be shown.
pub(super) struct Shown<'a> {
    pub(super) team: &'a Team,
    pub(super) number: EventTypeNumber,
    pub(super) owner_number: ProviderNumber,
    pub(super) settings: &'a EventTypeSettings,
    pub(super) assignment: Option<&'a Assignment>,
}

impl Shown<'_> {
    /// As any event type, with its team; `ownerId` is who made it.
    pub(super) fn json(&self, api: &Api, users: &[row::Provider]) -> Map<String, Value> {
        let view = view::View {
            number: self.number,
            owner_number: self.owner_number,
            settings: self.settings,
            owner: None,
        };
        let mut shown = view.json(&api.public_url);
        let slug = &self.settings.slug;
        let url = format!("{}/team/{}/{slug}", api.public_url, self.team.slug);
        shown.insert("teamId".to_owned(), json!(self.team.number));
        shown.insert("bookingUrl".to_owned(), json!(url));
        if let Some(assignment) = self.assignment {
            let (scheduling, hosts, all_members) = assignment::shown(assignment, users);
            shown.insert("schedulingType".to_owned(), json!(scheduling));
            shown.insert("hosts".to_owned(), json!(hosts));
            shown.insert("assignAllTeamMembers".to_owned(), json!(all_members));
        }
        shown
    }
}
