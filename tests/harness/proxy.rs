//! A proxy before Postgres that cuts a connection at COMMIT: just before the server hears it, or just after it has
//! answered.
//!
//! It reads enough of the protocol (PostgreSQL documentation, § 55.7) to tell messages apart. Commits of reading
//! transactions are let through. Threads and blocking sockets: two per connection, and nothing is shared but the plan.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

/// How the next writing transaction is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The server never hears COMMIT.
    Before,
    /// The server has committed; nobody hears its answer.
    After,
    /// As [`Cut::After`], but the client is left waiting until [`Proxy::release`].
    AfterWaiting,
}

#[derive(Debug, Default)]
struct Plan {
    next: Mutex<Option<Cut>>,
    done: AtomicUsize,
    held: Mutex<bool>,
    released: Condvar,
}

/// The proxy; it ends with the process.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    plan: Arc<Plan>,
    address: String,
}

impl Proxy {
    /// A proxy before a server, on a free port.
    pub(crate) fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it listens").to_string();
        let plan = Arc::new(Plan::default());
        let (server, its_plan) = (server.to_owned(), Arc::clone(&plan));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(&server) else {
                    continue;
                };
                Connection::pump(client, server, Arc::clone(&its_plan));
            }
        });
        Self { plan, address }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Cuts the next writing transaction that is committed.
    pub(crate) fn cut(&self, cut: Cut) {
        *self.plan.next.lock().expect("nobody panics in it") = Some(cut);
    }

    /// How many were cut.
    pub(crate) fn cuts(&self) -> usize {
        self.plan.done.load(Ordering::Acquire)
    }

    /// Whether a client is left waiting.
    pub(crate) fn is_holding(&self) -> bool {
        *self.plan.held.lock().expect("nobody panics in it")
    }

    /// Cuts the connection of the client that is left waiting.
    pub(crate) fn release(&self) {
        *self.plan.held.lock().expect("nobody panics in it") = false;
        self.plan.released.notify_all();
    }
}

/// One connection of a client, with its own to the server.
#[derive(Debug)]
struct Connection {
    client: TcpStream,
    server: TcpStream,
    plan: Arc<Plan>,
    /// The server's answers are for nobody any more.
    is_deaf: AtomicBool,
    waits: AtomicBool,
}

impl Connection {
    fn pump(client: TcpStream, server: TcpStream, plan: Arc<Plan>) {
        for stream in [&client, &server] {
            stream.set_nodelay(true).expect("a socket has no delay");
        }
        let connection = Arc::new(Self {
            client,
            server,
            plan,
            is_deaf: AtomicBool::new(false),
            waits: AtomicBool::new(false),
        });
        let answers = Arc::clone(&connection);
        // A broken connection is what this is for: its errors say nothing.
        std::thread::spawn(move || {
            connection.ask().unwrap_or_default();
            connection.close();
        });
        std::thread::spawn(move || {
            answers.answer().unwrap_or_default();
            answers.close();
        });
    }

    fn close(&self) {
        for stream in [&self.client, &self.server] {
            stream.shutdown(Shutdown::Both).unwrap_or_default();
        }
    }

    /// From the client to the server.
    fn ask(&self) -> io::Result<()> {
        let (mut client, mut server) = (&self.client, &self.server);
        // The first message has no type. TLS is switched off in the URL.
        server.write_all(&message(client, None)?)?;
        let mut writes = false;
        loop {
            let mut kind = [0];
            client.read_exact(&mut kind)?;
            let message = message(client, Some(kind[0]))?;
            let text = message.get(5..).unwrap_or_default();
            if kind == *b"Q" && text.starts_with(b"begin") {
                writes = text.starts_with(b"begin isolation level");
            }
            let commits =
                matches!(&kind, b"Q" | b"P") && text.to_ascii_uppercase().starts_with(b"COMMIT");
            let cut = (commits && writes)
                .then(|| self.plan.next.lock().expect("nobody panics in it").take());
            match cut.flatten() {
                None => {}
                Some(Cut::Before) => {
                    self.plan.done.fetch_add(1, Ordering::AcqRel);
                    return Ok(());
                }
                Some(cut @ (Cut::After | Cut::AfterWaiting)) => {
                    self.waits
                        .store(cut == Cut::AfterWaiting, Ordering::Release);
                    self.is_deaf.store(true, Ordering::Release);
                }
            }
            server.write_all(&message)?;
        }
    }

    /// From the server to the client.
    fn answer(&self) -> io::Result<()> {
        let (mut client, mut server) = (&self.client, &self.server);
        loop {
            let mut kind = [0];
            server.read_exact(&mut kind)?;
            let message = message(server, Some(kind[0]))?;
            if !self.is_deaf.load(Ordering::Acquire) {
                client.write_all(&message)?;
            } else if kind == *b"Z" {
                // ReadyForQuery: the transaction is over.
                self.plan.done.fetch_add(1, Ordering::AcqRel);
                if self.waits.load(Ordering::Acquire) {
                    let mut held = self.plan.held.lock().expect("nobody panics in it");
                    *held = true;
                    while *held {
                        held = self.plan.released.wait(held).expect("nobody panics in it");
                    }
                }
                return Ok(());
            }
        }
    }
}

/// The rest of a message after its type, with the type before it.
fn message(mut from: &TcpStream, kind: Option<u8>) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let body = usize::try_from(u32::from_be_bytes(length)).unwrap_or_default();
    let mut message: Vec<u8> = kind.into_iter().chain(length).collect();
    let start = message.len();
    message.resize(start + body.saturating_sub(4), 0);
    from.read_exact(message.get_mut(start..).unwrap_or_default())?;
    Ok(message)
}
