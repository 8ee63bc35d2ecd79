//! The event type: a bookable service of one or several providers.

pub mod private_link;
#[cfg(test)]
mod rejections;
pub mod settings;
pub mod hosts;
#[cfg(test)]
mod tests;
pub(super) mod validation;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::aggregate::{Event, Fact};
use crate::domain::id::{EventTypeNumber, ProviderId, ProviderNumber, TeamId};
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;
use hosts::Assignment;
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
    /// Who is booked from now on; absent: as before.
    pub assignment: Option<Assignment>,
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

impl EventTypeEvent {
    /// What was created, if it says so.
    pub fn created(&self) -> Option<&EventTypeCreated> {
        if let Self::EventTypeCreated(event) = self {
            Some(event)
        } else {
            None
        }
    }

    /// What changed, if it says so.
    pub fn changed(&self) -> Option<&EventTypeChanged> {
        if let Self::EventTypeChanged(event) = self {
            Some(event)
        } else {
            None
        }
    }

    /// What was deleted, if it says so.
    pub fn deleted(&self) -> Option<&EventTypeDeleted> {
        if let Self::EventTypeDeleted(event) = self {
            Some(event)
        } else {
            None
        }
    }
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
    /// Who can be booked with it: without an assignment 1 to 100, the owner first, and only the first is booked;
    /// else those of the assignment.
    pub hosts: Vec<ProviderId>,
    /// Whose it is, when it is a team's: the slug is unique among the team's then, and the owner is who made it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub team: Option<TeamId>,
    /// How several hosts are booked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub assignment: Option<Assignment>,
    /// Everything else.
    pub settings: EventTypeSettings,
}

impl EventTypeCreated {
    /// Within what the slug is unique: the team's event types, else the owner's.
    pub fn slug_scope(&self) -> String {
        slug_scope(self.team, self.owner)
    }

    /// Who is booked: the assignment, or else the first host alone, with the others to reassign to.
    pub fn assigned(&self) -> Assigned<'_> {
        match &self.assignment {
            Some(assignment) => Assigned::Several(assignment),
            None => self
                .hosts
                .first()
                .map_or(Assigned::Nobody, |first| Assigned::One(*first)),
        }
    }
}

/// Who is booked with an event type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assigned<'a> {
    /// It has no hosts.
    Nobody,
    /// One provider.
    One(ProviderId),
    /// Several, by an assignment; it may still name nobody.
    Several(&'a Assignment),
}

fn slug_scope(team: Option<TeamId>, owner: ProviderId) -> String {
    team.map_or_else(|| owner.to_string(), |team| team.to_string())
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
    /// The team, when it is a team's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub team: Option<TeamId>,
    /// Who is booked from now on; absent: as before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub assignment: Option<Assignment>,
    /// The settings now.
    pub settings: EventTypeSettings,
}

impl EventTypeChanged {
    /// See [`EventTypeCreated::slug_scope`].
    pub fn slug_scope(&self) -> String {
        slug_scope(self.team, self.owner)
    }
}

/// See [`EventTypeEvent::EventTypeDeleted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventTypeDeleted {
    /// Wire number.
    pub number: EventTypeNumber,
    /// The owner.
    pub owner: ProviderId,
    /// The team, when it is a team's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub team: Option<TeamId>,
    /// The slug, free again.
    pub slug: String,
}

impl EventTypeDeleted {
    /// See [`EventTypeCreated::slug_scope`].
    pub fn slug_scope(&self) -> String {
        slug_scope(self.team, self.owner)
    }
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
                if let Some(assignment) = &change.assignment {
                    assignment.validate()?;
                }
                settings.validate()?;
                let renamed = open.settings.slug != settings.slug;
                Ok(fact(EventTypeEvent::EventTypeChanged(EventTypeChanged {
                    number: open.number,
                    owner: open.owner,
                    previous_slug: renamed.then(|| open.settings.slug.clone()),
                    team: open.team,
                    assignment: change.assignment.clone(),
                    settings: settings.clone(),
                })))
            }
            EventTypeCommand::Delete => {
                let open = self.open()?;
                Ok(fact(EventTypeEvent::EventTypeDeleted(EventTypeDeleted {
                    number: open.number,
                    owner: open.owner,
                    team: open.team,
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
                    if let Some(assignment) = &changed.assignment {
                        current.hosts = assignment.providers();
                        current.assignment = Some(assignment.clone());
                    }
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

/// Those of the assignment; without one the owner first, everybody once.
fn validate_hosts(created: &EventTypeCreated) -> Result<(), Rejection> {
    let hosts = &created.hosts;
    if let Some(assignment) = &created.assignment {
        if *hosts != assignment.providers() {
            return Err(Rejection::invalid(
                "hosts",
                "must be those of the assignment",
            ));
        }
        return assignment.validate();
    }
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
