//! The tenant: one organisation, its settings and its API keys (as hashes).

#[cfg(test)]
mod tests;
pub mod team;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::aggregate::{Event, Fact};
use crate::domain::event_type::validation::is_slug;
use crate::domain::id::{ApiKeyId, ProviderId, TeamId, TenantNumber};
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;
use team::Team;

/// What a caller may do; deny by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Everything of the tenant.
    Owner,
    /// Its own bookings, schedules and event types.
    Provider,
    /// Books for others.
    Agent,
    /// Reads history.
    Auditor,
    /// Books what is public.
    Anonymous,
}

impl Role {
    /// The text on the wire and in metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Provider => "provider",
            Self::Agent => "agent",
            Self::Auditor => "auditor",
            Self::Anonymous => "anonymous",
        }
    }
}

/// A request to a tenant's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantCommand {
    /// Creates the tenant.
    Create(TenantSettings),
    /// Gives it its wire number, once.
    Number(TenantNumber),
    /// Replaces its settings.
    ChangeSettings(TenantSettings),
    /// Issues an API key.
    IssueApiKey(ApiKeyIssued),
    /// Revokes an API key.
    RevokeApiKey(ApiKeyId),
    /// Founds a team.
    CreateTeam(Team),
}

/// A recorded fact of a tenant's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TenantEvent {
    /// The tenant exists.
    TenantCreated(TenantSettings),
    /// It has a wire number.
    TenantNumbered(TenantNumbered),
    /// Its settings, as a whole.
    TenantChanged(TenantChanged),
    /// A key may be used.
    ApiKeyIssued(ApiKeyIssued),
    /// A key may no longer be used.
    ApiKeyRevoked(ApiKeyRevoked),
    /// A team exists.
    TeamCreated(Team),
}

/// Settings of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantSettings {
    /// Display name.
    pub name: String,
    /// `organizationSlug` on the wire: global.
    pub slug: String,
}

/// See [`TenantEvent::TenantNumbered`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantNumbered {
    /// Wire number: Cal.com's organisation id.
    pub number: TenantNumber,
}

/// See [`TenantEvent::TenantChanged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantChanged {
    /// The slug before, when it changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous_slug: Option<String>,
    /// The settings now.
    pub settings: TenantSettings,
}

/// See [`TenantEvent::ApiKeyIssued`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyIssued {
    /// Its id.
    pub key: ApiKeyId,
    /// SHA-256 of the secret as the client sends it, lower-case hex.
    pub hash: String,
    /// What it may do.
    pub role: Role,
    /// Whom it acts as: a provider (or the owner's own user).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub provider: Option<ProviderId>,
    /// Display label.
    pub label: String,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<Timestamp>,
}

/// See [`TenantEvent::ApiKeyRevoked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyRevoked {
    /// Its id.
    pub key: ApiKeyId,
    /// Its hash, no longer found.
    pub hash: String,
}

/// The state of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// Its settings; absent before creation.
    pub settings: Option<TenantSettings>,
    /// Its wire number; absent on tenants created before there were any.
    pub number: Option<TenantNumber>,
    /// Keys that may be used.
    pub api_keys: BTreeMap<ApiKeyId, ApiKeyIssued>,
    /// Its teams.
    pub teams: BTreeMap<TeamId, Team>,
}

impl Tenant {
    /// Longest name, and longest label of a key (which may be empty), in characters.
    pub const NAME_MAX: usize = 200;
    /// Most keys that may be used at a time; expired ones count until they are revoked.
    pub const API_KEYS_MAX: u32 = 1_000;

