//! Webhooks on the wire (`reference` § 7).

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::WebhookId;
use crate::domain::personal::Subscription;
use crate::domain::webhook::{Definition, Trigger};

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// UUID.
    pub id: String,
    /// Whose, when it watches all bookings of a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i32>,
    /// Which event type it watches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_type_id: Option<i32>,
    /// Where it goes.
    pub subscriber_url: String,
    /// What it waits for.
    #[schema(value_type = Vec<String>)]
    pub triggers: Vec<Trigger>,
    /// Whether anything is sent.
    pub active: bool,
    /// The body, with `{{field}}` in it; null for JSON.
    #[schema(required)]
    pub payload_template: Option<String>,
    /// What bodies are signed with.
    #[schema(required)]
    pub secret: Option<String>,
}

impl Webhook {
    /// As it was recorded, with what was sealed.
    pub fn of(id: WebhookId, definition: &Definition, sealed: Subscription) -> Self {
        let event_type = definition.event_type.map(|watched| watched.number.get());
        Self {
            id: id.to_string(),
            user_id: event_type.is_none().then(|| definition.owner_number.get()),
            event_type_id: event_type,
            subscriber_url: sealed.url,
            triggers: definition.triggers.clone(),
            active: definition.active,
            payload_template: sealed.payload_template,
            secret: sealed.secret,
        }
    }
}

/// A webhook to create: what [`super::body`] reads.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewWebhook {
    /// Absolute http or https address of a public host; unique among the webhooks of the user or event type.
    #[schema(max_length = 1_000)]
    pub subscriber_url: String,
    /// Names of triggers, each once.
    #[schema(max_items = 21)]
    pub triggers: Vec<String>,
    /// Whether anything is sent.
    pub active: bool,
    /// The body, with `{{field}}` in it.
    #[schema(max_length = 50_000)]
    pub payload_template: Option<String>,
    /// What bodies are signed with.
    #[schema(max_length = 1_000)]
    pub secret: Option<String>,
    /// `2021-10-20`, the only version of bodies.
    pub version: Option<String>,
}

/// A change of a webhook; the rest stays. Null removes template and secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangedWebhook {
    /// See [`NewWebhook::subscriber_url`].
    #[schema(max_length = 1_000)]
    pub subscriber_url: Option<String>,
    /// See [`NewWebhook::triggers`].
    #[schema(max_items = 21)]
    pub triggers: Option<Vec<String>>,
    /// See [`NewWebhook::active`].
    pub active: Option<bool>,
    /// See [`NewWebhook::payload_template`].
    #[schema(max_length = 50_000)]
    pub payload_template: Option<String>,
    /// See [`NewWebhook::secret`].
    #[schema(max_length = 1_000)]
    pub secret: Option<String>,
    /// See [`NewWebhook::version`].
    pub version: Option<String>,
}
