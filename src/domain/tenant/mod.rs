//! The tenant: one organisation, its settings and its API keys (as hashes).

use serde::{Deserialize, Serialize};

use crate::domain::id::{ApiKeyId, ProviderId};
use crate::domain::time::Timestamp;

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
    /// Replaces its settings.
    ChangeSettings(TenantSettings),
    /// Issues an API key.
    IssueApiKey(ApiKeyIssued),
    /// Revokes an API key.
    RevokeApiKey(ApiKeyId),
}

/// A recorded fact of a tenant's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TenantEvent {
    /// The tenant exists.
    TenantCreated(TenantSettings),
    /// Its settings, as a whole.
    TenantChanged(TenantChanged),
    /// A key may be used.
    ApiKeyIssued(ApiKeyIssued),
    /// A key may no longer be used.
    ApiKeyRevoked(ApiKeyRevoked),
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

use crate::domain::aggregate::Fact;
use crate::domain::rejection::Rejection;
use std::collections::BTreeMap;

/// The state of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// Its settings; absent before creation.
    pub settings: Option<TenantSettings>,
    /// Keys that may be used.
    pub api_keys: BTreeMap<ApiKeyId, ApiKeyIssued>,
}

impl Tenant {
    pub(super) fn decide(
        &self,
        _now: Timestamp,
        _command: &TenantCommand,
    ) -> Result<Vec<Fact>, Rejection> {
        Err(Rejection::TenantNotFound)
    }
    pub(super) fn evolve(&mut self, _event: &TenantEvent) {}
}
