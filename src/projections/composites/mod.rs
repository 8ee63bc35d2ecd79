//! The composites read model: one row per composite booking, as its stream tells it.
//!
//! `change` says what an event does; the rows of `table` and the struct that is folded here follow from it. What becomes
//! of a single segment is a member of the document for itself (`marks`): most events name one segment and no other.
//! Personal data stays sealed throughout.

mod marks;
mod change;
mod table;
mod read;
mod list;
#[cfg(test)]
mod event_test;
#[cfg(test)]
mod list_test;

pub use list::{After, Filter, Listing};
pub use read::by_id;
pub use table::Composites;

use crate::ledger::record::RecordedEvent;

use super::row::Composite;
use change::CompositeChange;

/// Folds events of one composite booking's stream into its row. Events of other things change nothing.
pub fn apply(row: &mut Option<Composite>, event: &RecordedEvent) {
    match change::change(event) {
        Some(CompositeChange::Begin(composite)) => *row = Some(*composite),
        Some(CompositeChange::Patch(patch)) => {
            if let Some(row) = row {
                patch.fold_into(row);
            }
        }
        None => {}
    }
}
