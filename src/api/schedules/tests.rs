//! What a schedule's body becomes, and how it is shown.

use serde_json::{Value, json};

use super::{body, view};
use crate::domain::id::{ProviderNumber, ScheduleNumber};
use crate::domain::schedule::Schedule;

#[test]
fn a_schedule_comes_back_as_it_was_given() {
    let given = json!({"name": "Studio", "timeZone": "Europe/Riga", "isDefault": true,
        "availability": [{"days": ["Monday", "Sunday"], "startTime": "09:00", "endTime": "23:59"}],
        "overrides": [{"date": "2031-03-06", "startTime": "00:00", "endTime": "00:00"}]});
    let read = body::new(given.as_object().unwrap()).unwrap();
    let shown = view::Schedule::of(
        ProviderNumber::new(17),
        ScheduleNumber::new(5),
        read.is_default,
        &read.definition,
    );
    let mut expected = given;
    expected["id"] = json!(5);
    expected["ownerId"] = json!(17);
    assert_eq!(serde_json::to_value(shown).unwrap(), expected);
}

#[test]
fn a_schedule_without_hours_is_open_on_weekdays_from_nine_to_five() {
    let given = json!({"name": "Studio", "timeZone": "Europe/Riga", "isDefault": false});
    let read = body::new(given.as_object().unwrap()).unwrap();
    let working_week = Schedule::working_week(read.definition.zone);
    assert_eq!(read.definition.weekly, working_week.weekly);
}

#[test]
fn malformed_schedules_are_refused() {
    let refused = |name: &str, value: Value| {
        let mut given = json!({"name": "Studio", "timeZone": "Europe/Riga", "isDefault": true});
        given[name] = value;
        assert!(body::new(given.as_object().unwrap()).is_err(), "{name}");
    };
    refused("name", json!(" "));
    refused("timeZone", json!("Riga"));
    refused("isDefault", Value::Null);
    refused("availability", json!({}));
    refused(
        "availability",
        json!([{"days": ["Mon"], "startTime": "09:00", "endTime": "17:00"}]),
    );
    refused(
        "availability",
        json!([{"days": ["Monday"], "startTime": "17:00", "endTime": "09:00"}]),
    );
    refused(
        "overrides",
        json!([{"date": "6 March", "startTime": "09:00", "endTime": "17:00"}]),
    );
}
