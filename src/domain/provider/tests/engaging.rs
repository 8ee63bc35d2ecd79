//! Shares in bookings of other providers.

use uuid::Uuid;

use super::super::command::{
    ChangeCoHosts, CoHosted, Demand, Disengage, Engage, Place, PlaceHold, ProviderCommand, Share,
    Standing,
};
use super::super::event::{CoHost, ProviderEvent};
use super::stage::{hold, keep};
use super::{Stage, booking, place, slot, terms};
use crate::domain::id::{BookingId, ClaimId, ProviderId};
use crate::domain::rejection::Rejection;
use crate::domain::terms::{Confirmation, Seats, Terms};

fn claim(number: u32) -> ClaimId {
    ClaimId::from_uuid(Uuid::from_u128(u128::from(number) << 96))
}

fn engage(number: u32, at: &str, terms: &Terms) -> Engage {
    Engage {
        home: ProviderId::from_uuid(Uuid::from_u128(7)),
        terms: terms.clone(),
        shares: vec![Share {
            booking: booking(number),
            uid: super::stage::uid(number),
            claim: claim(number),
            slot: slot(at),
        }],
        standing: Standing::ByTerms,
        demand: Demand::Bounds,
        hold: None,
    }
}

fn share(number: u32, at: &str) -> ProviderCommand {
    ProviderCommand::Engage(engage(number, at, &terms()))
}

fn disengage(bookings: &[BookingId]) -> ProviderCommand {
    ProviderCommand::Disengage(Disengage {
        bookings: bookings.to_vec(),
        replaced: false,
    })
}

fn taken(at: &str) -> Rejection {
    Rejection::SlotTaken { slot: slot(at) }
}

#[test]
fn a_share_occupies_its_provider_until_it_is_given_up() {
    let mut stage = Stage::open();
    assert_eq!(stage.accept(share(1, "10:00-11:00")), ["ProviderEngaged"]);
    assert_eq!(
        stage.refuse_place("10:30-11:30", &terms()),
        taken("10:30-11:30")
    );
    assert_eq!(stage.refuse(share(2, "10:30-11:30")), taken("10:30-11:30"));
    let ended = stage.accept(disengage(&[booking(1), booking(2)]));
    assert_eq!(ended, ["ProviderDisengaged"]);
    assert!(stage.claims.is_empty());
    stage.place(3, "10:00-11:00", &terms());
    assert!(stage.accept(disengage(&[booking(3)])).is_empty());
}

#[test]
fn a_share_moves_over_itself_and_keeps_its_claim() {
    let mut stage = Stage::open();
    stage.accept(share(1, "10:00-11:00"));
    let mut moved = engage(1, "10:30-11:30", &terms());
    moved.shares[0].claim = claim(9);
    stage.accept(ProviderCommand::Engage(moved));
    assert_eq!(stage.claims.keys().copied().collect::<Vec<_>>(), [claim(1)]);
    stage.place(2, "10:00-10:30", &terms());
}

#[test]
fn shares_are_taken_all_or_none() {
    let mut stage = Stage::with(&["2+10:00-2+11:00"]);
    let mut series = engage(11, "1+10:00-1+11:00", &terms());
    series
        .shares
        .extend(engage(12, "2+10:00-2+11:00", &terms()).shares);
    assert_eq!(
        stage.refuse(ProviderCommand::Engage(series.clone())),
        taken("2+10:00-2+11:00")
    );
    series.shares.pop();
    stage.accept(ProviderCommand::Engage(series));
}

#[test]
fn nobody_shares_what_is_at_home_with_it() {
    let stage = Stage::with(&["10:00-11:00"]);
    assert_eq!(
        stage.refuse(share(1, "10:00-11:00")),
        Rejection::AlreadyExists
    );
    assert_eq!(
        Stage::empty().refuse(share(1, "10:00-11:00")),
        Rejection::ProviderNotFound
    );
    assert_eq!(
        Stage::empty().refuse(disengage(&[])),
        Rejection::ProviderNotFound
    );
}

#[test]
fn bounds_are_asked_of_a_share_as_far_as_they_are_demanded() {
    let mut limited = terms();
    limited.notice_minutes = 120;
    limited.limits.count.day = Some(1);
    let stage = Stage::open();
    let short = engage(1, "10:00-11:00", &limited);
    assert!(matches!(
        stage.refuse(ProviderCommand::Engage(short.clone())),
        Rejection::NoticeTooShort { .. }
    ));
    let mut counted = stage.clone();
    counted.accept(ProviderCommand::Engage(engage(1, "12:00-13:00", &limited)));
    assert!(matches!(
        counted.refuse_place("14:00-15:00", &limited),
        Rejection::LimitReached { .. }
    ));
    assert!(matches!(
        counted.refuse(ProviderCommand::Engage(engage(2, "14:00-15:00", &limited))),
        Rejection::LimitReached { .. }
    ));
    // It may move on its day: its own count is taken back first.
    counted.accept(ProviderCommand::Engage(engage(1, "14:00-15:00", &limited)));
    for demand in [Demand::Schedule, Demand::Room] {
        let mut engaged = stage.clone();
        engaged.accept(ProviderCommand::Engage(Engage {
            demand,
            ..short.clone()
        }));
    }
}

#[test]
fn a_share_waits_with_its_booking() {
    let waits = Terms {
        confirmation: Confirmation::Always { blocks_slot: false },
        ..terms()
    };
    let mut stage = Stage::open();
    stage.accept(ProviderCommand::Engage(engage(1, "10:00-11:00", &waits)));
    assert!(stage.claims.is_empty());
    let confirmed = Engage {
        standing: Standing::Accepted,
        demand: Demand::Room,
        ..engage(1, "10:00-11:00", &waits)
    };
    let mut taken_by_another = stage.clone();
    taken_by_another.place(2, "10:00-11:00", &terms());
    assert_eq!(
        taken_by_another.refuse(ProviderCommand::Engage(confirmed.clone())),
        taken("10:00-11:00")
    );
    stage.accept(ProviderCommand::Engage(confirmed));
    assert_eq!(stage.claims.len(), 1);
}

