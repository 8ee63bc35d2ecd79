//! Rescheduling, and giving bookings to another provider.

use super::super::command::{
    BookingStatus, Cancel, Create, Depart, OnBooking, ProviderCommand, Receive, Reschedule,
    Standing,
};
use super::super::event::ProviderEvent;
use super::seats::seated;
use super::stage::{create, schedule, uid};
use super::standing::asking;
use super::{Stage, at, booking, hold, place, slot, terms};
use crate::domain::id::{BookingNumber, ProviderId, ProviderNumber, ScheduleNumber};
use crate::domain::personal::Personal;
use crate::domain::rejection::{Period, Rejection};
use crate::domain::terms::{ReschedulingPolicy, Terms};

fn shift(stage: &Stage, number: u32, to: &str) -> Reschedule {
    let facts = stage.facts(number);
    Reschedule {
        as_segment: false,
        standing: Standing::ByTerms,
        terms: facts.terms.clone(),
        facts,
        number: BookingNumber::new(500),
        uid: uid(500),
        slot: slot(to),
        by_host: false,
        out_of_bounds: false,
        hold: None,
        personal: Personal::default(),
    }
}

fn to(stage: &Stage, number: u32, at: &str) -> ProviderCommand {
    ProviderCommand::Reschedule(shift(stage, number, at))
}

fn with_policy(policy: ReschedulingPolicy) -> impl Fn(&Stage, &str) -> ProviderCommand {
    move |stage, at| {
        let mut command = shift(stage, 1, at);
        command.terms.rescheduling = policy.clone();
        ProviderCommand::Reschedule(command)
    }
}

#[test]
fn a_move_redeems_its_own_hold_of_the_new_slot_alone() {
    let exclusive = Terms {
        exclusive_holds: true,
        ..terms()
    };
    let mut stage = Stage::with(&["10:00-11:00"]);
    stage.keep(1, "12:00-13:00", &exclusive);
    stage.keep(2, "14:00-15:00", &exclusive);
    let with = |stage: &Stage, at: &str, own: Option<u32>| {
        let mut command = shift(stage, 1, at);
        command.hold = own.map(hold);
        ProviderCommand::Reschedule(command)
    };
    let there = slot("12:00-13:00");
    let foreign = stage.refuse(with(&stage, "12:00-13:00", None));
    assert_eq!(foreign, Rejection::SlotTaken { slot: there });
    for (at, own) in [("12:00-13:00", 2), ("12:00-13:00", 3), ("12:30-13:30", 1)] {
        let refused = stage.refuse(with(&stage, at, Some(own)));
        assert_eq!(refused, Rejection::HoldNotFound);
    }
    stage.accept(with(&stage, "12:00-13:00", Some(1)));
    let gone = ProviderCommand::ReleaseHold(hold(1));
    assert_eq!(stage.refuse(gone), Rejection::HoldNotFound);
    stage.place(2, "10:00-11:00", &terms());
}

#[test]
fn a_booking_cannot_move_onto_another() {
    let stage = Stage::with(&["10:00-11:00", "12:00-13:00"]);
    let slot = slot("11:30-12:30");
    let rejection = stage.refuse(to(&stage, 1, "11:30-12:30"));
    assert_eq!(rejection, Rejection::SlotTaken { slot });
}

#[test]
fn a_moved_booking_keeps_its_identity_under_a_new_uid() {
    let mut stage = Stage::with(&["10:00-11:00"]);
    let before = stage.facts(1);
    let command = to(&stage, 1, "10:30-11:30");
    assert_eq!(stage.accept(command), ["BookingRescheduled"]);
    let after = stage.facts(1);
    assert_eq!(
        (after.booking, &after.ics_uid),
        (before.booking, &before.ics_uid)
    );
    assert_eq!((after.attendee, after.uid), (before.attendee, uid(500)));
    let claims: Vec<_> = stage.claims.values().copied().collect();
    assert_eq!(claims, [(at("10:30"), at("11:30"))]);
}

#[test]
fn a_move_keeps_the_length_and_looks_ahead() {
    let stage = Stage::with(&["10:00-11:00"]);
    let rejection = stage.refuse(to(&stage, 1, "12:00-12:30"));
    assert_eq!(rejection, Rejection::LengthNotOffered { minutes: 30 });
    let slot = slot("08:00-09:00");
    let rejection = stage.refuse(to(&stage, 1, "08:00-09:00"));
    assert_eq!(rejection, Rejection::SlotInPast { slot });
}

#[test]
fn the_terms_as_read_now_bind_the_new_slot() {
    let stage = Stage::with(&["10:00-11:00"]);
    let mut command = shift(&stage, 1, "12:00-13:00");
    command.terms.notice_minutes = 600;
    let rejection = stage.refuse(ProviderCommand::Reschedule(command.clone()));
    assert!(matches!(rejection, Rejection::NoticeTooShort { .. }));
    command.out_of_bounds = true;
    stage.decide(&ProviderCommand::Reschedule(command)).unwrap();
}

