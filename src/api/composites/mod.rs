//! Composite bookings over HTTP: several segments with several providers, all of them or none.
//!
//! A body is read and planned ([`plan`]): who takes which segment, and when.

pub(crate) mod plan;
