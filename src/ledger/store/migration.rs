//! Bringing the schema up to date: the migrations, then the tables of read models that the registry does not know yet.
//!
//! Tables that it knows are left alone, whatever their version: they are there, and a program whose layout is another
//! one finds out when it opens the database ([`crate::ledger::live_tables`]) and is told to rebuild.

use std::str::FromStr;
use std::sync::LazyLock;

use sqlx::migrate::{Migrate, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Executor};

use super::connect::{ConnectError, Scheme, create_file, driver, sqlite_options};
use crate::ledger::live_tables::ReadModel;

static POSTGRES_MIGRATIONS: LazyLock<Migrator> =
    LazyLock::new(|| expanding(sqlx::migrate!("migrations/postgres")));
static SQLITE_MIGRATIONS: LazyLock<Migrator> =
    LazyLock::new(|| expanding(sqlx::migrate!("migrations/sqlite")));

/// Migrations only expand: what a newer program has added is in nobody's way, and a server of the older one may start
/// again beside it, as in a rolling update that is taken back.
fn expanding(mut migrations: Migrator) -> Migrator {
    migrations.set_ignore_missing(true);
    migrations
}

const REGISTER: &str = include_str!("sql/read_models_register.sql");

/// Brings the schema up to date. The login owns the tables; on Postgres it may be another one than the server's.
///
/// # Errors
/// [`ConnectError`].
pub async fn migrate(url: &str, models: &[ReadModel]) -> Result<(), ConnectError> {
    match Scheme::of(url)? {
        Scheme::Postgres => migrate_postgres(url, models).await,
        Scheme::Sqlite => migrate_sqlite(url, models).await,
    }
}

async fn migrate_postgres(url: &str, models: &[ReadModel]) -> Result<(), ConnectError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(driver("read the database URL"))?
        .application_name("daybook migrate");
    let mut connection = PgConnection::connect_with(&options)
        .await
        .map_err(driver("connect to Postgres"))?;
    // Two processes that start at once register a read model one after the other.
    connection.lock().await?;
    POSTGRES_MIGRATIONS.run(&mut connection).await?;
    for model in models {
        register_postgres(&mut connection, model)
            .await
            .map_err(driver("create the tables of a read model"))?;
    }
    connection.unlock().await?;
    connection
        .close()
        .await
        .map_err(driver("close a connection"))
}

async fn register_postgres(
    connection: &mut PgConnection,
    model: &ReadModel,
) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let registered = sqlx::query(REGISTER)
        .bind(model.name)
        .bind(model.layout(model.schema.postgres))
        .execute(&mut *transaction)
        .await?;
    if registered.rows_affected() == 1 {
        transaction
            .execute(sqlx::raw_sql(model.schema.postgres))
            .await?;
    }
    transaction.commit().await
}

async fn migrate_sqlite(url: &str, models: &[ReadModel]) -> Result<(), ConnectError> {
    let options = sqlite_options(url)?;
    create_file(options.get_filename()).await?;
    let mut connection = SqliteConnection::connect_with(&options)
        .await
        .map_err(driver("open the database file"))?;
    SQLITE_MIGRATIONS.run(&mut connection).await?;
    for model in models {
        register_sqlite(&mut connection, model)
            .await
            .map_err(driver("create the tables of a read model"))?;
    }
    connection
        .close()
        .await
        .map_err(driver("close a connection"))
}

async fn register_sqlite(
    connection: &mut SqliteConnection,
    model: &ReadModel,
) -> Result<(), sqlx::Error> {
    // Looked up first: a start must not wait for the write lock of a busy server for nothing.
    let known: i64 = sqlx::query_scalar("select count(*) from read_models where name = $1")
        .bind(model.name)
        .fetch_one(&mut *connection)
        .await?;
    if 0 < known {
        return Ok(());
    }
    let mut transaction = connection.begin_with("begin immediate").await?;
    let registered = sqlx::query(REGISTER)
        .bind(model.name)
        .bind(model.layout(model.schema.sqlite))
        .execute(&mut *transaction)
        .await?;
    if registered.rows_affected() == 1 {
        transaction
            .execute(sqlx::raw_sql(model.schema.sqlite))
            .await?;
    }
    transaction.commit().await
}
