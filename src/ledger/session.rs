//! A connection to Postgres in use: every statement is answered in time, or the connection is lost.
//!
//! A host that is gone without a word, as in a failover, answers nothing and refuses nothing until TCP gives up, a
//! quarter of an hour later. Whoever waited for it would hold their lane for as long, and the pool would count the
//! connection as used: it is closed without being asked.

use std::io;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgPool, PgRow};
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr};
use sqlx_core::transaction::TransactionManager as _;
use tokio::time::Instant;

type Manager = <Postgres as sqlx::Database>::TransactionManager;

/// Longest wait for the answer to a statement: more than the server itself allows one (`statement_timeout`).
const ANSWER_WITHIN: Duration = Duration::from_secs(35);
/// Longest wait for the answer to BEGIN, COMMIT or ROLLBACK; what became of a COMMIT is then looked up.
const TURN_WITHIN: Duration = Duration::from_secs(10);
/// Who leaves while a statement runs leaves the connection to the pool, which waits for the answer and goes on with it.
/// One that has not answered for this long may never: the pool must not wait for it.
const TRUSTED: Duration = Duration::from_secs(1);

/// A connection lent by the pool, and the transaction begun on it. Dropped, it rolls back.
#[derive(Debug)]
pub struct Session {
    connection: PoolConnection<Postgres>,
    /// Since when an answer is due.
    asked_at: Option<Instant>,
    /// Whether BEGIN failed or was not waited for: nobody knows whether a transaction is open.
    is_broken: bool,
}

impl Session {
    /// A connection for single statements.
    ///
    /// # Errors
    /// Those of the driver; [`sqlx::Error::PoolTimedOut`] when none is free in time.
    pub async fn new(pool: &PgPool) -> sqlx::Result<Self> {
        Ok(Self {
            connection: Box::pin(pool.acquire()).await?,
            asked_at: None,
            is_broken: false,
        })
    }

    /// Begins a transaction by a text that opens one (and may set what holds in it), in one round trip.
    ///
    /// # Errors
    /// As [`Self::new`]; [`sqlx::Error::Io`] when no answer comes in time.
    pub async fn begin(pool: &PgPool, text: String) -> sqlx::Result<Self> {
        let mut session = Self::new(pool).await?;
        session.is_broken = true;
        let begin = AssertSqlSafe(text).into_sql_str();
        let asked = Box::pin(Manager::begin(&mut session.connection, Some(begin)));
        answered(&mut session.asked_at, TURN_WITHIN, asked).await?;
        session.is_broken = false;
        Ok(session)
    }

    /// Rows of a statement.
    ///
    /// # Errors
    /// Those of the driver; [`sqlx::Error::Io`] when no answer comes in time.
    pub async fn fetch(
        &mut self,
        text: impl SqlSafeStr,
        arguments: PgArguments,
    ) -> sqlx::Result<Vec<PgRow>> {
        self.fetch_within(ANSWER_WITHIN, text, arguments).await
    }

    pub(super) async fn fetch_within(
        &mut self,
        within: Duration,
        text: impl SqlSafeStr,
        arguments: PgArguments,
    ) -> sqlx::Result<Vec<PgRow>> {
        let asked = sqlx::query_with(text, arguments).fetch_all(&mut *self.connection);
        answered(&mut self.asked_at, within, asked).await
    }

    /// Runs several statements without parameters, however long they take: those that make tables.
    ///
    /// # Errors
    /// Those of the driver.
    pub async fn run_all(&mut self, text: String) -> sqlx::Result<()> {
        let statements = sqlx::raw_sql(AssertSqlSafe(text));
        statements.execute(&mut *self.connection).await.map(drop)
    }

    /// Commits.
    ///
    /// # Errors
    /// Those of the driver; [`sqlx::Error::Io`] when no answer comes in time. The outcome is then not known.
    pub async fn commit(mut self) -> sqlx::Result<()> {
        let asked = Manager::commit(&mut self.connection);
        answered(&mut self.asked_at, TURN_WITHIN, asked).await
    }

    /// Rolls back.
    ///
    /// # Errors
    /// As [`Self::commit`]; what is not committed is rolled back whatever is answered.
    pub async fn rollback(mut self) -> sqlx::Result<()> {
        let asked = Manager::rollback(&mut self.connection);
        answered(&mut self.asked_at, TURN_WITHIN, asked).await
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.is_broken || self.asked_at.is_some_and(|at| TRUSTED < at.elapsed()) {
            self.connection.close_on_drop();
        } else {
            // Sent before anything else on this connection; without a transaction it does nothing.
            Manager::start_rollback(&mut self.connection);
        }
    }
}

/// Silence is a lost connection.
async fn answered<T>(
    asked_at: &mut Option<Instant>,
    within: Duration,
    asked: impl Future<Output = sqlx::Result<T>>,
) -> sqlx::Result<T> {
    *asked_at = Some(Instant::now());
    match tokio::time::timeout(within, asked).await {
        Ok(answer) => {
            *asked_at = None;
            answer
        }
        Err(silence) => {
            let error = io::Error::new(io::ErrorKind::TimedOut, silence);
            Err(sqlx::Error::Io(error))
        }
    }
}
