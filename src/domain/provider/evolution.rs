//! Event in, state changed: the one fold for live code, replay and rebuild. It never fails and refuses nothing: an event
//! about a booking that has left the state changes nothing.

use std::collections::BTreeSet;

use super::bookings::OpenBooking;
use super::event::{BookingPlaced, ProviderEngaged, ProviderEvent};
use super::holds::OpenHold;
use super::occupancy::{Claim, Claimant};
use super::{Identity, Provider};
use crate::domain::id::{BookingId, HoldId, SeatId};
use crate::domain::time::Timestamp;

impl Provider {
    pub(in crate::domain) fn evolve(
        &mut self,
        sequence: u64,
        at: Timestamp,
        event: &ProviderEvent,
    ) {
        match event {
            ProviderEvent::ProviderCreated(created) => {
                self.identity = Some(Identity {
                    number: created.number,
                    profile: created.profile.clone(),
                });
                self.settings_version = sequence;
            }
            ProviderEvent::SegmentBarred(barred) => {
                self.barred.retain(|_, until| at < *until);
                self.barred.insert(barred.hold, barred.until);
            }
            ProviderEvent::ProfileChanged(changed) => {
                if let Some(identity) = &mut self.identity {
                    identity.profile = changed.profile.clone();
                }
                self.settings_version = sequence;
            }
            ProviderEvent::ScheduleSet(set) => {
                self.schedules.insert(set.schedule, set.definition.clone());
                if set.is_default {
                    self.schedule_default = Some(set.schedule);
                }
                self.settings_version = sequence;
            }
            ProviderEvent::ScheduleRemoved(removed) => {
                self.schedules.remove(&removed.schedule);
                self.settings_version = sequence;
            }
            ProviderEvent::HoldPlaced(placed) | ProviderEvent::HoldChanged(placed) => {
                self.keep_hold(placed.hold, OpenHold::from(placed));
            }
            ProviderEvent::HoldReleased(ended)
            | ProviderEvent::HoldExpired(ended)
            | ProviderEvent::HoldRedeemed(ended) => self.close_hold(ended.hold),
            ProviderEvent::TimeBlocked(blocked) => {
                self.busy.insert(blocked.block, blocked.start, blocked.end);
                self.busy.forget_old(at);
            }
            ProviderEvent::TimeUnblocked(unblocked) => self.busy.remove(unblocked.block),
            ProviderEvent::OutOfOfficeEntered(entry) | ProviderEvent::OutOfOfficeChanged(entry) => {
                self.keep_out_of_office(sequence, entry);
                self.busy.forget_old(at);
            }
            ProviderEvent::OutOfOfficeRemoved(entry) => self.forget_out_of_office(entry),
            ProviderEvent::BookingPlaced(_)
            | ProviderEvent::BookingRequested(_)
            | ProviderEvent::BookingConfirmed(_)
            | ProviderEvent::BookingDeclined(_)
            | ProviderEvent::SeatTaken(_)
            | ProviderEvent::SeatReleased(_)
            | ProviderEvent::BookingRescheduled(_)
            | ProviderEvent::BookingCancelled(_)
            | ProviderEvent::BookingCompensated(_)
            | ProviderEvent::AttendanceMarked(_)
            | ProviderEvent::AttendeesAdded(_)
            | ProviderEvent::AttendeeRemoved(_)
            | ProviderEvent::LocationChanged(_)
            | ProviderEvent::BookingCompleted(_)
            | ProviderEvent::BookingFinished(_)
            | ProviderEvent::BookingDeparted(_)
            | ProviderEvent::BookingArrived(_)
            | ProviderEvent::ProviderEngaged(_)
            | ProviderEvent::ProviderDisengaged(_)
            | ProviderEvent::EngagementFinished(_)
            | ProviderEvent::CoHostsChanged(_) => {
                self.evolve_booking(sequence, event);
                self.counters.forget_old(at);
            }
        }
    }

