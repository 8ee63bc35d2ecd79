//! Days out of office: what they refuse, what they leave alone, who stands in.

use chrono_tz::Tz;
use uuid::Uuid;

use super::stage::{Stage, schedule, slot, terms};
use crate::domain::aggregate::Event;
use crate::domain::id::{BlockId, OutOfOfficeNumber, ProviderId, ProviderNumber, ScheduleNumber};
use crate::domain::provider::OUT_OF_OFFICE_MAX;
use crate::domain::provider::command::{
    ProviderCommand, RemoveOutOfOffice, SetOutOfOffice, SetSchedule,
};
use crate::domain::provider::event::{OutOfOfficeReason, ProviderEvent, Redirect};
use crate::domain::rejection::Rejection;

fn set(number: i32, first: &str, last: &str) -> SetOutOfOffice {
    SetOutOfOffice {
        number: OutOfOfficeNumber::new(number),
        block: BlockId::from_uuid(Uuid::from_u128(u128::try_from(number).unwrap())),
        first: first.parse().unwrap(),
        last: last.parse().unwrap(),
        reason: OutOfOfficeReason::Vacation,
        redirect: None,
        expected: None,
        sealable: None,
    }
}

fn enter(number: i32, first: &str, last: &str) -> ProviderCommand {
    ProviderCommand::EnterOutOfOffice(set(number, first, last))
}

fn remove(number: i32) -> ProviderCommand {
    ProviderCommand::RemoveOutOfOffice(RemoveOutOfOffice {
        number: OutOfOfficeNumber::new(number),
        expected: None,
        sealable: None,
    })
}

fn redirect(number: i32) -> Redirect {
    Redirect {
        provider: ProviderId::from_uuid(Uuid::from_u128(u128::try_from(number).unwrap())),
        number: ProviderNumber::new(number),
    }
}

#[test]
fn whole_days_are_refused_and_what_stands_stays() {
    let mut stage = Stage::open();
    stage.place(1, "1+10:00-1+11:00", &terms());
    stage.accept(enter(1, "2031-03-04", "2031-03-05"));
    stage.refuse_place("1+00:00-1+00:30", &terms());
    stage.refuse_place("2+23:00-2+23:30", &terms());
    stage.place(2, "10:00-11:00", &terms());
    stage.place(3, "3+00:00-3+00:30", &terms());
    stage.accept(remove(1));
    stage.place(4, "1+12:00-1+13:00", &terms());
    stage.refuse_place("1+10:00-1+11:00", &terms());
}

#[test]
fn days_are_those_of_the_providers_zone() {
    let mut stage = Stage::open();
    let definition = crate::domain::schedule::Schedule {
        zone: Tz::Pacific__Auckland,
        ..schedule("00:00", "23:59")
    };
    stage.accept(ProviderCommand::SetSchedule(SetSchedule {
        schedule: ScheduleNumber::new(1),
        exists: true,
        definition,
        make_default: true,
        expected: None,
    }));
    stage.accept(enter(1, "2031-03-05", "2031-03-05"));
    // Thirteen hours east of UTC then.
    stage.place(1, "1+10:00-1+11:00", &terms());
    stage.refuse_place("1+11:00-1+11:30", &terms());
    stage.refuse_place("2+10:30-2+11:00", &terms());
    stage.place(2, "2+11:00-2+11:30", &terms());
}

#[test]
fn the_first_entry_over_a_slot_says_who_stands_in() {
    let mut stage = Stage::open();
    let nobody = set(1, "2031-03-04", "2031-03-20");
    let late = SetOutOfOffice {
        redirect: Some(redirect(8)),
        ..set(2, "2031-03-05", "2031-03-06")
    };
    let early = SetOutOfOffice {
        redirect: Some(redirect(9)),
        ..set(3, "2031-03-04", "2031-03-05")
    };
    for entry in [nobody, late, early] {
        stage.accept(ProviderCommand::EnterOutOfOffice(entry));
    }
    let of = |slot_text: &str| stage.provider.stand_in(&slot(slot_text));
    let named = |number| Some(redirect(number).provider);
    assert_eq!(of("10:00-11:00"), None);
    assert_eq!(of("23:30-1+00:30"), named(9));
    assert_eq!(of("2+10:00-2+11:00"), named(9));
    assert_eq!(of("3+10:00-3+11:00"), named(8));
    assert_eq!(of("4+10:00-4+11:00"), None);
}

