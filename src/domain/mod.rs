//! The rules: pure functions over state, command and event.
//!
//! This layer performs no I/O, reads no clock, is not async, and names neither SQL nor HTTP nor a framework.
//! Time, ids and randomness arrive as arguments. A command is decided against the folded state of one stream
//! ([`State::decide`]); what was decided is folded back by [`State::evolve`], for live code, replay and rebuild alike.

#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::as_conversions
    )
)]

pub mod id;
pub mod time;
pub mod personal;
pub mod rejection;
pub mod schedule;
pub mod terms;
pub mod title;
pub mod provider;
pub mod event_type;
pub mod composite;
pub mod webhook;
pub mod tenant;
pub mod slots;
mod aggregate;

pub use aggregate::{
    AggregateKind, ClaimChange, Command, EVOLVE_VERSION, Event, Fact, STATE_LAYOUT, Sealable, State,
};
pub use rejection::Rejection;
