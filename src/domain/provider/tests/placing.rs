//! Placing bookings.

use super::super::Provider;
use super::super::command::{ProviderCommand, Standing};
use super::super::event::ProviderEvent;
use super::stage::{create, schedule};
use super::standing::asking;
use super::{Stage, at, booking, hold, place, slot, terms};
use crate::domain::aggregate::{ClaimChange, Sealable};
use crate::domain::id::{ClaimId, ScheduleNumber};
use crate::domain::personal::Personal;
use crate::domain::rejection::{Period, Rejection};
use crate::domain::terms::{BookingWindow, Confirmation, Terms};

fn buffered() -> Terms {
    Terms {
        before_minutes: 10,
        after_minutes: 15,
        ..terms()
    }
}

#[test]
fn a_booking_takes_its_slot_with_its_buffers() {
    let mut stage = Stage::open();
    let recorded = stage.place(1, "10:00-11:00", &buffered());
    assert_eq!(recorded, ["BookingPlaced"]);
    assert_eq!(
        stage.last().claims(),
        [ClaimChange::Insert {
            claim: ClaimId::from_uuid(booking(1).as_uuid()),
            owner: booking(1).as_uuid(),
            start: at("09:50"),
            end: at("11:15"),
        }]
    );
}

#[test]
fn the_new_key_of_the_attendee_seals_what_was_typed() {
    let stage = Stage::open();
    let command = place(1, "10:00-11:00", &terms());
    let (key, personal) = (command.key, Personal::default());
    let facts = stage.decide(&ProviderCommand::Place(command)).unwrap();
    let expected = Sealable {
        key,
        key_is_new: true,
        personal,
    };
    assert_eq!(facts[0].sealable, Some(expected));
}

#[test]
fn a_taken_slot_is_refused_buffers_of_both_included() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &buffered());
    for over in [
        "10:00-11:00",
        "10:30-11:30",
        "11:00-11:30",
        "11:10-11:40",
        "09:30-10:00",
    ] {
        let taken = Rejection::SlotTaken { slot: slot(over) };
        assert_eq!(stage.refuse_place(over, &terms()), taken);
    }
    let taken = Rejection::SlotTaken {
        slot: slot("11:20-11:50"),
    };
    assert_eq!(stage.refuse_place("11:20-11:50", &buffered()), taken);
}

#[test]
fn back_to_back_is_not_overlap() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &buffered());
    stage.place(2, "09:20-09:50", &terms());
    stage.place(3, "11:15-11:45", &terms());
    stage.place(4, "12:00-12:30", &buffered());
}

#[test]
fn busy_time_refuses_and_touches_nothing_old() {
    let mut stage = Stage::with(&["10:00-11:00"]);
    stage.accept(super::stage::block(1, "10:30", "12:00"));
    let taken = Rejection::SlotTaken {
        slot: slot("11:00-12:00"),
    };
    assert_eq!(stage.refuse_place("11:00-12:00", &terms()), taken);
    assert_eq!(stage.claims.len(), 1);
    stage.place(2, "12:00-13:00", &terms());
}

#[test]
fn nothing_is_placed_with_a_provider_that_does_not_exist() {
    let stage = Stage::empty();
    let rejection = stage.refuse_place("10:00-11:00", &terms());
    assert_eq!(rejection, Rejection::ProviderNotFound);
}

#[test]
fn a_user_without_schedule_cannot_be_booked_but_by_its_host() {
    let mut stage = Stage::empty();
    let mut user = create();
    user.schedule = None;
    stage.accept(ProviderCommand::Create(user));
    let rejection = stage.refuse_place("10:00-11:00", &terms());
    assert_eq!(rejection, Rejection::ScheduleNotFound);
    let mut import = place(1, "10:00-11:00", &terms());
    import.out_of_bounds = true;
    stage.accept(ProviderCommand::Place(import));
}

#[test]
fn only_offered_lengths_are_booked() {
    let rejection = Stage::open().refuse_place("10:00-10:45", &terms());
    assert_eq!(rejection, Rejection::LengthNotOffered { minutes: 45 });
}

#[test]
fn the_past_is_refused_and_this_very_minute_is_not() {
    let mut stage = Stage::open();
    let past = Rejection::SlotInPast {
        slot: slot("08:30-09:30"),
    };
    assert_eq!(stage.refuse_place("08:30-09:30", &terms()), past);
    let mut host = place(1, "08:30-09:30", &terms());
    host.out_of_bounds = true;
    assert_eq!(stage.refuse(ProviderCommand::Place(host)), past);
    stage.place(1, "09:00-10:00", &terms());
}

