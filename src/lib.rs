//! Daybook: an event-sourced booking ledger.
pub mod clock;
pub mod config;
pub mod telemetry;
pub mod domain;
pub mod ledger;
pub mod projections;
pub mod followers;
pub mod api;
pub mod service;
pub mod cli;

/// An error and what caused it, outermost first, one line each.
pub fn causes(error: &dyn std::error::Error) -> impl Iterator<Item = String> {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string)
}
