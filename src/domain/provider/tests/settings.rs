//! Profiles, schedules and busy time.

use super::super::command::{ChangeProfile, Create, ProviderCommand, SetSchedule};
use super::super::event::{Profile, ProviderEvent};
use super::super::{BLOCKS_MAX, SCHEDULES_MAX};
use super::stage::{block, block_id, create, profile, schedule};
use super::{Stage, slot, terms};
use crate::domain::id::ScheduleNumber;
use crate::domain::rejection::Rejection;

fn set(number: i32, exists: bool) -> SetSchedule {
    SetSchedule {
        schedule: ScheduleNumber::new(number),
        exists,
        definition: schedule("09:00", "17:00"),
        make_default: false,
        expected: None,
    }
}

fn change(profile: Profile, expected: Option<u64>) -> ProviderCommand {
    ProviderCommand::ChangeProfile(ChangeProfile { profile, expected })
}

#[test]
fn a_provider_is_created_once_with_its_default_schedule() {
    let mut stage = Stage::empty();
    let recorded = stage.accept(ProviderCommand::Create(create()));
    assert_eq!(recorded, ["ProviderCreated", "ScheduleSet"]);
    assert_eq!(
        stage.provider.schedule_default(),
        Some(ScheduleNumber::new(1))
    );
    let again = ProviderCommand::Create(create());
    assert_eq!(stage.refuse(again), Rejection::AlreadyExists);
}

#[test]
fn a_changed_username_tells_the_one_before() {
    let mut stage = Stage::open();
    let previous = |stage: &Stage| match stage.last() {
        ProviderEvent::ProfileChanged(changed) => changed.previous_username.clone(),
        other => panic!("{other:?}"),
    };
    stage.accept(change(profile("ana"), None));
    assert_eq!(previous(&stage), None);
    stage.accept(change(profile("roze"), None));
    assert_eq!(previous(&stage).as_deref(), Some("ana"));
}

#[test]
fn a_change_merged_into_older_settings_is_refused_and_bookings_age_nothing() {
    let mut stage = Stage::open();
    let read = stage.provider.settings_version();
    stage.place(1, "10:00-11:00", &terms());
    assert_eq!(stage.provider.settings_version(), read);
    stage.accept(change(profile("ana"), Some(read)));
    let current = stage.provider.settings_version();
    assert!(read < current);
    let outdated = Rejection::Outdated {
        expected: read,
        current,
    };
    assert!(outdated.is_stale());
    assert_eq!(stage.refuse(change(profile("roze"), Some(read))), outdated);
    let mut merged = set(1, true);
    merged.expected = Some(read);
    let command = ProviderCommand::SetSchedule(merged.clone());
    assert_eq!(stage.refuse(command), outdated);
    merged.expected = Some(current);
    stage.accept(ProviderCommand::SetSchedule(merged));
    stage.accept(ProviderCommand::SetSchedule(set(2, false)));
    stage.accept(ProviderCommand::RemoveSchedule(ScheduleNumber::new(2)));
    assert_eq!(stage.provider.settings_version(), current + 3);
}

#[test]
fn a_profile_must_be_usable() {
    let mut odd = profile("ana");
    odd.time_format = 13;
    for wrong in [odd, profile("")] {
        let rejection = Stage::open().refuse(change(wrong.clone(), None));
        assert!(matches!(rejection, Rejection::Invalid { .. }));
        let creation = ProviderCommand::Create(Create {
            profile: wrong,
            ..create()
        });
        let rejection = Stage::empty().refuse(creation);
        assert!(matches!(rejection, Rejection::Invalid { .. }));
    }
}

#[test]
fn schedules_are_added_replaced_and_made_default() {
    let mut stage = Stage::open();
    let unknown = ProviderCommand::SetSchedule(set(2, true));
    assert_eq!(stage.refuse(unknown), Rejection::ScheduleNotFound);
    stage.accept(ProviderCommand::SetSchedule(set(2, false)));
    let known = ProviderCommand::SetSchedule(set(2, false));
    assert_eq!(stage.refuse(known), Rejection::AlreadyExists);
    assert_eq!(
        stage.provider.schedule_default(),
        Some(ScheduleNumber::new(1))
    );
    let mut default = set(2, true);
    default.make_default = true;
    stage.accept(ProviderCommand::SetSchedule(default));
    assert_eq!(
        stage.provider.schedule_default(),
        Some(ScheduleNumber::new(2))
    );
}

#[test]
fn an_event_type_falls_back_to_the_default_schedule() {
    let mut stage = Stage::open();
    stage.accept(ProviderCommand::SetSchedule(set(2, false)));
    let mut evening = terms();
    evening.schedule = Some(ScheduleNumber::new(2));
    let outside = Rejection::OutsideSchedule {
        slot: slot("18:00-19:00"),
    };
    assert_eq!(stage.refuse_place("18:00-19:00", &evening), outside);
    stage.accept(ProviderCommand::RemoveSchedule(ScheduleNumber::new(2)));
    stage.place(1, "18:00-19:00", &evening);
}

