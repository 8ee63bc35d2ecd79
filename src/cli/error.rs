//! Why a command of the program failed.

use std::io;

use crate::config::ConfigError;
use crate::ledger::LedgerError;
use crate::ledger::database::DatabaseError;
use crate::ledger::store::rebuild::RebuildError;
use crate::service::ServiceError;
use crate::telemetry::TelemetryError;

/// Printed by `main`, one line per cause.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The settings.
    #[error("the configuration is refused")]
    Config(#[from] ConfigError),
    /// Logging.
    #[error("cannot log")]
    Telemetry(#[from] TelemetryError),
    /// The service did not start, or did not end well.
    #[error("the service failed")]
    Service(#[from] ServiceError),
    /// The ledger refused the command, or could not take it.
    #[error("the ledger did not take the command")]
    Ledger(#[from] LedgerError),
    /// A read failed.
    #[error("cannot read the database")]
    Database(#[from] DatabaseError),
    /// A rebuild ended before its flip, or could not tidy up after it.
    #[error("the rebuild ended; run it again")]
    Rebuild(#[from] RebuildError),
    /// Nothing has this name.
    #[error("{what} {name:?} not found")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// As given.
        name: String,
    },
    /// The read model is not what the log says.
    #[error("read model {name} differs from the log in {rows} rows")]
    Differs {
        /// Its name.
        name: String,
        /// How many rows differ.
        rows: usize,
    },
    /// `doctor` found something that must be mended.
    #[error("{problems} problems found")]
    Unhealthy {
        /// How many.
        problems: usize,
    },
    /// Stdout is closed.
    #[error("cannot print")]
    Print(#[from] io::Error),
}
