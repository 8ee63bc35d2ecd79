//! Daybook: an event-sourced booking ledger.
//!
//! Booking, reschedule, cancel and compensation commands become events on per-provider aggregates that refuse
//! overlap. Projections turn the events into read models. *No double booking, no lost booking, no altered history,
//! and every step explainable.* This page is the map; the README says what is promised and which test holds it.
//!
//! # The way of a booking, in six stops
//!
//! Who wants to know what happens on `POST /v2/bookings` reads these in order; each module's head links the next.
//!
//! 1. [`api`] parses the request: who asks, what for, in which version of the API.
//! 2. [`ledger`] takes the lane of the provider, loads its state and asks the rules; it owns the hot path.
//! 3. [`domain`] decides: state + command → events, or a [`domain::Rejection`]. No I/O.
//! 4. [`ledger::store`] writes events, claims, read-model rows and the idempotency key of many commands in one
//!    transaction with a constant number of statements.
//! 5. [`projections`] say which rows an event changes; the store writes them in the same transaction.
//! 6. [`api`] reads the rows (or the events just recorded) and answers.
//!
//! # What never happens
//!
//! Absences are the architecture; `tests/architecture.rs` holds the ones that a text can show.
//!
//! - [`domain`] performs no I/O, reads no clock, is not async, and names no framework. Time, ids and randomness are
//!   arguments everywhere: only [`clock`] reads the operating system's.
//! - Only [`api`] knows HTTP. Only [`ledger`] and [`projections`] know SQL.
//! - A projection does not read: its only input is the event. So a rebuild equals what was written inline.
//! - Rules never see what a person typed; the database never sees it in plain. It is sealed before it is written,
//!   and opened only by [`api`] to answer.
//! - Nothing updates or deletes an event; both databases refuse it.
//! - No two open claims of a provider overlap: decided in [`domain`], asserted again by both databases.
//! - Positions of a tenant have no hole: they are handed out by the last statement of the append transaction. A
//!   reader that meets a hole reports corruption; it never skips.
//! - Correctness never depends on a cache or a lock held by a process: the primary key of the log is the fence.
//! - A command that was begun is not cancelled by a client that hangs up.
//! - Another tenant's id is answered exactly as one that does not exist.
//!
//! # To add …
//!
//! - a rule: a variant of [`domain::provider::command::ProviderCommand`] or of the events; the compiler shows every
//!   place that must answer it.
//! - a route: see [`api`].
//! - a column: see [`projections`].
//! - a setting: a field of [`config::Settings`]; its variable is known from then on.

pub mod api;
pub mod ledger;
pub mod domain;
pub mod projections;
pub mod sagas;
pub mod connectors;
pub mod followers;
pub mod service;
pub mod cli;
pub mod config;
pub mod clock;
pub mod telemetry;

/// An error and what caused it, outermost first, one line each.
pub fn causes(error: &dyn std::error::Error) -> impl Iterator<Item = String> {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string)
}
