//! `/v2/me`: the caller's own user (`reference` § 8).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::caller::Caller;
use super::envelope::success;
use super::execution::attempted;
use super::failure::Failure;
use super::idempotency::marked;
use super::needs::{Need, SELF};
use super::payload::Payload;
use super::rejection::{Asked, Doing};
use super::validation::{Members, Style, contact, value};
use crate::domain::Command;
use crate::domain::id::{ScheduleNumber, TenantId};
use crate::domain::provider::command::{ChangeProfile, ProviderCommand, SetSchedule};
use crate::domain::provider::event::Profile;
use crate::ledger::record::{Addressed, Executed, StreamKey};
use crate::projections::row;

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[Need::get("/v2/me", SELF), Need::patch("/v2/me", SELF)];

/// Names of days that a week may start on.
pub const WEEK_STARTS: &[&str] = &[
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(read, change))
}

/// The caller's user.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Me {
    /// Wire number.
    id: i32,
    /// Unique per tenant.
    username: String,
    /// Contact address.
    email: String,
    /// Display name.
    name: String,
    /// Picture.
    #[schema(required)]
    avatar_url: Option<String>,
    /// Free text.
    #[schema(required)]
    bio: Option<String>,
    /// 12 or 24.
    time_format: u8,
    /// Null for a user that cannot be booked.
    #[schema(required)]
    default_schedule_id: Option<i32>,
    /// English name of a day.
    week_start: String,
    /// IANA zone.
    time_zone: String,
    /// The caller's organization.
    #[schema(required)]
    organization_id: Option<i32>,
}

/// A change of the caller's user: any of these members, what it reads of a body.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangedMe {
    /// Contact address.
    pub email: Option<String>,
    /// Display name.
    #[schema(max_length = 1_000)]
    pub name: Option<String>,
    /// Picture; null removes it.
    pub avatar_url: Option<String>,
    /// Free text; null removes it.
    #[schema(max_length = 50_000)]
    pub bio: Option<String>,
    /// 12 or 24.
    pub time_format: Option<u8>,
    /// One of the user's schedules.
    pub default_schedule_id: Option<i32>,
    /// English name of a day.
    pub week_start: Option<String>,
    /// IANA zone; aliases are accepted.
    pub time_zone: Option<String>,
    /// Language code.
    pub locale: Option<String>,
    /// Accepted, not kept.
    pub metadata: Option<std::collections::BTreeMap<String, Value>>,
}

impl Me {
    fn of(row: &row::Provider, organization_id: Option<i32>) -> Self {
        let profile = &row.profile;
        Self {
            id: row.number.get(),
            username: profile.username.clone(),
            email: profile.email.clone(),
            name: profile.name.clone(),
            avatar_url: profile.avatar_url.clone(),
            bio: profile.bio.clone(),
            time_format: profile.time_format,
            default_schedule_id: default_schedule(row),
            week_start: profile.week_start.clone(),
            time_zone: profile.zone.name().to_owned(),
            organization_id,
        }
    }
}

/// The number of a provider's default schedule.
pub fn default_schedule(row: &row::Provider) -> Option<i32> {
    row.schedules
        .iter()
        .find(|schedule| schedule.is_default)
        .map(|schedule| schedule.schedule.get())
}

/// Shows the caller's user.
#[utoipa::path(get, path = "/v2/me", operation_id = "readMe", tag = "Me", responses((status = 200, description = "The user", body = Me)))]
async fn read(State(api): State<Arc<Api>>, caller: Caller) -> Result<Response, Failure> {
    let row = own_row(&api, &caller).await?;
    let organization = api.organization_number(&caller, caller.tenant()?).await?;
    Ok(success(Me::of(&row, organization)))
}

/// Changes the members given.
#[utoipa::path(patch, path = "/v2/me", operation_id = "changeMe", tag = "Me",
    request_body = ChangedMe,
    responses((status = 200, description = "The user", body = Me), (status = 400, description = "Not valid")))]
