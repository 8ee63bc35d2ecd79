//! Logs, to stderr: stdout belongs to the answers of commands.

use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

/// Why nothing can be logged.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The directives cannot be read.
    #[error("log-level {directives:?} is not understood")]
    Directives {
        /// As given.
        directives: String,
        /// Why.
        #[source]
        source: ParseError,
    },
    /// Something else logs already.
    #[error("logs are set up already")]
    Started(#[from] TryInitError),
}

/// Logs for people.
///
/// # Errors
/// See [`TelemetryError`].
pub fn start_pretty(directives: &str) -> Result<(), TelemetryError> {
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter(directives)?)
        .with_writer(io::stderr)
        .finish();
    Ok(subscriber.try_init()?)
}

/// Logs as one JSON object per line.
///
/// # Errors
/// See [`TelemetryError`].
pub fn start_json(directives: &str) -> Result<(), TelemetryError> {
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter(directives)?)
        .with_writer(io::stderr)
        .finish();
    Ok(subscriber.try_init()?)
}

fn filter(directives: &str) -> Result<EnvFilter, TelemetryError> {
    EnvFilter::try_new(directives).map_err(|source| TelemetryError::Directives {
        directives: directives.to_owned(),
        source,
    })
}
