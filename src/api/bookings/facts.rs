//! A row as the facts that a command on a booking carries.

use crate::api::failure::Failure;
use crate::api::rejection::{Asked, failed};
use crate::domain::provider::command::BookingFacts;
use crate::ledger::LedgerError;
use crate::projections::row;

/// The booking as it was read; the rules refuse the command when they know a later version. `None` for a booking
/// without personal data, which has no attendee key to seal a change under.
pub(crate) fn of(row: &row::Booking) -> Option<BookingFacts> {
    row.facts()
}

/// As [`of`], for a command that cannot do without them.
///
/// # Errors
/// 410 when the booking's personal data is erased.
pub(crate) fn known(row: &row::Booking, asked: &Asked<'_>) -> Result<BookingFacts, Failure> {
    of(row).ok_or_else(|| failed(LedgerError::Erased, asked))
}
