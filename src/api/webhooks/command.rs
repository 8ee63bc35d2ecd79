//! What is done with webhooks, whatever they watch.

use axum::http::Uri;
use axum::response::Response;
use serde_json::{Map, Value};

use super::body::{self, Given};
use super::cascade::{removal, removals, sealable, sweep};
use super::watching::{Target, Watching, opened};
use super::wire;
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::envelope::{created, success};
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::idempotency::marked;
use crate::api::page;
use crate::api::payload::Payload;
use crate::api::problem::Problem;
use crate::api::rejection::{Asked, Doing, failed};
use crate::domain::id::{KeyId, WebhookId};
use crate::domain::webhook::{Definition, SetWebhook, WEBHOOKS_MAX, WebhookCommand, WebhookEvent};
use crate::domain::{Command, Event};
use crate::ledger::record::{Addressed, Executed, RecordedEvent, StreamKey};
use crate::ledger::vault::Purpose;
use crate::projections::webhooks;

/// A request about the webhooks of a user or of an event type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'a> {
    api: &'a Api,
    caller: &'a Caller,
    target: Target<'a>,
}

impl<'a> Request<'a> {
    pub(super) const fn new(api: &'a Api, caller: &'a Caller, target: Target<'a>) -> Self {
        Self {
            api,
            caller,
            target,
        }
    }

    pub(super) async fn list(self, uri: &Uri) -> Result<Response, Failure> {
        let part = page::of_query(uri)?;
        let watching = self.watching().await?;
        let (tenant, scope) = (watching.tenant, watching.scope());
        let rows = webhooks::of_scope(self.api.ledger.database(), tenant, scope, part)
            .await
            .map_err(|error| failed(error.into(), &self.asked("")))?;
        let sealed: Vec<_> = rows.iter().map(|row| row.sealed.clone()).collect();
        let opened = opened(self.api, tenant, &sealed).await?;
        let shown = rows.iter().zip(opened);
        let shown: Vec<_> = shown
            .map(|(row, it)| wire::Webhook::of(row.webhook, &row.definition, it))
            .collect();
        Ok(success(shown))
    }

    pub(super) async fn read(self, id: &str) -> Result<Response, Failure> {
        let watching = self.watching().await?;
        let (row, sealed) = watching.webhook(self.api, id).await?;
        let shown = wire::Webhook::of(row.webhook, &row.definition, sealed);
        Ok(success(shown))
    }

    pub(super) async fn create(self, payload: &Payload) -> Result<Response, Failure> {
        let given = body::new(payload.object()?, &self.api.guard)?;
        let outcome = attempted(|| self.create_once(&given, payload)).await;
        let executed = self.settled(payload, "", outcome).await?;
        let shown = self.recorded(&executed).await?;
        Ok(marked(created(shown), executed.replayed))
    }

    async fn create_once(self, given: &Given, payload: &Payload) -> Result<Executed, Failure> {
        let watching = self.watching().await?;
        let (tenant, scope) = (watching.tenant, watching.scope());
        let count = webhooks::count(self.api.ledger.database(), tenant, scope)
            .await
            .map_err(|error| failed(error.into(), &self.asked("")))?;
        if WEBHOOKS_MAX <= count {
            return Err(
                Failure::bad_request(format!("More than {WEBHOOKS_MAX} webhooks."))
                    .problem(Problem::QuotaExceeded),
            );
        }
        let key = KeyId::from_uuid(self.api.ids.uuid());
        let set = SetWebhook {
            definition: self.definition(&watching, given),
            expected: None,
            event_type_version: watching.event_type_version,
            sealable: sealable(key, true, given.subscription.clone()),
        };
        let command = Addressed {
            stream: StreamKey::webhook(tenant, WebhookId::from_uuid(self.api.ids.uuid())),
            command: Command::Webhook(WebhookCommand::Create(Box::new(set))),
        };
        self.execute(&watching, payload, "", vec![command]).await
    }

    pub(super) async fn change(self, id: &str, payload: &Payload) -> Result<Response, Failure> {
        let body = payload.object()?;
        let outcome = attempted(|| self.change_once(id, body, payload)).await;
        let executed = self.settled(payload, id, outcome).await?;
        let shown = self.recorded(&executed).await?;
        Ok(marked(success(shown), executed.replayed))
    }

