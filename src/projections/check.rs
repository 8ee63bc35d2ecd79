//! Whether the inline rows of a read model equal what its events say; provisionally.

use crate::domain::id::TenantId;
use crate::ledger::row::Projection;
use crate::ledger::{Ledger, LedgerError};

/// How many rows of a tenant differ from a rebuild in memory; `progress` receives the events folded so far.
///
/// # Errors
/// [`LedgerError::Database`], [`LedgerError::Corrupt`].
#[expect(clippy::unused_async, reason = "provisional")]
pub async fn differences(
    _ledger: &Ledger,
    _tenant: TenantId,
    _projection: &dyn Projection,
    _progress: &mut (dyn FnMut(u64) + Send),
) -> Result<usize, LedgerError> {
    Err(LedgerError::Unavailable)
}
