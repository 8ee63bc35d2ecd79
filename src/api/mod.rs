//! HTTP, and nobody else knows it.

pub mod server;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, Ids};
use crate::config::JwtConfig;
use crate::ledger::Ledger;

/// What every handler shares.
#[derive(Debug)]
pub struct Api {
    /// Executes commands.
    pub ledger: Arc<Ledger>,
    /// Read once per request.
    pub clock: Arc<dyn Clock>,
    /// Draws ids.
    pub ids: Arc<dyn Ids>,
    /// How clients reach the server.
    pub public_url: String,
    /// Checks bearer tokens.
    pub jwt: Option<JwtConfig>,
    /// Cancelled once the server is to stop: not ready any more.
    pub draining: CancellationToken,
}

/// Every route.
pub fn router(_api: Arc<Api>) -> axum::Router {
    axum::Router::new()
}
