//! The server under load: the real program, in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use super::Outcome;

/// A running server; killed at drop.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts it with this process's variables and waits until it listens.
    pub(crate) fn start() -> Outcome<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_daybook"))
            .arg("serve")
            .env("DAYBOOK_LISTEN", "127.0.0.1:0")
            .env("DAYBOOK_RATE_LIMIT", "off")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("stdout is piped")?;
        for line in BufReader::new(output).lines() {
            if let Some(address) = line?.strip_prefix("listening on http://") {
                let address = address.parse()?;
                return Ok(Self { child, address });
            }
        }
        Err("the server did not start".into())
    }

    /// Its resident memory.
    pub(crate) fn resident_mebibytes(&self) -> Outcome<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes: u64 = line
            .and_then(|rest| rest.split_whitespace().next())
            .ok_or("/proc has no VmRSS")?
            .parse()?;
        Ok(kibibytes / 1024)
    }

    /// Asks it to stop; it must end well.
    pub(crate) fn stop(mut self) -> Outcome<()> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-s", "TERM", &id]).status()?;
        let status = self.child.wait()?;
        if !status.success() {
            return Err(format!("the server ended with {status}").into());
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails when it has ended already, which is as well.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
