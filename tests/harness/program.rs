//! The real program: commands that end, and servers that are killed or asked to stop.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::PATIENCE;
use super::database::TestDatabase;

/// Signs the tests' tokens.
pub(crate) const JWT_SECRET: &str = "test-secret-test-secret-test-secret-test";

/// How the program is called: with an environment of its own, cleared of everything else.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    folder: PathBuf,
    variables: Vec<(&'static str, String)>,
}

impl Program {
    pub(crate) fn on(database: &TestDatabase) -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            folder: database.folder().to_owned(),
            variables: vec![
                ("DAYBOOK_DATABASE_URL", database.url()),
                ("DAYBOOK_LISTEN", text("127.0.0.1:0")),
                (
                    "DAYBOOK_MASTER_KEY",
                    text("bWFzdGVyLWtleS1vZi10aGUtdGVzdHMtMzItYnl0ZXM="),
                ),
                ("DAYBOOK_JWT_SECRET", text(JWT_SECRET)),
                ("DAYBOOK_JWT_ISSUER", text("https://issuer.test")),
                ("DAYBOOK_JWT_AUDIENCE", text("daybook")),
                ("DAYBOOK_DATABASE_CONNECTIONS", text("8")),
                ("DAYBOOK_RATE_LIMIT", text("off")),
                ("DAYBOOK_LOG_LEVEL", text("warn")),
            ],
        }
    }

    /// Sets or replaces one variable.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.retain(|(other, _value)| *other != name);
        self.variables.push((name, value.to_owned()));
        self
    }

    /// Leaves one variable out.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.variables.retain(|(other, _value)| *other != name);
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_daybook"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end: status, stdout, stderr.
    pub(crate) async fn output(&self, arguments: &[&str]) -> (ExitStatus, String, String) {
        let mut command = self.command(arguments);
        let output = tokio::task::spawn_blocking(move || command.output())
            .await
            .expect("the task ends")
            .expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program prints UTF-8");
        (output.status, text(output.stdout), text(output.stderr))
    }

    /// Starts a command that the test will end.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the program starts")
    }

    /// Stdout of a command that must succeed.
    pub(crate) async fn stdout(&self, arguments: &[&str]) -> String {
        let (status, stdout, stderr) = self.output(arguments).await;
        assert!(
            status.success(),
            "{arguments:?}: {status}\n{stdout}{stderr}"
        );
        stdout
    }

    /// The one JSON object that a command prints with `--json`.
    pub(crate) async fn json(&self, arguments: &[&str]) -> Value {
        let stdout = self.stdout(&[arguments, &["--json"]].concat()).await;
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}"))
    }

    /// Starts a server and waits until it listens.
    pub(crate) fn serve(&self) -> Server {
        self.listening(&["serve"])
    }

    /// Starts a command that serves and waits until it listens.
    pub(crate) fn listening(&self, arguments: &[&str]) -> Server {
        let started = Instant::now();
        let log = self.folder.join("server.log");
        let stderr = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log)
            .expect("the log opens");
        let mut child = self
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("the program starts");
        let pid = child.id();
        let stdout = child.stdout.take().expect("stdout is piped");
        let (says, said) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if says.send(line).is_err() {
                    break;
                }
            }
        });
        let (ends, ended) = channel();
        std::thread::spawn(move || {
            let status = child.wait().expect("the program is our child");
            // Nobody waits any more when the test is over.
            ends.send(status).unwrap_or_default();
        });
        let mut printed = Vec::new();
        let url = loop {
            let line = said.recv_timeout(PATIENCE);
            let why = || std::fs::read_to_string(&log).unwrap_or_default();
            let line = line.unwrap_or_else(|_silent| panic!("the server did not start: {}", why()));
            match line.strip_prefix("listening on ") {
                Some(url) => break url.to_owned(),
                None => printed.push(line),
            }
        };
        Server {
            pid,
            url,
            log,
            ended: Mutex::new(ended),
            started_in: started.elapsed(),
            printed,
            is_over: false,
        }
    }
}

/// A running server; killed at drop.
#[derive(Debug)]
pub(crate) struct Server {
    pid: u32,
    url: String,
    log: PathBuf,
    /// Locked so that a server can be shared between tasks.
    ended: Mutex<Receiver<ExitStatus>>,
    started_in: Duration,
    printed: Vec<String>,
    is_over: bool,
}

impl Server {
    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// How long it took from the start of the process until it listened.
    pub(crate) const fn started_in(&self) -> Duration {
        self.started_in
    }

    /// What it printed before it listened.
    pub(crate) fn printed(&self) -> &[String] {
        &self.printed
    }

    /// Sends a signal by name.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.pid.to_string()])
            .status();
        assert!(
            sent.expect("kill runs").success(),
            "the server is gone already"
        );
    }

    /// Waits until it has ended.
    pub(crate) fn wait(mut self) -> ExitStatus {
        let status = self
            .ended
            .get_mut()
            .expect("no wait has panicked")
            .recv_timeout(PATIENCE)
            .expect("the server ends");
        self.is_over = true;
        status
    }

    /// `kill -9`, and waits.
    pub(crate) fn kill(self) {
        self.signal("KILL");
        self.wait();
    }

    /// Asks it to stop; it must end well.
    pub(crate) fn stop(self) {
        self.signal("TERM");
        let log = self.log.clone();
        let status = self.wait();
        let log = std::fs::read_to_string(log).unwrap_or_default();
        assert!(status.success(), "{status}\n{log}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        if std::thread::panicking() {
            eprintln!("{}", std::fs::read_to_string(&self.log).unwrap_or_default());
        }
        // It may be gone already. A second panic would end the whole run without a word about the first.
        let pid = self.pid.to_string();
        let killed = Command::new("kill").args(["-s", "KILL", &pid]).status();
        if let Err(error) = killed {
            eprintln!("server {pid} was not killed: {error}");
        }
    }
}