async fn change(
    State(api): State<Arc<Api>>,
    caller: Caller,
    payload: Payload,
) -> Result<Response, Failure> {
    let tenant = caller.tenant()?;
    let outcome = attempted(|| change_once(&api, &caller, tenant, &payload)).await;
    let asked = Asked::new(Doing::Directory);
    let executed = api
        .settled(&caller, &payload, Some(tenant), &asked, outcome)
        .await?;
    let row = api.provider_after(tenant, &executed).await?;
    let organization = api.organization_number(&caller, tenant).await?;
    let shown = Me::of(&row, organization);
    Ok(marked(success(shown), executed.replayed))
}

/// Merges the change into the user as it is; merged again when somebody else changed it meanwhile.
async fn change_once(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    payload: &Payload,
) -> Result<Executed, Failure> {
    let row = own_row(api, caller).await?;
    let (profile, schedule) = read_body(payload.object()?, &row.profile)?;
    let idempotency = payload.idempotency(api, caller, tenant)?;
    let context = caller.context(tenant, idempotency);
    let commands = commands(&row, profile, schedule)?.into_iter();
    let addressed = commands.map(|command| Addressed {
        stream: StreamKey::provider(tenant, row.provider),
        command: Command::Provider(Box::new(command)),
    });
    let asked = Asked::new(Doing::Directory);
    api.execute(context, addressed.collect(), &asked).await
}

/// One command or two, all or nothing. The first one carries the version that was read; the second is decided on what
/// the first one changed.
fn commands(
    row: &row::Provider,
    profile: Profile,
    schedule: Option<ScheduleNumber>,
) -> Result<Vec<ProviderCommand>, Failure> {
    let current = default_schedule(row).map(ScheduleNumber::new);
    let schedule = schedule.filter(|number| Some(*number) != current);
    let mut commands = Vec::new();
    let mut expected = Some(row.version);
    if profile != row.profile || schedule.is_none() {
        let change = ChangeProfile {
            profile,
            expected: expected.take(),
        };
        commands.push(ProviderCommand::ChangeProfile(change));
    }
    if let Some(number) = schedule {
        let set = make_default(row, number, expected)?;
        commands.push(ProviderCommand::SetSchedule(set));
    }
    Ok(commands)
}

async fn own_row(api: &Api, caller: &Caller) -> Result<row::Provider, Failure> {
    let provider = caller.acting_provider()?;
    api.provider_row(caller.tenant()?, provider)
        .await?
        .ok_or_else(|| Failure::not_found("User not found"))
}

fn read_body(
    body: &Map<String, Value>,
    base: &Profile,
) -> Result<(Profile, Option<ScheduleNumber>), Failure> {
    let mut members = Members::new(body);
    let mut profile = base.clone();
    if let Some(email) = members.optional("email", contact::email) {
        profile.email = email;
    }
    if let Some(name) = members.optional("name", value::name) {
        profile.name = name;
    }
    if let Some(url) = members.given("avatarUrl", contact::url) {
        profile.avatar_url = url;
    }
    if let Some(bio) = members.given("bio", value::text) {
        profile.bio = bio;
    }
    if let Some(format) = members.optional("timeFormat", value::integer(12..=24)) {
        match format {
            12 => profile.time_format = 12,
            24 => profile.time_format = 24,
            _ => members.fault(
                "timeFormat",
                "isIn",
                "must be one of the following values: 12, 24",
            ),
        }
    }
    if let Some(day) = members.optional("weekStart", value::one_of(WEEK_STARTS)) {
        day.clone_into(&mut profile.week_start);
    }
    if let Some(zone) = members.optional("timeZone", value::zone) {
        profile.zone = zone;
    }
    if let Some(locale) = members.optional("locale", value::name) {
        profile.locale = locale;
    }
    members.optional("metadata", |value| value::object(value).map(|_| ()));
    let schedule = members.optional("defaultScheduleId", value::wire_number);
    members.finish(Style::Dropping)?;
    Ok((profile, schedule.map(ScheduleNumber::new)))
}

/// The schedule as it is, as the default.
fn make_default(
    row: &row::Provider,
    number: ScheduleNumber,
    expected: Option<u64>,
) -> Result<SetSchedule, Failure> {
    let known = row
        .schedules
        .iter()
        .find(|schedule| schedule.schedule == number)
        .ok_or_else(|| Failure::not_found(format!("Schedule with ID={number} does not exist.")))?;
    Ok(SetSchedule {
        schedule: number,
        exists: true,
        definition: known.definition.clone(),
        make_default: true,
        expected,
    })
}
