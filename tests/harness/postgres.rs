//! A private Postgres cluster, one per run of the tests: in a temporary folder, on a free loopback port.
//!
//! A shell owns it and reads a pipe from this process: when the process ends, however it ends, the pipe closes, and
//! the shell stops Postgres and removes the folder. Nothing is skipped where Postgres is absent: the tests fail.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection as _, Executor as _, PgConnection};

/// Owner of the databases, as an operator would set it up: no superuser, may create the runtime role.
const OWNER: &str = "daybook_owner";

/// Durable, as `serve` insists, but quiet; room for every test's connections.
const SETTINGS: &str = "-c max_connections=300 -c shared_buffers=64MB -c autovacuum=off -c max_wal_size=256MB \
                        -c log_min_messages=fatal";

/// Stops the cluster when its input ends. `$1` folder, `$2` port, `$3` binaries, `$4…` settings.
const SCRIPT: &str = r#"
set -eu
folder=$1 port=$2 bin=$3; shift 3
"$bin/initdb" -D "$folder/data" -U postgres --auth=trust -E UTF8 --locale=C --no-sync >"$folder/log" 2>&1
"$bin/postgres" -D "$folder/data" -k "$folder" -h 127.0.0.1 -p "$port" "$@" >>"$folder/log" 2>&1 &
postgres=$!
for _ in $(seq 1 300); do
  if "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; then echo ready; break; fi
  kill -0 "$postgres" 2>/dev/null || { cat "$folder/log"; rm -rf "$folder"; exit 1; }
  sleep 0.1
done
read -r _ || true
kill -INT "$postgres"
wait "$postgres" || true
rm -rf "$folder"
"#;

/// What the shell says last.
const READY: &str = "ready\n";

/// The running cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    port: u16,
    /// Held open for as long as the cluster is needed; never written.
    _input: ChildStdin,
    _shell: Child,
}

impl Cluster {
    /// The cluster of this run, started by whoever asks first.
    pub(crate) fn shared() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(Self::start)
    }

    fn start() -> Self {
        let binaries = binaries().expect(
            "Postgres is needed (initdb, postgres, pg_isready): tests/run.sh installs it, or apt-get install postgresql",
        );
        let folder = std::env::temp_dir().join(format!("dbpg-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder can be made");
        let port = free_port();
        let mut command = as_unprivileged(&folder);
        command
            .args(["sh", "-c", SCRIPT, "cluster"])
            .arg(&folder)
            .arg(port.to_string())
            .arg(&binaries)
            .args(SETTINGS.split_whitespace())
            .current_dir("/")
            // Not in our process group: an interrupt at the terminal must not end the shell before it has cleaned up.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut shell = command.spawn().expect("a shell starts");
        let input = shell.stdin.take().expect("stdin is piped");
        let mut output = BufReader::new(shell.stdout.take().expect("stdout is piped"));
        let mut said = String::new();
        while !said.ends_with(READY) && 0 < output.read_line(&mut said).expect("UTF-8") {}
        let cluster = Self {
            port,
            _input: input,
            _shell: shell,
        };
        assert!(said.ends_with(READY), "Postgres did not start:\n{said}");
        cluster.create_owner();
        cluster
    }

    fn create_owner(&self) {
        let url = self.superuser_url("postgres");
        let create = format!("create role {OWNER} login createrole");
        on_a_thread(async move {
            let mut connection = PgConnection::connect(&url).await?;
            connection.execute(sqlx::AssertSqlSafe(create)).await?;
            connection.close().await
        });
    }

    /// Creates an empty database; returns its name.
    pub(crate) async fn create_database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
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

    /// How the program connects.
    pub(crate) fn owner_url(&self, database: &str) -> String {
        format!("postgres://{OWNER}@127.0.0.1:{}/{database}", self.port)
    }

    /// How a test looks behind row-level security.
    pub(crate) fn superuser_url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
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

/// The folder of the newest Postgres: Debian keeps each version's binaries apart, others put them on the path.
fn binaries() -> Option<PathBuf> {
    let is_whole = |folder: &PathBuf| {
        ["initdb", "postgres", "pg_isready"]
            .iter()
            .all(|name| folder.join(name).is_file())
    };
    let version =
        |folder: &PathBuf| -> Option<u32> { folder.parent()?.file_name()?.to_str()?.parse().ok() };
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(is_whole)
        .max_by_key(version);
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian.or_else(|| std::env::split_paths(&path).find(is_whole))
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port is free")
        .port()
}

/// Postgres refuses to run as root: then another user runs it and owns its folder.
fn as_unprivileged(folder: &Path) -> Command {
    let id = |arguments: &[&str]| {
        let output = Command::new("id")
            .args(arguments)
            .output()
            .expect("id runs");
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if id(&["-u"]).as_deref() != Some("0") {
        return Command::new("env");
    }
    let user = ["postgres", "nobody"]
        .into_iter()
        .find(|user| id(&["-u", user]).is_some())
        .expect("a user without privileges exists");
    let uid = id(&["-u", user]).and_then(|id| id.parse().ok());
    let gid = id(&["-g", user]).and_then(|id| id.parse().ok());
    std::os::unix::fs::chown(folder, uid, gid).expect("root may give a folder away");
    let mut command = Command::new("setpriv");
    command.args(["--reuid", user, "--regid"]);
    command.arg(gid.map_or_else(String::new, |gid: u32| gid.to_string()));
    command.arg("--clear-groups");
    command
}
