//! Reads of one statement, over the live tables of the read models.

use std::future::Future;
use std::sync::Arc;

use super::database::{
    Database, DatabaseError, Param, Row, Sql, postgres_arguments, sqlite_arguments,
};
use super::live_tables::{LiveTables, Naming};
use super::session::Session;
use crate::domain::id::TenantId;

/// How often a read follows a flip before it gives up: flips are minutes apart.
const FLIPS_MAX: u32 = 4;

impl Database {
    /// Which tables are live.
    pub const fn tables(&self) -> &Arc<LiveTables> {
        match self {
            Self::Postgres { tables, .. } | Self::Sqlite { tables, .. } => tables,
        }
    }

    /// The text of a statement for this database.
    pub const fn dialect(&self, sql: Sql) -> &'static str {
        match self {
            Self::Postgres { .. } => sql.postgres,
            Self::Sqlite { .. } => sql.sqlite,
        }
    }

    /// Rows of a read-only statement that sees one tenant.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn fetch(
        &self,
        tenant: TenantId,
        sql: Sql,
        params: Vec<Param>,
    ) -> Result<Vec<Row>, DatabaseError> {
        self.following(|naming| self.fetch_named(tenant, sql, params.clone(), naming))
            .await
    }

    /// Reads by the names that are known; when the tables are gone, learns the new names and reads again. The second
    /// read is a transaction of its own, so its snapshot is younger than the flip.
    ///
    /// # Errors
    /// What `read` returns; [`DatabaseError::Outdated`] when the live tables are not this program's.
    pub async fn following<T, F>(
        &self,
        mut read: impl FnMut(Arc<Naming>) -> F,
    ) -> Result<T, DatabaseError>
    where
        F: Future<Output = Result<T, DatabaseError>>,
    {
        let mut flips = 0;
        loop {
            let naming = self.tables().known();
            // The driver's futures are of 15 KiB: on the heap they do not swell everything that awaits a read.
            match Box::pin(read(Arc::clone(&naming))).await {
                Err(error) if error.is_table_gone() && flips < FLIPS_MAX => {
                    let now = Box::pin(self.refresh()).await?;
                    if *now == *naming {
                        naming.usable()?;
                        return Err(error);
                    }
                    flips += 1;
                }
                done => return done,
            }
        }
    }

    async fn fetch_named(
        &self,
        tenant: TenantId,
        sql: Sql,
        params: Vec<Param>,
        naming: Arc<Naming>,
    ) -> Result<Vec<Row>, DatabaseError> {
        match self {
            Self::Postgres { pool, .. } => {
                let begin = format!("begin read only; set local daybook.tenants = '{tenant}'");
                let mut session = Session::begin(pool, begin).await?;
                let text = naming.text(sql.postgres);
                let rows = session.fetch(text, postgres_arguments(params)?).await?;
                session.commit().await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
            Self::Sqlite { readers, .. } => {
                let text = naming.text(sql.sqlite);
                let rows = sqlx::query_with(text, sqlite_arguments(params)?)
                    .fetch_all(readers)
                    .await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
        }
    }

    /// Rows of a statement that needs no tenant: on Postgres it can only call the directory's functions, and read the
    /// registry of read models.
    ///
    /// # Errors
    /// [`DatabaseError::Driver`].
    pub async fn fetch_untenanted(
        &self,
        sql: Sql,
        params: Vec<Param>,
    ) -> Result<Vec<Row>, DatabaseError> {
        match self {
            Self::Postgres { pool, .. } => {
                let mut session = Session::new(pool).await?;
                let asked = session.fetch(sql.postgres, postgres_arguments(params)?);
                let rows = Box::pin(asked).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
            Self::Sqlite { readers, .. } => {
                let query = sqlx::query_with(sql.sqlite, sqlite_arguments(params)?);
                let rows = Box::pin(query.fetch_all(readers)).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
        }
    }
}
