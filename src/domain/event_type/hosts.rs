//! Who is booked with an event type of several providers: all of them, or those whose turn it is.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::EventType;
use crate::domain::id::ProviderId;
use crate::domain::rejection::Rejection;

/// How the hosts of an event type are booked (`reference` § 11, step 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Scheduling {
    /// All of them, together.
    Collective,
    /// The fixed ones and one of the others, by turns.
    RoundRobin,
}

/// Who is asked first, all else being equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Priority {
    /// Last.
    Lowest,
    /// After most.
    Low,
    /// Cal.com's default.
    #[default]
    Medium,
    /// Before most.
    High,
    /// First.
    Highest,
}

/// One provider of an event type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignedHost {
    /// Who.
    pub provider: ProviderId,
    /// Part of every booking; always so where the scheduling is collective.
    pub fixed: bool,
    /// Among those who are not fixed.
    pub priority: Priority,
}

/// The providers of an event type, and how they are booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assignment {
    /// All, or by turns.
    pub scheduling: Scheduling,
    /// In the order in which they were given; a team's event type may have none, and cannot be booked then.
    pub hosts: Vec<AssignedHost>,
    /// Whether they were given as all members of the team.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub all_members: bool,
}

impl Assignment {
    /// Those who are part of every booking, in order. The first one's stream is home to the booking.
    pub fn fixed(&self) -> impl Iterator<Item = ProviderId> + '_ {
        let fixed = self.hosts.iter().filter(|host| self.is_fixed(host));
        fixed.map(|host| host.provider)
    }

    /// Those who take turns; nobody where the scheduling is collective.
    pub fn by_turns(&self) -> impl Iterator<Item = &AssignedHost> + '_ {
        self.hosts.iter().filter(|host| !self.is_fixed(host))
    }

    /// Everybody, in order.
    pub fn providers(&self) -> Vec<ProviderId> {
        self.hosts.iter().map(|host| host.provider).collect()
    }

    const fn is_fixed(&self, host: &AssignedHost) -> bool {
        host.fixed || matches!(self.scheduling, Scheduling::Collective)
    }

    /// # Errors
    /// [`Rejection::TooMany`] beyond [`EventType::HOSTS_MAX`], [`Rejection::Invalid`] where somebody is named twice.
    pub(super) fn validate(&self) -> Result<(), Rejection> {
        Rejection::unless_at_most(EventType::HOSTS_MAX, "hosts", self.hosts.len())?;
        let unique: BTreeSet<ProviderId> = self.hosts.iter().map(|host| host.provider).collect();
        if unique.len() < self.hosts.len() {
            return Err(Rejection::invalid("hosts", "must be unique"));
        }
        Ok(())
    }
}
