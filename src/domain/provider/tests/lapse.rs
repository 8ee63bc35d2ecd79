//! What is past its time is gone, recorded or not.

use super::super::LAPSES_MAX;
use super::super::command::ProviderCommand;
use super::stage::keep;
use super::{Stage, at, terms};
use crate::domain::rejection::Rejection;
use crate::domain::terms::Terms;

fn exclusive() -> Terms {
    Terms {
        exclusive_holds: true,
        ..terms()
    }
}

#[test]
fn an_expired_hold_is_recorded_before_what_takes_its_place() {
    let mut stage = Stage::open();
    stage.keep(1, "10:00-11:00", &exclusive());
    stage.clock("09:05");
    let recorded = stage.place(1, "10:30-11:30", &terms());
    assert_eq!(recorded, ["HoldExpired", "BookingPlaced"]);
    assert_eq!(stage.claims.len(), 1);
}

#[test]
fn whatever_the_backlog_the_claim_beneath_is_recorded() {
    let mut stage = Stage::open();
    for number in 1..=40 {
        let at_slot = format!("{number}+10:00-{number}+11:00");
        let mut command = keep(number, &at_slot, &exclusive());
        command.expires_at = at("09:01") + chrono::Duration::minutes(i64::from(number));
        stage.accept(ProviderCommand::Hold(command));
    }
    stage.clock("10:00");
    let recorded = stage.place(1, "40+10:00-40+11:00", &terms());
    assert_eq!(recorded.len(), LAPSES_MAX + 2);
    let rest = stage.accept(ProviderCommand::Lapse);
    assert_eq!(rest.len(), 40 - 1 - LAPSES_MAX);
    assert!(stage.accept(ProviderCommand::Lapse).is_empty());
}

#[test]
fn finished_bookings_leave_the_state_and_keep_their_count() {
    let mut limited = terms();
    limited.limits.count.day = Some(1);
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &limited);
    stage.clock("11:00");
    assert_eq!(stage.accept(ProviderCommand::Lapse), ["BookingFinished"]);
    assert!(stage.claims.is_empty());
    let rejection = stage.refuse_place("12:00-13:00", &limited);
    assert!(matches!(rejection, Rejection::LimitReached { .. }));
}

#[test]
fn the_buffer_after_a_booking_is_kept_to_its_end() {
    let buffered = Terms {
        after_minutes: 30,
        ..terms()
    };
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &buffered);
    stage.clock("11:10");
    assert!(stage.accept(ProviderCommand::Lapse).is_empty());
    let rejection = stage.refuse_place("11:20-12:20", &terms());
    assert!(matches!(rejection, Rejection::SlotTaken { .. }));
    stage.clock("11:30");
    let recorded = stage.place(2, "11:30-12:30", &terms());
    assert_eq!(recorded, ["BookingFinished", "BookingPlaced"]);
}

#[test]
fn a_buffer_that_reaches_into_the_past_meets_nobody() {
    let buffered = Terms {
        before_minutes: 30,
        ..terms()
    };
    let mut stage = Stage::with(&["10:00-11:00"]);
    stage.accept(super::stage::block(1, "10:00", "11:00"));
    let early = stage.refuse_place("11:10-12:10", &buffered);
    assert!(matches!(early, Rejection::SlotTaken { .. }));
    stage.clock("11:00");
    let recorded = stage.place(2, "11:10-12:10", &buffered);
    assert_eq!(recorded, ["BookingFinished", "BookingPlaced"]);
}

#[test]
fn counters_are_forgotten_when_no_limit_can_reach_them() {
    let mut stage = Stage::with(&["10:00-11:00"]);
    for year in 1..=4_u32 {
        let day = year * 401;
        stage.clock(&format!("{day}+09:00"));
        stage.place(1 + year, &format!("{day}+10:00-{day}+11:00"), &terms());
    }
    let state = serde_json::to_value(&stage.provider).unwrap();
    assert_eq!(state["tallies"].as_array().unwrap().len(), 1);
    assert_eq!(state["bookings"].as_array().unwrap().len(), 1);
}

#[test]
fn an_unknown_provider_has_nothing_to_lapse() {
    let rejection = Stage::empty().refuse(ProviderCommand::Lapse);
    assert_eq!(rejection, Rejection::ProviderNotFound);
}