    fn evolve_booking(&mut self, sequence: u64, event: &ProviderEvent) {
        match event {
            ProviderEvent::BookingPlaced(placed) => self.enter(sequence, placed, false, &[]),
            ProviderEvent::BookingRequested(placed) => self.enter(sequence, placed, true, &[]),
            ProviderEvent::BookingArrived(arrived) => {
                self.enter(sequence, &arrived.placed, arrived.pending, &arrived.seats);
            }
            ProviderEvent::BookingRescheduled(rescheduled) => {
                self.leave(rescheduled.to.booking);
                self.enter(
                    sequence,
                    &rescheduled.to,
                    rescheduled.pending,
                    &rescheduled.seats,
                );
            }
            ProviderEvent::BookingConfirmed(confirmed) => {
                self.change(sequence, confirmed.booking, |booking| {
                    booking.pending = false;
                    booking.claims = true;
                });
            }
            ProviderEvent::SeatTaken(taken) => {
                self.change(sequence, taken.booking, |booking| {
                    booking.seats.insert(taken.seat);
                });
            }
            ProviderEvent::SeatReleased(released) => {
                self.change(sequence, released.booking, |booking| {
                    booking.seats.remove(&released.seat);
                });
            }
            ProviderEvent::AttendanceMarked(marked) => self.touch(sequence, marked.booking),
            ProviderEvent::CoHostsChanged(changed) => self.touch(sequence, changed.booking),
            ProviderEvent::ProviderEngaged(engaged) => {
                self.leave(engaged.booking);
                self.share(sequence, engaged);
            }
            ProviderEvent::ProviderDisengaged(ended) => self.leave(ended.booking),
            ProviderEvent::EngagementFinished(ended) => self.finish(ended.booking),
            ProviderEvent::AttendeesAdded(added) => self.touch(sequence, added.booking),
            ProviderEvent::AttendeeRemoved(removed) => self.touch(sequence, removed.booking),
            ProviderEvent::BookingCompleted(mark) | ProviderEvent::LocationChanged(mark) => {
                self.touch(sequence, mark.booking);
            }
            ProviderEvent::BookingDeclined(ended) | ProviderEvent::BookingCancelled(ended) => {
                self.leave(ended.booking);
            }
            ProviderEvent::BookingCompensated(compensated) => {
                self.leave(compensated.ended.booking);
            }
            ProviderEvent::BookingDeparted(departed) => self.leave(departed.ended.booking),
            ProviderEvent::BookingFinished(mark) => self.finish(mark.booking),
            ProviderEvent::ProviderCreated(_)
            | ProviderEvent::ProfileChanged(_)
            | ProviderEvent::ScheduleSet(_)
            | ProviderEvent::ScheduleRemoved(_)
            | ProviderEvent::HoldPlaced(_)
            | ProviderEvent::HoldChanged(_)
            | ProviderEvent::HoldReleased(_)
            | ProviderEvent::HoldExpired(_)
            | ProviderEvent::HoldRedeemed(_)
            | ProviderEvent::SegmentBarred(_)
            | ProviderEvent::TimeBlocked(_)
            | ProviderEvent::TimeUnblocked(_)
            | ProviderEvent::OutOfOfficeEntered(_)
            | ProviderEvent::OutOfOfficeChanged(_)
            | ProviderEvent::OutOfOfficeRemoved(_) => {}
        }
    }

    /// The booking's time is over.
    fn finish(&mut self, booking: BookingId) {
        self.close_booking(booking);
    }

    /// Something about a booking changed that the rules do not read.
    fn touch(&mut self, sequence: u64, booking: BookingId) {
        self.change(sequence, booking, |_| {});
    }

    /// A booking enters and is counted.
    fn enter(&mut self, sequence: u64, placed: &BookingPlaced, pending: bool, further: &[SeatId]) {
        self.counters.add(
            placed.terms.event_type,
            placed.counted_on,
            placed.slot.minutes(),
        );
        let booking = OpenBooking {
            version: sequence,
            uid: placed.uid.clone(),
            event_type: placed.terms.event_type,
            slot: placed.slot,
            before_minutes: placed.terms.before_minutes,
            after_minutes: placed.terms.after_minutes,
            claims: placed.claims,
            pending,
            counted_on: placed.counted_on,
            seats: placed.seat.iter().chain(further).copied().collect(),
            share: None,
            composite: placed.composite.map(|place| place.composite),
        };
        self.open_booking(placed.booking, booking);
    }

    /// A share in another provider's booking enters and is counted.
    fn share(&mut self, sequence: u64, engaged: &ProviderEngaged) {
        let minutes = engaged.slot.minutes();
        self.counters
            .add(engaged.event_type, engaged.counted_on, minutes);
        let booking = OpenBooking {
            version: sequence,
            uid: engaged.uid.clone(),
            event_type: engaged.event_type,
            slot: engaged.slot,
            before_minutes: engaged.before_minutes,
            after_minutes: engaged.after_minutes,
            claims: engaged.claims,
            pending: engaged.pending,
            counted_on: engaged.counted_on,
            seats: BTreeSet::new(),
            share: Some(engaged.claim),
            composite: None,
        };
        self.open_booking(engaged.booking, booking);
    }

    /// A booking leaves without having taken place: its count is given back.
    fn leave(&mut self, id: BookingId) {
        if let Some(booking) = self.close_booking(id) {
            self.counters.take_back(
                booking.event_type,
                booking.counted_on,
                booking.slot.minutes(),
            );
        }
    }

    /// Changes an open booking; every index sees it leave and come back.
    fn change(&mut self, sequence: u64, id: BookingId, change: impl FnOnce(&mut OpenBooking)) {
        if let Some(mut booking) = self.close_booking(id) {
            change(&mut booking);
            booking.version = sequence;
            self.open_booking(id, booking);
        }
    }

    pub(super) fn open_booking(&mut self, id: BookingId, booking: OpenBooking) {
        self.close_booking(id);
        if booking.claims {
            let (start, end) = booking.padded();
            let claimant = Claimant::Booking(id);
            self.occupancy.insert(Claim {
                claimant,
                start,
                end,
            });
        }
        self.bookings.insert(id, booking);
    }

    fn close_booking(&mut self, id: BookingId) -> Option<OpenBooking> {
        let booking = self.bookings.remove(id)?;
        self.occupancy
            .remove(booking.padded().0, Claimant::Booking(id));
        Some(booking)
    }

    pub(super) fn keep_hold(&mut self, id: HoldId, hold: OpenHold) {
        self.close_hold(id);
        if hold.claims() {
            let (start, end) = hold.padded();
            let claimant = Claimant::Hold(id);
            self.occupancy.insert(Claim {
                claimant,
                start,
                end,
            });
        }
        self.holds.insert(id, hold);
    }

    fn close_hold(&mut self, id: HoldId) {
        if let Some(hold) = self.holds.remove(id) {
            self.occupancy.remove(hold.padded().0, Claimant::Hold(id));
        }
    }
}
