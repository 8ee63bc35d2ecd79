//! What is sent: a body, its type, its signature (`reference` § 7.2).

use serde::Serialize;
use serde_json::{Map, Value};

use super::booking::instant;
use super::signature::signature;
use super::template::{Form, TooLong, filled, form_of};
use crate::domain::personal::Subscription;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Trigger;

/// One message to one subscriber.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Exactly the bytes that are signed and sent.
    pub body: String,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// `X-Cal-Signature-256`.
    pub signature: String,
}

impl Message {
    /// The message of a trigger that fired at an instant (the event's own), in the subscriber's words if it has some.
    ///
    /// # Errors
    /// [`TooLong`] where the subscriber's words come to more than a body may have.
    ///
    /// # Panics
    /// Never: payloads are built of texts, numbers and maps with texts for keys.
    pub fn new<P: Serialize>(
        trigger: Trigger,
        created_at: Timestamp,
        payload: &P,
        subscription: &Subscription,
    ) -> Result<Self, TooLong> {
        let created_at = instant(created_at);
        let (body, form) = match &subscription.payload_template {
            None => (plain(trigger, &created_at, payload), Form::Json),
            Some(template) => {
                let form = form_of(template);
                let context = context(trigger, created_at, payload);
                (filled(template, form, &context)?, form)
            }
        };
        Ok(Self {
            content_type: match form {
                Form::Json => "application/json",
                Form::Text => "application/x-www-form-urlencoded",
            },
            signature: signature(subscription.secret.as_deref(), body.as_bytes()),
            body,
        })
    }
}

fn plain<P: Serialize>(trigger: Trigger, created_at: &str, payload: &P) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a, P> {
        trigger_event: &'static str,
        created_at: &'a str,
        payload: &'a P,
    }
    let body = Body {
        trigger_event: trigger.as_str(),
        created_at,
        payload,
    };
    serde_json::to_string(&body).expect("payloads are JSON")
}

/// The payload's members at the top, with what fired and when.
fn context<P: Serialize>(trigger: Trigger, created_at: String, payload: &P) -> Value {
    let mut members = match serde_json::to_value(payload).expect("payloads are JSON") {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    };
    members.insert("triggerEvent".to_owned(), trigger.as_str().into());
    members.insert("createdAt".to_owned(), created_at.into());
    Value::Object(members)
}
