//! What the slot list reads.

use chrono_tz::Tz;

use super::super::availability::SeatedSlot;
use super::seats::seated;
use super::stage::uid;
use super::{Stage, at, booking, hold, slot, terms};
use crate::domain::rejection::Period;
use crate::domain::slots::SlotQuery;
use crate::domain::terms::Terms;
use crate::domain::time::Timestamp;

fn query(terms: &Terms, now: Timestamp) -> SlotQuery<'_> {
    SlotQuery {
        terms,
        start: at("00:00"),
        end: at("2+00:00"),
        length_minutes: 60,
        zone: Tz::UTC,
        now,
        moving: None,
        own_hold: None,
    }
}

fn times(pairs: &[(&str, &str)]) -> Vec<(Timestamp, Timestamp)> {
    pairs.iter().map(|(from, to)| (at(from), at(to))).collect()
}

#[test]
fn obstacles_are_claims_busy_time_and_holds() {
    let buffered = Terms {
        before_minutes: 10,
        after_minutes: 10,
        ..terms()
    };
    let mut stage = Stage::with(&["10:00-11:00", "3+10:00-3+11:00"]);
    stage.place(3, "1+10:00-1+11:00", &buffered);
    stage.accept(super::stage::block(1, "10:30", "12:00"));
    stage.keep(1, "14:00-15:00", &terms());
    let terms = terms();
    let mut query = query(&terms, stage.now);
    let all = [
        ("10:00", "11:00"),
        ("10:30", "12:00"),
        ("14:00", "15:00"),
        ("1+09:50", "1+11:10"),
    ];
    assert_eq!(stage.provider.obstacles(&query), times(&all));
    query.moving = Some(booking(1));
    query.own_hold = Some(hold(1));
    assert_eq!(stage.provider.obstacles(&query), times(&[all[1], all[3]]));
    query.own_hold = None;
    query.now = at("12:00");
    assert_eq!(stage.provider.obstacles(&query), times(&[all[3]]));
}

#[test]
fn a_seated_slot_hides_when_it_is_full_and_from_strangers() {
    let mut stage = Stage::open();
    let terms = seated(2);
    stage.place(1, "10:00-11:00", &terms);
    let query_terms = query(&terms, stage.now);
    let claim = times(&[("10:00", "11:00")]);
    assert!(stage.provider.obstacles(&query_terms).is_empty());
    let open = SeatedSlot {
        slot: slot("10:00-11:00"),
        booking: Some((booking(1), uid(1))),
        taken: 1,
    };
    assert_eq!(stage.provider.seated_slots(&query_terms), [open]);
    let mut stranger = terms.clone();
    stranger.event_type = super::stage::event_type(2);
    assert_eq!(
        stage.provider.obstacles(&query(&stranger, stage.now)),
        claim
    );
    stage.keep(1, "10:00-11:00", &terms);
    let taken = stage
        .provider
        .seats_taken(terms.event_type, slot("10:00-11:00"), stage.now);
    assert_eq!(taken, Some((booking(1), 2)));
    assert_eq!(
        stage.provider.obstacles(&query_terms).first(),
        claim.first()
    );
    assert!(stage.provider.seated_slots(&query_terms).is_empty());
}

#[test]
fn a_held_seat_leaves_the_other_seats_in_the_list() {
    let mut stage = Stage::open();
    let terms = seated(2);
    stage.keep(1, "10:00-11:00", &terms);
    let seats = query(&terms, stage.now);
    assert!(stage.provider.obstacles(&seats).is_empty());
    stage.keep(2, "10:00-11:00", &terms);
    assert_eq!(stage.provider.obstacles(&seats).len(), 2);
}

#[test]
fn limits_are_read_by_day() {
    let mut limited = terms();
    limited.limits.count.day = Some(1);
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &limited);
    let day = |text| stage.provider.counted_on(&limited, &slot(text));
    let reached = |moving, text| {
        let day = day(text);
        stage
            .provider
            .limit_reached(&limited, moving, None, (day, 60))
    };
    assert_eq!(reached(None, "12:00-13:00"), Some(Period::Day));
    assert_eq!(reached(None, "1+12:00-1+13:00"), None);
    assert_eq!(reached(Some(booking(1)), "12:00-13:00"), None);
}
