//! Changes folded into structs: for answers to commands and for bookings as of a position.

use crate::projections::row::Booking;

use super::change::{BookingChange, DocumentPatch, Patch};

/// Folds one change in. A change of a wire booking that is not among `rows` changes nothing, as in the database.
pub(super) fn fold(rows: &mut Vec<Booking>, change: BookingChange) {
    match change {
        BookingChange::Begin(booking) => {
            rows.retain(|row| row.uid != booking.uid);
            rows.push(*booking);
        }
        BookingChange::Patch(patch) => {
            if let Some(row) = rows.iter_mut().find(|row| row.uid == patch.uid) {
                fold_patch(row, *patch);
            }
        }
        BookingChange::TakeSeat { uid, seat, .. } => {
            if let Some(row) = rows.iter_mut().find(|row| row.uid == uid) {
                row.seats.retain(|other| other.seat != seat.seat);
                row.seats.push(seat);
            }
        }
        BookingChange::ReleaseSeat {
            uid,
            seat: released,
        } => {
            let row = rows.iter_mut().find(|row| row.uid == uid);
            for seat in row.into_iter().flat_map(|row| &mut row.seats) {
                seat.released |= seat.seat == released;
            }
        }
        BookingChange::MoveSeats { seats, from, to } => {
            let mut moved = Vec::with_capacity(seats.len());
            if let Some(row) = rows.iter_mut().find(|row| row.uid == from) {
                moved.extend(row.seats.extract_if(.., |seat| seats.contains(&seat.seat)));
            }
            for seat in &mut moved {
                // Absence is said of one wire booking.
                seat.absent = false;
            }
            if let Some(row) = rows.iter_mut().find(|row| row.uid == to) {
                row.seats.append(&mut moved);
            }
        }
    }
}

fn fold_patch(row: &mut Booking, patch: Patch) {
    let Patch {
        uid: _,
        version,
        updated_at,
        status,
        provider,
        key: _,
        document,
    } = patch;
    row.version = version;
    row.updated_at = updated_at.unwrap_or(row.updated_at);
    row.status = status.unwrap_or(row.status);
    row.provider = provider.unwrap_or(row.provider);
    fold_document(row, document);
}

fn fold_document(row: &mut Booking, patch: DocumentPatch) {
    let DocumentPatch {
        host,
        co_hosts,
        claims,
        counted_on,
        host_absent,
        placed,
        cancelled,
        declined,
        rescheduled_to,
        compensated,
        completed,
        located,
        people,
    } = patch;
    if let Some(host) = host {
        row.host = host;
    }
    if let Some(co_hosts) = co_hosts {
        row.co_hosts = co_hosts;
    }
    row.claims = claims.unwrap_or(row.claims);
    row.counted_on = counted_on.unwrap_or(row.counted_on);
    row.host_absent = host_absent.unwrap_or(row.host_absent);
    row.placed = placed.or_else(|| row.placed.take());
    row.cancelled = cancelled.or_else(|| row.cancelled.take());
    row.declined = declined.or_else(|| row.declined.take());
    row.rescheduled_to = rescheduled_to.or_else(|| row.rescheduled_to.take());
    row.compensated = compensated.unwrap_or(row.compensated);
    row.completed = completed.unwrap_or(row.completed);
    row.located = located.or_else(|| row.located.take());
    people.fold_into(row);
}
