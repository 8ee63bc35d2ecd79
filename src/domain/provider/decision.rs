//! Command in, facts out: which handler decides what, and what is recorded before its events.

use super::Provider;
use super::command::ProviderCommand;
use super::event::ProviderEvent;
use super::occupancy::Claimant;
use crate::domain::aggregate::{Event, Fact, Sealable};
use crate::domain::id::KeyId;
use crate::domain::personal::Personal;
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;

/// What a handler decided.
#[derive(Debug, Default)]
pub(super) struct Decision {
    /// Claims past their time that lie over what the command takes: recorded as gone first, because the database
    /// would still refuse.
    pub(super) lapsed: Vec<Claimant>,
    /// The command's own events, in order.
    pub(super) facts: Vec<Fact>,
}

impl Provider {
    pub(in crate::domain) fn decide(
        &self,
        now: Timestamp,
        command: &ProviderCommand,
    ) -> Result<Vec<Fact>, Rejection> {
        let decision = match command {
            ProviderCommand::Create(create) => self.create(create),
            ProviderCommand::ChangeProfile(change) => self.change_profile(change),
            ProviderCommand::SetSchedule(set) => self.set_schedule(set),
            ProviderCommand::RemoveSchedule(schedule) => self.remove_schedule(*schedule),
            ProviderCommand::Place(place) => self.place(now, place),
            ProviderCommand::Confirm(confirm) => self.confirm(now, confirm),
            ProviderCommand::Decline(decline) => self.decline(now, decline),
            ProviderCommand::Reschedule(reschedule) => self.reschedule(now, reschedule),
            ProviderCommand::MoveSeat(shift) => self.move_seat(now, shift),
            ProviderCommand::Cancel(cancel) => self.cancel(now, cancel),
            ProviderCommand::Compensate(compensate) => self.compensate(now, compensate),
            ProviderCommand::MarkAbsent(mark) => self.mark_absent(now, mark),
            ProviderCommand::AddAttendees(add) => self.add_attendees(now, add),
            ProviderCommand::RemoveAttendee(remove) => self.remove_attendee(now, remove),
            ProviderCommand::ChangeLocation(change) => self.change_location(now, change),
            ProviderCommand::Complete(complete) => self.complete(now, complete),
            ProviderCommand::Depart(depart) => self.depart(now, depart),
            ProviderCommand::Receive(receive) => self.receive(now, receive),
            ProviderCommand::Engage(engage) => self.engage(now, engage),
            ProviderCommand::Disengage(disengage) => self.disengage(disengage),
            ProviderCommand::ChangeCoHosts(change) => self.change_co_hosts(now, change),
            ProviderCommand::Segment(step) => self.segment(now, step),
            ProviderCommand::Hold(hold) => self.hold(now, hold),
            ProviderCommand::ChangeHold(hold) => self.change_hold(now, hold),
            ProviderCommand::ReleaseHold(hold) => self.release_hold(now, *hold),
            ProviderCommand::Block(block) => self.block(block),
            ProviderCommand::Unblock(block) => self.unblock(*block),
            ProviderCommand::EnterOutOfOffice(set) => self.enter_out_of_office(set),
            ProviderCommand::ChangeOutOfOffice(set) => self.change_out_of_office(set),
            ProviderCommand::RemoveOutOfOffice(remove) => self.remove_out_of_office(remove),
            ProviderCommand::Lapse => self.identity().map(|_| Decision::default()),
        }
        .map_err(|because| match segment_of(command) {
            Some(segment) => Rejection::OfSegment {
                segment,
                because: Box::new(because),
            },
            None => because,
        })?;
        let mut facts = self.lapses(now, &decision);
        facts.extend(decision.facts);
        Ok(facts)
    }
}

/// The segment that a command is a part for, of what happens to a composite booking: its refusal names it.
fn segment_of(command: &ProviderCommand) -> Option<u32> {
    let facts = match command {
        ProviderCommand::Segment(step) => return Some(step.segment),
        ProviderCommand::Confirm(on) | ProviderCommand::Decline(on) if on.as_segment => {
            Some(&on.facts)
        }
        ProviderCommand::Reschedule(reschedule) if reschedule.as_segment => Some(&reschedule.facts),
        ProviderCommand::Cancel(cancel) if cancel.as_segment => cancel.bookings.first(),
        ProviderCommand::Depart(depart) if depart.as_segment => Some(&depart.facts),
        ProviderCommand::Create(_)
        | ProviderCommand::ChangeProfile(_)
        | ProviderCommand::SetSchedule(_)
        | ProviderCommand::RemoveSchedule(_)
        | ProviderCommand::Place(_)
        | ProviderCommand::Confirm(_)
        | ProviderCommand::Decline(_)
        | ProviderCommand::Reschedule(_)
        | ProviderCommand::MoveSeat(_)
        | ProviderCommand::Cancel(_)
        | ProviderCommand::Compensate(_)
        | ProviderCommand::MarkAbsent(_)
        | ProviderCommand::AddAttendees(_)
        | ProviderCommand::RemoveAttendee(_)
        | ProviderCommand::ChangeLocation(_)
        | ProviderCommand::Complete(_)
        | ProviderCommand::Depart(_)
        | ProviderCommand::Receive(_)
        | ProviderCommand::Engage(_)
        | ProviderCommand::Disengage(_)
        | ProviderCommand::ChangeCoHosts(_)
        | ProviderCommand::Hold(_)
        | ProviderCommand::ChangeHold(_)
        | ProviderCommand::ReleaseHold(_)
        | ProviderCommand::Block(_)
        | ProviderCommand::Unblock(_)
        | ProviderCommand::EnterOutOfOffice(_)
        | ProviderCommand::ChangeOutOfOffice(_)
        | ProviderCommand::RemoveOutOfOffice(_)
        | ProviderCommand::Lapse => None,
    };
    facts?.composite.map(|place| place.segment)
}

impl Decision {
    /// One event that nobody typed anything with.
    pub(super) fn one(event: ProviderEvent) -> Self {
        let mut decision = Self::default();
        decision.record(event);
        decision
    }

    /// Adds an event that nobody typed anything with.
    pub(super) fn record(&mut self, event: ProviderEvent) {
        self.facts.push(plain(event));
    }

    /// Adds an event with what was typed with it, if anything, sealed under a key that exists.
    pub(super) fn record_sealed(
        &mut self,
        event: ProviderEvent,
        key: KeyId,
        personal: Option<&Personal>,
    ) {
        let sealable = personal.map(|personal| Sealable {
            key,
            key_is_new: false,
            personal: personal.clone(),
        });
        self.facts.push(Fact {
            event: Event::Provider(Box::new(event)),
            sealable,
        });
    }
}

/// A fact that nobody typed anything with.
pub(super) fn plain(event: ProviderEvent) -> Fact {
    Fact {
        event: Event::Provider(Box::new(event)),
        sealable: None,
    }
}

/// A fact with what was typed with it, if anything.
pub(super) fn sealed(event: ProviderEvent, sealable: Option<&Sealable>) -> Fact {
    Fact {
        sealable: sealable.cloned(),
        ..plain(event)
    }
}
