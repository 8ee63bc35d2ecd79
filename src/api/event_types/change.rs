//! Creating, changing and deleting event types.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::form::Form;
use super::shown;
use super::wire::{DeletedEventType, NewEventType};
use super::{not_owner, number_in_path, view};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::directory::FoundEventType;
use crate::api::envelope::{created, success};
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::idempotency::marked;
use crate::api::payload::Payload;
use crate::api::rejection::{Asked, Doing};
use crate::api::validation::{Members, value};
use crate::api::version::Version;
use crate::api::webhooks::cascade;
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::event_type::{
    ChangeEventType, EventTypeCommand, EventTypeCreated, EventTypeEvent,
};
use crate::domain::id::{EventTypeId, EventTypeNumber, ProviderId, ProviderNumber, TenantId};
use crate::domain::tenant::Role;
use crate::domain::{Command, Event};
use crate::ledger::NumberKind;
use crate::ledger::record::{Addressed, Executed, StreamKey};
use crate::ledger::unit::NameKind;
use crate::projections::row;

/// Creates an event type of the caller, or of the user an owner names with `ownerId`.
#[utoipa::path(post, path = "/v2/event-types", operation_id = "createEventType", tag = "Event types",
    params(("cal-api-version" = String, Header, description = "`2024-06-14`")),
    request_body = NewEventType,
    responses((status = 201, description = "The event type", body = shown::EventType), (status = 400, description = "Not valid, or the slug is taken")))]
pub(super) async fn create(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    payload: Payload,
) -> Result<Response, Failure> {
    let form = Form::of(version);
    let settings = form.settings(payload.object()?, None)?;
    let tenant = caller.tenant()?;
    let outcome = attempted(|| create_once(&api, &caller, tenant, &settings, &payload)).await;
    let asked = Asked::new(Doing::EventType);
    let executed = api
        .settled(&caller, &payload, Some(tenant), &asked, outcome)
        .await?;
    let event = recorded(&executed, EventTypeEvent::created)?;
    let owner = owner_then(&api, tenant, event.owner, &executed).await?;
    let shown = view::View {
        number: event.number,
        owner_number: event.owner_number,
        settings: &event.settings,
        owner: Some(&owner),
    };
    Ok(marked(
        created(form.json(&shown, &api.public_url)),
        executed.replayed,
    ))
}

async fn create_once(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    settings: &EventTypeSettings,
    payload: &Payload,
) -> Result<Executed, Failure> {
    let owner = owner_of(api, caller, tenant, payload).await?;
    check_schedule(settings, &owner)?;
    let asked = Asked::new(Doing::EventType);
    let number = api.draw(NumberKind::EventType, &asked).await?;
    let id = EventTypeId::from_uuid(api.ids.uuid());
    let command = EventTypeCommand::Create(Box::new(EventTypeCreated {
        number: EventTypeNumber::new(number),
        owner: owner.provider,
        owner_number: owner.number,
        hosts: vec![owner.provider],
        team: None,
        assignment: None,
        settings: settings.clone(),
    }));
    let addressed = Addressed {
        stream: StreamKey::event_type(tenant, id),
        command: Command::EventType(command),
    };
    let asked = asked.number(number);
    let idempotency = payload.idempotency(api, caller, tenant)?;
    let context = caller.context(tenant, idempotency);
    api.execute(context, vec![addressed], &asked).await
}

/// Changes the members given; the rest stays.
#[utoipa::path(patch, path = "/v2/event-types/{id}", operation_id = "changeEventType", tag = "Event types",
    params(("cal-api-version" = String, Header, description = "`2024-06-14`"), ("id" = i32, Path)),
    request_body(content = NewEventType, description = "Any of its members; the rest stays as it is. Null switches a policy off"),
    responses((status = 200, description = "The event type", body = shown::EventType), (status = 403, description = "Another user's"),
        (status = 404, description = "No such event type")))]
