//! The database, either of two: typed parameters in, typed rows out, the tenant named before anything is read.
//!
//! Instants are `bigint` microseconds since the Unix epoch, ids are UUIDs, and parameters are `$1…` on both, so most
//! statements are one text. Postgres row-level security admits the tenants a transaction names; SQLite has no roles,
//! there every statement filters by tenant itself (it does on Postgres, too).

use std::sync::Arc;

use chrono::DateTime;
use sqlx::Row as _;
use sqlx::postgres::{PgArguments, PgDatabaseError, PgPool, PgRow};
use sqlx::sqlite::{SqliteArguments, SqlitePool, SqliteRow};
use uuid::Uuid;

use super::live_tables::LiveTables;
use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;

/// A pool of connections to one of the two databases.
#[derive(Clone, Debug)]
pub enum Database {
    /// Connections run as the runtime role.
    Postgres {
        /// Connections for everything but appends.
        pool: PgPool,
        /// Connections that append. One committer uses one of them all the time, so its plans and caches stay warm; the
        /// pool would hand every batch to the connection that has been idle longest.
        appenders: PgPool,
        /// Which tables of the read models are live.
        tables: Arc<LiveTables>,
    },
    /// One writer, several readers, one file.
    Sqlite {
        /// The only connection that writes.
        writer: SqlitePool,
        /// Connections that read.
        readers: SqlitePool,
        /// Which tables of the read models are live.
        tables: Arc<LiveTables>,
    },
}

/// One statement in both dialects; often the same text.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    /// For Postgres.
    pub postgres: &'static str,
    /// For SQLite.
    pub sqlite: &'static str,
}

impl Sql {
    /// A statement that both accept.
    pub const fn both(text: &'static str) -> Self {
        Self {
            postgres: text,
            sqlite: text,
        }
    }
}

/// A parameter. Arrays are Postgres arrays, and JSON arrays (`json_each`) on SQLite.
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    /// `text`, or null.
    Text(Option<String>),
    /// `bigint`, or null.
    Int(Option<i64>),
    /// `uuid` (text on SQLite), or null.
    Uuid(Option<Uuid>),
    /// `bytea` / blob, or null.
    Bytes(Option<Vec<u8>>),
    /// `text[]`.
    Texts(Vec<Option<String>>),
    /// `bigint[]`.
    Ints(Vec<Option<i64>>),
    /// `uuid[]`.
    Uuids(Vec<Option<Uuid>>),
    /// `bytea[]`; hexadecimal text in the JSON array on SQLite (`unhex` reads it).
    ByteArrays(Vec<Option<Vec<u8>>>),
}

impl From<&str> for Param {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}
impl From<String> for Param {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}
impl From<Option<String>> for Param {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}
impl From<i64> for Param {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}
impl From<Option<i64>> for Param {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}
impl From<Uuid> for Param {
    fn from(uuid: Uuid) -> Self {
        Self::Uuid(Some(uuid))
    }
}
impl From<Option<Uuid>> for Param {
    fn from(uuid: Option<Uuid>) -> Self {
        Self::Uuid(uuid)
    }
}
impl From<TenantId> for Param {
    fn from(tenant: TenantId) -> Self {
        Self::Uuid(Some(tenant.as_uuid()))
    }
}
impl From<Timestamp> for Param {
    fn from(instant: Timestamp) -> Self {
        Self::Int(Some(instant.timestamp_micros()))
    }
}
impl From<Option<Timestamp>> for Param {
    fn from(instant: Option<Timestamp>) -> Self {
        Self::Int(instant.map(|instant| instant.timestamp_micros()))
    }
}

