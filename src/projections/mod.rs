//! Stop 5 of 6 on the path of a booking: read models, written inline in the append transaction.
//!
//! From [`crate::ledger`], which hands each recorded event to every projection. A projection turns it into row changes
//! and does nothing else: no I/O, no clock, no look at the row it changes. The store folds and applies the changes of
//! a whole batch. The same code rebuilds a read model from event 1, and [`check`] compares the two. Next: the queries
//! here are what [`crate`]'s api reads.
//!
//! For each read model one function says what an event does; `apply` (for answers and as-of) and `project` (for rows)
//! both follow from it. Its SQL lies in `projections/<read model>/`.
//!
//! # To add a column
//! Add it to `table.*.sql`, `put.*.sql`, `patch.*.sql`, and at the same place to the `Table` in Rust; then run
//! `daybook projections rebuild` with the new program. Until its flip the new servers are not ready and the old ones
//! serve, from it on the other way round. Where only the rows change, raise [`Projection::revision`] instead.
//!
//! The files name version 1 of a table; statements are renamed on their way ([`crate::ledger::live_tables`]).

/// Includes a statement of a read model: `sql!("bookings/put")` is `put.postgres.sql` and `put.sqlite.sql`, each
/// followed by a condition when one is given. `sql!(both "webhooks/count")` is `count.sql`, which both accept.
macro_rules! sql {
    (both $name:literal) => {
        $crate::ledger::database::Sql::both(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/projections/",
            $name,
            ".sql"
        )))
    };
    ($name:literal $(, $condition:literal)?) => {
        $crate::ledger::database::Sql {
            postgres: concat!(
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/projections/", $name, ".postgres.sql")),
                $($condition)?
            ),
            sqlite: concat!(
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/projections/", $name, ".sqlite.sql")),
                $($condition)?
            ),
        }
    };
}

pub mod row;
pub mod bookings;
pub mod event_types;
pub mod providers;
pub mod webhooks;
pub mod out_of_office;
pub mod composites;
pub mod check;
mod cell;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod sample_database;
#[cfg(test)]
mod plans_test;
#[cfg(test)]
mod check_test;

use crate::ledger::row::Projection;

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Rows left out at the beginning.
    pub skip: u32,
    /// Rows at most.
    pub take: u32,
}

/// Every projection, in the order they are written.
pub fn all() -> Vec<Box<dyn Projection>> {
    vec![
        Box::new(bookings::Bookings),
        Box::new(event_types::EventTypes),
        Box::new(providers::Providers),
        Box::new(webhooks::Webhooks),
        Box::new(out_of_office::OutOfOffices),
        Box::new(composites::Composites),
    ]
}
