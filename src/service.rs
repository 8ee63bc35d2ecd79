//! The composition root: opens what the configuration names, wires it, serves it, and stops it in order.
//!
//! Two tokens stop a server: `draining` (not ready any more, what is under way is answered), then `stop` (the tasks
//! of the ledger end). A second signal waits for neither.

use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api::token::TokenVerifier;
use crate::api::{self, Api};
use crate::clock::{Clock, Ids, SystemClock, SystemIds};
use crate::config::{CompositePath, Config, ConfigError, DatabaseUrl};
use crate::connectors::address::AddressGuard;
use crate::followers::lapsing::Lapsing;
use crate::ledger::Ledger;
use crate::ledger::database::Database;
use crate::ledger::live_tables::ReadModel;
use crate::ledger::store::connect::{ConnectError, OpenOptions};
use crate::ledger::store::migration::migrate;
use crate::projections;
use crate::sagas::recovery::{self, Recovery};
use crate::sagas::{Path, Sagas};

/// Why the service did not start, or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The settings.
    #[error("the configuration is refused")]
    Config(#[from] ConfigError),
    /// The database could not be opened or migrated.
    #[error("cannot open the database {url}")]
    Database {
        /// Which, without its password.
        url: DatabaseUrl,
        /// Why.
        #[source]
        source: ConnectError,
    },
    /// Another server has the same SQLite database.
    #[error("another server is using this database (its lock is {}); stop it first, or use Postgres for several", path.display())]
    Locked {
        /// The lock.
        path: PathBuf,
    },
    /// The lock cannot be taken at all.
    #[error("cannot lock {}", path.display())]
    Lock {
        /// The lock.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The address is taken or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The operating system gives no signals, or stdout is closed.
    #[error("cannot talk to the operating system")]
    System(#[from] io::Error),
    /// A second signal came while requests were under way.
    #[error("stopped at once by a second signal")]
    StoppedAtOnce,
    /// Requests took longer than the drain time.
    #[error("cut off {connections} connections that took longer than the drain time")]
    CutOff {
        /// How many.
        connections: usize,
    },
}

/// Everything that commands and the server need.
#[derive(Debug)]
pub struct Service {
    /// Executes commands.
    pub ledger: Arc<Ledger>,
    /// Drives composite bookings.
    pub sagas: Arc<Sagas>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids and randomness.
    pub ids: Arc<dyn Ids>,
    owner: DatabaseUrl,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Service {
    /// Opens the database, applies migrations that are missing, opens the ledger. Safe beside a running server.
    ///
    /// # Errors
    /// [`ServiceError::Config`], [`ServiceError::Database`].
    pub async fn open(config: &Config) -> Result<Self, ServiceError> {
        Self::open_having(config, true).await
    }

    /// As [`Self::open`], the database as it is: nothing is migrated.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_unchanged(config: &Config) -> Result<Self, ServiceError> {
        Self::open_having(config, false).await
    }

    async fn open_having(config: &Config, migrated: bool) -> Result<Self, ServiceError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ids: Arc<dyn Ids> = Arc::new(SystemIds::new(Arc::clone(&clock)));
        let master_key = config.master_key(|| {
            let mut key = [0; 32];
            ids.fill(&mut key);
            key
        })?;
        let failed = |source| ServiceError::Database {
            url: config.database.clone(),
            source,
        };
        let projections = projections::all();
        let read_models: Vec<_> = projections
            .iter()
            .map(|projection| ReadModel::of(projection.as_ref()))
            .collect();
        let owner = config.migration.as_ref().unwrap_or(&config.database);
        if migrated {
            migrate(&owner.to_connect(), &read_models)
                .await
                .map_err(failed)?;
        }
        let options = OpenOptions {
            connections_max: config.database_connections,
            read_models,
            ..OpenOptions::default()
        };
        let database = Database::open(&config.database.to_connect(), &options)
            .await
            .map_err(failed)?;
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        let ledger = Ledger::open(
            database,
            projections,
            Arc::clone(&clock),
            Arc::clone(&ids),
            master_key.expose(),
            &tracker,
            stop.clone(),
        );
        let path = match config.composite_path {
            CompositePath::Linked => Path::Linked,
            CompositePath::Stepwise => Path::Stepwise,
        };
        let sagas = Sagas::new(
            Arc::clone(&ledger),
            Arc::clone(&clock),
            &*ids,
            tracker.clone(),
            path,
        );
        Ok(Self {
            ledger,
            sagas: Arc::new(sagas),
            clock,
            ids,
            owner: owner.clone(),
            tracker,
            stop,
        })
    }

    /// Starts the followers: in servers, not beside commands that end.
    fn follow(&self, config: &Config, stop: CancellationToken) {
        let lapsing = Lapsing {
            ledger: Arc::clone(&self.ledger),
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            every: config.lapse_every,
        };
        lapsing.start(&self.tracker, stop.clone());
        let recovery = Recovery {
            sagas: Arc::clone(&self.sagas),
            every: recovery::TICK,
        };
        recovery.start(&self.tracker, stop);
    }

    /// The database as the owner of its tables sees it, for rebuilds.
    ///
    /// # Errors
    /// [`ServiceError::Database`].
    pub async fn owner(&self) -> Result<Database, ServiceError> {
        let url = self.owner.to_connect();
        let opened = self.ledger.database().open_owner(&url).await;
        opened.map_err(|source| ServiceError::Database {
            url: self.owner.clone(),
            source,
        })
    }

    /// Ends the tasks of the ledger, once everything that was asked of it is answered.
    pub async fn close(self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

/// A server that listens but does not serve yet.
#[derive(Debug)]
pub struct Server {
    service: Service,
    listener: TcpListener,
    public_url: String,
    signals: Signals,
    /// Held until the server ends; the operating system releases it when the process dies.
    _lock: Option<fs::File>,
}

impl Server {
    /// Takes the lock, opens the service, listens.
    ///
    /// # Errors
    /// See [`ServiceError`].
    pub async fn start(config: &Config) -> Result<Self, ServiceError> {
        let signals = Signals::listen()?;
        let lock = config.database.beside(".lock").map(lock).transpose()?;
        let service = Service::open(config).await?;
        let address = config.listen;
        let failed = |source| ServiceError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let public_url = config.public_url(listener.local_addr().map_err(failed)?);
        Ok(Self {
            service,
            listener,
            public_url,
            signals,
            _lock: lock,
        })
    }

    /// What runs beneath the server.
    pub const fn service(&self) -> &Service {
        &self.service
    }

    /// How clients reach it, without a slash at the end.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// Says where it listens and serves until a signal (SIGTERM, SIGINT): not ready, drained, stopped.
    ///
    /// # Errors
    /// [`ServiceError::StoppedAtOnce`], [`ServiceError::CutOff`], [`ServiceError::System`].
    pub async fn run(self, config: &Config, out: &mut impl Write) -> Result<(), ServiceError> {
        let Self {
            service,
            listener,
            public_url,
            mut signals,
            _lock: lock,
        } = self;
        let draining = CancellationToken::new();
        let address = listener.local_addr()?;
        let tokens = config.jwt.as_ref().map(|jwt| {
            TokenVerifier::hs256(jwt.secret.expose().as_bytes(), &jwt.issuer, &jwt.audience)
        });
        let api = Api::new(
            Arc::clone(&service.ledger),
            Arc::clone(&service.sagas),
            Arc::clone(&service.clock),
            Arc::clone(&service.ids),
            &public_url,
            tokens,
            draining.clone(),
        );
        let guard = AddressGuard::new(config.webhook_allow_hosts.clone());
        let api = api
            .admitting(config.rate_limit, config.trusted_proxies.clone())
            .guarded_by(guard);
        let router = api::router(Arc::new(api));
        service.follow(config, draining.clone());
        let limits = api::server::Limits {
            connections: config.connections,
            drain: config.drain,
        };
        let serving = service.tracker.spawn(api::server::serve(
            listener,
            router,
            limits,
            draining.clone(),
        ));
        writeln!(out, "listening on http://{address}")?;
        out.flush()?;
        tracing::info!(%address, "listening");

        signals.next().await;
        tracing::info!("draining");
        draining.cancel();
        let connections = tokio::select! {
            served = serving => served.map_err(io::Error::other)?,
            () = signals.next() => return Err(ServiceError::StoppedAtOnce),
        };
        tokio::select! {
            () = service.close() => {}
            () = signals.next() => return Err(ServiceError::StoppedAtOnce),
        }
        drop(lock);
        tracing::info!("stopped");
        if connections > 0 {
            return Err(ServiceError::CutOff { connections });
        }
        Ok(())
    }
}

/// Takes the lock beside an SQLite database: two servers would each believe their caches.
fn lock(path: PathBuf) -> Result<fs::File, ServiceError> {
    let failed = |source| ServiceError::Lock {
        path: path.clone(),
        source,
    };
    let file = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(ServiceError::Locked { path }),
        Err(fs::TryLockError::Error(error)) => Err(failed(error)),
    }
}

#[derive(Debug)]
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens from here on: a signal during start-up is not lost.
    fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
