//! The event type: a bookable service of one or several providers.

pub mod private_link;
#[cfg(test)]
mod rejections;
pub mod settings;
#[cfg(test)]
mod tests;
pub(super) mod validation;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::aggregate::{Event, Fact};
use crate::domain::id::{EventTypeNumber, ProviderId, ProviderNumber};
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;
use private_link::{PrivateLink, PrivateLinkRemoved, SetPrivateLink};
use settings::EventTypeSettings;

/// A request to an event type's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventTypeCommand {
    /// Creates it.
    Create(Box<EventTypeCreated>),
    /// Replaces its settings; the slug may change.
    Change(Box<ChangeEventType>),
    /// Deletes it: nothing new can be booked, what is booked stays.
    Delete,
    /// Adds or replaces a private link.
    SetPrivateLink(SetPrivateLink),
    /// Removes a private link, by its name.
    RemovePrivateLink(String),
}

/// See [`EventTypeCommand::Change`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeEventType {
    /// The settings as a whole.
    pub settings: EventTypeSettings,
    /// The version of the stream that the change was merged into: refused as `Outdated` at any other one, so that no
    /// change of somebody else is written over. Absent: overwrites.
    pub expected: Option<u64>,
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
    /// A private link was added or replaced as a whole.
    PrivateLinkSet(PrivateLink),
    /// A private link was removed.
    PrivateLinkRemoved(PrivateLinkRemoved),
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

/// The state of an event type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventType {
    /// As it was created, with its settings now; absent before creation.
    pub current: Option<EventTypeCreated>,
    /// Deleted.
    pub deleted: bool,
    /// Its private links, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub private_links: BTreeMap<String, PrivateLink>,
    /// Version of the stream.
    pub version: u64,
}

impl EventType {
    /// Most hosts of one event type: as many streams as one linked command may touch.
    pub const HOSTS_MAX: u32 = 100;

    /// Order of checks:
    /// - `Create`: [`Rejection::AlreadyExists`] (deleted ones too: an id is used once), the hosts, the settings
    ///   ([`EventTypeSettings::validate`]);
    /// - `Change`: [`Rejection::EventTypeNotFound`] when absent or deleted, [`Rejection::Outdated`], the settings;
    /// - `Delete`: [`Rejection::EventTypeNotFound`] when absent or deleted;
    /// - private links: see [`private_link`].
    ///
    /// That the slug is unique among the owner's spans streams: the append asserts it.
    pub(super) fn decide(
        &self,
        _now: Timestamp,
        command: &EventTypeCommand,
    ) -> Result<Vec<Fact>, Rejection> {
        match command {
            EventTypeCommand::Create(created) => {
                if self.current.is_some() {
                    return Err(Rejection::AlreadyExists);
                }
                validate_hosts(created)?;
                created.settings.validate()?;
                let created = EventTypeCreated::clone(created);
                Ok(fact(EventTypeEvent::EventTypeCreated(created)))
            }
            EventTypeCommand::Change(change) => {
                let open = self.open()?;
                Rejection::unless_current(change.expected, self.version)?;
                let settings = &change.settings;
                settings.validate()?;
                let renamed = open.settings.slug != settings.slug;
                Ok(fact(EventTypeEvent::EventTypeChanged(EventTypeChanged {
                    number: open.number,
                    owner: open.owner,
                    previous_slug: renamed.then(|| open.settings.slug.clone()),
                    settings: settings.clone(),
                })))
            }
            EventTypeCommand::Delete => {
                let open = self.open()?;
                Ok(fact(EventTypeEvent::EventTypeDeleted(EventTypeDeleted {
                    number: open.number,
                    owner: open.owner,
                    slug: open.settings.slug.clone(),
                })))
            }
            EventTypeCommand::SetPrivateLink(set) => {
                let link = self.set_private_link(set)?;
                Ok(fact(EventTypeEvent::PrivateLinkSet(link)))
            }
            EventTypeCommand::RemovePrivateLink(link) => {
                let removed = self.remove_private_link(link)?;
                Ok(fact(EventTypeEvent::PrivateLinkRemoved(removed)))
            }
        }
    }

    /// The event type, unless it was never created or is deleted.
    ///
    /// # Errors
    /// [`Rejection::EventTypeNotFound`].
    pub fn open(&self) -> Result<&EventTypeCreated, Rejection> {
        match &self.current {
            Some(current) if !self.deleted => Ok(current),
            Some(_) | None => Err(Rejection::EventTypeNotFound),
        }
    }

    pub(super) fn evolve(&mut self, sequence: u64, event: &EventTypeEvent) {
        match event {
            EventTypeEvent::EventTypeCreated(created) => self.current = Some(created.clone()),
            EventTypeEvent::EventTypeChanged(changed) => {
                if let Some(current) = &mut self.current {
                    current.settings.clone_from(&changed.settings);
                }
            }
            EventTypeEvent::EventTypeDeleted(_) => self.deleted = true,
            EventTypeEvent::PrivateLinkSet(link) => {
                self.private_links.insert(link.link.clone(), link.clone());
            }
            EventTypeEvent::PrivateLinkRemoved(removed) => {
                self.private_links.remove(&removed.link);
            }
        }
        self.version = sequence;
    }
}

/// The owner first, everybody once.
fn validate_hosts(created: &EventTypeCreated) -> Result<(), Rejection> {
    let hosts = &created.hosts;
    if hosts.first() != Some(&created.owner) {
        return Err(Rejection::invalid("hosts", "must begin with the owner"));
    }
    Rejection::unless_at_most(EventType::HOSTS_MAX, "hosts", hosts.len())?;
    let unique: BTreeSet<&ProviderId> = hosts.iter().collect();
    if unique.len() < hosts.len() {
        return Err(Rejection::invalid("hosts", "must be unique"));
    }
    Ok(())
}

fn fact(event: EventTypeEvent) -> Vec<Fact> {
    vec![Fact {
        event: Event::EventType(event),
        sealable: None,
    }]
}
