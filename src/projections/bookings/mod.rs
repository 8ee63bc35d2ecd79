//! The bookings read model: one row per wire uid.
//!
//! `change` says what an event does to a wire booking; `fold` and `table` follow it, for structs and for rows. `read`
//! and `list` are the queries; `condition` is what a list asks for, `counts` what was counted before. Personal data stays
//! sealed throughout.

mod people;
mod opened;
mod change;
mod fold;
mod shares;
mod table;
mod read;
mod facts;
mod condition;
mod counts;
mod list;
#[cfg(test)]
mod event_test;
#[cfg(test)]
mod list_test;

pub(in crate::projections) use condition::Condition;
pub use condition::{Class, Filter, Listing, Page, SortBy};
pub use counts::Counts;
pub use opened::{Guest, Opened};
pub use read::{by_number, by_seat, by_series, by_uid, by_uids};
pub use table::Bookings;

use crate::ledger::record::RecordedEvent;

use super::row::Booking;

/// Folds events into booking rows. A move changes the row it leaves and adds one; a booking that is given to another
/// provider keeps its row. Events of other things change nothing.
pub fn apply(rows: &mut Vec<Booking>, event: &RecordedEvent) {
    for change in change::changes(event) {
        fold::fold(rows, change);
    }
}
