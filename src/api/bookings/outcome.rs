//! The rows that an answer to a command is rendered from.
//!
//! The first answer and its replay under the same idempotency key are equal byte for byte, whatever has happened since:
//! both come from the command's own events, folded over the bookings as they stood before them. On the first execution
//! those are the rows the command was built from (the rules refuse it when they have moved on); on a replay they are
//! folded from the log, up to the last event of the command.

use crate::domain::Event;
use crate::domain::id::{BookingId, BookingUid, CommandId, SeatId, TenantId};
use crate::domain::provider::event::ProviderEvent;
use crate::ledger::record::{Executed, RecordedEvent};
use crate::ledger::{Ledger, LedgerError};
use crate::projections::{bookings, row};

/// A wire booking that a command began or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changed {
    /// The ledger's id.
    pub booking: BookingId,
    /// The wire uid to render.
    pub uid: BookingUid,
    /// The seat that was taken with it.
    pub seat: Option<SeatId>,
}

impl Changed {
    /// A booking that keeps its uid.
    #[cfg(test)]
    fn of(row: &row::Booking) -> Self {
        Self::named(row.booking, &row.uid)
    }

    fn named(booking: BookingId, uid: &BookingUid) -> Self {
        Self {
            booking,
            uid: uid.clone(),
            seat: None,
        }
    }
}

/// What a command placed, in the order of its occurrences.
pub(crate) fn placed(executed: &Executed) -> Vec<Changed> {
    executed.events.iter().filter_map(placed_by).collect()
}

fn placed_by(event: &RecordedEvent) -> Option<Changed> {
    let Event::Provider(event) = &event.event else {
        return None;
    };
    if let ProviderEvent::BookingPlaced(placed) | ProviderEvent::BookingRequested(placed) = &**event
    {
        return Some(Changed {
            booking: placed.booking,
            uid: placed.uid.clone(),
            seat: placed.seat,
        });
    }
    if let ProviderEvent::SeatTaken(taken) = &**event {
        return Some(Changed {
            booking: taken.booking,
            uid: taken.uid.clone(),
            seat: Some(taken.seat),
        });
    }
    None
}

/// What a move put in the place of a booking, or where a seat went.
pub(crate) fn moved(executed: &Executed) -> Option<Changed> {
    executed.events.iter().find_map(|recorded| {
        let Event::Provider(event) = &recorded.event else {
            return None;
        };
        let ProviderEvent::BookingRescheduled(moved) = &**event else {
            return placed_by(recorded);
        };
        Some(Changed {
            booking: moved.to.booking,
            uid: moved.to.uid.clone(),
            seat: None,
        })
    })
}

/// The booking that a person confirmed, declined, marked absences of, or said who comes to and where: the one that was
/// named, where other segments of its composite booking changed with it.
pub(crate) fn answered(executed: &Executed, uid: &str) -> Option<Changed> {
    let mut all = executed.events.iter().filter_map(answered_by);
    let first = all.next()?;
    if first.uid.as_str() == uid {
        return Some(first);
    }
    Some(all.find(|other| other.uid.as_str() == uid).unwrap_or(first))
}

fn answered_by(event: &RecordedEvent) -> Option<Changed> {
    let Event::Provider(event) = &event.event else {
        return None;
    };
    if let ProviderEvent::BookingConfirmed(confirmed) = &**event {
        Some(Changed::named(confirmed.booking, &confirmed.uid))
    } else if let ProviderEvent::BookingDeclined(ended) = &**event {
        Some(Changed::named(ended.booking, &ended.uid))
    } else if let ProviderEvent::AttendanceMarked(marked) = &**event {
        Some(Changed::named(marked.booking, &marked.uid))
    } else if let ProviderEvent::AttendeesAdded(added) = &**event {
        Some(Changed::named(added.booking, &added.uid))
    } else if let ProviderEvent::AttendeeRemoved(removed) = &**event {
        Some(Changed::named(removed.booking, &removed.uid))
    } else if let ProviderEvent::LocationChanged(mark) = &**event {
        Some(Changed::named(mark.booking, &mark.uid))
    } else {
        None
    }
}

/// What a command cancelled: bookings, or one seat of one.
pub(crate) fn cancelled(executed: &Executed) -> Vec<Changed> {
    let cancelled = |event: &RecordedEvent| {
        let Event::Provider(event) = &event.event else {
            return None;
        };
        let (booking, uid) = if let ProviderEvent::BookingCancelled(ended) = &**event {
            (ended.booking, &ended.uid)
        } else if let ProviderEvent::SeatReleased(released) = &**event {
            (released.booking, &released.uid)
        } else {
            return None;
        };
        Some(Changed {
            booking,
            uid: uid.clone(),
            seat: None,
        })
    };
    executed.events.iter().filter_map(cancelled).collect()
}

