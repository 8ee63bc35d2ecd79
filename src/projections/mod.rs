//! Stop 5 of 6 on the path of a booking: read models, written inline in the append transaction.
//!
//! A projection turns a recorded event into row changes and does nothing else; the store folds and applies the changes
//! of a whole batch. The same code rebuilds a read model from event 1.

pub mod row;
pub mod bookings;
pub mod event_types;
pub mod providers;
pub mod check;

use crate::ledger::row::Projection;

/// Every projection, in the order they are written.
pub fn all() -> Vec<Box<dyn Projection>> {
    Vec::new()
}
