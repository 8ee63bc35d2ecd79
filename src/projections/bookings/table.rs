//! Changes as rows: the tables of the bookings read model, and what their documents hold.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::id::{AttendeeNumber, BookingUid, ProviderId, SeatId, TenantId};
use crate::domain::provider::command::BookingStatus;
use crate::domain::provider::event::{CoHost, Host, SegmentPlace, SeriesPlace};
use crate::domain::terms::Terms;
use crate::domain::time::{Day, Timestamp};
use crate::ledger::database::Sql;
use crate::ledger::record::{RecordedEvent, SealedPersonal};
use crate::ledger::row::{Cell, Change, ColumnKind, Projection, RowChange, Table};
use crate::projections::cell::{column, document, instant, number, uuid_or_null, version};
use crate::projections::row::{Booking, Seat};

use super::change::{BookingChange, DocumentPatch, Patch, changes};
use super::shares::{self, SHARES};

/// The bookings read model.
#[derive(Clone, Copy, Debug)]
pub struct Bookings;

impl Projection for Bookings {
    fn name(&self) -> &'static str {
        "bookings"
    }

    fn schema(&self) -> Sql {
        sql!("bookings/table")
    }

    fn tables(&self) -> &'static [&'static Table] {
        &TABLES
    }

    fn project(&self, event: &RecordedEvent) -> Vec<RowChange> {
        let tenant = event.stream.tenant;
        changes(event)
            .into_iter()
            .flat_map(|change| row_changes(tenant, change))
            .chain(shares::change(event))
            .collect()
    }
}

static TABLES: [&Table; 3] = [&BOOKINGS, &SEATS, &SHARES];

static BOOKINGS: Table = Table {
    name: "bookings",
    columns: &[
        column("tenant", ColumnKind::Uuid),
        column("uid", ColumnKind::Text),
        column("booking", ColumnKind::Uuid),
        column("provider", ColumnKind::Uuid),
        column("number", ColumnKind::Int),
        column("event_type", ColumnKind::Uuid),
        column("status", ColumnKind::Text),
        column("series", ColumnKind::Text),
        column("start_at", ColumnKind::Int),
        column("end_at", ColumnKind::Int),
        column("created_at", ColumnKind::Int),
        column("updated_at", ColumnKind::Int),
        column("version", ColumnKind::Int),
        column("key_id", ColumnKind::Uuid),
        column("doc", ColumnKind::Document),
    ],
    key_columns: 2,
    put: sql!("bookings/put"),
    patch: sql!("bookings/patch"),
    delete: sql!("bookings/delete"),
};

static SEATS: Table = Table {
    name: "booking_seats",
    columns: &[
        column("tenant", ColumnKind::Uuid),
        column("seat", ColumnKind::Uuid),
        column("uid", ColumnKind::Text),
        column("key_id", ColumnKind::Uuid),
        column("taken_at", ColumnKind::Int),
        column("sequence", ColumnKind::Int),
        column("doc", ColumnKind::Document),
    ],
    key_columns: 2,
    put: sql!("bookings/put_seats"),
    patch: sql!("bookings/patch_seats"),
    delete: sql!("bookings/delete_seats"),
};

/// What of a wire booking is neither searched nor sorted by. What is said of single people are further members, see
/// [`super::people`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a record of independent facts, not a state"
)]
pub(super) struct BookingDocument {
    pub(super) ics_uid: String,
    pub(super) host: Host,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(super) co_hosts: Vec<CoHost>,
    pub(super) terms: Terms,
    pub(super) claims: bool,
    pub(super) counted_on: Day,
    pub(super) attendee: AttendeeNumber,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(super) guests: Vec<AttendeeNumber>,
    #[serde(default)]
    pub(super) host_absent: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) series: Option<SeriesPlace>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) composite: Option<SegmentPlace>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) placed: Option<SealedPersonal>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) located: Option<SealedPersonal>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) moved: Option<SealedPersonal>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) cancelled: Option<SealedPersonal>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) declined: Option<SealedPersonal>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) rescheduled_from: Option<BookingUid>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) rescheduled_to: Option<BookingUid>,
    #[serde(default)]
    pub(super) compensated: bool,
    #[serde(default)]
    pub(super) completed: bool,
}

/// What of a seat is not searched by.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SeatDocument {
    pub(super) attendee: AttendeeNumber,
    #[serde(default)]
    pub(super) released: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) placed: Option<SealedPersonal>,
}

/// `status` as its column holds it; the lists compare with these texts.
pub(super) const fn status_text(status: BookingStatus) -> &'static str {
    match status {
        BookingStatus::Accepted => "accepted",
        BookingStatus::Pending => "pending",
        BookingStatus::Cancelled => "cancelled",
        BookingStatus::Rejected => "rejected",
    }
}

