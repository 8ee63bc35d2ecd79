//! The bookings read model: one row per wire uid.

use crate::domain::id::{BookingUid, EventTypeId, ProviderId, SeatId, TenantId};
use crate::domain::time::Timestamp;
use crate::ledger::database::{Database, DatabaseError};
use crate::ledger::record::RecordedEvent;

use super::row::Booking;

/// Folds events into booking rows: the one place that says what an event does to a wire booking. A move changes the
/// row it leaves and adds one. Events of other things change nothing.
pub fn apply(_rows: &mut Vec<Booking>, _event: &RecordedEvent) {}

/// One wire booking.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_uid(
    _database: &Database,
    _tenant: TenantId,
    _uid: &BookingUid,
) -> Result<Option<Booking>, DatabaseError> {
    Ok(None)
}

/// The occurrences of a series, in order of their index; empty when there is no such series.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_series(
    _database: &Database,
    _tenant: TenantId,
    _series: &BookingUid,
) -> Result<Vec<Booking>, DatabaseError> {
    Ok(Vec::new())
}

/// The booking that holds a seat.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_seat(
    _database: &Database,
    _tenant: TenantId,
    _seat: SeatId,
) -> Result<Option<Booking>, DatabaseError> {
    Ok(None)
}

/// What a list of bookings may be narrowed by (`reference` § 4.3); every given member must match.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Any of these classes; empty for all.
    pub classes: Vec<Class>,
    /// Only bookings of these providers; `None` for the whole tenant.
    pub providers: Option<Vec<ProviderId>>,
    /// Only these event types; empty for all.
    pub event_types: Vec<EventTypeId>,
    /// Only the booking (or series) with this uid.
    pub uid: Option<BookingUid>,
    /// Only bookings of an attendee with any of these keyed hashes (see `ledger::vault::Purpose`): each inner list must match in full.
    pub terms: Vec<String>,
    /// Starts at or after.
    pub after_start: Option<Timestamp>,
    /// Ends at or before.
    pub before_end: Option<Timestamp>,
    /// Created at or after.
    pub after_created: Option<Timestamp>,
    /// Created at or before.
    pub before_created: Option<Timestamp>,
    /// Updated at or after.
    pub after_updated: Option<Timestamp>,
    /// Updated at or before.
    pub before_updated: Option<Timestamp>,
}

/// The classes of `status` in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Ends at or after now, neither cancelled nor rejected (in a series: accepted).
    Upcoming,
    /// Ends at or after now, of a series, neither cancelled nor rejected.
    Recurring,
    /// Ended, neither cancelled nor rejected.
    Past,
    /// Cancelled or rejected.
    Cancelled,
    /// Ends at or after now and pending.
    Unconfirmed,
}

/// By what a list is ordered; ties by wire number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// Start.
    Start,
    /// End.
    End,
    /// Creation.
    Created,
    /// Last change.
    Updated,
}

/// A page of a list.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// By what.
    pub sort: SortBy,
    /// Newest first.
    pub descending: bool,
    /// Rows left out at the start.
    pub skip: u32,
    /// Rows at most, 1 to 250.
    pub take: u32,
}

/// The bookings that match, and how many match in all.
///
/// # Errors
/// [`DatabaseError`].
pub async fn list(
    _database: &Database,
    _tenant: TenantId,
    _now: Timestamp,
    _filter: &Filter,
    _page: Page,
) -> Result<(Vec<Booking>, u64), DatabaseError> {
    Ok((Vec::new(), 0))
}
