//! The providers read model: one row per provider, its schedules in it.

use crate::domain::id::{ProviderId, TenantId};
use crate::ledger::database::{Database, DatabaseError};
use crate::ledger::record::RecordedEvent;

use super::row::Provider;

/// Folds events of one provider's stream into its row; events of bookings change nothing.
pub fn apply(_row: &mut Option<Provider>, _event: &RecordedEvent) {}

/// One provider.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_id(
    _database: &Database,
    _tenant: TenantId,
    _provider: ProviderId,
) -> Result<Option<Provider>, DatabaseError> {
    Ok(None)
}

/// Several providers, by wire number; ids that are absent are left out.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_ids(
    _database: &Database,
    _tenant: TenantId,
    _providers: &[ProviderId],
) -> Result<Vec<Provider>, DatabaseError> {
    Ok(Vec::new())
}

/// Providers with a wire number above `after`, ascending, at most `limit`; users that cannot be booked are left out.
///
/// # Errors
/// [`DatabaseError`].
pub async fn list(
    _database: &Database,
    _tenant: TenantId,
    _after: i32,
    _limit: u32,
) -> Result<Vec<Provider>, DatabaseError> {
    Ok(Vec::new())
}
