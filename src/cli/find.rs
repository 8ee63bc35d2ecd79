//! What is found by a name given on the command line.

use uuid::Uuid;

use super::CliError;
use crate::domain::id::{ProviderId, TenantId};
use crate::ledger::record::StreamKey;
use crate::ledger::unit::NameKind;
use crate::projections::providers;
use crate::projections::row;
use crate::service::Service;

/// Refuses a tenant that does not exist.
///
/// # Errors
/// [`CliError::NotFound`], [`CliError::Ledger`].
pub async fn tenant(service: &Service, tenant: TenantId) -> Result<(), CliError> {
    match service.ledger.state(StreamKey::tenant(tenant)).await? {
        Some(_) => Ok(()),
        None => Err(CliError::NotFound {
            what: "tenant",
            name: tenant.to_string(),
        }),
    }
}

/// A provider by UUID or username.
///
/// # Errors
/// [`CliError::NotFound`], [`CliError::Ledger`], [`CliError::Database`].
pub async fn provider(
    service: &Service,
    tenant: TenantId,
    name: &str,
) -> Result<row::Provider, CliError> {
    let not_found = || CliError::NotFound {
        what: "provider",
        name: name.to_owned(),
    };
    let id = match Uuid::parse_str(name) {
        Ok(uuid) => ProviderId::from_uuid(uuid),
        Err(_not_a_uuid) => target(service, NameKind::Username, &tenant.to_string(), name)
            .await?
            .map(ProviderId::from_uuid)
            .ok_or_else(not_found)?,
    };
    providers::by_id(service.ledger.database(), tenant, id)
        .await?
        .ok_or_else(not_found)
}

/// The UUID that a name leads to: the provider's, the event type's, or (for a tenant's slug) the tenant's.
///
/// # Errors
/// [`CliError::Ledger`].
pub async fn target(
    service: &Service,
    kind: NameKind,
    scope: &str,
    name: &str,
) -> Result<Option<Uuid>, CliError> {
    let Some(entry) = service.ledger.find(kind, scope, name).await? else {
        return Ok(None);
    };
    let member = |member| entry.target.get(member).and_then(|value| value.as_str());
    let uuid = member("eventType")
        .or_else(|| member("provider"))
        .and_then(|text| Uuid::parse_str(text).ok());
    Ok(Some(uuid.unwrap_or_else(|| entry.tenant.as_uuid())))
}
