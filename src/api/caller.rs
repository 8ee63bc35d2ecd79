//! Who asks: what authentication found out, handed to handlers as an extractor.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use uuid::Uuid;

use super::Api;
use super::failure::Failure;
use crate::domain::id::{ProviderId, TenantId};
use crate::domain::tenant::Role;
use crate::ledger::record::{Actor, CommandContext, Idempotency, Origin};
use crate::ledger::vault::Purpose;
use std::sync::Arc;

/// The caller of a request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The tenant of the credentials; `None` without credentials: then it follows from what is named.
    pub tenant: Option<TenantId>,
    /// What it may do.
    pub role: Role,
    /// Whom it acts as.
    pub provider: Option<ProviderId>,
    /// Recorded with every event.
    pub actor: Actor,
    /// Recorded with every event.
    pub origin: Origin,
    /// Joins everything this request causes.
    pub correlation: Uuid,
    /// The address as it is, for limits and hold callers; never stored.
    pub address: Option<IpAddr>,
}

impl Caller {
    /// Whether credentials were sent (and are valid).
    pub const fn has_credentials(&self) -> bool {
        self.tenant.is_some()
    }

    /// The tenant of the credentials.
    ///
    /// # Errors
    /// 401 without credentials.
    pub fn tenant(&self) -> Result<TenantId, Failure> {
        self.tenant
            .ok_or_else(|| Failure::unauthenticated(super::authentication::NO_CREDENTIALS))
    }

    /// The provider (or user) the caller acts as.
    ///
    /// # Errors
    /// 404 when the credentials name nobody, as a token of a service does.
    pub fn acting_provider(&self) -> Result<ProviderId, Failure> {
        self.provider
            .ok_or_else(|| Failure::not_found("The credentials belong to no user."))
    }

    /// Whether the caller may see something of a tenant: without credentials anything public, with credentials only
    /// the tenant's own. What it may not see is answered as absent.
    pub fn may_see(&self, tenant: TenantId) -> bool {
        self.tenant.is_none_or(|own| own == tenant)
    }

    /// Whether the caller speaks for a provider: an owner for all of its tenant, a provider for itself.
    pub fn speaks_for(&self, tenant: TenantId, provider: ProviderId) -> bool {
        self.tenant == Some(tenant)
            && match self.role {
                Role::Owner => true,
                Role::Provider => self.provider == Some(provider),
                Role::Agent | Role::Auditor | Role::Anonymous => false,
            }
    }

    /// What a command of this request comes with.
    pub fn context(&self, tenant: TenantId, idempotency: Option<Idempotency>) -> CommandContext {
        CommandContext {
            tenant,
            actor: self.actor.clone(),
            origin: self.origin.clone(),
            idempotency,
            correlation: self.correlation,
            causation: None,
            reads: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// A keyed hash that tells holders of slots apart: by credentials, else by address.
    pub fn holder_hash(&self, api: &Api, tenant: TenantId) -> String {
        let who = match (self.has_credentials(), self.address) {
            (true, _) => self.actor.id.clone(),
            (false, Some(address)) => format!("ip:{address}"),
            (false, None) => "anonymous".to_owned(),
        };
        api.ledger.vault().keyed_hash(tenant, Purpose::Caller, &who)
    }
}

impl FromRequestParts<Arc<Api>> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _api: &Arc<Api>) -> Result<Self, Failure> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(Failure::internal)
    }
}

/// Masks an address: IPv4 to /24, IPv6 to /48.
pub fn masked(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn addresses_are_masked_to_24_and_48_bits() {
        assert_eq!(masked("203.0.113.77".parse().unwrap()), "203.0.113.0/24");
        assert_eq!(
            masked("2001:db8:aa:bb::1".parse().unwrap()),
            "2001:db8:aa::/48"
        );
        assert_eq!(
            masked("::ffff:203.0.113.77".parse().unwrap()),
            "203.0.113.0/24"
        );
    }
}
