//! A team: providers of one tenant who share event types.

use serde::{Deserialize, Serialize};

use super::Tenant;
use crate::domain::event_type::EventType;
use crate::domain::event_type::validation::is_slug;
use crate::domain::id::{ProviderId, TeamId, TeamNumber};
use crate::domain::rejection::Rejection;

/// A team, complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Team {
    /// Its id.
    pub team: TeamId,
    /// Its wire number.
    pub number: TeamNumber,
    /// Display name.
    pub name: String,
    /// Unique among the tenant's teams.
    pub slug: String,
    /// Who belongs to it, each once.
    pub members: Vec<ProviderId>,
}

impl Team {
    /// Most teams of one tenant.
    pub const TEAMS_MAX: u32 = 1_000;

    /// Checks the name, the slug, then the members.
    ///
    /// # Errors
    /// [`Rejection::Invalid`] on `name` (1 to 200 characters), `slug` (1 to 100 of `a-z`, `0-9`, `-`) or `members` (each
    /// once); [`Rejection::TooMany`] members, beyond what an event type may have.
    pub(super) fn validate(&self) -> Result<(), Rejection> {
        if self.name.trim().is_empty() || Tenant::NAME_MAX < self.name.chars().count() {
            return Err(Rejection::invalid("name", "must have 1 to 200 characters"));
        }
        if !is_slug(&self.slug) {
            let reason = "must have 1 to 100 characters of a-z, 0-9 and -";
            return Err(Rejection::invalid("slug", reason));
        }
        Rejection::unless_at_most(EventType::HOSTS_MAX, "members", self.members.len())?;
        let mut members = self.members.clone();
        members.sort_unstable();
        members.dedup();
        if members.len() < self.members.len() {
            return Err(Rejection::invalid("members", "must be unique"));
        }
        Ok(())
    }
}