#[test]
fn notice_window_and_hours_bind_all_but_the_host() {
    let notice = Terms {
        notice_minutes: 120,
        ..terms()
    };
    let window = Terms {
        window: BookingWindow::CalendarDays {
            days: 1,
            rolling: false,
        },
        ..terms()
    };
    let mut stage = Stage::empty();
    let mut command = create();
    command.schedule = Some((ScheduleNumber::new(1), schedule("09:00", "17:00")));
    stage.accept(ProviderCommand::Create(command));
    let too_short = Rejection::NoticeTooShort {
        slot: slot("10:30-11:30"),
        earliest: at("11:00"),
    };
    let outside_window = Rejection::OutsideWindow {
        slot: slot("2+10:00-2+11:00"),
    };
    let outside_hours = Rejection::OutsideSchedule {
        slot: slot("16:30-17:30"),
    };
    assert_eq!(stage.refuse_place("10:30-11:30", &notice), too_short);
    assert_eq!(
        stage.refuse_place("2+10:00-2+11:00", &window),
        outside_window
    );
    assert_eq!(stage.refuse_place("16:30-17:30", &terms()), outside_hours);
    stage.place(1, "11:00-12:00", &notice);
    stage.place(2, "1+16:00-1+17:00", &window);
    let mut host = place(3, "16:30-17:30", &notice);
    host.out_of_bounds = true;
    stage.accept(ProviderCommand::Place(host));
}

#[test]
fn the_first_failing_check_wins() {
    let stage = Stage::with(&["10:00-11:00"]);
    let everything_wrong = Terms {
        notice_minutes: 600,
        ..terms()
    };
    let rejection = stage.refuse_place("10:00-11:00", &everything_wrong);
    assert!(matches!(rejection, Rejection::NoticeTooShort { .. }));
    let rejection = stage.refuse_place("10:15-11:00", &everything_wrong);
    assert_eq!(rejection, Rejection::LengthNotOffered { minutes: 45 });
}

#[test]
fn limits_count_bookings_and_minutes_per_period() {
    let limited = |change: fn(&mut Terms)| {
        let mut terms = terms();
        change(&mut terms);
        terms
    };
    let day = limited(|terms| terms.limits.count.day = Some(1));
    let week = limited(|terms| terms.limits.minutes.week = Some(90));
    let month = limited(|terms| terms.limits.count.month = Some(1));
    let year = limited(|terms| terms.limits.count.year = Some(1));
    let stage = Stage::with(&["10:00-11:00"]);
    let reached = |period| Rejection::LimitReached { period };
    assert_eq!(
        stage.refuse_place("12:00-13:00", &day),
        reached(Period::Day)
    );
    assert_eq!(
        stage.refuse_place("6+12:00-6+13:00", &week),
        reached(Period::Week)
    );
    assert_eq!(
        stage.refuse_place("28+12:00-28+13:00", &month),
        reached(Period::Month)
    );
    assert_eq!(
        stage.refuse_place("200+12:00-200+13:00", &year),
        reached(Period::Year)
    );
    stage.clone().place(2, "1+12:00-1+13:00", &day);
    stage.clone().place(2, "6+12:00-6+12:30", &week);
    stage.clone().place(2, "7+12:00-7+13:00", &week);
    stage.clone().place(2, "29+12:00-29+13:00", &month);
    stage.clone().place(2, "304+12:00-304+13:00", &year);
}

#[test]
fn another_event_type_has_its_own_limits() {
    let mut limited = terms();
    limited.limits.count.day = Some(1);
    limited.event_type = super::stage::event_type(2);
    Stage::with(&["10:00-11:00"]).place(2, "12:00-13:00", &limited);
}

#[test]
fn a_booking_id_is_used_once() {
    let stage = Stage::with(&["10:00-11:00"]);
    let again = ProviderCommand::Place(place(1, "12:00-13:00", &terms()));
    assert_eq!(stage.refuse(again), Rejection::AlreadyExists);
}

#[test]
fn a_booking_waits_where_the_terms_ask() {
    let mut stage = Stage::open();
    assert_eq!(
        stage.place(1, "10:00-11:00", &asking(true)),
        ["BookingRequested"]
    );
    assert_eq!(
        stage.place(2, "11:00-12:00", &asking(false)),
        ["BookingRequested"]
    );
    assert_eq!(stage.claims.len(), 1);
    stage.refuse_place("10:30-11:30", &terms());
    stage.place(3, "11:00-12:00", &terms());
}

