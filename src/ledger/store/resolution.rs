//! What became of a batch whose connection was lost during COMMIT.

use std::collections::{BTreeMap, BTreeSet};

use super::Store;
use super::reading::unsigned;
use super::rowset::{Kind, RowSet};
use super::statements::{COMMANDS_FIND, HEADS_ADD, HEADS_LOCK};
use super::transaction::Transaction;
use crate::domain::id::{CommandId, TenantId};
use crate::ledger::database::{DatabaseError, Param, Sql};

/// How long the lost transaction is waited for. On SQLite the busy timeout of the writer bounds the wait.
const WAIT: Sql = Sql::both("set local lock_timeout = '5s'");

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
        let tenants: BTreeSet<TenantId> = commands.iter().map(|(tenant, _)| *tenant).collect();
        let mut transaction = Transaction::begin(&self.database, &tenants).await?;
        let found = look_up(&mut transaction, &tenants, commands).await;
        // Nothing was written but heads that are not needed.
        transaction.rollback().await;
        found
    }
}

async fn look_up(
    transaction: &mut Transaction,
    tenants: &BTreeSet<TenantId>,
    commands: &[(TenantId, CommandId)],
) -> Result<BTreeMap<CommandId, u64>, DatabaseError> {
    let mut heads = RowSet::new([Kind::Uuid]);
    for tenant in tenants {
        heads.push([Param::from(*tenant)]);
    }
    if transaction.is_postgres() {
        transaction.fetch(WAIT, Vec::new()).await?;
        // A head that only the lost transaction has inserted cannot be seen, but inserting it waits as well.
        transaction
            .apply(HEADS_ADD, heads.clone(), Vec::new())
            .await?;
    }
    transaction.apply(HEADS_LOCK, heads, Vec::new()).await?;
    let mut sought = RowSet::new([Kind::Uuid, Kind::Uuid]);
    for (tenant, command) in commands {
        sought.push([Param::from(*tenant), Param::from(command.as_uuid())]);
    }
    transaction
        .apply(COMMANDS_FIND, sought, Vec::new())
        .await?
        .iter()
        .map(|row| {
            let command = CommandId::from_uuid(row.uuid("command_id")?);
            Ok((command, unsigned(row, "position")?))
        })
        .collect()
}
