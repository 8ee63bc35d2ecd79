//! The webhook: who wants to be told of what, and where. Each is a stream of its own, because a tenant may have
//! thousands, and the tenant's stream is read by commands that have nothing to do with them.
//!
//! Where it is told, under which secret and in which words is sealed beside the events, as whatever a person typed:
//! the address of a subscriber is often a password itself. The rules see a keyed hash of the address, which makes it
//! unique ([`crate::domain::rejection::UniqueName::SubscriberUrl`]).

#[cfg(test)]
mod tests;
mod trigger;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::aggregate::{Event, Fact, Sealable};
use crate::domain::id::{EventTypeId, EventTypeNumber, ProviderId, ProviderNumber};
use crate::domain::rejection::Rejection;

pub use trigger::Trigger;

/// Webhooks of one user, and of one event type; best effort: the count spans streams, and is checked, not fenced. So all of
/// an event type go with it in one linked command (100 streams), and what a race let in beyond is swept up after it.
pub const WEBHOOKS_MAX: u32 = 50;

/// A request to a webhook's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebhookCommand {
    /// Creates it.
    Create(Box<SetWebhook>),
    /// Replaces it as a whole; the subscriber's address may change.
    Change(Box<SetWebhook>),
    /// Removes it.
    Delete(Box<DeleteWebhook>),
}

/// See [`WebhookCommand::Create`], [`WebhookCommand::Change`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetWebhook {
    /// The webhook as a whole.
    pub definition: Definition,
    /// The version of its stream that a change was merged into; absent: overwrites.
    pub expected: Option<u64>,
    /// The version of its event type when it was read: the commit compares it, so that no webhook is left behind by an
    /// event type that is deleted at the same time.
    pub event_type_version: Option<u64>,
    /// Address, secret and template, under the webhook's own key.
    pub sealable: Sealable,
}

/// See [`WebhookCommand::Delete`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteWebhook {
    /// The version of its stream that was read; absent: any.
    pub expected: Option<u64>,
    /// Address, secret and template as they were: what is answered is what is recorded.
    pub sealable: Sealable,
}

/// A recorded fact of a webhook's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WebhookEvent {
    /// It exists.
    WebhookCreated(Definition),
    /// It changed; the whole of it.
    WebhookChanged(WebhookChanged),
    /// It is gone; the whole of it as it was.
    WebhookDeleted(Definition),
}

/// See [`WebhookEvent::WebhookChanged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookChanged {
    /// The hash of the address before, when it changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous_url_hash: Option<String>,
    /// The webhook now.
    pub definition: Definition,
}

/// A webhook, all but what is sealed beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Definition {
    /// Whose.
    pub owner: ProviderId,
    /// The owner's wire number.
    pub owner_number: ProviderNumber,
    /// Only bookings of this event type; absent: all of the owner's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub event_type: Option<WatchedEventType>,
    /// Keyed hash of the subscriber's address.
    pub url_hash: String,
    /// What it waits for; 1 of each at most, in the order given.
    pub triggers: Vec<Trigger>,
    /// Whether anything is sent.
    pub active: bool,
}

/// The event type of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WatchedEventType {
    /// Its id.
    pub id: EventTypeId,
    /// Its wire number.
    pub number: EventTypeNumber,
}

/// The state of a webhook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// As it is now; absent before creation.
    pub current: Option<Definition>,
    /// Removed.
    pub deleted: bool,
    /// Version of the stream.
    pub version: u64,
}

impl Definition {
    /// What it watches: its event type, else its owner. Its address is unique among the webhooks of one such scope.
    pub fn scope(&self) -> Uuid {
        self.event_type
            .map_or_else(|| self.owner.as_uuid(), |watched| watched.id.as_uuid())
    }

    fn validate(&self) -> Result<(), Rejection> {
        let unique: BTreeSet<Trigger> = self.triggers.iter().copied().collect();
        if unique.len() < self.triggers.len() {
            return Err(Rejection::invalid("triggers", "must be unique"));
        }
        Ok(())
    }
}

impl Webhook {
    /// Order of checks:
    /// - `Create`: [`Rejection::AlreadyExists`] (deleted ones too: an id is used once), `Invalid` triggers;
    /// - `Change`: [`Rejection::Outdated`], [`Rejection::WebhookNotFound`], `Invalid` triggers;
    /// - `Delete`: [`Rejection::Outdated`], [`Rejection::WebhookNotFound`].
    ///
    /// Outdated first: who read it before somebody else removed it reads again, and finds that it is not there.
    ///
    /// That the address is unique in its scope spans streams: the append asserts it.
    pub(super) fn decide(&self, command: &WebhookCommand) -> Result<Vec<Fact>, Rejection> {
        match command {
            WebhookCommand::Create(set) => {
                if self.current.is_some() {
                    return Err(Rejection::AlreadyExists);
                }
                set.definition.validate()?;
                let created = WebhookEvent::WebhookCreated(set.definition.clone());
                Ok(fact(created, &set.sealable))
            }
            WebhookCommand::Change(set) => {
                Rejection::unless_current(set.expected, self.version)?;
                let before = self.open()?;
                set.definition.validate()?;
                let moved = before.url_hash != set.definition.url_hash;
                let changed = WebhookEvent::WebhookChanged(WebhookChanged {
                    previous_url_hash: moved.then(|| before.url_hash.clone()),
                    definition: set.definition.clone(),
                });
                Ok(fact(changed, &set.sealable))
            }
            WebhookCommand::Delete(delete) => {
                Rejection::unless_current(delete.expected, self.version)?;
                let before = self.open()?;
                let deleted = WebhookEvent::WebhookDeleted(before.clone());
                Ok(fact(deleted, &delete.sealable))
            }
        }
    }

    fn open(&self) -> Result<&Definition, Rejection> {
        match &self.current {
            Some(current) if !self.deleted => Ok(current),
            Some(_) | None => Err(Rejection::WebhookNotFound),
        }
    }

    pub(super) fn evolve(&mut self, sequence: u64, event: &WebhookEvent) {
        match event {
            WebhookEvent::WebhookCreated(definition) => self.current = Some(definition.clone()),
            WebhookEvent::WebhookChanged(changed) => {
                self.current = Some(changed.definition.clone());
            }
            WebhookEvent::WebhookDeleted(_) => self.deleted = true,
        }
        self.version = sequence;
    }
}

fn fact(event: WebhookEvent, sealable: &Sealable) -> Vec<Fact> {
    vec![Fact {
        event: Event::Webhook(event),
        sealable: Some(sealable.clone()),
    }]
}
