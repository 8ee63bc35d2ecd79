//! Dropping the tables of versions that are not live: what a flip has retired, and what a killed rebuild has left.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use super::Rebuild;
use crate::ledger::database::{Database, DatabaseError, Param, Row, Sql};
use crate::ledger::live_tables::Naming;
use crate::ledger::store::Store;
use crate::ledger::store::reading::unsigned;
use crate::ledger::store::transaction::Transaction;

const LIST: Sql = Sql::both(include_str!("../sql/read_models_list.sql"));
const OTHERS: Sql = Sql::both(include_str!("../sql/read_models_others.sql"));
const FORGET: Sql = Sql::both(include_str!("../sql/read_models_forget.sql"));
const TABLE_KNOWN: Sql = Sql {
    postgres: include_str!("../sql/table_known.postgres.sql"),
    sqlite: include_str!("../sql/table_known.sqlite.sql"),
};

/// A reader may hold a table for the length of a statement.
const LOCK: Sql = Sql::both("set local lock_timeout = '5s'");

/// Rows deleted in one transaction of SQLite, where dropping a large table overwrites all of it under the write lock.
const ROWS: u32 = 500;

/// The name of a table that has lost its name.
pub(super) fn retired(table: &str) -> String {
    format!("retired_{table}")
}

/// Whether there is a table of this name.
pub(super) async fn is_known(
    transaction: &mut Transaction,
    table: &str,
) -> Result<bool, DatabaseError> {
    let known = transaction.fetch(TABLE_KNOWN, vec![table.into()]).await?;
    Ok(known.first().map_or(Ok(0), |row| unsigned(row, "n"))? != 0)
}

/// A version of a read model, as the registry has it.
#[derive(Clone, Debug)]
pub struct Version {
    /// The read model.
    pub name: String,
    /// Its version.
    pub version: i64,
    /// `live`, `building` or `retired`.
    pub state: String,
}

impl Store {
    /// Every version of every read model, the live one of each first.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn read_model_versions(&self) -> Result<Vec<Version>, DatabaseError> {
        let rows = self.database().fetch_untenanted(LIST, Vec::new()).await?;
        let version = |row: &Row| {
            Ok(Version {
                name: row.text("name")?,
                version: row.int("version")?,
                state: row.text("state")?,
            })
        };
        rows.iter().map(version).collect()
    }
}

impl Rebuild<'_> {
    /// Drops every older version that is not live.
    pub(super) async fn drop_others(&self) -> Result<(), DatabaseError> {
        let params = vec![Param::from(self.model.name), self.version.into()];
        for row in self.owner.fetch_untenanted(OTHERS, params).await? {
            self.drop_version(row.int("version")?).await?;
        }
        Ok(())
    }

    async fn drop_version(&self, version: i64) -> Result<(), DatabaseError> {
        let naming = Naming::of(&self.model, version);
        let mut tables: Vec<String> = Vec::new();
        for table in self.projection.tables() {
            let live = naming.name(table.name);
            let keys = table.columns.iter().take(table.key_columns);
            let keys: Vec<&str> = keys.map(|column| column.name).collect();
            for name in [live.to_owned(), retired(live)] {
                if matches!(self.owner, Database::Sqlite { .. }) {
                    self.empty(&name, &keys.join(", ")).await?;
                }
                tables.push(name);
            }
        }
        let mut transaction = self.begin_plain().await?;
        if transaction.is_postgres() {
            transaction.fetch(LOCK, Vec::new()).await?;
        }
        for table in tables {
            let drop = format!("drop table if exists {table}");
            transaction.fetch_composed(drop, Vec::new()).await?;
        }
        let params = vec![Param::from(self.model.name), version.into()];
        transaction.fetch(FORGET, params).await?;
        transaction.commit().await
    }

    /// Deletes the rows of a table in short transactions.
    async fn empty(&self, table: &str, keys: &str) -> Result<(), DatabaseError> {
        loop {
            let started = Instant::now();
            let mut transaction = self.begin_plain().await?;
            if !is_known(&mut transaction, table).await? {
                transaction.rollback().await;
                return Ok(());
            }
            let text = format!(
                "delete from {table} where ({keys}) in (select {keys} from {table} limit {ROWS}) \
                 returning 1 as gone"
            );
            let gone = transaction.fetch_composed(text, Vec::new()).await?;
            transaction.commit().await?;
            if gone.is_empty() {
                return Ok(());
            }
            self.give_way(started.elapsed()).await;
        }
    }

    /// A transaction of the owner that renames nothing: the tables' full names are in the statements.
    async fn begin_plain(&self) -> Result<Transaction, DatabaseError> {
        let naming = Arc::new(Naming::default());
        Transaction::begin_naming(&self.owner, &BTreeSet::new(), naming).await
    }
}
