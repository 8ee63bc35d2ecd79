//! Opening a database: sessions set up, settings checked, schema brought up to date.

use crate::ledger::database::{Database, Sql};

/// How a database is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Connections: of the pool on Postgres, for reading on SQLite (one more writes).
    pub connections_max: u32,
    /// Lets a Postgres server with `fsync`, `full_page_writes` or `synchronous_commit` off pass. Never in production.
    pub unsafe_durability_allowed: bool,
    /// `application_name` on Postgres.
    pub application_name: String,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            connections_max: 16,
            unsafe_durability_allowed: false,
            application_name: "daybook".to_owned(),
        }
    }
}

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL names neither database.
    #[error("database URL must start with sqlite:// or postgres://")]
    Scheme,
}

impl Database {
    /// Opens a migrated database: `sqlite://path` or `postgres://…`.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn open(_url: &str, _options: &OpenOptions) -> Result<Self, ConnectError> {
        Err(ConnectError::Scheme)
    }

    /// Closes every connection.
    pub async fn close(&self) {}
}

/// Brings the schema up to date: the migrations, then each projection's tables. The login owns the tables; on Postgres
/// it may be another one than the server's.
///
/// # Errors
/// [`ConnectError`].
pub async fn migrate(_url: &str, _schemas: &[Sql]) -> Result<(), ConnectError> {
    Err(ConnectError::Scheme)
}
