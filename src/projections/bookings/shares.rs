//! Shares: the wire bookings that a provider hosts although they are at home with another one.
//!
//! A share's row is of its provider's own stream. It stays when the booking ends or moves, as the booking's row does, and
//! goes only when somebody else hosts the booking instead.

use crate::domain::Event;
use crate::domain::id::BookingUid;
use crate::domain::provider::event::ProviderEvent;
use crate::ledger::record::RecordedEvent;
use crate::ledger::row::{Cell, Change, ColumnKind, RowChange, Table};
use crate::projections::cell::{column, instant};

pub(super) static SHARES: Table = Table {
    name: "booking_shares",
    columns: &[
        column("tenant", ColumnKind::Uuid),
        column("provider", ColumnKind::Uuid),
        column("uid", ColumnKind::Text),
        column("start_at", ColumnKind::Int),
        column("end_at", ColumnKind::Int),
    ],
    key_columns: 3,
    put: sql!("bookings/put_shares"),
    patch: sql!("bookings/patch_shares"),
    delete: sql!("bookings/delete_shares"),
};

/// What an event does to a share, if anything.
pub(super) fn change(recorded: &RecordedEvent) -> Option<RowChange> {
    let Event::Provider(event) = &recorded.event else {
        return None;
    };
    let row = |uid: &BookingUid, change| RowChange {
        table: &SHARES,
        key: vec![
            Cell::Uuid(recorded.stream.tenant.as_uuid()),
            Cell::Uuid(recorded.stream.id),
            Cell::Text(uid.as_str().to_owned()),
        ],
        change,
    };
    if let ProviderEvent::ProviderEngaged(engaged) = &**event {
        let (start, end) = (engaged.slot.start(), engaged.slot.end());
        let times = vec![instant(start), instant(end)];
        return Some(row(&engaged.uid, Change::Put(times)));
    }
    if let ProviderEvent::ProviderDisengaged(ended) = &**event
        && ended.replaced
    {
        return Some(row(&ended.uid, Change::Delete));
    }
    None
}
