//! The store's promises, on SQLite and, where `TEST_POSTGRES_URL` names a server, on Postgres.
//!
//! The Postgres login must be able to create databases and roles; each test has a database of its own.

pub(crate) mod server;
mod fixture;
mod appending;
mod conflicts;
mod turns;
mod waking;
mod silence;
mod guards;
mod rebuilding;
mod snapshots;
mod isolation;
mod opening;