    /// Merges the change into the webhook as it is; merged again when somebody else changed it meanwhile.
    async fn change_once(
        self,
        id: &str,
        body: &Map<String, Value>,
        payload: &Payload,
    ) -> Result<Executed, Failure> {
        let watching = self.watching().await?;
        let (row, subscription) = watching.webhook(self.api, id).await?;
        let base = Given {
            subscription,
            triggers: row.definition.triggers.clone(),
            active: row.definition.active,
        };
        let given = body::changed(body, &base, &self.api.guard)?;
        let set = SetWebhook {
            definition: self.definition(&watching, &given),
            expected: Some(row.version),
            event_type_version: watching.event_type_version,
            sealable: sealable(row.sealed.key, false, given.subscription),
        };
        let command = Addressed {
            stream: StreamKey::webhook(watching.tenant, row.webhook),
            command: Command::Webhook(WebhookCommand::Change(Box::new(set))),
        };
        self.execute(&watching, payload, id, vec![command]).await
    }

    pub(super) async fn delete(self, id: &str, payload: &Payload) -> Result<Response, Failure> {
        let outcome = attempted(async || {
            let watching = self.watching().await?;
            let (row, subscription) = watching.webhook(self.api, id).await?;
            let command = removal(watching.tenant, &row, subscription);
            self.execute(&watching, payload, id, vec![command]).await
        })
        .await;
        let executed = self.settled(payload, id, outcome).await?;
        let shown = self.recorded(&executed).await?;
        Ok(marked(success(shown), executed.replayed))
    }

    pub(super) async fn delete_all(self, payload: &Payload) -> Result<Response, Failure> {
        let outcome = attempted(async || {
            let watching = self.watching().await?;
            let (tenant, scope) = (watching.tenant, watching.scope());
            let commands = removals(self.api, tenant, scope).await?;
            let executed = self.execute(&watching, payload, "", commands).await?;
            if !executed.replayed {
                sweep(self.api, self.caller, tenant, scope).await?;
            }
            Ok(executed)
        })
        .await;
        let executed = self.settled(payload, "", outcome).await?;
        let count = executed.events.iter().filter_map(definition).count();
        let shown = format!("{count} webhooks deleted");
        Ok(marked(success(shown), executed.replayed))
    }

    async fn watching(self) -> Result<Watching, Failure> {
        Watching::of(self.api, self.caller, self.target).await
    }

    fn definition(self, watching: &Watching, given: &Given) -> Definition {
        let vault = self.api.ledger.vault();
        let url = &given.subscription.url;
        Definition {
            owner: watching.owner,
            owner_number: watching.owner_number,
            event_type: watching.event_type,
            url_hash: vault.keyed_hash(watching.tenant, Purpose::SubscriberUrl, url),
            triggers: given.triggers.clone(),
            active: given.active,
        }
    }

    fn asked(self, id: &str) -> Asked<'_> {
        Asked::new(Doing::Webhook)
            .uid(id)
            .number(self.target.number())
    }

    async fn execute(
        self,
        watching: &Watching,
        payload: &Payload,
        id: &str,
        commands: Vec<Addressed>,
    ) -> Result<Executed, Failure> {
        let idempotency = payload.idempotency(self.api, self.caller, watching.tenant)?;
        let context = self.caller.context(watching.tenant, idempotency);
        self.api.execute(context, commands, &self.asked(id)).await
    }

    /// The recorded outcome where the webhook, or what it watches, is not found any more.
    async fn settled(
        self,
        payload: &Payload,
        id: &str,
        outcome: Result<Executed, Failure>,
    ) -> Result<Executed, Failure> {
        let tenant = self.caller.tenant;
        self.api
            .settled(self.caller, payload, tenant, &self.asked(id), outcome)
            .await
    }

    /// The webhook as a command recorded it: first answer and replay are the same.
    async fn recorded(self, executed: &Executed) -> Result<wire::Webhook, Failure> {
        let mut events = executed.events.iter();
        let (event, definition) = events
            .find_map(|event| Some((event, definition(event)?)))
            .ok_or_else(Failure::internal)?;
        let opened = opened(self.api, event.stream.tenant, event.personal.as_slice());
        let sealed = opened.await?.pop().ok_or_else(Failure::internal)?;
        let id = WebhookId::from_uuid(event.stream.id);
        Ok(wire::Webhook::of(id, definition, sealed))
    }
}

/// The webhook that an event is about, as it recorded it.
fn definition(event: &RecordedEvent) -> Option<&Definition> {
    match &event.event {
        Event::Webhook(
            WebhookEvent::WebhookCreated(definition) | WebhookEvent::WebhookDeleted(definition),
        ) => Some(definition),
        Event::Webhook(WebhookEvent::WebhookChanged(changed)) => Some(&changed.definition),
        Event::Tenant(_) | Event::Provider(_) | Event::EventType(_) | Event::Composite(_) => None,
    }
}
