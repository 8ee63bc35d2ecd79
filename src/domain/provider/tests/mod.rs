//! Given, when, then: the rules of a provider, one behaviour per test.
//!
//! A [`Stage`] is a provider with its clock, and what the ledger keeps beside it: the facts of every booking, and the claims
//! table with its own refusal of overlap. So each test also checks that the rules and the database agree.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    clippy::needless_pass_by_value,
    clippy::shadow_unrelated,
    reason = "a test reads better plain, and an overflow or a missed event fails it"
)]

pub(in crate::domain) mod stage;
pub(in crate::domain) mod facts;
mod placing;
mod series;
mod seats;
mod standing;
mod attending;
mod seating;
mod moving;
mod ending;
mod engaging;
mod holding;
mod segments;
mod segments_alone;
mod lapse;
mod settings;
mod out_of_office;
mod availability;
mod model;

use stage::{Stage, at, booking, hold, place, slot, terms};
