//! Holding slots.

use super::super::command::ProviderCommand;
use super::super::{HOLDS_MAX, HOLDS_PER_CALLER_MAX};
use super::stage::keep;
use super::{Stage, at, hold, slot, terms};
use crate::domain::rejection::Rejection;
use crate::domain::terms::Terms;

fn exclusive() -> Terms {
    Terms {
        exclusive_holds: true,
        ..terms()
    }
}

fn change(number: u32, at: &str, terms: &Terms) -> ProviderCommand {
    ProviderCommand::ChangeHold(keep(number, at, terms))
}

#[test]
fn an_advisory_hold_refuses_holds_and_not_bookings() {
    let mut stage = Stage::open();
    stage.keep(1, "10:00-11:00", &terms());
    assert!(stage.claims.is_empty());
    let over = ProviderCommand::Hold(keep(2, "10:30-11:30", &terms()));
    let slot = slot("10:30-11:30");
    assert_eq!(stage.refuse(over), Rejection::SlotHeld { slot });
    stage.keep(3, "11:00-12:00", &terms());
    stage.place(1, "10:30-11:30", &terms());
}

#[test]
fn a_booked_or_blocked_slot_is_not_held() {
    let mut stage = Stage::with(&["10:00-11:00"]);
    stage.accept(super::stage::block(1, "12:00", "13:00"));
    for at in ["10:30-11:30", "12:30-13:30"] {
        for terms in [terms(), exclusive()] {
            let command = ProviderCommand::Hold(keep(1, at, &terms));
            let slot = slot(at);
            assert_eq!(stage.refuse(command), Rejection::SlotTaken { slot });
        }
    }
}

#[test]
fn the_buffers_of_an_exclusive_hold_are_kept_too() {
    let buffered = Terms {
        before_minutes: 15,
        ..exclusive()
    };
    let mut stage = Stage::open();
    stage.keep(1, "10:00-11:00", &buffered);
    let slot = slot("09:30-10:00");
    let beside = ProviderCommand::Hold(keep(2, "09:30-10:00", &exclusive()));
    assert_eq!(stage.refuse(beside), Rejection::SlotHeld { slot });
}

#[test]
fn a_hold_is_for_an_offered_slot_ahead_and_a_short_time() {
    let stage = Stage::open();
    let odd = ProviderCommand::Hold(keep(1, "10:00-10:45", &terms()));
    let minutes = 45;
    assert_eq!(stage.refuse(odd), Rejection::LengthNotOffered { minutes });
    let past = ProviderCommand::Hold(keep(1, "08:00-09:00", &terms()));
    let slot = slot("08:00-09:00");
    assert_eq!(stage.refuse(past), Rejection::SlotInPast { slot });
    for expiry in ["09:00", "1+09:01"] {
        let mut command = keep(1, "10:00-11:00", &terms());
        command.expires_at = at(expiry);
        let rejection = stage.refuse(ProviderCommand::Hold(command));
        assert!(matches!(rejection, Rejection::Invalid { .. }));
    }
}

#[test]
fn a_hold_id_is_used_once() {
    let mut stage = Stage::open();
    stage.keep(1, "10:00-11:00", &terms());
    let again = ProviderCommand::Hold(keep(1, "12:00-13:00", &terms()));
    assert_eq!(stage.refuse(again), Rejection::AlreadyExists);
}

#[test]
fn nobody_holds_a_whole_calendar() {
    let day = |number: u32| format!("{number}+10:00-{number}+11:00");
    let mut stage = Stage::open();
    for number in 1..=HOLDS_PER_CALLER_MAX {
        stage.keep(number, &day(number), &terms());
    }
    let mut command = keep(2_000, &day(2_000), &terms());
    let max = HOLDS_PER_CALLER_MAX;
    let by_caller = stage.refuse(ProviderCommand::Hold(command.clone()));
    assert_eq!(by_caller, Rejection::TooManyHolds { max });
    for number in HOLDS_PER_CALLER_MAX + 1..=HOLDS_MAX {
        let mut other = keep(number, &day(number), &terms());
        other.caller = format!("caller {}", number % 40);
        stage.accept(ProviderCommand::Hold(other));
    }
    command.caller = "nobody yet".to_owned();
    let by_provider = stage.refuse(ProviderCommand::Hold(command.clone()));
    assert_eq!(by_provider, Rejection::TooManyHolds { max: HOLDS_MAX });
    stage.accept(change(1, &day(1_500), &terms()));
    stage.clock("09:05");
    command.expires_at = at("09:10");
    let recorded = stage.accept(ProviderCommand::Hold(command));
    assert_eq!(recorded.len(), 33);
}

#[test]
fn a_hold_moves_and_its_own_slot_does_not_block() {
    let mut stage = Stage::open();
    stage.keep(1, "10:00-11:00", &exclusive());
    let recorded = stage.accept(change(1, "10:30-11:30", &exclusive()));
    assert_eq!(recorded, ["HoldChanged"]);
    let claims: Vec<_> = stage.claims.values().copied().collect();
    assert_eq!(claims, [(at("10:30"), at("11:30"))]);
}

#[test]
fn a_hold_that_changes_its_kind_is_released_and_placed_again() {
    let mut stage = Stage::open();
    stage.keep(1, "10:00-11:00", &exclusive());
    let recorded = stage.accept(change(1, "10:00-11:00", &terms()));
    assert_eq!(recorded, ["HoldReleased", "HoldPlaced"]);
    assert!(stage.claims.is_empty());
    stage.accept(change(1, "10:00-11:00", &exclusive()));
    assert_eq!(stage.claims.len(), 1);
}

#[test]
fn a_released_hold_is_gone() {
    let mut stage = Stage::open();
    stage.keep(1, "10:00-11:00", &exclusive());
    let release = ProviderCommand::ReleaseHold(hold(1));
    assert_eq!(stage.accept(release.clone()), ["HoldReleased"]);
    assert!(stage.claims.is_empty());
    assert_eq!(stage.refuse(release), Rejection::HoldNotFound);
    let moved = change(1, "12:00-13:00", &terms());
    assert_eq!(stage.refuse(moved), Rejection::HoldNotFound);
}

#[test]
fn an_expired_hold_is_neither_released_nor_moved() {
    let mut stage = Stage::open();
    stage.keep(1, "10:00-11:00", &exclusive());
    stage.clock("09:05");
    let release = ProviderCommand::ReleaseHold(hold(1));
    assert_eq!(stage.refuse(release), Rejection::HoldNotFound);
    let moved = change(1, "12:00-13:00", &terms());
    assert_eq!(stage.refuse(moved), Rejection::HoldNotFound);
}