#[test]
fn a_share_that_is_over_leaves_the_state() {
    let mut stage = Stage::open();
    stage.accept(share(1, "10:00-11:00"));
    stage.clock("11:00");
    assert_eq!(stage.accept(ProviderCommand::Lapse), ["EngagementFinished"]);
    assert!(stage.claims.is_empty());
    assert!(stage.accept(disengage(&[booking(1)])).is_empty());
    // A past booking that moves is shared anew.
    stage.accept(share(1, "12:00-13:00"));
    assert_eq!(stage.claims.len(), 1);
}

#[test]
fn co_hosts_change_on_the_booking_as_it_was_read() {
    let mut stage = Stage::with(&["10:00-11:00"]);
    let change = ChangeCoHosts {
        facts: stage.facts(1),
        co_hosts: vec![CoHost {
            provider: ProviderId::from_uuid(Uuid::from_u128(7)),
            host: stage.provider.host().unwrap(),
        }],
        personal: None,
    };
    stage.accept(ProviderCommand::ChangeCoHosts(change.clone()));
    assert!(matches!(stage.last(), ProviderEvent::CoHostsChanged(_)));
    assert!(matches!(
        stage.refuse(ProviderCommand::ChangeCoHosts(change)),
        Rejection::BookingChanged { .. }
    ));
}

#[test]
fn who_joins_with_co_hosts_is_who_the_caller_saw_joining() {
    let seated = Terms {
        seats: Some(Seats {
            per_slot: 2,
            show_attendees: false,
            show_availability: true,
        }),
        ..terms()
    };
    let with_joining = |number: u32, joining: &[usize]| {
        ProviderCommand::Place(Place {
            co_hosted: Some(CoHosted {
                hosts: Vec::new(),
                joining: joining.iter().copied().collect(),
            }),
            ..place(number, "10:00-11:00", &seated)
        })
    };
    let mut stage = Stage::open();
    let is_stale = |rejection: Rejection| assert!(rejection.is_stale(), "{rejection}");
    is_stale(stage.refuse(with_joining(1, &[0])));
    assert_eq!(stage.accept(with_joining(1, &[])), ["BookingPlaced"]);
    is_stale(stage.refuse(with_joining(2, &[])));
    assert_eq!(stage.accept(with_joining(2, &[0])), ["SeatTaken"]);
}

/// A share of a hold that is at home with another provider.
fn share_of_hold(number: u32, at: &str, terms: &Terms) -> PlaceHold {
    PlaceHold {
        claim: Some(claim(number + 100)),
        ..keep(number, at, terms)
    }
}

fn exclusive() -> Terms {
    Terms {
        exclusive_holds: true,
        ..terms()
    }
}

#[test]
fn a_share_of_a_hold_has_a_claim_of_its_own_until_it_ends() {
    let held = share_of_hold(1, "10:00-11:00", &exclusive());
    let mut stage = Stage::open();
    stage.accept(ProviderCommand::Hold(held.clone()));
    assert!(stage.claims.contains_key(&claim(101)));
    assert_eq!(stage.refuse(share(1, "10:00-11:00")), taken("10:00-11:00"));
    let moved = PlaceHold {
        slot: slot("12:00-13:00"),
        claim: None,
        ..held
    };
    stage.accept(ProviderCommand::ChangeHold(moved));
    assert_eq!(stage.claims.len(), 1);
    assert!(stage.claims.contains_key(&claim(101)));
    let mut released = stage.clone();
    released.accept(ProviderCommand::ReleaseHold(hold(1)));
    assert!(released.claims.is_empty());
    stage.clock("09:05");
    assert_eq!(stage.accept(ProviderCommand::Lapse), ["HoldExpired"]);
    assert!(stage.claims.is_empty());
}

#[test]
fn a_share_redeems_its_share_of_the_hold() {
    let terms = exclusive();
    let mut stage = Stage::open();
    stage.accept(ProviderCommand::Hold(share_of_hold(
        1,
        "10:00-11:00",
        &terms,
    )));
    let with = |hold| {
        ProviderCommand::Engage(Engage {
            hold,
            ..engage(1, "10:00-11:00", &terms)
        })
    };
    assert_eq!(stage.refuse(with(Some(hold(2)))), Rejection::HoldNotFound);
    assert_eq!(stage.refuse(with(None)), taken("10:00-11:00"));
    let redeemed = stage.accept(with(Some(hold(1))));
    assert_eq!(redeemed, ["HoldRedeemed", "ProviderEngaged"]);
    assert_eq!(stage.claims.len(), 1);
}

#[test]
fn held_seats_and_a_share_of_their_slot_are_beside_each_other() {
    let terms = Terms {
        seats: Some(Seats {
            per_slot: 2,
            show_attendees: true,
            show_availability: true,
        }),
        ..exclusive()
    };
    let mut stage = Stage::open();
    let seat = |number| ProviderCommand::Hold(share_of_hold(number, "10:00-11:00", &terms));
    stage.accept(seat(1));
    stage.accept(ProviderCommand::Engage(engage(1, "10:00-11:00", &terms)));
    stage.accept(seat(2));
    let full = Rejection::SeatsExhausted {
        slot: slot("10:00-11:00"),
    };
    assert_eq!(stage.refuse(seat(3)), full);
    let beside = ProviderCommand::Hold(share_of_hold(3, "10:30-11:30", &terms));
    stage.refuse(beside);
}
