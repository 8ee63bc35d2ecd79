//! The database of one test, and a look into it that the program's rules do not limit.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, PgConnection, Row as _, SqliteConnection};

use super::postgres::Cluster;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A file.
    Sqlite,
    /// The private cluster.
    Postgres,
}

/// An empty database in a folder of its own; both are removed at drop.
#[derive(Debug)]
pub(crate) struct TestDatabase {
    folder: PathBuf,
    /// Its cluster, and its name there.
    postgres: Option<(Arc<Cluster>, String)>,
}

impl TestDatabase {
    pub(crate) async fn create(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self::with(None),
            Kind::Postgres => Self::create_in(Cluster::shared()).await,
        }
    }

    /// A database in a cluster that may be the test's own.
    pub(crate) async fn create_in(cluster: Arc<Cluster>) -> Self {
        let name = cluster.create_database().await;
        Self::with(Some((cluster, name)))
    }

    fn with(postgres: Option<(Arc<Cluster>, String)>) -> Self {
        let drawn: u128 = rand::random();
        let folder = std::env::temp_dir().join(format!("daybook-test-{drawn:032x}"));
        std::fs::create_dir_all(&folder).expect("a temporary folder can be made");
        Self { folder, postgres }
    }

    /// Where the program may leave files.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the program is told.
    pub(crate) fn url(&self) -> String {
        match &self.postgres {
            None => format!("sqlite://{}", self.file().display()),
            Some((cluster, name)) => cluster.owner_url(name),
        }
    }

    /// What the servers wrote to stderr.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("server.log")).unwrap_or_default()
    }

    /// The superuser's; `None` for a file.
    pub(crate) fn superuser_url(&self) -> Option<String> {
        let (cluster, name) = self.postgres.as_ref()?;
        Some(cluster.superuser_url(name))
    }

    /// The owner's, who may become the runtime role; `None` for a file.
    pub(crate) fn owner_url(&self) -> Option<String> {
        let (cluster, name) = self.postgres.as_ref()?;
        Some(cluster.owner_url(name))
    }

    /// The file, for reading and for writing by hand.
    pub(crate) async fn sqlite(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.file());
        let connection = SqliteConnection::connect_with(&options).await;
        connection.expect("the file opens")
    }

    fn file(&self) -> PathBuf {
        self.folder.join("day.db")
    }

    /// Drops the database; the folder goes at drop.
    pub(crate) async fn remove(&self) {
        if let Some((cluster, name)) = &self.postgres {
            cluster.drop_database(name).await;
        }
    }

    /// The integers of a query that both databases understand, row by row.
    pub(crate) async fn integers(&self, query: &'static str) -> Vec<Vec<i64>> {
        match &self.postgres {
            None => {
                let options = SqliteConnectOptions::new()
                    .filename(self.file())
                    .read_only(true);
                let mut connection = SqliteConnection::connect_with(&options)
                    .await
                    .expect("the file opens");
                let rows = sqlx::query(query).fetch_all(&mut connection).await;
                let rows = rows.expect("SQLite understands the query");
                connection.close().await.expect("the connection closes");
                rows.iter()
                    .map(|row| (0..row.len()).map(|column| row.get(column)).collect())
                    .collect()
            }
            Some((cluster, name)) => {
                let url = cluster.superuser_url(name);
                let mut connection = PgConnection::connect(&url).await.expect("Postgres answers");
                let rows = sqlx::query(query).fetch_all(&mut connection).await;
                let rows = rows.expect("Postgres understands the query");
                connection.close().await.expect("the connection closes");
                rows.iter()
                    .map(|row| (0..row.len()).map(|column| row.get(column)).collect())
                    .collect()
            }
        }
    }

    /// Executes a statement as the mightiest user there is.
    pub(crate) async fn execute(&self, statement: &str) -> Result<(), String> {
        let text = |error: sqlx::Error| error.to_string();
        let sql = sqlx::AssertSqlSafe(statement.to_owned());
        match self.superuser_url() {
            None => {
                let mut connection = self.sqlite().await;
                let executed = sqlx::query(sql).execute(&mut connection).await;
                connection.close().await.map_err(text)?;
                executed.map(drop).map_err(text)
            }
            Some(url) => {
                let mut connection = PgConnection::connect(&url).await.map_err(text)?;
                let executed = sqlx::query(sql).execute(&mut connection).await;
                connection.close().await.map_err(text)?;
                executed.map(drop).map_err(text)
            }
        }
    }

    /// Which of the two.
    pub(crate) const fn kind(&self) -> Kind {
        match self.postgres {
            None => Kind::Sqlite,
            Some(_) => Kind::Postgres,
        }
    }

    /// The single integer of a query.
    pub(crate) async fn integer(&self, query: &'static str) -> i64 {
        let rows = self.integers(query).await;
        assert_eq!(rows.len(), 1, "{query}");
        rows[0][0]
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("cannot remove {}: {error}", self.folder.display());
        }
    }
}
