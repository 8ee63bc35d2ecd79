//! Opening a database: sessions set up, settings checked, schema brought up to date.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Row as _};

use crate::ledger::database::{Database, DatabaseError};
use crate::ledger::live_tables::{LiveTables, ReadModel};
use crate::ledger::safety::durability::{
    Danger, POSTGRES_SETTINGS, check_postgres_setting, check_postgres_version, check_sqlite_version,
};

/// How a database is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Connections: of the pool on Postgres, for reading on SQLite (one more writes).
    pub connections_max: u32,
    /// Lets a Postgres server with `fsync`, `full_page_writes` or `synchronous_commit` off pass. Never in production.
    pub unsafe_durability_allowed: bool,
    /// `application_name` on Postgres.
    pub application_name: String,
    /// The read models of this program.
    pub read_models: Vec<ReadModel>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            connections_max: 16,
            unsafe_durability_allowed: false,
            application_name: "daybook".to_owned(),
            read_models: Vec::new(),
        }
    }
}

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL names neither database.
    #[error("database URL must start with sqlite:// or postgres://")]
    Scheme,
    /// The URL names a database that is gone when it is closed.
    #[error("a ledger is not kept in memory: name a file")]
    InMemory,
    /// What a parameter of SQLite would change is decided here: `mode`, `cache`, `immutable`.
    #[error("a URL of SQLite takes no parameters")]
    Parameters,
    /// The database file could not be made.
    #[error("cannot create database file {path}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database did not do what opening needs; the URL is not repeated, for it holds a password.
    #[error("cannot {step}")]
    Driver {
        /// What was tried.
        step: &'static str,
        /// Why not.
        source: sqlx::Error,
    },
    /// The database could lose acknowledged bookings.
    #[error(transparent)]
    Unsafe(#[from] Danger),
    /// A migration failed, or the database has another one of the same number.
    #[error("cannot migrate the database")]
    Migrate(#[from] MigrateError),
    /// The registry of read models.
    #[error("cannot read which tables are live")]
    Registry(#[from] DatabaseError),
}

/// What a connection of the pool waits for a free one, and a writer for SQLite's lock.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection idle for longer is asked whether it still lives before it is used.
const IDLE_TRUSTED: Duration = Duration::from_secs(5);
/// Statements kept prepared per connection: those of the store and of the read models, with room.
const STATEMENTS_CACHED: usize = 256;

/// The session of the server on Postgres, whatever its login: the runtime role, and timeouts so that a frozen process
/// or a lost network stops nobody for long. Between two statements of a transaction lie microseconds: a session that is
/// idle in one for 3 s belongs to a process that is frozen or gone, and ends before those who wait for its locks give
/// up after 5 s.
const POSTGRES_SESSION: &str = "set role daybook_runtime; set lock_timeout = '5s'; \
    set idle_in_transaction_session_timeout = '3s'; set statement_timeout = '30s'; \
    set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3; \
    set client_connection_check_interval = '5s'";

impl Database {
    /// Opens a migrated database: `sqlite://path` or `postgres://…`.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn open(url: &str, options: &OpenOptions) -> Result<Self, ConnectError> {
        let tables = Arc::new(LiveTables::new(options.read_models.clone()));
        let database = match Scheme::of(url)? {
            Scheme::Postgres => open_postgres(url, options, tables).await?,
            Scheme::Sqlite => open_sqlite(url, options, tables).await?,
        };
        if !options.read_models.is_empty() {
            database.refresh().await?;
        }
        Ok(database)
    }

    /// The same database as the owner of its tables sees it: who may create and drop those of read models. On SQLite
    /// there are no roles.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn open_owner(&self, url: &str) -> Result<Self, ConnectError> {
        let Self::Postgres { tables, .. } = self else {
            return Ok(self.clone());
        };
        let connect = PgConnectOptions::from_str(url)
            .map_err(driver("read the database URL"))?
            .application_name("daybook rebuild");
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(connect)
            .await
            .map_err(driver("connect to Postgres"))?;
        Ok(Self::Postgres {
            appenders: pool.clone(),
            pool,
            tables: Arc::clone(tables),
        })
    }

    /// Closes every connection, once it is free.
    pub async fn close(&self) {
        match self {
            Self::Postgres {
                pool, appenders, ..
            } => {
                pool.close().await;
                appenders.close().await;
            }
            Self::Sqlite {
                writer, readers, ..
            } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }
}

pub(super) enum Scheme {
    Postgres,
    Sqlite,
}

impl Scheme {
    pub(super) fn of(url: &str) -> Result<Self, ConnectError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres)
        } else if url.starts_with("sqlite:") {
            Ok(Self::Sqlite)
        } else {
            Err(ConnectError::Scheme)
        }
    }
}

pub(super) fn driver(step: &'static str) -> impl Fn(sqlx::Error) -> ConnectError {
    move |source| ConnectError::Driver { step, source }
}

