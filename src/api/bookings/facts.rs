//! A row as the facts that a command on a booking carries.

use crate::api::failure::Failure;
use crate::api::rejection::{Asked, failed};
use crate::domain::provider::command::BookingFacts;
use crate::ledger::LedgerError;
use crate::projections::row;

/// The booking as it was read; the rules refuse the command when they know a later version. `None` for a booking
/// without personal data, which has no attendee key to seal a change under.
pub(crate) fn of(row: &row::Booking) -> Option<BookingFacts> {
    Some(BookingFacts {
        booking: row.booking,
        version: row.version,
        number: row.number,
        uid: row.uid.clone(),
        ics_uid: row.ics_uid.clone(),
        status: row.status,
        rescheduled_to: row.rescheduled_to.clone(),
        slot: row.slot,
        terms: row.terms.clone(),
        claims: row.claims,
        counted_on: row.counted_on,
        attendee: row.attendee,
        guests: row.guests_coming(),
        seats: row
            .seats
            .iter()
            .filter(|seat| !seat.released)
            .map(|seat| seat.seat)
            .collect(),
        series: row.series.clone(),
        co_hosts: row.co_hosts.clone(),
        composite: row.composite,
        key: row.placed.as_ref()?.key,
    })
}

/// As [`of`], for a command that cannot do without them.
///
/// # Errors
/// 410 when the booking's personal data is erased.
pub(crate) fn known(row: &row::Booking, asked: &Asked<'_>) -> Result<BookingFacts, Failure> {
    of(row).ok_or_else(|| failed(LedgerError::Erased, asked))
}
