//! One writing transaction on either database, with the tenants it may see.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::rowset::RowSet;
use crate::domain::id::TenantId;
use crate::ledger::database::{
    Database, DatabaseError, Param, Row, Sql, postgres_arguments, sqlite_arguments,
};
use crate::ledger::live_tables::Naming;
use crate::ledger::session::Session;

/// Planner settings of the append transaction. Its statements are few, find every row by key, and run thousands of times
/// a second: their plans are made once per connection. Planned anew for each batch (Postgres's choice, for it takes
/// array parameters into account), they cost as much as executing them for small batches. A plan made while a table
/// was almost empty must not scan it for ever, and no plan here is worth compiling.
const APPEND_PLANS: &str = "; set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off; \
                            set local jit = off";

/// An open transaction; dropped, it is rolled back.
#[derive(Debug)]
pub(super) struct Transaction {
    inner: Inner,
    naming: Arc<Naming>,
    statements: u32,
}

#[derive(Debug)]
enum Inner {
    Postgres(Session),
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
}

impl Transaction {
    /// Begins; on Postgres names the tenants in the same round trip (only UUIDs are put into the text), on SQLite takes
    /// the write lock at once, so that no later statement finds the file busy.
    pub(super) async fn begin(
        database: &Database,
        tenants: &BTreeSet<TenantId>,
    ) -> Result<Self, DatabaseError> {
        Self::begin_naming(database, tenants, database.tables().known()).await
    }

    /// As [`Self::begin`], with other names for the tables of read models.
    pub(super) async fn begin_naming(
        database: &Database,
        tenants: &BTreeSet<TenantId>,
        naming: Arc<Naming>,
    ) -> Result<Self, DatabaseError> {
        Self::begin_with(database, tenants, naming, false).await
    }

    /// Begins an append: as [`Self::begin`], with [`APPEND_PLANS`].
    pub(super) async fn begin_append(
        database: &Database,
        tenants: &BTreeSet<TenantId>,
    ) -> Result<Self, DatabaseError> {
        Self::begin_with(database, tenants, database.tables().known(), true).await
    }

    async fn begin_with(
        database: &Database,
        tenants: &BTreeSet<TenantId>,
        naming: Arc<Naming>,
        appends: bool,
    ) -> Result<Self, DatabaseError> {
        let inner = match database {
            Database::Postgres {
                pool, appenders, ..
            } => {
                let (pool, settings) = if appends {
                    (appenders, APPEND_PLANS)
                } else {
                    (pool, "")
                };
                let admitted: Vec<String> = tenants.iter().map(ToString::to_string).collect();
                let begin = format!(
                    "begin isolation level read committed; set local daybook.tenants = '{}'{settings}",
                    admitted.join(",")
                );
                Inner::Postgres(Session::begin(pool, begin).await?)
            }
            Database::Sqlite { writer, .. } => {
                Inner::Sqlite(Box::pin(writer.begin_with("begin immediate")).await?)
            }
        };
        Ok(Self {
            inner,
            naming,
            statements: 0,
        })
    }

    /// Begins to read one tenant as of one moment, however long it takes.
    pub(super) async fn begin_snapshot(
        database: &Database,
        tenant: TenantId,
        naming: Arc<Naming>,
    ) -> Result<Self, DatabaseError> {
        let inner = match database {
            Database::Postgres { pool, .. } => {
                let begin = format!(
                    "begin isolation level repeatable read read only; \
                     set local daybook.tenants = '{tenant}'; set local statement_timeout = 0; \
                     set local idle_in_transaction_session_timeout = 0"
                );
                Inner::Postgres(Session::begin(pool, begin).await?)
            }
            Database::Sqlite { readers, .. } => Inner::Sqlite(readers.begin().await?),
        };
        Ok(Self {
            inner,
            naming,
            statements: 0,
        })
    }

    /// How the tables of read models are named in it.
    pub(super) fn naming(&self) -> &Naming {
        &self.naming
    }

    /// Whether this is Postgres.
    pub(super) const fn is_postgres(&self) -> bool {
        matches!(self.inner, Inner::Postgres(_))
    }

    /// Statements sent so far, begin and commit not counted.
    pub(super) const fn statements(&self) -> u32 {
        self.statements
    }

    /// Runs a statement over a set of rows; further parameters follow it. Without rows it is not sent.
    pub(super) async fn apply(
        &mut self,
        sql: Sql,
        rows: RowSet,
        further: Vec<Param>,
    ) -> Result<Vec<Row>, DatabaseError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut params = match self.inner {
            Inner::Postgres(_) => rows.into_arrays()?,
            Inner::Sqlite(_) => vec![rows.into_json()?],
        };
        params.extend(further);
        self.fetch(sql, params).await
    }

    /// Runs a statement with plain parameters.
    pub(super) async fn fetch(
        &mut self,
        sql: Sql,
        params: Vec<Param>,
    ) -> Result<Vec<Row>, DatabaseError> {
        self.statements = self.statements.saturating_add(1);
        match &mut self.inner {
            Inner::Postgres(session) => {
                let text = self.naming.text(sql.postgres);
                let rows = session.fetch(text, postgres_arguments(params)?).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
            Inner::Sqlite(transaction) => {
                let rows =
                    sqlx::query_with(self.naming.text(sql.sqlite), sqlite_arguments(params)?)
                        .fetch_all(&mut **transaction)
                        .await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
        }
    }

    /// Runs a statement whose text is put together from the names of a read model's tables, which are constants. They
    /// are full names: [`Naming`] is not applied.
    pub(super) async fn fetch_composed(
        &mut self,
        text: String,
        params: Vec<Param>,
    ) -> Result<Vec<Row>, DatabaseError> {
        self.statements = self.statements.saturating_add(1);
        let text = sqlx::AssertSqlSafe(text);
        match &mut self.inner {
            Inner::Postgres(session) => {
                let rows = session.fetch(text, postgres_arguments(params)?).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
            Inner::Sqlite(transaction) => {
                let rows = sqlx::query_with(text, sqlite_arguments(params)?)
                    .fetch_all(&mut **transaction)
                    .await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
        }
    }

    /// Runs several statements without parameters.
    pub(super) async fn run_all(&mut self, text: String) -> Result<(), DatabaseError> {
        self.statements = self.statements.saturating_add(1);
        match &mut self.inner {
            Inner::Postgres(session) => session.run_all(text).await?,
            Inner::Sqlite(transaction) => {
                let statements = sqlx::raw_sql(sqlx::AssertSqlSafe(text));
                statements.execute(&mut **transaction).await?;
            }
        }
        Ok(())
    }

    /// Commits.
    pub(super) async fn commit(self) -> Result<(), DatabaseError> {
        match self.inner {
            Inner::Postgres(session) => session.commit().await?,
            Inner::Sqlite(transaction) => transaction.commit().await?,
        }
        Ok(())
    }

    /// Rolls back. That it failed changes nothing: the database rolls back what is not committed.
    pub(super) async fn rollback(self) {
        let rolled_back = match self.inner {
            Inner::Postgres(session) => session.rollback().await,
            Inner::Sqlite(transaction) => transaction.rollback().await,
        };
        if let Err(error) = rolled_back {
            tracing::debug!(%error, "a rollback was not confirmed");
        }
    }
}
