//! What a provider's body becomes, and how it is shown.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{body, view};
use crate::domain::id::{ProviderId, ProviderNumber};
use crate::domain::provider::event::Profile;
use crate::domain::time::Timestamp;
use crate::projections::row;

fn given() -> Value {
    json!({"name": "Ana Roze", "email": "Ana@Example.org", "timeZone": "Europe/Riga", "specialty": "Sleep",
        "rating": 4.75, "conditions": ["insomnia"], "insuranceAccepted": true})
}

fn shown(profile: Profile) -> Value {
    let at = Timestamp::from_timestamp(1_930_000_000, 0).unwrap();
    Value::Object(view::json(&row::Provider {
        provider: ProviderId::from_uuid(uuid::Uuid::nil()),
        number: ProviderNumber::new(17),
        profile,
        bookable: true,
        schedules: Vec::new(),
        version: 1,
        created_at: at,
        updated_at: at,
    }))
}

/// The members of a provider that a body creates.
pub(in crate::api) fn shown_members() -> BTreeSet<String> {
    let new = body::new(given().as_object().unwrap()).unwrap();
    let shown = shown(new.profile);
    shown.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn a_provider_has_a_username_a_schedule_and_defaults() {
    let new = body::new(given().as_object().unwrap()).unwrap();
    assert_eq!(new.profile.username, "ana-roze");
    assert_eq!(new.profile.email, "ana@example.org");
    assert_eq!(new.schedule.unwrap().zone, chrono_tz::Europe::Riga);
    let shown = shown(new.profile);
    assert_eq!(shown["rating"], json!(4.75));
    assert_eq!(shown["insuranceAccepted"], json!(true));
    assert_eq!(shown["locationType"], "online");
    assert_eq!(shown["availability"], "Weekdays 9am - 5pm");
    assert_eq!(shown["preferredVideoPlatform"], "zoom");
    assert_eq!(shown["id"], 17);
    assert_eq!(shown["uid"], "00000000-0000-0000-0000-000000000000");
}

#[test]
fn a_change_keeps_and_null_removes() {
    let before = body::new(given().as_object().unwrap()).unwrap().profile;
    let change = json!({"badge": "new", "specialty": null});
    let after = body::changed(change.as_object().unwrap(), &before).unwrap();
    let shown = shown(after);
    assert_eq!(shown["badge"], "new");
    assert_eq!(shown["specialty"], Value::Null);
    assert_eq!(shown["conditions"], json!(["insomnia"]));
}

#[test]
fn malformed_providers_are_refused() {
    let refused = |name: &str, value: Value| {
        let mut body = given();
        body[name] = value;
        let failure = body::new(body.as_object().unwrap()).expect_err(name);
        assert_eq!(failure.refusal().problem.status().as_u16(), 422);
    };
    refused("name", json!(""));
    refused("email", json!("ana"));
    refused("timeZone", json!("Riga"));
    refused("timeFormat", json!(13));
    refused("reviews", json!(-1));
    refused("rating", json!("five"));
    refused("schedule", json!({"name": "x"}));
    refused("surprise", json!(1));
}