pub(super) async fn change(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    Path(id): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    let form = Form::of(version);
    let outcome = attempted(|| change_once(&api, &caller, &id, form, &payload)).await;
    let executed = settled(&api, &caller, &payload, &id, outcome).await?;
    let event = recorded(&executed, EventTypeEvent::changed)?;
    let owner = owner_then(&api, caller.tenant()?, event.owner, &executed).await?;
    let shown = view::View {
        number: event.number,
        owner_number: owner.number,
        settings: &event.settings,
        owner: Some(&owner),
    };
    Ok(marked(
        success(form.json(&shown, &api.public_url)),
        executed.replayed,
    ))
}

/// Merges the change into the event type as it is; merged again when somebody else changed it meanwhile.
async fn change_once(
    api: &Api,
    caller: &Caller,
    id: &str,
    form: Form,
    payload: &Payload,
) -> Result<Executed, Failure> {
    let found = own(api, caller, id).await?;
    let owner = api
        .provider_row(found.tenant, found.current.owner)
        .await?
        .ok_or_else(|| Failure::not_found(format!("Event type with id {id} not found")))?;
    let settings = form.settings(payload.object()?, Some(&found.current.settings))?;
    check_schedule(&settings, &owner)?;
    let change = ChangeEventType {
        settings,
        assignment: None,
        expected: Some(found.version),
    };
    let command = EventTypeCommand::Change(Box::new(change));
    execute(api, caller, payload, &found, vec![on(&found, command)]).await
}

/// The owner as it stood when the command was decided: first answer and replay show the same.
async fn owner_then(
    api: &Api,
    tenant: TenantId,
    owner: ProviderId,
    executed: &Executed,
) -> Result<row::Provider, Failure> {
    let event = executed.events.first().ok_or_else(Failure::internal)?;
    api.provider_at(tenant, owner, event.decided_at).await
}

/// Deletes an event type with its webhooks; what is booked stays.
#[utoipa::path(delete, path = "/v2/event-types/{id}", operation_id = "deleteEventType", tag = "Event types",
    params(("cal-api-version" = String, Header, description = "`2024-06-14`"), ("id" = i32, Path)),
    responses((status = 200, description = "What was deleted", body = DeletedEventType), (status = 403, description = "Another user's"),
        (status = 404, description = "No such event type")))]
pub(super) async fn delete(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    Path(id): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    let outcome = attempted(|| delete_once(&api, &caller, &id, &payload)).await;
    let executed = settled(&api, &caller, &payload, &id, outcome).await?;
    let shown = gone(&api, &caller, &executed, Form::of(version).length()).await?;
    Ok(marked(success(shown), executed.replayed))
}

/// What a deletion answers: the event type as it was in the end.
pub(in crate::api) async fn gone(
    api: &Api,
    caller: &Caller,
    executed: &Executed,
    length: &str,
) -> Result<Value, Failure> {
    let event = recorded(executed, EventTypeEvent::deleted)?;
    let gone = api
        .event_type_to_change(caller, event.number.get())
        .await?
        .ok_or_else(Failure::internal)?;
    let settings = &gone.current.settings;
    Ok(json!({
        "id": event.number,
        length: settings.lengths_minutes.first(),
        "title": settings.title,
        "slug": event.slug,
    }))
}

async fn delete_once(
    api: &Api,
    caller: &Caller,
    id: &str,
    payload: &Payload,
) -> Result<Executed, Failure> {
    let found = own(api, caller, id).await?;
    remove(api, caller, payload, &found).await
}