    /// Order of checks:
    /// - `Create`: [`Rejection::AlreadyExists`], the settings;
    /// - `Number`: [`Rejection::TenantNotFound`], [`Rejection::AlreadyExists`];
    /// - `ChangeSettings`: [`Rejection::TenantNotFound`], the settings;
    /// - `IssueApiKey`: [`Rejection::TenantNotFound`], [`Rejection::AlreadyExists`] for an id or a hash in use, the key's
    ///   label, hash and expiry, [`Rejection::TooMany`] beyond [`Self::API_KEYS_MAX`];
    /// - `RevokeApiKey`: [`Rejection::TenantNotFound`], [`Rejection::ApiKeyNotFound`];
    /// - `CreateTeam`: [`Rejection::TenantNotFound`], [`Rejection::AlreadyExists`], the team, [`Rejection::TooMany`] beyond
    ///   [`Team::TEAMS_MAX`].
    ///
    /// That slugs and hashes are unique among all tenants spans streams: the append asserts it.
    pub(super) fn decide(
        &self,
        now: Timestamp,
        command: &TenantCommand,
    ) -> Result<Vec<Fact>, Rejection> {
        match command {
            TenantCommand::Create(settings) => {
                if self.settings.is_some() {
                    return Err(Rejection::AlreadyExists);
                }
                settings.validate()?;
                Ok(fact(TenantEvent::TenantCreated(settings.clone())))
            }
            TenantCommand::Number(number) => {
                self.settings()?;
                if self.number.is_some() {
                    return Err(Rejection::AlreadyExists);
                }
                let numbered = TenantNumbered { number: *number };
                Ok(fact(TenantEvent::TenantNumbered(numbered)))
            }
            TenantCommand::ChangeSettings(settings) => {
                let before = self.settings()?;
                settings.validate()?;
                let renamed = before.slug != settings.slug;
                Ok(fact(TenantEvent::TenantChanged(TenantChanged {
                    previous_slug: renamed.then(|| before.slug.clone()),
                    settings: settings.clone(),
                })))
            }
            TenantCommand::IssueApiKey(key) => {
                self.settings()?;
                let is_known = |known: &ApiKeyIssued| known.hash == key.hash;
                if self.api_keys.contains_key(&key.key) || self.api_keys.values().any(is_known) {
                    return Err(Rejection::AlreadyExists);
                }
                key.validate(now)?;
                let count = self.api_keys.len().saturating_add(1);
                Rejection::unless_at_most(Self::API_KEYS_MAX, "API keys", count)?;
                Ok(fact(TenantEvent::ApiKeyIssued(key.clone())))
            }
            TenantCommand::RevokeApiKey(key) => {
                self.settings()?;
                let issued = self.api_keys.get(key).ok_or(Rejection::ApiKeyNotFound)?;
                Ok(fact(TenantEvent::ApiKeyRevoked(ApiKeyRevoked {
                    key: issued.key,
                    hash: issued.hash.clone(),
                })))
            }
            TenantCommand::CreateTeam(team) => {
                self.settings()?;
                if self.teams.contains_key(&team.team) {
                    return Err(Rejection::AlreadyExists);
                }
                team.validate()?;
                let count = self.teams.len().saturating_add(1);
                Rejection::unless_at_most(Team::TEAMS_MAX, "teams", count)?;
                Ok(fact(TenantEvent::TeamCreated(team.clone())))
            }
        }
    }

    fn settings(&self) -> Result<&TenantSettings, Rejection> {
        self.settings.as_ref().ok_or(Rejection::TenantNotFound)
    }

    pub(super) fn evolve(&mut self, event: &TenantEvent) {
        match event {
            TenantEvent::TenantCreated(settings) => self.settings = Some(settings.clone()),
            TenantEvent::TenantNumbered(numbered) => self.number = Some(numbered.number),
            TenantEvent::TenantChanged(changed) => self.settings = Some(changed.settings.clone()),
            TenantEvent::ApiKeyIssued(key) => {
                self.api_keys.insert(key.key, key.clone());
            }
            TenantEvent::ApiKeyRevoked(revoked) => {
                self.api_keys.remove(&revoked.key);
            }
            TenantEvent::TeamCreated(team) => {
                self.teams.insert(team.team, team.clone());
            }
        }
    }
}

impl TenantSettings {
    /// Checks the name, then the slug.
    ///
    /// # Errors
    /// [`Rejection::Invalid`] on `name` (1 to 200 characters) or `slug` (1 to 100 of `a-z`, `0-9`, `-`).
    pub fn validate(&self) -> Result<(), Rejection> {
        if self.name.trim().is_empty() || Tenant::NAME_MAX < self.name.chars().count() {
            return Err(Rejection::invalid("name", "must have 1 to 200 characters"));
        }
        if is_slug(&self.slug) {
            return Ok(());
        }
        let reason = "must have 1 to 100 characters of a-z, 0-9 and -";
        Err(Rejection::invalid("slug", reason))
    }
}

impl ApiKeyIssued {
    fn validate(&self, now: Timestamp) -> Result<(), Rejection> {
        if Tenant::NAME_MAX < self.label.chars().count() {
            return Err(Rejection::invalid(
                "label",
                "must have at most 200 characters",
            ));
        }
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if self.hash.len() != 64 || !self.hash.bytes().all(is_hex) {
            let reason = "must be 64 lower-case hexadecimal digits";
            return Err(Rejection::invalid("hash", reason));
        }
        if self.expires_at.is_some_and(|expiry| expiry <= now) {
            return Err(Rejection::invalid("expiresAt", "must lie in the future"));
        }
        Ok(())
    }
}

fn fact(event: TenantEvent) -> Vec<Fact> {
    vec![Fact {
        event: Event::Tenant(event),
        sealable: None,
    }]
}