#[test]
fn a_move_gives_its_count_back_before_it_is_counted() {
    let mut limited = terms();
    limited.limits.count.day = Some(1);
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &limited);
    stage.place(2, "1+10:00-1+11:00", &limited);
    let period = Period::Day;
    let rejection = stage.refuse(to(&stage, 1, "1+12:00-1+13:00"));
    assert_eq!(rejection, Rejection::LimitReached { period });
    let same_day = to(&stage, 1, "12:00-13:00");
    stage.accept(same_day);
    let next = to(&stage, 1, "2+12:00-2+13:00");
    stage.accept(next);
    stage.place(3, "15:00-16:00", &limited);
}

#[test]
fn a_moved_booking_waits_again_unless_its_host_moves_it() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &asking(false));
    let confirm = ProviderCommand::Confirm(OnBooking {
        as_segment: false,
        facts: stage.facts(1),
        personal: None,
    });
    stage.accept(confirm);
    let by_attendee = to(&stage, 1, "12:00-13:00");
    stage.accept(by_attendee);
    assert_eq!(stage.facts(1).status, BookingStatus::Pending);
    assert!(stage.claims.is_empty());
    let mut by_host = shift(&stage, 1, "14:00-15:00");
    by_host.by_host = true;
    by_host.uid = uid(501);
    stage.accept(ProviderCommand::Reschedule(by_host));
    assert_eq!(stage.facts(1).status, BookingStatus::Accepted);
    assert_eq!(stage.claims.len(), 1);
}

#[test]
fn the_policy_decides_whether_a_booking_moves() {
    let mut stage = Stage::with(&["10:00-11:00"]);
    let disabled = ReschedulingPolicy {
        disabled: true,
        ..ReschedulingPolicy::default()
    };
    let hour_before = ReschedulingPolicy {
        minutes_before: Some(60),
        ..ReschedulingPolicy::default()
    };
    let past = ReschedulingPolicy {
        past_allowed: true,
        ..ReschedulingPolicy::default()
    };
    let move_when = with_policy(hour_before);
    stage.decide(&move_when(&stage, "12:00-13:00")).unwrap();
    stage.clock("09:01");
    let rejection = stage.refuse(move_when(&stage, "12:00-13:00"));
    assert_eq!(rejection, Rejection::ReschedulingDisabled);
    let rejection = stage.refuse(with_policy(disabled.clone())(&stage, "12:00-13:00"));
    assert_eq!(rejection, Rejection::ReschedulingDisabled);
    let mut by_host = shift(&stage, 1, "12:00-13:00");
    by_host.terms.rescheduling = disabled;
    by_host.by_host = true;
    stage.decide(&ProviderCommand::Reschedule(by_host)).unwrap();
    stage.clock("11:00");
    let rejection = stage.refuse(to(&stage, 1, "12:00-13:00"));
    assert_eq!(rejection, Rejection::BookingEnded);
    let revive = with_policy(past)(&stage, "12:00-13:00");
    assert_eq!(stage.accept(revive), ["BookingRescheduled"]);
    assert_eq!(stage.claims.len(), 1);
}

#[test]
fn a_cancelled_booking_moves_only_where_allowed() {
    let mut stage = Stage::with(&["10:00-11:00"]);
    let cancel = ProviderCommand::Cancel(Cancel {
        as_segment: false,
        bookings: vec![stage.facts(1)],
        seat: None,
        by_host: false,
        personal: None,
    });
    stage.accept(cancel);
    let rejection = stage.refuse(to(&stage, 1, "12:00-13:00"));
    assert_eq!(rejection, Rejection::BookingCancelled);
    let allowed = with_policy(ReschedulingPolicy {
        cancelled_allowed: true,
        ..ReschedulingPolicy::default()
    });
    let revive = allowed(&stage, "12:00-13:00");
    let stale = allowed(&stage, "14:00-15:00");
    stage.accept(revive);
    assert_eq!(stage.claims.len(), 1);
    let rejection = stage.refuse(stale);
    assert!(matches!(rejection, Rejection::BookingChanged { .. }));
}

#[test]
fn the_old_wire_booking_tells_where_it_went() {
    let mut stage = Stage::with(&["10:00-11:00"]);
    let mut old = shift(&stage, 1, "14:00-15:00");
    let command = to(&stage, 1, "12:00-13:00");
    stage.accept(command);
    let rejection = stage.refuse(ProviderCommand::Reschedule(old.clone()));
    assert!(matches!(rejection, Rejection::BookingChanged { .. }));
    old.facts.status = BookingStatus::Cancelled;
    old.facts.rescheduled_to = Some(uid(500));
    let rejection = stage.refuse(ProviderCommand::Reschedule(old));
    assert_eq!(rejection, Rejection::BookingRescheduled { to: uid(500) });
}

