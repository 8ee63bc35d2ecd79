//! What an event does to wire bookings: the one place that says it.
//!
//! [`changes`] turns an event into data; `fold` folds that data into structs, and `table` turns the same data into row
//! changes. A change names rows by uid and never depends on what is in them.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::domain::Event;
use crate::domain::id::{AttendeeNumber, BookingUid, KeyId, ProviderId, SeatId};
use crate::domain::provider::command::BookingStatus;
use crate::domain::provider::event::{
    AttendeesAdded, BookingArrived, BookingCompensated, BookingPlaced, BookingRescheduled, CoHost,
    Host, ProviderEvent, SeatReleased, SeatTaken,
};
use crate::domain::time::{Day, Timestamp};
use crate::ledger::record::{RecordedEvent, SealedPersonal};
use crate::projections::row::{Added, Booking, Seat};

use super::people::People;

/// One change of one wire booking, or of seats.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum BookingChange {
    /// A wire booking begins, with its first seat if it has one.
    Begin(Box<Booking>),
    /// Members of a wire booking change.
    Patch(Box<Patch>),
    /// A further seat is taken.
    TakeSeat {
        /// Of this wire booking.
        uid: BookingUid,
        /// The seat.
        seat: Seat,
        /// When.
        at: Timestamp,
        /// The event's place in its stream: seats taken at one instant keep their order.
        sequence: u64,
    },
    /// A seat is given up; its row stays.
    ReleaseSeat {
        /// Of this wire booking.
        uid: BookingUid,
        /// The seat.
        seat: SeatId,
    },
    /// Seats follow their booking to its new uid. They keep what their attendees typed, under the seal of then.
    MoveSeats {
        /// Which.
        seats: Vec<SeatId>,
        /// From this wire booking.
        from: BookingUid,
        /// To this one.
        to: BookingUid,
    },
}

/// Members of a wire booking that change; absent ones stay. Those that are columns of their own are not in the
/// document, so that housekeeping (a finished booking) rewrites none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Patch {
    /// The wire booking.
    pub(super) uid: BookingUid,
    /// The sequence of the event.
    pub(super) version: u64,
    /// When it was decided; absent for housekeeping, which is no change that a person made.
    pub(super) updated_at: Option<Timestamp>,
    /// Column `status`.
    pub(super) status: Option<BookingStatus>,
    /// Column `provider`.
    pub(super) provider: Option<ProviderId>,
    /// Column `key_id`.
    pub(super) key: Option<KeyId>,
    /// Members of the document.
    pub(super) document: DocumentPatch,
}

/// Members of a booking's document that change; named as in the document.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) host: Option<Host>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) co_hosts: Option<Vec<CoHost>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) claims: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) counted_on: Option<Day>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) host_absent: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) placed: Option<SealedPersonal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cancelled: Option<SealedPersonal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) declined: Option<SealedPersonal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rescheduled_to: Option<BookingUid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) compensated: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) completed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) located: Option<SealedPersonal>,
    /// Facts about single people.
    #[serde(flatten)]
    pub(super) people: People,
}

/// The changes of one event, in order.
pub(super) fn changes(event: &RecordedEvent) -> Vec<BookingChange> {
    match &event.event {
        Event::Tenant(_) | Event::EventType(_) | Event::Webhook(_) | Event::Composite(_) => {
            Vec::new()
        }
        Event::Provider(provider_event) => changes_of_provider(event, provider_event),
    }
}

