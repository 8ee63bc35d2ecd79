//! What one linked command placed, split into the items that asked for it.
//!
//! The log alone says it, so that a replay is answered like the first time: wire numbers of attendees were drawn in the order
//! of the items, and the occurrences of one item share a series.

use super::super::outcome::Changed;
use crate::domain::Event;
use crate::domain::id::{AttendeeNumber, BookingUid, SeatId};
use crate::domain::provider::event::ProviderEvent;
use crate::ledger::record::{Executed, RecordedEvent};

/// What one item placed.
#[derive(Debug)]
pub(super) struct Part {
    /// The command with the item's own events.
    pub(super) executed: Executed,
    /// What it placed, in order.
    pub(super) changed: Vec<Changed>,
    series: Option<BookingUid>,
}

/// The parts of a command, one per item.
pub(super) fn parts(executed: &Executed) -> Vec<Part> {
    let mut placed: Vec<_> = executed.events.iter().filter_map(placed).collect();
    placed.sort_by_key(|(attendee, ..)| *attendee);
    let mut parts: Vec<Part> = Vec::new();
    for (_, series, changed) in placed {
        match parts.last_mut() {
            Some(part) if series.is_some() && part.series == series => part.changed.push(changed),
            Some(_) | None => parts.push(Part {
                executed: Executed {
                    command: executed.command,
                    events: Vec::new(),
                    replayed: executed.replayed,
                },
                changed: vec![changed],
                series,
            }),
        }
    }
    for part in &mut parts {
        let is_own = |event: &&RecordedEvent| {
            let subject = event.subject();
            part.changed.iter().any(|one| Some(one.booking) == subject)
        };
        part.executed.events = executed.events.iter().filter(is_own).cloned().collect();
    }
    parts
}

fn placed(event: &RecordedEvent) -> Option<(AttendeeNumber, Option<BookingUid>, Changed)> {
    let Event::Provider(event) = &event.event else {
        return None;
    };
    let changed = |booking, uid: &BookingUid, seat: Option<SeatId>| Changed {
        booking,
        uid: uid.clone(),
        seat,
    };
    if let ProviderEvent::BookingPlaced(placed) | ProviderEvent::BookingRequested(placed) = &**event
    {
        let series = placed.series.as_ref().map(|place| place.uid.clone());
        let changed = changed(placed.booking, &placed.uid, placed.seat);
        return Some((placed.attendee, series, changed));
    }
    if let ProviderEvent::SeatTaken(taken) = &**event {
        let changed = changed(taken.booking, &taken.uid, Some(taken.seat));
        return Some((taken.attendee, None, changed));
    }
    None
}
