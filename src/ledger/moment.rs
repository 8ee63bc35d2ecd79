//! Several reads of one moment: one transaction that sees one snapshot.

use sqlx::{AssertSqlSafe, Sqlite, Transaction};

use super::database::{
    Database, DatabaseError, Param, Row, Sql, postgres_arguments, sqlite_arguments,
};
use super::session::Session;
use crate::domain::id::TenantId;

/// The end of a tenant's log.
const HEAD: Sql = Sql::both(include_str!("store/sql/head_read.sql"));

/// A snapshot of one tenant's rows; it ends with [`Self::end`], or when it is dropped.
#[derive(Debug)]
pub enum Moment {
    /// A repeatable read, which writes nothing.
    Postgres(Session),
    /// A reader's transaction; it sees what was committed before its first read.
    Sqlite(Transaction<'static, Sqlite>),
}

/// How far a tenant's log reaches. Appends to one tenant commit one after another, each with the rows of the read
/// models: while the head stays, so do they.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last position.
    pub position: i64,
    /// When it was recorded, microseconds since the Unix epoch.
    pub recorded_at: i64,
}

impl Moment {
    /// Begins to look.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn begin(database: &Database, tenant: TenantId) -> Result<Self, DatabaseError> {
        match database {
            Database::Postgres { pool, .. } => {
                let begin = format!(
                    "begin isolation level repeatable read read only; \
                     set local daybook.tenants = '{tenant}'"
                );
                Ok(Self::Postgres(Session::begin(pool, begin).await?))
            }
            Database::Sqlite { readers, .. } => Ok(Self::Sqlite(readers.begin().await?)),
        }
    }

    /// Rows of a statement, which is joined from static fragments: what a client sends is only ever a parameter.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn fetch(
        &mut self,
        text: String,
        params: Vec<Param>,
    ) -> Result<Vec<Row>, DatabaseError> {
        let text = AssertSqlSafe(text);
        match self {
            Self::Postgres(session) => {
                let rows = session.fetch(text, postgres_arguments(params)?).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
            Self::Sqlite(transaction) => {
                let query = sqlx::query_with(text, sqlite_arguments(params)?);
                let rows = query.fetch_all(&mut **transaction).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
        }
    }

    /// How far the log of the tenant reaches; `None` before its first event.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn head(&mut self, tenant: TenantId) -> Result<Option<Head>, DatabaseError> {
        let text = match self {
            Self::Postgres(_) => HEAD.postgres,
            Self::Sqlite(_) => HEAD.sqlite,
        };
        let rows = self.fetch(text.to_owned(), vec![tenant.into()]).await?;
        rows.first()
            .map(|row| {
                Ok(Head {
                    position: row.int("position")?,
                    recorded_at: row.int("recorded_at")?,
                })
            })
            .transpose()
    }

    /// Looks away.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn end(self) -> Result<(), DatabaseError> {
        match self {
            Self::Postgres(session) => session.commit().await?,
            Self::Sqlite(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}
