//! A private Postgres cluster, one per run of the tests: `tests/cluster.sh`.
//!
//! The script reads a pipe from this process: when the process ends, however it ends, the pipe closes, and the script
//! stops Postgres and removes its folder. `tests/run.sh` shares one cluster with the unit tests and names it in
//! `TEST_POSTGRES_URL`. Nothing is skipped where Postgres is absent: the tests fail.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use sqlx::{Connection as _, Executor as _, PgConnection};

/// Owner of the databases, as an operator would set it up: no superuser, may create the runtime role.
const OWNER: &str = "daybook_owner";

/// The running cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// `127.0.0.1:5432`.
    address: String,
    /// Held open for as long as the cluster is needed; absent when it is not ours.
    script: Option<Mutex<Script>>,
}

#[derive(Debug)]
struct Script {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    _process: Child,
}

impl Script {
    /// Gives it a word, and waits for its answer.
    fn obey(&mut self, word: &str) {
        writeln!(self.input, "{word}").expect("the script listens");
        assert_eq!(self.answer().trim(), word, "the script obeys");
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.output
            .read_line(&mut line)
            .expect("the script prints UTF-8");
        line
    }
}

impl Cluster {
    /// The cluster of this run, started by whoever asks first.
    pub(crate) fn shared() -> Arc<Self> {
        static CLUSTER: OnceLock<Arc<Cluster>> = OnceLock::new();
        let shared = CLUSTER.get_or_init(|| {
            #[expect(clippy::disallowed_methods, reason = "tests have no Config")]
            let given = std::env::var("TEST_POSTGRES_URL").ok();
            let cluster = given.map_or_else(Self::start, |url| Self::at(&url, None));
            cluster.create_owner();
            Arc::new(cluster)
        });
        Arc::clone(shared)
    }

    /// A cluster of one test's own, which it may stop.
    pub(crate) fn private() -> Arc<Self> {
        let cluster = Self::start();
        cluster.create_owner();
        Arc::new(cluster)
    }

    /// Stops Postgres as a power failure would (`pg_ctl -m immediate`): nothing is finished or written back.
    pub(crate) fn stop_immediately(&self) {
        self.script().obey("stop");
    }

    /// Starts it again, where it was; returns once it answers.
    pub(crate) fn start_again(&self) {
        self.script().obey("start");
    }

    fn script(&self) -> std::sync::MutexGuard<'_, Script> {
        let script = self.script.as_ref().expect("the cluster is the test's own");
        script.lock().expect("no test has panicked in it")
    }

    fn at(url: &str, script: Option<Script>) -> Self {
        let (_user, rest) = url.split_once('@').expect("the URL has a user");
        let (address, _database) = rest.split_once('/').expect("the URL has a database");
        Self {
            address: address.to_owned(),
            script: script.map(Mutex::new),
        }
    }

    fn start() -> Self {
        let mut script = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cluster.sh"))
            // Not in our process group: an interrupt at the terminal is not for it.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the script starts");
        let input = script.stdin.take().expect("stdin is piped");
        let output = BufReader::new(script.stdout.take().expect("stdout is piped"));
        let mut script = Script {
            input,
            output,
            _process: script,
        };
        let url = script.answer();
        assert!(!url.is_empty(), "Postgres did not start: see above");
        Self::at(&url, Some(script))
    }

    fn create_owner(&self) {
        let url = self.superuser_url("postgres");
        // Both may be there already: the unit tests share the cluster. The owner may hand the runtime role on, as if
        // its own migration had created it.
        let create = |role: &str| {
            format!(
                "do $$ begin create role {role}; exception when duplicate_object then null; end $$;"
            )
        };
        let create = create(&format!("{OWNER} login createrole"))
            + &create("daybook_runtime nologin")
            + &format!("grant daybook_runtime to {OWNER} with admin option");
        on_a_thread(async move {
            let mut connection = PgConnection::connect(&url).await?;
            sqlx::raw_sql(sqlx::AssertSqlSafe(create))
                .execute(&mut connection)
                .await?;
            connection.close().await
        });
    }

    /// Creates an empty database; returns its name.
    pub(crate) async fn create_database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let (process, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let name = format!("test_{process}_{number}");
        self.admin(format!("create database {name} owner {OWNER}"))
            .await;
        name
    }

    /// Drops a database with whatever is connected to it.
    pub(crate) async fn drop_database(&self, name: &str) {
        self.admin(format!("drop database if exists {name} with (force)"))
            .await;
    }

    async fn admin(&self, statement: String) {
        let mut connection = PgConnection::connect(&self.superuser_url("postgres"))
            .await
            .expect("the cluster answers");
        let executed = connection.execute(sqlx::AssertSqlSafe(statement)).await;
        executed.expect("the cluster obeys");
        connection.close().await.expect("the connection closes");
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// How the program connects.
    pub(crate) fn owner_url(&self, database: &str) -> String {
        format!("postgres://{OWNER}@{}/{database}", self.address)
    }

    /// How a test looks behind row-level security.
    pub(crate) fn superuser_url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}", self.address)
    }
}

/// Blocks although a runtime may be running on this thread.
fn on_a_thread(work: impl Future<Output = sqlx::Result<()>> + Send + 'static) {
    let worked = std::thread::spawn(|| {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime starts")
            .block_on(work)
    });
    worked
        .join()
        .expect("the thread ends")
        .expect("the cluster obeys");
}