/// The rows of `changed` as they stand after the command, in that order.
///
/// # Errors
/// As [`Ledger::booking_events`]; [`LedgerError::Corrupt`] when a booking of the command cannot be folded.
pub(crate) async fn rows(
    ledger: &Ledger,
    tenant: TenantId,
    executed: &Executed,
    before: &[row::Booking],
    changed: &[Changed],
) -> Result<Vec<row::Booking>, LedgerError> {
    let mut rows = Vec::with_capacity(changed.len());
    for change in changed {
        let folded = if executed.replayed {
            None
        } else {
            folded(before, &executed.events, change)
        };
        let row = match folded {
            Some(row) => row,
            None => from_log(ledger, tenant, executed.command, change).await?,
        };
        rows.push(row);
    }
    Ok(rows)
}

/// Folds the command's events over the rows before them; `None` when the booking stood before and was not read.
fn folded(
    before: &[row::Booking],
    events: &[RecordedEvent],
    change: &Changed,
) -> Option<row::Booking> {
    let mut rows: Vec<_> = before
        .iter()
        .filter(|row| row.booking == change.booking)
        .cloned()
        .collect();
    for event in events {
        bookings::apply(&mut rows, event);
    }
    rows.into_iter().find(|row| row.uid == change.uid)
}

async fn from_log(
    ledger: &Ledger,
    tenant: TenantId,
    command: CommandId,
    change: &Changed,
) -> Result<row::Booking, LedgerError> {
    let events = ledger.booking_events(tenant, change.booking).await?;
    let until = events
        .iter()
        .rposition(|logged| logged.event.command == command)
        .map_or(0, |last| last + 1);
    let mut rows = Vec::new();
    for logged in events.iter().take(until) {
        bookings::apply(&mut rows, &logged.event);
    }
    rows.into_iter()
        .find(|row| row.uid == change.uid)
        .ok_or_else(|| {
            LedgerError::Corrupt(format!(
                "command {command} changed booking {}, which has no such events",
                change.booking
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::domain::id::{AttendeeNumber, HoldId};
    use crate::domain::provider::event::{
        BookingEnded, BookingMark, BookingRescheduled, HoldEnded, SeatReleased, SeatTaken,
    };
    use uuid::Uuid;

    fn seat(number: u128) -> SeatId {
        SeatId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn what_was_placed_is_told_from_what_lapsed_with_it() {
        let row = samples::row();
        let events = vec![
            ProviderEvent::BookingFinished(BookingMark {
                booking: BookingId::from_uuid(Uuid::from_u128(66)),
                uid: BookingUid::from_text("finished"),
            }),
            ProviderEvent::HoldRedeemed(HoldEnded {
                hold: HoldId::from_uuid(Uuid::from_u128(5)),
                exclusive: true,
                claim: None,
            }),
            ProviderEvent::BookingPlaced(samples::placed(None)),
            ProviderEvent::SeatTaken(SeatTaken {
                booking: row.booking,
                uid: BookingUid::from_text("joined"),
                seat: seat(4),
                attendee: AttendeeNumber::new(2),
                moved_from: None,
            }),
        ];
        let events = events.into_iter().map(|event| samples::recorded(9, event));
        let placed = placed(&samples::executed(events.collect()));
        let told: Vec<_> = placed
            .iter()
            .map(|change| (change.uid.as_str(), change.seat))
            .collect();
        assert_eq!(told, [(row.uid.as_str(), None), ("joined", Some(seat(4)))]);
    }

    #[test]
    fn a_move_is_rendered_by_what_replaces_the_booking() {
        let event = ProviderEvent::BookingRescheduled(BookingRescheduled {
            to: samples::placed(None),
            pending: false,
            from_uid: BookingUid::from_text("before"),
            from_slot: samples::row().slot,
            from_claimed: true,
            seats: Vec::new(),
        });
        let executed = samples::executed(vec![samples::recorded(9, event)]);
        assert_eq!(moved(&executed), Some(Changed::of(&samples::row())));
        assert_eq!(moved(&samples::executed(Vec::new())), None);
    }

    #[test]
    fn a_cancellation_names_bookings_and_seats() {
        let row = samples::row();
        let ended = BookingEnded {
            booking: row.booking,
            uid: row.uid.clone(),
            slot: row.slot,
            claimed: true,
            moved_to: None,
        };
        let released = SeatReleased {
            booking: row.booking,
            uid: row.uid.clone(),
            seat: seat(4),
            moved_to: None,
        };
        let executed = samples::executed(vec![
            samples::recorded(9, ProviderEvent::BookingCancelled(ended)),
            samples::recorded(9, ProviderEvent::SeatReleased(released)),
        ]);
        assert_eq!(cancelled(&executed), [Changed::of(&row), Changed::of(&row)]);
    }
}