#[test]
fn an_entry_is_refused_for_its_days_its_number_and_its_redirect() {
    let mut stage = Stage::open();
    stage.accept(enter(1, "2031-03-04", "2031-03-05"));
    let backwards = stage.refuse(enter(2, "2031-03-05", "2031-03-04"));
    assert!(matches!(backwards, Rejection::Invalid { .. }));
    let same = enter(2, "2031-03-04", "2031-03-05");
    assert_eq!(stage.refuse(same), Rejection::OutOfOfficeExists);
    let known = enter(1, "2031-03-06", "2031-03-06");
    assert_eq!(stage.refuse(known), Rejection::AlreadyExists);
    let own = stage.provider.number().unwrap().get();
    let to_self = ProviderCommand::EnterOutOfOffice(SetOutOfOffice {
        redirect: Some(redirect(own)),
        ..set(2, "2031-03-06", "2031-03-06")
    });
    assert_eq!(stage.refuse(to_self), Rejection::RedirectToSelf);
    // Over another one, as long as the days differ.
    stage.accept(enter(2, "2031-03-04", "2031-03-04"));
}

#[test]
fn a_change_replaces_the_days_and_keeps_the_id() {
    let mut stage = Stage::open();
    stage.accept(enter(1, "2031-03-04", "2031-03-05"));
    stage.accept(enter(2, "2031-03-10", "2031-03-10"));
    let change = |days: (&str, &str), expected| {
        ProviderCommand::ChangeOutOfOffice(SetOutOfOffice {
            expected,
            block: BlockId::from_uuid(Uuid::from_u128(77)),
            ..set(1, days.0, days.1)
        })
    };
    let same = change(("2031-03-10", "2031-03-10"), None);
    assert_eq!(stage.refuse(same), Rejection::OutOfOfficeExists);
    let outdated = stage.refuse(change(("2031-03-04", "2031-03-04"), Some(1)));
    assert!(matches!(outdated, Rejection::Outdated { .. }));
    let facts = stage.decide(&change(("2031-03-04", "2031-03-04"), None));
    let facts = facts.unwrap();
    let changed = facts.iter().any(|fact| match &fact.event {
        Event::Provider(event) => matches!(event.as_ref(), ProviderEvent::OutOfOfficeChanged(entry)
            if entry.block == BlockId::from_uuid(Uuid::from_u128(1))),
        Event::Tenant(_) | Event::EventType(_) | Event::Webhook(_) | Event::Composite(_) => false,
    });
    assert!(changed);
    stage.record(facts);
    stage.place(1, "2+10:00-2+11:00", &terms());
    stage.refuse_place("1+10:00-1+11:00", &terms());
    stage.accept(remove(1));
    assert_eq!(stage.refuse(remove(1)), Rejection::OutOfOfficeNotFound);
    let gone = change(("2031-03-04", "2031-03-04"), None);
    assert_eq!(stage.refuse(gone), Rejection::OutOfOfficeNotFound);
}

#[test]
fn entries_have_a_limit_and_survive_a_snapshot() {
    let mut stage = Stage::open();
    let day: chrono::NaiveDate = "2031-03-04".parse().unwrap();
    let text = |after: u32| (day + chrono::Days::new(u64::from(after))).to_string();
    for after in 0..OUT_OF_OFFICE_MAX {
        let number = i32::try_from(after).unwrap() + 1;
        let facts = stage.decide(&enter(number, &text(after), &text(after)));
        stage.record(facts.unwrap());
    }
    let more = stage.refuse(enter(5_000, "2031-03-04", "2031-03-05"));
    assert!(matches!(more, Rejection::TooMany { .. }));
    let stored = serde_json::to_string(&stage.provider).unwrap();
    let read: super::super::Provider = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, stage.provider);
}
