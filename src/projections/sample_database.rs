//! Databases for tests: a SQLite file, and a database on `TEST_POSTGRES_URL` (a superuser's) when it is set. Row
//! changes are written with the binding that [`crate::ledger::row::Table`] documents, one at a time.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, Executor as _};

use super::check::DumpedTable;
use super::sample::tenant;
use crate::domain::id::KeyId;
use crate::ledger::database::{Database, Param, Row, Sql, postgres_arguments, sqlite_arguments};
use crate::ledger::record::RecordedEvent;
use crate::ledger::row::{Cell, Change, ColumnKind, Projection, RowChange, Table};
use crate::ledger::store::tests::server::postgres_url;

/// Stands for tables of others, which statements of these tests join.
const OTHERS: Sql = Sql {
    postgres: "create table person_terms (tenant uuid, term text, key_id uuid);
        create table if not exists providers (tenant uuid, provider uuid, doc text);
        create table heads (tenant uuid, position bigint, recorded_at bigint);
        grant select on person_terms, providers, heads to daybook_runtime",
    sqlite: "create table person_terms (tenant text, term text, key_id text);
        create table if not exists providers (tenant text, provider text, doc text);
        create table heads (tenant text, position integer, recorded_at integer)",
};

/// A database of one test; a SQLite file goes with it.
pub(super) struct Scratch {
    database: Database,
    file: Option<PathBuf>,
}

impl Deref for Scratch {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            // A file that stays is in nobody's way: the next process has another name.
            drop(std::fs::remove_file(file));
        }
    }
}

/// Every database there is, with the tables of one projection (created twice: schemas may be run again).
pub(super) async fn databases(projection: &dyn Projection) -> Vec<Scratch> {
    // Drawn: another run may use the same folder and server, and process ids come again.
    let name = format!("daybook_test_{:032x}", rand::random::<u128>());
    let mut databases = vec![sqlite(&name, projection).await];
    if let Some(url) = postgres_url() {
        databases.push(postgres(&url, &name, projection).await);
    }
    databases
}

async fn sqlite(name: &str, projection: &dyn Projection) -> Scratch {
    let path = std::env::temp_dir().join(format!("{name}.db"));
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options);
    let pool = pool.await.unwrap();
    for text in [
        projection.schema().sqlite,
        projection.schema().sqlite,
        OTHERS.sqlite,
    ] {
        pool.execute(sqlx::raw_sql(text)).await.unwrap();
    }
    Scratch {
        database: Database::Sqlite {
            writer: pool.clone(),
            readers: pool,
            tables: Arc::default(),
        },
        file: Some(path),
    }
}

async fn postgres(url: &str, name: &str, projection: &dyn Projection) -> Scratch {
    let options: PgConnectOptions = url.parse().unwrap();
    let owner = PgPoolOptions::new()
        .connect_with(options.clone())
        .await
        .unwrap();
    let role = "do $$ begin create role daybook_runtime;
        exception when duplicate_object or unique_violation then null; end $$";
    owner.execute(role).await.unwrap();
    for text in [
        format!("drop database if exists {name}"),
        format!("create database {name}"),
    ] {
        owner.execute(AssertSqlSafe(text)).await.unwrap();
    }
    let options = options.database(name);
    let creator = PgPoolOptions::new()
        .connect_with(options.clone())
        .await
        .unwrap();
    for text in [
        projection.schema().postgres,
        projection.schema().postgres,
        OTHERS.postgres,
    ] {
        creator.execute(sqlx::raw_sql(text)).await.unwrap();
    }
    let runtime = PgPoolOptions::new()
        .max_connections(1)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute("set role daybook_runtime").await?;
                Ok(())
            })
        });
    let pool = runtime.connect_with(options).await.unwrap();
    Scratch {
        database: Database::Postgres {
            appenders: pool.clone(),
            pool,
            tables: Arc::default(),
        },
        file: None,
    }
}

/// Writes what a projection makes of an event.
pub(super) async fn write(database: &Database, projection: &dyn Projection, event: &RecordedEvent) {
    for change in projection.project(event) {
        let table = change.table;
        let (sql, cells) = match &change.change {
            Change::Put(cells) => (table.put, [change.key.clone(), cells.clone()].concat()),
            Change::Patch(_) => (table.patch, patched(&change)),
            Change::Delete => (table.delete, change.key.clone()),
        };
        execute(database, table, sql, &[cells]).await;
    }
}

fn patched(change: &RowChange) -> Vec<Cell> {
    let Change::Patch(cells) = &change.change else {
        panic!("not a patch");
    };
    for name in cells.keys() {
        assert!(
            change
                .table
                .columns
                .iter()
                .any(|column| column.name == *name)
        );
    }
    let columns = change.table.columns.iter().skip(change.table.key_columns);
    let cells = columns.map(|column| cells.get(column.name).cloned().unwrap_or(Cell::Null));
    change.key.iter().cloned().chain(cells).collect()
}

