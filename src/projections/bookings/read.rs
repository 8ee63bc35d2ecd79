//! Rows as structs, and the look-ups of single bookings.

use std::collections::BTreeSet;

use serde::Deserialize;
use uuid::Uuid;

use crate::domain::id::{BookingId, BookingNumber, BookingUid, ProviderId, SeatId, TenantId};
use crate::domain::provider::command::BookingStatus;
use crate::domain::time::TimeSlot;
use crate::ledger::database::{Database, DatabaseError, Param, Row, Sql};
use crate::projections::cell::{in_table, number_of, parsed, version_of};
use crate::projections::row::{Booking, Seat};

use super::people::People;
use super::table::{BookingDocument, SeatDocument, status_text};

/// One wire booking.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_uid(
    database: &Database,
    tenant: TenantId,
    uid: &BookingUid,
) -> Result<Option<Booking>, DatabaseError> {
    let sql = sql!("bookings/read", "where b.tenant = $1 and b.uid = $2");
    let params = vec![tenant.into(), uid.as_str().into()];
    let rows = database.fetch(tenant, sql, params).await?;
    rows.first().map(booking).transpose()
}

/// Several wire bookings, in any order; those that are not there are left out.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_uids(
    database: &Database,
    tenant: TenantId,
    uids: &[BookingUid],
) -> Result<Vec<Booking>, DatabaseError> {
    const SQL: Sql = Sql {
        postgres: concat!(
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/projections/bookings/read.postgres.sql"
            )),
            "where b.tenant = $1 and b.uid = any($2)"
        ),
        sqlite: concat!(
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/projections/bookings/read.sqlite.sql"
            )),
            "where b.tenant = $1 and b.uid in (select i.value from json_each($2) as i)"
        ),
    };
    let uids = uids.iter().map(|uid| Some(uid.as_str().to_owned()));
    let params = vec![tenant.into(), Param::Texts(uids.collect())];
    let rows = database.fetch(tenant, SQL, params).await?;
    all(&rows)
}

/// The wire booking of a number. No index leads to it, and every booking would pay for one: a tenant's bookings are
/// looked through, for the tenant's own people with old clients.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_number(
    database: &Database,
    tenant: TenantId,
    number: BookingNumber,
) -> Result<Option<Booking>, DatabaseError> {
    let sql = sql!("bookings/read", "where b.tenant = $1 and b.number = $2");
    let params = vec![tenant.into(), i64::from(number.get()).into()];
    let rows = database.fetch(tenant, sql, params).await?;
    rows.first().map(booking).transpose()
}

/// The occurrences of a series, in order of their index; empty when there is no such series. An occurrence that moved
/// is there with both its wire bookings, the older first.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_series(
    database: &Database,
    tenant: TenantId,
    series: &BookingUid,
) -> Result<Vec<Booking>, DatabaseError> {
    let sql = sql!("bookings/read", "where b.tenant = $1 and b.series = $2");
    let params = vec![tenant.into(), series.as_str().into()];
    let rows = database.fetch(tenant, sql, params).await?;
    let mut bookings = all(&rows)?;
    let index = |booking: &Booking| booking.series.as_ref().map(|place| place.index);
    bookings.sort_by_key(|booking| (index(booking), booking.created_at, booking.number));
    Ok(bookings)
}

/// The booking that holds a seat, or held it last before the seat was released.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_seat(
    database: &Database,
    tenant: TenantId,
    seat: SeatId,
) -> Result<Option<Booking>, DatabaseError> {
    let sql = sql!(
        "bookings/read",
        "where b.tenant = $1 and b.uid = (
            select s.uid from booking_seats as s where s.tenant = $1 and s.seat = $2
        )"
    );
    let params = vec![tenant.into(), seat.as_uuid().into()];
    let rows = database.fetch(tenant, sql, params).await?;
    rows.first().map(booking).transpose()
}

/// Reads rows of `bookings/read`.
pub(super) fn all(rows: &[Row]) -> Result<Vec<Booking>, DatabaseError> {
    rows.iter().map(booking).collect()
}

fn booking(row: &Row) -> Result<Booking, DatabaseError> {
    columns(row).map_err(|error| in_table("bookings", error))
}

fn columns(row: &Row) -> Result<Booking, DatabaseError> {
    let text = row.text("doc")?;
    let document: BookingDocument = parsed("doc", &text)?;
    let slot = TimeSlot::new(row.instant("start_at")?, row.instant("end_at")?)
        .map_err(|error| DatabaseError::corrupt("end_at", error))?;
    let mut booking = Booking {
        booking: BookingId::from_uuid(row.uuid("booking")?),
        number: BookingNumber::new(number_of(row, "number")?),
        uid: BookingUid::from_text(row.text("uid")?),
        ics_uid: document.ics_uid,
        provider: ProviderId::from_uuid(row.uuid("provider")?),
        host: document.host,
        co_hosts: document.co_hosts,
        terms: document.terms,
        status: status(&row.text("status")?)?,
        slot,
        claims: document.claims,
        counted_on: document.counted_on,
        attendee: document.attendee,
        attendee_absent: false,
        guests: document.guests,
        added: Vec::new(),
        removed: BTreeSet::new(),
        guests_absent: BTreeSet::new(),
        host_absent: document.host_absent,
        series: document.series,
        composite: document.composite,
        seats: seats(row)?,
        placed: document.placed,
        located: document.located,
        moved: document.moved,
        cancelled: document.cancelled,
        declined: document.declined,
        rescheduled_from: document.rescheduled_from,
        rescheduled_to: document.rescheduled_to,
        compensated: document.compensated,
        completed: document.completed,
        version: version_of(row)?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    };
    People::of(&text)?.fold_into(&mut booking);
    Ok(booking)
}

fn status(text: &str) -> Result<BookingStatus, DatabaseError> {
    use BookingStatus::{Accepted, Cancelled, Pending, Rejected};
    [Accepted, Pending, Cancelled, Rejected]
        .into_iter()
        .find(|status| status_text(*status) == text)
        .ok_or_else(|| DatabaseError::corrupt("status", format!("{text:?} is no status")))
}

#[derive(Deserialize)]
struct StoredSeat {
    seat: Uuid,
    doc: String,
}

fn seats(row: &Row) -> Result<Vec<Seat>, DatabaseError> {
    let Some(text) = row.text_or_null("seats")? else {
        return Ok(Vec::new());
    };
    let stored: Vec<StoredSeat> = parsed("seats", &text)?;
    let seat = |one: StoredSeat| {
        let document: SeatDocument = parsed("seats.doc", &one.doc)?;
        Ok(Seat {
            seat: SeatId::from_uuid(one.seat),
            attendee: document.attendee,
            released: document.released,
            absent: false,
            placed: document.placed,
        })
    };
    stored.into_iter().map(seat).collect()
}