async fn open_postgres(
    url: &str,
    options: &OpenOptions,
    tables: Arc<LiveTables>,
) -> Result<Database, ConnectError> {
    let connect = PgConnectOptions::from_str(url)
        .map_err(driver("read the database URL"))?
        .application_name(&options.application_name)
        .statement_cache_capacity(STATEMENTS_CACHED);
    let mut first = PgConnection::connect_with(&connect)
        .await
        .map_err(driver("connect to Postgres"))?;
    check_postgres(&mut first, options).await?;
    first.close().await.map_err(driver("close a connection"))?;
    let doubt = Doubt::default();
    let pool = postgres_pool(options, &doubt)
        .connect_with(connect.clone())
        .await
        .map_err(driver("start a session as role daybook_runtime"))?;
    Ok(Database::Postgres {
        pool,
        appenders: postgres_pool(options, &doubt).connect_lazy_with(connect),
        tables,
    })
}

/// When a connection was last made. Mostly because another one was lost, and then what lay idle meanwhile is doubtful:
/// after an outage it is asked whether it lives, rather than fail one read each.
type Doubt = Arc<Mutex<Option<Instant>>>;

fn postgres_pool(options: &OpenOptions, doubt: &Doubt) -> PgPoolOptions {
    let (noted, asked) = (Arc::clone(doubt), Arc::clone(doubt));
    PgPoolOptions::new()
        .max_connections(options.connections_max)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A ping before each use would double the round trips of a short read.
        .test_before_acquire(false)
        .before_acquire(move |connection, meta| {
            let doubted_at = *asked.lock().unwrap_or_else(PoisonError::into_inner);
            let is_doubtful = doubted_at.is_some_and(|at| at.elapsed() <= meta.idle_for);
            Box::pin(async move {
                if is_doubtful || IDLE_TRUSTED < meta.idle_for {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(move |connection, _| {
            *noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
            Box::pin(async move {
                sqlx::raw_sql(POSTGRES_SESSION).execute(connection).await?;
                Ok(())
            })
        })
}

async fn check_postgres(
    connection: &mut PgConnection,
    options: &OpenOptions,
) -> Result<(), ConnectError> {
    let row = sqlx::query(include_str!("sql/settings_read.postgres.sql"))
        .fetch_one(connection)
        .await
        .map_err(driver("read the server's settings"))?;
    let read = driver("read the server's settings");
    let version: i32 = row.try_get("version").map_err(&read)?;
    check_postgres_version(version.into())?;
    for setting in POSTGRES_SETTINGS {
        let value: String = row.try_get(setting).map_err(&read)?;
        match check_postgres_setting(setting, value) {
            Ok(()) => {}
            Err(danger) if options.unsafe_durability_allowed => {
                tracing::warn!(%danger, "allowed by option");
            }
            Err(danger) => return Err(danger.into()),
        }
    }
    Ok(())
}

/// The writer's page cache: 8 MiB (negative: KiB).
const WRITER_CACHE_KIB: &str = "-8192";
/// Pages of the write-ahead log between two checkpoints: 16 MiB.
const CHECKPOINT_PAGES: &str = "4096";

async fn open_sqlite(
    url: &str,
    options: &OpenOptions,
    tables: Arc<LiveTables>,
) -> Result<Database, ConnectError> {
    let connect = sqlite_options(url)?;
    create_file(connect.get_filename()).await?;
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(writing(connect.clone()))
        .await
        .map_err(driver("open the database file"))?;
    let version: String = sqlx::query_scalar("select sqlite_version()")
        .fetch_one(&writer)
        .await
        .map_err(driver("read the version of SQLite"))?;
    check_sqlite_version(&version)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.connections_max)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(connect.pragma("query_only", "on"))
        .await
        .map_err(driver("open the database file for reading"))?;
    Ok(Database::Sqlite {
        writer,
        readers,
        tables,
    })
}

/// What only the writer needs: an append touches some thirty pages of two dozen trees all over the file, so the default
/// cache of 2 MiB reads and spills in every batch, and a checkpoint every 4 MiB writes the same pages again and again.
fn writing(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .pragma("cache_size", WRITER_CACHE_KIB)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("temp_store", "memory")
}

pub(super) fn sqlite_options(url: &str) -> Result<SqliteConnectOptions, ConnectError> {
    let path = url.strip_prefix("sqlite:").ok_or(ConnectError::Scheme)?;
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() || path.contains(":memory:") || path.contains("mode=memory") {
        return Err(ConnectError::InMemory);
    }
    if path.contains('?') {
        return Err(ConnectError::Parameters);
    }
    // The driver would decode `%20`, and the key and the lock lie beside the file whose name was typed.
    Ok(SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(ACQUIRE_TIMEOUT)
        .statement_cache_capacity(STATEMENTS_CACHED)
        // What was deleted is overwritten: keys that were destroyed, terms that were purged.
        .pragma("secure_delete", "on")
        // `insert or replace` deletes; only with this do the delete triggers of the log see it.
        .pragma("recursive_triggers", "on"))
}

/// Makes the file readable by its owner only; SQLite gives its WAL the same mode.
pub(super) async fn create_file(path: &Path) -> Result<(), ConnectError> {
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    match options.open(path).await {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(ConnectError::File {
            path: path.to_owned(),
            source,
        }),
    }
}
