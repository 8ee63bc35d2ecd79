//! Daybook: an event-sourced booking ledger.
pub mod clock;
pub mod config;
pub mod telemetry;
pub mod domain;
pub mod ledger;
pub mod projections;
pub mod api;