#[test]
fn the_default_schedule_stays() {
    let stage = Stage::open();
    let default = ProviderCommand::RemoveSchedule(ScheduleNumber::new(1));
    assert_eq!(stage.refuse(default), Rejection::ScheduleIsDefault);
    let unknown = ProviderCommand::RemoveSchedule(ScheduleNumber::new(9));
    assert_eq!(stage.refuse(unknown), Rejection::ScheduleNotFound);
}

#[test]
fn the_first_schedule_of_a_user_makes_it_bookable() {
    let mut stage = Stage::empty();
    stage.accept(ProviderCommand::Create(Create {
        schedule: None,
        ..create()
    }));
    stage.accept(ProviderCommand::SetSchedule(set(1, false)));
    stage.place(1, "10:00-11:00", &terms());
}

#[test]
fn schedules_have_limits() {
    let mut stage = Stage::open();
    let mut long = set(2, false);
    let row = long.definition.weekly[0].clone();
    long.definition.weekly = vec![row; 1_000];
    let rejection = stage.refuse(ProviderCommand::SetSchedule(long));
    assert!(matches!(rejection, Rejection::TooMany { .. }));
    let mut backwards = set(2, false);
    backwards.definition = schedule("17:00", "09:00");
    let rejection = stage.refuse(ProviderCommand::SetSchedule(backwards));
    assert!(matches!(rejection, Rejection::Invalid { .. }));
    let max = i32::try_from(SCHEDULES_MAX).unwrap();
    for number in 2..=max {
        stage.accept(ProviderCommand::SetSchedule(set(number, false)));
    }
    let rejection = stage.refuse(ProviderCommand::SetSchedule(set(max + 1, false)));
    assert!(matches!(rejection, Rejection::TooMany { .. }));
}

#[test]
fn busy_time_comes_and_goes() {
    let mut stage = Stage::open();
    stage.accept(block(1, "10:00", "11:00"));
    stage.accept(block(2, "10:30", "12:00"));
    stage.accept(block(3, "12:00", "13:00"));
    assert_eq!(
        stage.refuse(block(3, "14:00", "15:00")),
        Rejection::AlreadyExists
    );
    let unblock = |number| ProviderCommand::Unblock(block_id(number));
    stage.accept(unblock(2));
    stage.refuse_place("10:00-11:00", &terms());
    stage.refuse_place("12:00-13:00", &terms());
    stage.place(1, "11:00-12:00", &terms());
    assert_eq!(stage.refuse(unblock(2)), Rejection::BlockNotFound);
}

#[test]
fn busy_time_has_one_shape_whatever_its_order() {
    let mut stage = Stage::open();
    stage.accept(block(2, "10:00", "11:00"));
    stage.accept(block(1, "11:00", "12:00"));
    stage.accept(block(3, "14:00", "15:00"));
    stage.accept(block(4, "09:30", "16:00"));
    stage.accept(ProviderCommand::Unblock(block_id(4)));
    let text = serde_json::to_string(&stage.provider).unwrap();
    let read: super::super::Provider = serde_json::from_str(&text).unwrap();
    assert_eq!(read, stage.provider);
}

#[test]
fn a_block_has_an_end_after_its_start_in_whole_minutes() {
    let stage = Stage::open();
    let mut seconds = super::super::command::Block {
        block: block_id(1),
        start: super::at("10:00"),
        end: super::at("11:00") + chrono::Duration::seconds(1),
        kind: super::super::event::BlockKind::OutOfOffice,
    };
    let rejection = stage.refuse(ProviderCommand::Block(seconds.clone()));
    assert!(matches!(rejection, Rejection::Invalid { .. }));
    seconds.end = seconds.start;
    let rejection = stage.refuse(ProviderCommand::Block(seconds));
    assert!(matches!(rejection, Rejection::Invalid { .. }));
}

#[test]
fn busy_time_has_a_limit_and_the_old_makes_room() {
    let mut stage = Stage::open();
    let max = BLOCKS_MAX;
    for number in 0..max {
        let facts = stage.decide(&block(number, "10:00", "11:00")).unwrap();
        stage.record(facts);
    }
    let rejection = stage.refuse(block(max, "10:00", "11:00"));
    let what = "blocks".to_owned();
    assert_eq!(rejection, Rejection::TooMany { what, max });
    stage.clock("40+10:00");
    stage.accept(ProviderCommand::Unblock(block_id(0)));
    stage.accept(block(max, "41+10:00", "41+11:00"));
    let state = serde_json::to_value(&stage.provider).unwrap();
    assert_eq!(state["blocks"].as_array().unwrap().len(), 1);
}