/// Why the database did not answer, or not with what it should.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The driver's or server's error; retryable or not, see `Self::is_unavailable`.
    #[error("database error")]
    Driver(#[from] sqlx::Error),
    /// A row holds what cannot be there.
    #[error("corrupt value in column {column}: {reason}")]
    Corrupt {
        /// The column.
        column: String,
        /// What is wrong.
        reason: String,
    },
    /// A rebuild by another program has made live what this program can neither read nor write.
    #[error(
        "read model {model} is live in version {version}, whose layout this program does not know: run the program \
         that rebuilt it, or rebuild it with this one (daybook projections rebuild {model})"
    )]
    Outdated {
        /// Which read model.
        model: &'static str,
        /// Its live version.
        version: i64,
    },
}

impl DatabaseError {
    /// A corrupt value, named.
    pub fn corrupt(column: &str, reason: impl std::fmt::Display) -> Self {
        Self::Corrupt {
            column: column.to_owned(),
            reason: reason.to_string(),
        }
    }

    /// Whether a table has gone, or is out of the runtime role's reach: what a flip leaves of the old version.
    pub fn is_table_gone(&self) -> bool {
        let Self::Driver(sqlx::Error::Database(error)) = self else {
            return false;
        };
        match error.try_downcast_ref::<PgDatabaseError>() {
            // A row that row-level security refuses has the same code, 42501, but another routine.
            Some(postgres) => match postgres.code() {
                "42P01" => true,
                "42501" => postgres.routine() == Some("aclcheck_error"),
                _ => false,
            },
            None => error.message().starts_with("no such table"),
        }
    }

    /// Whether the database could not be reached, had no connection free, or is another program's: try again later.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Driver(sqlx::Error::Database(error)) => {
                let code = error.code().unwrap_or_default();
                is_transient(&code)
            }
            Self::Driver(error) => matches!(
                error,
                sqlx::Error::Io(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed
                    | sqlx::Error::Tls(_)
            ),
            Self::Outdated { .. } => true,
            Self::Corrupt { .. } => false,
        }
    }
}

/// Whether what a database complains of passes by itself; SQLSTATEs have five characters, SQLite's codes fewer.
fn is_transient(code: &str) -> bool {
    if code.len() < 5 {
        // SQLITE_BUSY, SQLITE_LOCKED.
        return code
            .parse()
            .is_ok_and(|code: i32| matches!(code & 0xff, 5 | 6));
    }
    // Connection, resources, the operator (a stop, a start, a timeout); a lock not had in time, a session ended while
    // idle, a standby, a lost race.
    matches!(code.get(..2), Some("08" | "53" | "57"))
        || matches!(code, "55P03" | "25P03" | "25006" | "40001" | "40P01")
}

/// A row of either database; columns by name.
#[derive(Debug)]
pub enum Row {
    /// From Postgres.
    Postgres(PgRow),
    /// From SQLite.
    Sqlite(SqliteRow),
}

