//! Every row of every table, as text: what a database really holds.

use serde_json::Value;
use sqlx::{Connection as _, Row as _};
use sqlx::{PgConnection, SqliteConnection};

use super::database::TestDatabase;

/// Every table (views and materialised ones too) but sqlx's own.
const TABLES_POSTGRES: &str = "
select c.relname::text from pg_catalog.pg_class c
 where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
   and c.relname <> '_sqlx_migrations'
 order by 1";
const TABLES_SQLITE: &str = "
select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite%' and name <> '_sqlx_migrations'
 order by 1";

/// An open connection of the mightiest user there is.
pub(crate) enum Rows {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Rows {
    pub(crate) async fn of(database: &TestDatabase) -> Self {
        match database.superuser_url() {
            None => Self::Sqlite(database.sqlite().await),
            Some(url) => {
                Self::Postgres(PgConnection::connect(&url).await.expect("Postgres answers"))
            }
        }
    }

    /// Texts of a query, row by row; null is empty.
    pub(crate) async fn texts(&mut self, query: String) -> Vec<Vec<String>> {
        let sql = sqlx::AssertSqlSafe(query);
        let why = "the database understands the query";
        match self {
            Self::Sqlite(connection) => {
                let rows = sqlx::query(sql).fetch_all(connection).await;
                let text = |row: &sqlx::sqlite::SqliteRow, column| {
                    row.get::<Option<String>, _>(column).unwrap_or_default()
                };
                let rows = rows.expect(why);
                let all = |row| {
                    (0..sqlx::Row::len(row))
                        .map(|column| text(row, column))
                        .collect()
                };
                rows.iter().map(all).collect()
            }
            Self::Postgres(connection) => {
                let rows = sqlx::query(sql).fetch_all(connection).await;
                let text = |row: &sqlx::postgres::PgRow, column| {
                    row.get::<Option<String>, _>(column).unwrap_or_default()
                };
                let rows = rows.expect(why);
                let all = |row| {
                    (0..sqlx::Row::len(row))
                        .map(|column| text(row, column))
                        .collect()
                };
                rows.iter().map(all).collect()
            }
        }
    }

    /// The first column of a query.
    pub(crate) async fn column(&mut self, query: String) -> Vec<String> {
        let rows = self.texts(query).await;
        rows.into_iter()
            .filter_map(|row| row.into_iter().next())
            .collect()
    }

    /// A column as text: bytes in lower-case hex, everything else as it is.
    pub(crate) fn as_text(&self, column: &str, is_bytes: bool) -> String {
        match (self, is_bytes) {
            (Self::Postgres(_), true) => format!("encode({column}, 'hex')"),
            (Self::Postgres(_), false) => format!("{column}::text"),
            (Self::Sqlite(_), true) => format!("lower(hex({column}))"),
            (Self::Sqlite(_), false) => format!("cast({column} as text)"),
        }
    }

    /// Names of all tables.
    pub(crate) async fn tables(&mut self) -> Vec<String> {
        let query = match self {
            Self::Sqlite(_) => TABLES_SQLITE,
            Self::Postgres(_) => TABLES_POSTGRES,
        };
        self.column(query.to_owned()).await
    }

    /// The rows of a table, each as one text, sorted.
    pub(crate) async fn dump(&mut self, table: &str) -> Vec<String> {
        let row = match self {
            Self::Postgres(_) => format!("select t::text from {table} t"),
            Self::Sqlite(_) => {
                let columns = format!("select name from pragma_table_info('{table}') order by cid");
                let columns = self.column(columns).await;
                let quoted: Vec<_> = columns
                    .iter()
                    .map(|column| format!("quote({column})"))
                    .collect();
                format!("select {} from {table}", quoted.join(" || ',' || "))
            }
        };
        let mut rows = self.column(row).await;
        rows.sort_unstable();
        rows
    }

    /// The rows of a read model in order of their keys, each as an object: in `doc`, too, the order of members is not
    /// compared.
    pub(crate) async fn documents(&mut self, table: &str) -> Vec<Value> {
        let row = match self {
            Self::Postgres(_) => format!("select to_json(t)::text from {table} t order by 1"),
            Self::Sqlite(_) => {
                let columns = format!("select name from pragma_table_info('{table}') order by cid");
                let columns = self.column(columns).await;
                let pairs: Vec<_> = columns
                    .iter()
                    .map(|name| format!("'{name}', {name}"))
                    .collect();
                format!(
                    "select json_object({}) from {table} order by 1",
                    pairs.join(", ")
                )
            }
        };
        let read = |text: &str| -> Value { serde_json::from_str(text).expect("it is JSON") };
        let document = |text: String| {
            let mut object = read(&text);
            object["doc"] = read(
                object["doc"]
                    .as_str()
                    .expect("every read model has a document"),
            );
            object
        };
        self.column(row).await.into_iter().map(document).collect()
    }

    pub(crate) async fn close(self) {
        match self {
            Self::Sqlite(connection) => connection.close().await,
            Self::Postgres(connection) => connection.close().await,
        }
        .expect("the connection closes");
    }
}
