//! Placing a series: all occurrences or none.

use super::super::command::ProviderCommand;
use super::stage::{occurrence, uid};
use super::{Stage, place, slot, terms};
use crate::domain::rejection::{Period, Rejection};
use crate::domain::terms::{Frequency, Recurrence, Terms};

fn series(slots: &[&str], terms: &Terms) -> ProviderCommand {
    let mut command = place(1, slots[0], terms);
    command.occurrences = (1..)
        .zip(slots)
        .map(|(number, at)| occurrence(number, at))
        .collect();
    command.series = Some(uid(1000));
    ProviderCommand::Place(command)
}

fn recurring(occurrences: u32) -> Terms {
    Terms {
        recurrence: Some(Recurrence {
            interval: 1,
            occurrences,
            frequency: Frequency::Weekly,
        }),
        ..terms()
    }
}

#[test]
fn a_series_is_booked_as_one() {
    let mut stage = Stage::open();
    let weekly = ["10:00-11:00", "7+10:00-7+11:00", "14+10:00-14+11:00"];
    let recorded = stage.accept(series(&weekly, &recurring(3)));
    assert_eq!(recorded, ["BookingPlaced"; 3]);
    let places: Vec<(u32, u32)> = (1..=3)
        .filter_map(|number| stage.facts(number).series)
        .map(|place| (place.index, place.count))
        .collect();
    assert_eq!(places, [(0, 3), (1, 3), (2, 3)]);
}

#[test]
fn a_series_with_one_taken_slot_leaves_nothing() {
    let mut stage = Stage::open();
    stage.place(9, "7+10:30-7+11:30", &terms());
    let taken = Rejection::SlotTaken {
        slot: slot("7+10:00-7+11:00"),
    };
    let weekly = series(&["10:00-11:00", "7+10:00-7+11:00"], &recurring(9));
    assert_eq!(stage.refuse(weekly), taken);
}

#[test]
fn occurrences_may_not_overlap_one_another() {
    let stage = Stage::open();
    let overlapping = series(&["10:00-11:00", "10:30-11:30"], &recurring(9));
    let taken = Rejection::SlotTaken {
        slot: slot("10:30-11:30"),
    };
    assert_eq!(stage.refuse(overlapping), taken);
    let backwards = series(&["12:00-13:00", "10:00-11:00"], &recurring(9));
    assert!(matches!(stage.refuse(backwards), Rejection::Invalid { .. }));
}

#[test]
fn a_series_counts_itself_towards_the_limits() {
    let mut limited = recurring(9);
    limited.limits.count.week = Some(2);
    let week = ["10:00-11:00", "1+10:00-1+11:00", "2+10:00-2+11:00"];
    let rejection = Stage::open().refuse(series(&week, &limited));
    let period = Period::Week;
    assert_eq!(rejection, Rejection::LimitReached { period });
    Stage::open().accept(series(&week[..2], &limited));
}

#[test]
fn only_recurring_event_types_recur_and_only_so_often() {
    let stage = Stage::open();
    let two = ["10:00-11:00", "7+10:00-7+11:00"];
    assert_eq!(
        stage.refuse(series(&two, &terms())),
        Rejection::NotRecurring
    );
    assert_eq!(
        stage.refuse(series(&two, &recurring(1))),
        Rejection::TooManyOccurrences { count: 2, max: 1 }
    );
    let mut many = place(1, "10:00-11:00", &recurring(1000));
    many.occurrences = (1..=367).map(|n| occurrence(n, "10:00-11:00")).collect();
    assert_eq!(
        stage.refuse(ProviderCommand::Place(many)),
        Rejection::TooManyOccurrences {
            count: 367,
            max: 366
        }
    );
    let mut none = place(1, "10:00-11:00", &terms());
    none.occurrences.clear();
    assert!(matches!(
        stage.refuse(ProviderCommand::Place(none)),
        Rejection::Invalid { .. }
    ));
}