#[test]
fn a_seated_booking_moves_whole_with_its_host() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &seated(3));
    stage.place(2, "10:00-11:00", &seated(3));
    stage.place(3, "12:00-13:00", &seated(3));
    let seats = stage.facts(1).seats;
    let mut command = shift(&stage, 1, "14:00-15:00");
    let rejection = stage.refuse(ProviderCommand::Reschedule(command.clone()));
    assert_eq!(rejection, Rejection::SeatRequired);
    command.by_host = true;
    let mut onto = command.clone();
    onto.slot = slot("12:00-13:00");
    let rejection = stage.refuse(ProviderCommand::Reschedule(onto));
    assert!(matches!(rejection, Rejection::SlotTaken { .. }));
    stage.accept(ProviderCommand::Reschedule(command));
    assert_eq!(stage.facts(1).seats, seats);
    assert_eq!(stage.place(4, "14:00-15:00", &seated(3)), ["SeatTaken"]);
}

#[test]
fn seats_held_elsewhere_keep_a_seated_booking_away() {
    let held = Terms {
        exclusive_holds: true,
        ..seated(1)
    };
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &held);
    stage.keep(1, "12:00-13:00", &held);
    let slot = slot("12:00-13:00");
    let rejection = stage.refuse(to(&stage, 1, "12:00-13:00"));
    assert_eq!(rejection, Rejection::SeatsExhausted { slot });
}

/// A second provider, open from nine to five.
fn another() -> Stage {
    let mut stage = Stage::empty();
    stage.accept(ProviderCommand::Create(Create {
        number: ProviderNumber::new(2),
        schedule: Some((ScheduleNumber::new(2), schedule("09:00", "17:00"))),
        ..create()
    }));
    stage
}

fn receive(stage: &Stage, number: u32) -> Receive {
    let host = stage.log.iter().find_map(|(_, event)| match event {
        ProviderEvent::BookingPlaced(placed) | ProviderEvent::BookingRequested(placed) => {
            Some(placed.host.clone())
        }
        _ => None,
    });
    Receive {
        facts: stage.facts(number),
        from: ProviderId::from_uuid(booking(70).as_uuid()),
        from_host: host.unwrap(),
        personal: Personal::default(),
    }
}

#[test]
fn a_booking_is_handed_over_as_it_stands() {
    let mut ana = Stage::open();
    ana.place(1, "10:00-11:00", &seated(3));
    ana.place(2, "10:00-11:00", &seated(3));
    let mut berta = another();
    let arrival = ProviderCommand::Receive(receive(&ana, 1));
    let departure = ProviderCommand::Depart(Depart {
        as_segment: false,
        facts: ana.facts(1),
        to: ProviderId::from_uuid(booking(71).as_uuid()),
        personal: None,
    });
    assert_eq!(ana.accept(departure.clone()), ["BookingDeparted"]);
    assert_eq!(berta.accept(arrival.clone()), ["BookingArrived"]);
    assert!(ana.claims.is_empty());
    assert_eq!(berta.claims.len(), 1);
    let ProviderEvent::BookingArrived(arrived) = berta.last() else {
        panic!("the last event is the arrival");
    };
    assert_eq!(arrived.placed.host.number, ProviderNumber::new(2));
    assert_eq!(arrived.placed.uid, ana.facts(1).uid);
    assert_eq!(berta.refuse(arrival), Rejection::AlreadyExists);
    assert_eq!(berta.facts(1).seats, ana.facts(1).seats);
    let gone = ana.refuse(departure);
    assert!(matches!(gone, Rejection::BookingChanged { .. }));
}

#[test]
fn a_booking_is_received_only_where_there_is_room() {
    let mut ana = Stage::with(&["10:00-11:00", "18:00-19:00"]);
    let own = ProviderCommand::Receive(receive(&ana, 1));
    assert_eq!(ana.refuse(own), Rejection::SameProvider);
    let mut berta = another();
    let late = ProviderCommand::Receive(receive(&ana, 2));
    let outside = Rejection::OutsideSchedule {
        slot: slot("18:00-19:00"),
    };
    assert_eq!(berta.refuse(late), outside);
    berta.accept(ProviderCommand::Place(place(5, "10:30-11:30", &terms())));
    let arrival = ProviderCommand::Receive(receive(&ana, 1));
    let taken = Rejection::SlotTaken {
        slot: slot("10:00-11:00"),
    };
    assert_eq!(berta.refuse(arrival.clone()), taken);
    berta.clock("11:00");
    assert_eq!(berta.refuse(arrival), Rejection::BookingEnded);
    let departure = ProviderCommand::Depart(Depart {
        as_segment: false,
        facts: ana.facts(1),
        to: ProviderId::from_uuid(booking(71).as_uuid()),
        personal: None,
    });
    ana.clock("11:00");
    assert_eq!(ana.refuse(departure), Rejection::BookingEnded);
}

#[test]
fn a_waiting_booking_arrives_waiting() {
    let mut ana = Stage::open();
    ana.place(1, "10:00-11:00", &asking(false));
    let mut berta = another();
    berta.accept(ProviderCommand::Receive(receive(&ana, 1)));
    assert!(berta.claims.is_empty());
    assert_eq!(berta.facts(1).status, BookingStatus::Pending);
}