fn row_changes(tenant: TenantId, change: BookingChange) -> Vec<RowChange> {
    match change {
        BookingChange::Begin(booking) => begin(tenant, *booking),
        BookingChange::Patch(patch) => vec![RowChange {
            table: &BOOKINGS,
            key: booking_key(tenant, &patch.uid),
            change: Change::Patch(patch_cells(&patch)),
        }],
        BookingChange::TakeSeat {
            uid,
            seat,
            at,
            sequence,
        } => vec![take_seat(tenant, &uid, seat, at, sequence)],
        BookingChange::ReleaseSeat { seat, uid: _ } => {
            vec![patch_seat(
                tenant,
                seat,
                "doc",
                text(r#"{"released":true}"#),
            )]
        }
        BookingChange::MoveSeats { seats, to, from: _ } => seats
            .into_iter()
            .map(|seat| patch_seat(tenant, seat, "uid", text(to.as_str())))
            .collect(),
    }
}

fn booking_key(tenant: TenantId, uid: &BookingUid) -> Vec<Cell> {
    vec![Cell::Uuid(tenant.as_uuid()), text(uid.as_str())]
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn begin(tenant: TenantId, mut booking: Booking) -> Vec<RowChange> {
    let seats = std::mem::take(&mut booking.seats);
    let mut rows = vec![RowChange {
        table: &BOOKINGS,
        key: booking_key(tenant, &booking.uid),
        change: Change::Put(vec![
            Cell::Uuid(booking.booking.as_uuid()),
            Cell::Uuid(booking.provider.as_uuid()),
            number(booking.number.get()),
            Cell::Uuid(booking.terms.event_type.as_uuid()),
            text(status_text(booking.status)),
            booking
                .series
                .as_ref()
                .map_or(Cell::Null, |series| text(series.uid.as_str())),
            instant(booking.slot.start()),
            instant(booking.slot.end()),
            instant(booking.created_at),
            instant(booking.updated_at),
            version(booking.version),
            uuid_or_null(booking.placed.as_ref().map(|sealed| sealed.key.as_uuid())),
            document(&BookingDocument {
                ics_uid: booking.ics_uid,
                host: booking.host,
                co_hosts: booking.co_hosts,
                terms: booking.terms,
                claims: booking.claims,
                counted_on: booking.counted_on,
                attendee: booking.attendee,
                guests: booking.guests,
                host_absent: booking.host_absent,
                series: booking.series,
                composite: booking.composite,
                placed: booking.placed,
                located: booking.located,
                moved: booking.moved,
                cancelled: booking.cancelled,
                declined: booking.declined,
                rescheduled_from: booking.rescheduled_from,
                rescheduled_to: booking.rescheduled_to,
                compensated: booking.compensated,
                completed: booking.completed,
            }),
        ]),
    }];
    for seat in seats {
        rows.push(take_seat(
            tenant,
            &booking.uid,
            seat,
            booking.created_at,
            booking.version,
        ));
    }
    rows
}

fn patch_cells(patch: &Patch) -> BTreeMap<&'static str, Cell> {
    let mut cells = BTreeMap::from([("version", version(patch.version))]);
    if let Some(at) = patch.updated_at {
        cells.insert("updated_at", instant(at));
    }
    if let Some(status) = patch.status {
        cells.insert("status", text(status_text(status)));
    }
    if let Some(provider) = patch.provider {
        cells.insert("provider", provider_cell(provider));
    }
    if let Some(key) = patch.key {
        cells.insert("key_id", Cell::Uuid(key.as_uuid()));
    }
    if patch.document != DocumentPatch::default() {
        cells.insert("doc", document(&patch.document));
    }
    cells
}

const fn provider_cell(provider: ProviderId) -> Cell {
    Cell::Uuid(provider.as_uuid())
}

fn take_seat(
    tenant: TenantId,
    uid: &BookingUid,
    seat: Seat,
    at: Timestamp,
    sequence: u64,
) -> RowChange {
    RowChange {
        table: &SEATS,
        key: seat_key(tenant, seat.seat),
        change: Change::Put(vec![
            text(uid.as_str()),
            uuid_or_null(seat.placed.as_ref().map(|sealed| sealed.key.as_uuid())),
            instant(at),
            version(sequence),
            document(&SeatDocument {
                attendee: seat.attendee,
                released: seat.released,
                placed: seat.placed,
            }),
        ]),
    }
}

fn patch_seat(tenant: TenantId, seat: SeatId, column: &'static str, cell: Cell) -> RowChange {
    RowChange {
        table: &SEATS,
        key: seat_key(tenant, seat),
        change: Change::Patch(BTreeMap::from([(column, cell)])),
    }
}

fn seat_key(tenant: TenantId, seat: SeatId) -> Vec<Cell> {
    vec![Cell::Uuid(tenant.as_uuid()), Cell::Uuid(seat.as_uuid())]
}