/// Runs a statement over rows of cells: one array per column on Postgres, one JSON array of arrays on SQLite.
pub(super) async fn execute(database: &Database, table: &Table, sql: Sql, rows: &[Vec<Cell>]) {
    match database {
        Database::Postgres { pool, .. } => {
            let bound = rows.first().map_or(0, Vec::len);
            let columns = table.columns.iter().take(bound).enumerate();
            let params = columns.map(|(index, column)| {
                let cells = rows.iter().map(|row| &row[index]);
                match column.kind {
                    ColumnKind::Text | ColumnKind::Document => {
                        Param::Texts(cells.map(text).collect())
                    }
                    ColumnKind::Int => Param::Ints(cells.map(int).collect()),
                    ColumnKind::Uuid => Param::Uuids(cells.map(uuid).collect()),
                }
            });
            let begin = format!("begin; set local daybook.tenants = '{}'", tenant());
            let mut transaction = pool.begin_with(AssertSqlSafe(begin)).await.unwrap();
            let arguments = postgres_arguments(params.collect()).unwrap();
            sqlx::query_with(sql.postgres, arguments)
                .execute(&mut *transaction)
                .await
                .unwrap();
            transaction.commit().await.unwrap();
        }
        Database::Sqlite { writer, .. } => {
            let rows: Vec<serde_json::Value> = rows
                .iter()
                .map(|row| row.iter().map(json).collect())
                .collect();
            let text = serde_json::Value::Array(rows).to_string();
            let arguments = sqlite_arguments(vec![text.into()]).unwrap();
            sqlx::query_with(sql.sqlite, arguments)
                .execute(writer)
                .await
                .unwrap();
        }
    }
}

fn text(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Null => None,
        Cell::Text(text) => Some(text.clone()),
        Cell::Int(_) | Cell::Uuid(_) => panic!("{cell:?} is no text"),
    }
}

fn int(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Null => None,
        Cell::Int(number) => Some(*number),
        Cell::Text(_) | Cell::Uuid(_) => panic!("{cell:?} is no integer"),
    }
}

fn uuid(cell: &Cell) -> Option<uuid::Uuid> {
    match cell {
        Cell::Null => None,
        Cell::Uuid(uuid) => Some(*uuid),
        Cell::Text(_) | Cell::Int(_) => panic!("{cell:?} is no UUID"),
    }
}

fn json(cell: &Cell) -> serde_json::Value {
    match cell {
        Cell::Null => serde_json::Value::Null,
        Cell::Int(number) => (*number).into(),
        Cell::Text(text) => text.as_str().into(),
        Cell::Uuid(uuid) => uuid.to_string().into(),
    }
}

/// Everything a projection's tables hold.
pub(super) async fn dump(database: &Database, projection: &dyn Projection) -> Vec<DumpedTable> {
    let mut dumped = Vec::new();
    for table in projection.tables() {
        let names: Vec<_> = table.columns.iter().map(|column| column.name).collect();
        let select = format!("select {} from {}", names.join(", "), table.name);
        let sql = Sql::both(Box::leak(select.into_boxed_str()));
        let rows = database.fetch(tenant(), sql, Vec::new()).await.unwrap();
        let rows = rows.iter().map(|row| cells(table, row)).collect();
        dumped.push(DumpedTable { table, rows });
    }
    dumped
}

fn cells(table: &Table, row: &Row) -> Vec<Cell> {
    let cell = |column: &crate::ledger::row::Column| match column.kind {
        ColumnKind::Text | ColumnKind::Document => {
            row.text_or_null(column.name).unwrap().map(Cell::Text)
        }
        ColumnKind::Int => row.int_or_null(column.name).unwrap().map(Cell::Int),
        ColumnKind::Uuid => row.uuid_or_null(column.name).unwrap().map(Cell::Uuid),
    };
    table
        .columns
        .iter()
        .map(|column| cell(column).unwrap_or(Cell::Null))
        .collect()
}

/// Enters a look-up of a person.
pub(super) async fn enter_term(database: &Database, term: &str, key: KeyId) {
    let text = format!(
        "insert into person_terms (tenant, term, key_id) values ('{}', '{term}', '{key}')",
        tenant()
    );
    match database {
        Database::Postgres { pool, .. } => {
            let owned = format!("reset role; {text}; set role daybook_runtime");
            pool.execute(sqlx::raw_sql(AssertSqlSafe(owned)))
                .await
                .unwrap();
        }
        Database::Sqlite { writer, .. } => {
            writer.execute(AssertSqlSafe(text)).await.unwrap();
        }
    }
}