macro_rules! column {
    ($(#[$doc:meta])* $name:ident, $optional:ident, $type:ty) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// [`DatabaseError::Corrupt`] when the column is absent, null or of another type.
        pub fn $name(&self, column: &str) -> Result<$type, DatabaseError> {
            self.$optional(column)?.ok_or_else(|| DatabaseError::corrupt(column, "is null"))
        }
    };
}

impl Row {
    column!(/** Text. */ text, text_or_null, String);
    column!(/** A 64-bit integer. */ int, int_or_null, i64);
    column!(/** A UUID. */ uuid, uuid_or_null, Uuid);
    column!(/** Bytes. */ bytes, bytes_or_null, Vec<u8>);

    /// Text or null.
    ///
    /// # Errors
    /// [`DatabaseError::Corrupt`] when the column is absent or of another type.
    pub fn text_or_null(&self, column: &str) -> Result<Option<String>, DatabaseError> {
        match self {
            Self::Postgres(row) => row.try_get(column),
            Self::Sqlite(row) => row.try_get(column),
        }
        .map_err(|error| DatabaseError::corrupt(column, error))
    }

    /// Integer or null.
    ///
    /// # Errors
    /// As [`Self::text_or_null`].
    pub fn int_or_null(&self, column: &str) -> Result<Option<i64>, DatabaseError> {
        match self {
            Self::Postgres(row) => row.try_get(column),
            Self::Sqlite(row) => row.try_get(column),
        }
        .map_err(|error| DatabaseError::corrupt(column, error))
    }

    /// UUID or null; text on SQLite.
    ///
    /// # Errors
    /// As [`Self::text_or_null`].
    pub fn uuid_or_null(&self, column: &str) -> Result<Option<Uuid>, DatabaseError> {
        match self {
            Self::Postgres(row) => row
                .try_get(column)
                .map_err(|error| DatabaseError::corrupt(column, error)),
            Self::Sqlite(row) => {
                let text: Option<String> = row
                    .try_get(column)
                    .map_err(|error| DatabaseError::corrupt(column, error))?;
                text.map(|text| Uuid::parse_str(&text))
                    .transpose()
                    .map_err(|error| DatabaseError::corrupt(column, error))
            }
        }
    }

    /// Bytes or null.
    ///
    /// # Errors
    /// As [`Self::text_or_null`].
    pub fn bytes_or_null(&self, column: &str) -> Result<Option<Vec<u8>>, DatabaseError> {
        match self {
            Self::Postgres(row) => row.try_get(column),
            Self::Sqlite(row) => row.try_get(column),
        }
        .map_err(|error| DatabaseError::corrupt(column, error))
    }

    /// An instant, stored as microseconds since the Unix epoch.
    ///
    /// # Errors
    /// As [`Self::int`].
    pub fn instant(&self, column: &str) -> Result<Timestamp, DatabaseError> {
        self.instant_or_null(column)?
            .ok_or_else(|| DatabaseError::corrupt(column, "is null"))
    }

    /// An instant or null.
    ///
    /// # Errors
    /// As [`Self::text_or_null`].
    pub fn instant_or_null(&self, column: &str) -> Result<Option<Timestamp>, DatabaseError> {
        self.int_or_null(column)?
            .map(|micros| {
                DateTime::from_timestamp_micros(micros)
                    .ok_or_else(|| DatabaseError::corrupt(column, "is out of range"))
            })
            .transpose()
    }
}

/// Binds parameters for Postgres.
pub(crate) fn postgres_arguments(params: Vec<Param>) -> Result<PgArguments, DatabaseError> {
    use sqlx::Arguments as _;
    let mut arguments = PgArguments::default();
    for param in params {
        match param {
            Param::Text(value) => arguments.add(value),
            Param::Int(value) => arguments.add(value),
            Param::Uuid(value) => arguments.add(value),
            Param::Bytes(value) => arguments.add(value),
            Param::Texts(values) => arguments.add(values),
            Param::Ints(values) => arguments.add(values),
            Param::Uuids(values) => arguments.add(values),
            Param::ByteArrays(values) => arguments.add(values),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// Binds parameters for SQLite: UUIDs as text, arrays as JSON text.
pub(crate) fn sqlite_arguments(params: Vec<Param>) -> Result<SqliteArguments, DatabaseError> {
    use sqlx::Arguments as _;
    let mut arguments = SqliteArguments::default();
    for param in params {
        match param {
            Param::Text(value) => arguments.add(value),
            Param::Int(value) => arguments.add(value),
            Param::Uuid(value) => arguments.add(value.map(|uuid| uuid.to_string())),
            Param::Bytes(value) => arguments.add(value),
            Param::Texts(values) => arguments.add(json_text(&values)?),
            Param::Ints(values) => arguments.add(json_text(&values)?),
            Param::Uuids(values) => arguments.add(json_text(&values)?),
            Param::ByteArrays(values) => {
                let hex: Vec<_> = values
                    .iter()
                    .map(|bytes| bytes.as_deref().map(hex))
                    .collect();
                arguments.add(json_text(&hex)?)
            }
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn json_text<T: serde::Serialize>(values: &[T]) -> Result<String, DatabaseError> {
    serde_json::to_string(values).map_err(|error| DatabaseError::corrupt("parameter", error))
}

/// Lower-case hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a String does not fail");
    }
    text
}
