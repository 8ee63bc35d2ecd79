//! The event types read model: one row per event type that is not deleted.

use crate::domain::id::{ProviderId, TenantId};
use crate::ledger::database::{Database, DatabaseError};
use crate::ledger::record::RecordedEvent;

use super::row::EventType;

/// Folds events of one event type's stream into its row; `None` after deletion.
pub fn apply(_row: &mut Option<EventType>, _event: &RecordedEvent) {}

/// What a list may be narrowed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Owned by (any of); empty for all of the tenant.
    pub owners: Vec<ProviderId>,
    /// With this slug.
    pub slug: Option<String>,
    /// Hidden ones too.
    pub hidden: bool,
    /// Newest first instead of oldest first.
    pub descending: bool,
}

/// The event types that match, at most 1,000, by creation.
///
/// # Errors
/// [`DatabaseError`].
pub async fn list(
    _database: &Database,
    _tenant: TenantId,
    _filter: &Filter,
) -> Result<Vec<EventType>, DatabaseError> {
    Ok(Vec::new())
}