#[test]
fn a_request_asks_for_a_free_slot_too() {
    let stage = Stage::with(&["10:00-11:00"]);
    let slot = slot("10:00-11:00");
    let rejection = stage.refuse_place("10:00-11:00", &asking(false));
    assert_eq!(rejection, Rejection::SlotTaken { slot });
}

#[test]
fn short_notice_alone_may_ask_for_confirmation() {
    let soon = Terms {
        confirmation: Confirmation::WithinNotice {
            minutes: 60,
            blocks_slot: true,
        },
        ..terms()
    };
    let mut stage = Stage::open();
    assert_eq!(stage.place(1, "09:30-10:00", &soon), ["BookingRequested"]);
    assert_eq!(stage.place(2, "10:00-10:30", &soon), ["BookingPlaced"]);
    let mut confirmed = place(3, "09:00-09:30", &soon);
    confirmed.standing = Standing::Accepted;
    let recorded = stage.accept(ProviderCommand::Place(confirmed));
    assert_eq!(recorded, ["BookingPlaced"]);
}

#[test]
fn a_foreign_or_lapsed_hold_is_not_redeemed() {
    let exclusive = Terms {
        exclusive_holds: true,
        ..terms()
    };
    let mut stage = Stage::open();
    stage.keep(1, "10:00-11:00", &exclusive);
    let with = |number, at, terms: &Terms| {
        let mut command = place(1, at, terms);
        command.hold = Some(hold(number));
        ProviderCommand::Place(command)
    };
    let other_type = Terms {
        event_type: super::stage::event_type(2),
        ..exclusive.clone()
    };
    let unknown = with(7, "10:00-11:00", &exclusive);
    let elsewhere = with(1, "12:00-13:00", &exclusive);
    let another = with(1, "10:00-11:00", &other_type);
    for wrong in [unknown, elsewhere, another] {
        assert_eq!(stage.refuse(wrong), Rejection::HoldNotFound);
    }
    stage.clock("09:05");
    let late = with(1, "10:00-11:00", &exclusive);
    assert_eq!(stage.refuse(late), Rejection::HoldNotFound);
}

#[test]
fn an_exclusive_hold_can_be_redeemed_in_its_slot_while_it_is_live() {
    let exclusive = Terms {
        exclusive_holds: true,
        ..terms()
    };
    let mut stage = Stage::open();
    stage.keep(1, "10:00-11:00", &exclusive);
    stage.keep(2, "12:00-13:00", &terms());
    let can = |stage: &Stage, held: u32, at: &str| {
        let slots = [slot(at)];
        stage
            .provider
            .can_redeem(stage.now, hold(held), terms().event_type, &slots)
    };
    assert!(can(&stage, 1, "10:00-11:00"));
    assert!(!can(&stage, 1, "12:00-13:00"));
    assert!(!can(&stage, 2, "12:00-13:00"));
    assert!(!can(&stage, 7, "10:00-11:00"));
    stage.clock("09:05");
    assert!(!can(&stage, 1, "10:00-11:00"));
}

#[test]
fn an_exclusive_hold_becomes_its_holders_booking_only() {
    let exclusive = Terms {
        exclusive_holds: true,
        ..terms()
    };
    let mut stage = Stage::open();
    stage.keep(1, "10:00-11:00", &exclusive);
    let slot = slot("10:30-11:00");
    let rejection = stage.refuse_place("10:30-11:00", &terms());
    assert_eq!(rejection, Rejection::SlotTaken { slot });
    let mut own = place(1, "10:00-11:00", &exclusive);
    own.hold = Some(hold(1));
    let recorded = stage.accept(ProviderCommand::Place(own));
    assert_eq!(recorded, ["HoldRedeemed", "BookingPlaced"]);
    assert_eq!(stage.claims.len(), 1);
}

#[test]
fn replay_and_snapshot_are_the_live_state() {
    let mut stage = Stage::with(&["10:00-11:00", "12:00-13:00"]);
    stage.keep(1, "14:00-15:00", &terms());
    stage.accept(super::stage::block(1, "16:00", "17:00"));
    let mut replayed = Provider::default();
    for (sequence, (at, event)) in (1..).zip(&stage.log) {
        let text = serde_json::to_string(event).unwrap();
        let read: ProviderEvent = serde_json::from_str(&text).unwrap();
        replayed.evolve(sequence, *at, &read);
    }
    assert_eq!(replayed, stage.provider);
    let text = serde_json::to_string(&replayed).unwrap();
    let read: Provider = serde_json::from_str(&text).unwrap();
    assert_eq!(read, stage.provider);
}