fn changes_of_provider(recorded: &RecordedEvent, event: &ProviderEvent) -> Vec<BookingChange> {
    let personal = || recorded.personal.clone();
    match event {
        ProviderEvent::BookingPlaced(placed) => {
            vec![begin(booking(recorded, placed, BookingStatus::Accepted))]
        }
        ProviderEvent::BookingRequested(placed) => {
            vec![begin(booking(recorded, placed, BookingStatus::Pending))]
        }
        ProviderEvent::BookingConfirmed(confirmed) => patch(recorded, &confirmed.uid, |patch| {
            patch.status = Some(BookingStatus::Accepted);
            patch.document.claims = Some(true);
        }),
        ProviderEvent::BookingDeclined(ended) => patch(recorded, &ended.uid, |patch| {
            end(patch, BookingStatus::Rejected);
            patch.document.declined = personal();
        }),
        ProviderEvent::BookingCancelled(ended) => patch(recorded, &ended.uid, |patch| {
            end(patch, BookingStatus::Cancelled);
            patch.document.cancelled = personal();
            patch.document.rescheduled_to.clone_from(&ended.moved_to);
        }),
        ProviderEvent::BookingCompensated(compensated) => compensate(recorded, compensated),
        ProviderEvent::AttendanceMarked(marked) => patch(recorded, &marked.uid, |patch| {
            patch.document.host_absent = marked.host_absent;
            patch.document.people.absences = marked.attendees.iter().copied().collect();
        }),
        ProviderEvent::AttendeesAdded(added) => add_attendees(recorded, added),
        ProviderEvent::AttendeeRemoved(removed) => patch(recorded, &removed.uid, |patch| {
            patch.document.people.removed.insert(removed.attendee);
        }),
        ProviderEvent::LocationChanged(mark) => patch(recorded, &mark.uid, |patch| {
            patch.document.located = personal();
        }),
        ProviderEvent::BookingCompleted(mark) => patch(recorded, &mark.uid, |patch| {
            patch.document.completed = Some(true);
        }),
        ProviderEvent::BookingFinished(mark) => patch(recorded, &mark.uid, |patch| {
            patch.updated_at = None;
        }),
        ProviderEvent::SeatTaken(taken) => take_seat(recorded, taken),
        ProviderEvent::SeatReleased(released) => release_seat(recorded, released),
        ProviderEvent::BookingRescheduled(moved) => reschedule(recorded, moved),
        ProviderEvent::BookingArrived(arrived) => arrive(recorded, arrived),
        ProviderEvent::CoHostsChanged(changed) => patch(recorded, &changed.uid, |patch| {
            patch.document.co_hosts = Some(changed.co_hosts.clone());
        }),
        // The row belongs to the stream the booking arrives in from here on: whichever of the two linked events is
        // projected first, only `BookingArrived` writes.
        ProviderEvent::BookingDeparted(_)
        // Shares are of co-hosts' streams: the row is the home stream's.
        | ProviderEvent::ProviderEngaged(_)
        | ProviderEvent::ProviderDisengaged(_)
        | ProviderEvent::EngagementFinished(_)
        | ProviderEvent::ProviderCreated(_)
        | ProviderEvent::ProfileChanged(_)
        | ProviderEvent::ScheduleSet(_)
        | ProviderEvent::ScheduleRemoved(_)
        | ProviderEvent::SegmentBarred(_)
        | ProviderEvent::HoldPlaced(_)
        | ProviderEvent::HoldChanged(_)
        | ProviderEvent::HoldReleased(_)
        | ProviderEvent::HoldExpired(_)
        | ProviderEvent::HoldRedeemed(_)
        | ProviderEvent::TimeBlocked(_)
        | ProviderEvent::TimeUnblocked(_)
        | ProviderEvent::OutOfOfficeEntered(_)
        | ProviderEvent::OutOfOfficeChanged(_)
        | ProviderEvent::OutOfOfficeRemoved(_) => Vec::new(),
    }
}

fn compensate(recorded: &RecordedEvent, compensated: &BookingCompensated) -> Vec<BookingChange> {
    patch(recorded, &compensated.ended.uid, |patch| {
        end(patch, BookingStatus::Cancelled);
        patch.document.cancelled.clone_from(&recorded.personal);
        patch.document.compensated = Some(true);
    })
}

fn add_attendees(recorded: &RecordedEvent, added: &AttendeesAdded) -> Vec<BookingChange> {
    patch(recorded, &added.uid, |patch| {
        let together = Added {
            attendees: added.attendees.clone(),
            typed: recorded.personal.clone(),
        };
        let first = added.attendees.first().map(|first| (*first, together));
        patch.document.people.added = first.into_iter().collect();
    })
}

/// A change of one wire booking that begins with what every event does: the version follows it, and the time.
fn patch(
    recorded: &RecordedEvent,
    uid: &BookingUid,
    change: impl FnOnce(&mut Patch),
) -> Vec<BookingChange> {
    let mut patch = Patch {
        uid: uid.clone(),
        version: recorded.sequence,
        updated_at: Some(recorded.decided_at),
        status: None,
        provider: None,
        key: None,
        document: DocumentPatch::default(),
    };
    change(&mut patch);
    vec![BookingChange::Patch(Box::new(patch))]
}

fn end(patch: &mut Patch, status: BookingStatus) {
    patch.status = Some(status);
    patch.document.claims = Some(false);
}

fn begin(booking: Booking) -> BookingChange {
    BookingChange::Begin(Box::new(booking))
}