/// Deletes an event type with the webhooks that watch it, in one command. One that was added between the look and the
/// command is removed by a second; where that was not to be, by whoever repeats the deletion.
pub(in crate::api) async fn remove(
    api: &Api,
    caller: &Caller,
    payload: &Payload,
    found: &FoundEventType,
) -> Result<Executed, Failure> {
    let webhooks = cascade::removals(api, found.tenant, found.id.as_uuid()).await?;
    let deletion = on(found, EventTypeCommand::Delete);
    let commands = std::iter::once(deletion).chain(webhooks).collect();
    let outcome = execute(api, caller, payload, found, commands).await;
    let is_gone = match &outcome {
        Ok(_) => true,
        Err(failure) => failure.refusal().status == StatusCode::NOT_FOUND,
    };
    if is_gone {
        cascade::sweep(api, caller, found.tenant, found.id.as_uuid()).await?;
    }
    outcome
}

/// The recorded outcome where the event type is not found, or not the caller's, any more.
pub(super) async fn settled(
    api: &Api,
    caller: &Caller,
    payload: &Payload,
    id: &str,
    outcome: Result<Executed, Failure>,
) -> Result<Executed, Failure> {
    let asked = Asked::new(Doing::EventType).number(id.parse().unwrap_or_default());
    api.settled(caller, payload, caller.tenant, &asked, outcome)
        .await
}

/// The event type named in the path, which the caller must speak for. A deleted one is left to the rules, so that a
/// repeated request with the same key is answered as the first.
pub(super) async fn own(api: &Api, caller: &Caller, id: &str) -> Result<FoundEventType, Failure> {
    let absent = || Failure::not_found(format!("Event type with id {id} not found"));
    let number = number_in_path(id)?.ok_or_else(absent)?;
    let found = api
        .event_type_to_change(caller, number)
        .await?
        .ok_or_else(absent)?;
    if caller.speaks_for(found.tenant, found.current.owner) {
        Ok(found)
    } else {
        Err(not_owner(api, caller, found.tenant, number).await)
    }
}

/// Whose the new event type is.
async fn owner_of(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    payload: &Payload,
) -> Result<row::Provider, Failure> {
    let body = payload.object()?;
    let mut members = Members::new(body);
    let named = members
        .optional("ownerId", value::wire_number)
        .filter(|_| caller.role == Role::Owner);
    let provider = match named {
        None => caller.acting_provider()?,
        Some(number) => {
            let number = ProviderNumber::new(number).to_string();
            let found = api
                .provider_named(caller, NameKind::Provider, &number)
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

fn check_schedule(settings: &EventTypeSettings, owner: &row::Provider) -> Result<(), Failure> {
    let Some(schedule) = settings.schedule else {
        return Ok(());
    };
    let is_own = owner.schedules.iter().any(|row| row.schedule == schedule);
    if is_own {
        Ok(())
    } else {
        Err(Failure::not_found(format!(
            "Schedule with ID={schedule} does not exist."
        )))
    }
}

pub(in crate::api) async fn execute(
    api: &Api,
    caller: &Caller,
    payload: &Payload,
    found: &FoundEventType,
    commands: Vec<Addressed>,
) -> Result<Executed, Failure> {
    let idempotency = payload.idempotency(api, caller, found.tenant)?;
    let asked = Asked::new(Doing::EventType).number(found.current.number.get());
    let context = caller.context(found.tenant, idempotency);
    api.execute(context, commands, &asked).await
}

pub(in crate::api) fn on(found: &FoundEventType, command: EventTypeCommand) -> Addressed {
    Addressed {
        stream: StreamKey::event_type(found.tenant, found.id),
        command: Command::EventType(command),
    }
}

/// The first event of a kind among those recorded.
pub(in crate::api) fn recorded<T>(
    executed: &Executed,
    pick: impl Fn(&EventTypeEvent) -> Option<&T>,
) -> Result<T, Failure>
where
    T: Clone,
{
    executed
        .events
        .iter()
        .find_map(|recorded| match &recorded.event {
            Event::EventType(event) => pick(event).cloned(),
            Event::Tenant(_) | Event::Provider(_) | Event::Webhook(_) | Event::Composite(_) => None,
        })
        .ok_or_else(Failure::internal)
}
