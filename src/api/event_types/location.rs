//! Where a booking of an event type may take place (`reference` § 5.2).

use serde_json::{Map, Value, json};

use crate::api::validation::{Members, contact, value};

const LOCATIONS_MAX: usize = 50;
const TYPES: &[&str] = &[
    "address",
    "link",
    "phone",
    "integration",
    "attendeeAddress",
    "attendeePhone",
    "attendeeDefined",
    "organizersDefaultApp",
];

/// The locations, if they are given: known members only, each complete.
pub(super) fn read(members: &mut Members<'_>) -> Option<Vec<Value>> {
    let locations = members.objects("locations", LOCATIONS_MAX, |inner| {
        Value::Object(location(inner))
    });
    if locations.as_ref().is_some_and(Vec::is_empty) {
        let text = "must contain at least 1 elements";
        members.fault("locations", "arrayMinSize", text);
    }
    locations
}

fn location(members: &mut Members<'_>) -> Map<String, Value> {
    let kind = members.required("type", value::one_of(TYPES));
    let mut location = Map::new();
    location.insert("type".to_owned(), json!(kind));
    let place = match kind {
        "address" => Some(("address", members.required("address", value::name))),
        "link" => Some(("link", members.required("link", contact::url))),
        "phone" => Some(("phone", members.required("phone", contact::phone))),
        "integration" => Some(("integration", members.required("integration", value::name))),
        _ => None,
    };
    if let Some((name, place)) = place {
        location.insert(name.to_owned(), json!(place));
        if kind != "integration" {
            let public = members.required("public", value::boolean);
            location.insert("public".to_owned(), json!(public));
        }
    }
    location
}