fn booking(recorded: &RecordedEvent, placed: &BookingPlaced, status: BookingStatus) -> Booking {
    Booking {
        booking: placed.booking,
        number: placed.number,
        uid: placed.uid.clone(),
        ics_uid: placed.ics_uid.clone(),
        provider: ProviderId::from_uuid(recorded.stream.id),
        host: placed.host.clone(),
        co_hosts: placed.co_hosts.clone(),
        terms: placed.terms.clone(),
        status,
        slot: placed.slot,
        claims: placed.claims,
        counted_on: placed.counted_on,
        attendee: placed.attendee,
        attendee_absent: false,
        guests: placed.guests.clone(),
        added: Vec::new(),
        removed: BTreeSet::new(),
        guests_absent: BTreeSet::new(),
        host_absent: false,
        series: placed.series.clone(),
        composite: placed.composite,
        seats: placed
            .seat
            .map(|id| seat(recorded, id, placed.attendee))
            .into_iter()
            .collect(),
        placed: recorded.personal.clone(),
        located: None,
        moved: placed.moved_from.as_ref().and(recorded.personal.clone()),
        cancelled: None,
        declined: None,
        rescheduled_from: placed.moved_from.clone(),
        rescheduled_to: None,
        compensated: false,
        completed: false,
        version: recorded.sequence,
        created_at: recorded.decided_at,
        updated_at: recorded.decided_at,
    }
}

fn seat(recorded: &RecordedEvent, seat: SeatId, attendee: AttendeeNumber) -> Seat {
    Seat {
        seat,
        attendee,
        released: false,
        absent: false,
        placed: recorded.personal.clone(),
    }
}

fn take_seat(recorded: &RecordedEvent, taken: &SeatTaken) -> Vec<BookingChange> {
    let mut changes = patch(recorded, &taken.uid, |_| {});
    changes.push(BookingChange::TakeSeat {
        uid: taken.uid.clone(),
        seat: seat(recorded, taken.seat, taken.attendee),
        at: recorded.decided_at,
        sequence: recorded.sequence,
    });
    changes
}

fn release_seat(recorded: &RecordedEvent, released: &SeatReleased) -> Vec<BookingChange> {
    let mut changes = patch(recorded, &released.uid, |_| {});
    changes.push(match &released.moved_to {
        None => BookingChange::ReleaseSeat {
            uid: released.uid.clone(),
            seat: released.seat,
        },
        // The event that follows takes it there, sealed anew.
        Some(to) => BookingChange::MoveSeats {
            seats: vec![released.seat],
            from: released.uid.clone(),
            to: to.clone(),
        },
    });
    changes
}

/// The old wire booking ends, the new one begins with everything sealed again, and open seats move. Released seats
/// stay with the old one: nobody moved with them.
fn reschedule(recorded: &RecordedEvent, moved: &BookingRescheduled) -> Vec<BookingChange> {
    let mut changes = patch(recorded, &moved.from_uid, |patch| {
        end(patch, BookingStatus::Cancelled);
        patch.document.rescheduled_to = Some(moved.to.uid.clone());
    });
    let status = pending_or_accepted(moved.pending);
    changes.push(begin(Booking {
        seats: Vec::new(),
        moved: recorded.personal.clone(),
        rescheduled_from: Some(moved.from_uid.clone()),
        ..booking(recorded, &moved.to, status)
    }));
    let seats: Vec<_> = moved.to.seat.iter().chain(&moved.seats).copied().collect();
    if !seats.is_empty() {
        changes.push(BookingChange::MoveSeats {
            seats,
            from: moved.from_uid.clone(),
            to: moved.to.uid.clone(),
        });
    }
    changes
}

/// The same wire booking with another provider: it keeps its number, its creation, its seats and who was absent.
fn arrive(recorded: &RecordedEvent, arrived: &BookingArrived) -> Vec<BookingChange> {
    patch(recorded, &arrived.placed.uid, |patch| {
        patch.status = Some(pending_or_accepted(arrived.pending));
        patch.provider = Some(ProviderId::from_uuid(recorded.stream.id));
        patch.key = recorded.personal.as_ref().map(|sealed| sealed.key);
        patch.document.host = Some(arrived.placed.host.clone());
        patch.document.claims = Some(arrived.placed.claims);
        patch.document.counted_on = Some(arrived.placed.counted_on);
        patch.document.placed.clone_from(&recorded.personal);
    })
}

const fn pending_or_accepted(pending: bool) -> BookingStatus {
    if pending {
        BookingStatus::Pending
    } else {
        BookingStatus::Accepted
    }
}
