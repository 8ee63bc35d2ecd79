//! The event type: a bookable service of one or several providers.

pub mod settings;

use serde::{Deserialize, Serialize};

use crate::domain::id::{EventTypeNumber, ProviderId, ProviderNumber};
use settings::EventTypeSettings;

/// A request to an event type's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventTypeCommand {
    /// Creates it.
    Create(Box<EventTypeCreated>),
    /// Replaces its settings; the slug may change.
    Change(Box<EventTypeSettings>),
    /// Deletes it: nothing new can be booked, what is booked stays.
    Delete,
}

/// A recorded fact of an event type's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventTypeEvent {
    /// It exists.
    EventTypeCreated(EventTypeCreated),
    /// Its settings, as a whole.
    EventTypeChanged(EventTypeChanged),
    /// It can no longer be booked.
    EventTypeDeleted(EventTypeDeleted),
}

/// See [`EventTypeEvent::EventTypeCreated`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventTypeCreated {
    /// Wire number.
    pub number: EventTypeNumber,
    /// Who owns it: the slug is unique among the owner's.
    pub owner: ProviderId,
    /// The owner's wire number.
    pub owner_number: ProviderNumber,
    /// Who can be booked with it, the owner first; 1 to 100.
    pub hosts: Vec<ProviderId>,
    /// Everything else.
    pub settings: EventTypeSettings,
}

/// See [`EventTypeEvent::EventTypeChanged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventTypeChanged {
    /// Wire number.
    pub number: EventTypeNumber,
    /// The owner.
    pub owner: ProviderId,
    /// The slug before, when it changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous_slug: Option<String>,
    /// The settings now.
    pub settings: EventTypeSettings,
}

/// See [`EventTypeEvent::EventTypeDeleted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventTypeDeleted {
    /// Wire number.
    pub number: EventTypeNumber,
    /// The owner.
    pub owner: ProviderId,
    /// The slug, free again.
    pub slug: String,
}

use crate::domain::aggregate::Fact;
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;

/// The state of an event type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventType {
    /// As it was created, with its settings now; absent before creation.
    pub current: Option<EventTypeCreated>,
    /// Deleted.
    pub deleted: bool,
    /// Version of the stream.
    pub version: u64,
}

impl EventType {
    pub(super) fn decide(
        &self,
        _now: Timestamp,
        _command: &EventTypeCommand,
    ) -> Result<Vec<Fact>, Rejection> {
        Err(Rejection::EventTypeNotFound)
    }
    pub(super) fn evolve(&mut self, _sequence: u64, _event: &EventTypeEvent) {}
}
