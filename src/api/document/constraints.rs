//! What the values of a request must look like, by their names: a name means the same on every path, so it is said
//! once, here. What the types of the code say already stays.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::api::bookings::artefacts::KINDS as REFERENCES;
use crate::api::bookings::body::LANGUAGES;
use crate::api::me::WEEK_STARTS;
use crate::api::page::SKIP_MAX;
use crate::api::presentation::is_own;

/// Where a body with a member that is not known is refused; on Daybook's own paths it always is.
const REJECTING: [&str; 3] = [
    "/v2/bookings",
    "/v2/bookings/{uid}/reschedule",
    "/v2/bookings/{uid}/cancel",
];

/// An idempotency key, quoted or bare.
const KEY: &str = r#"^("([!#-\[\]-~]|\\["\\]){1,255}"|[!#-~][!-~]{0,254})$"#;
/// An address of a page, without the characters that must be escaped.
const PAGE: &str =
    "^https?://[A-Za-z0-9]+([.-][A-Za-z0-9]+)*(:[1-9][0-9]{0,3})?([/?][A-Za-z0-9/?=&._~+#-]*)?$";
const TIME_OF_DAY: &str = "^([01][0-9]|2[0-3]):[0-5][0-9]$";

/// Constrains every parameter, and every schema that a body is made of.
pub(super) fn constrain(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    // A schema that some bodies share with answers, or with bodies that may hold more, refuses nothing.
    let (mut refusing, mut open) = (BTreeSet::new(), BTreeSet::new());
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            for parameter in members_of(operation.get_mut("parameters")) {
                constrain_parameter(path, parameter);
            }
            let refuses = is_own(path)
                || method == "post" && REJECTING.contains(&path.as_str())
                || path == "/v2/bookings/{uid}";
            let of_bodies = if refuses { &mut refusing } else { &mut open };
            reach(&operation["requestBody"], &schemas, of_bodies);
        }
    }
    for name in refusing.union(&open) {
        let schema = &mut document["components"]["schemas"][name];
        flatten(schema, &schemas);
        constrain_members(schema);
        if !open.contains(name) && schema["properties"].is_object() && !is_part(name, &schemas) {
            schema["additionalProperties"] = json!(false);
        }
    }
    make_partial(document);
}

/// Whose bodies of PATCH have the members of a new one, none of them mandatory.
const PARTIAL: [&str; 2] = [
    "/v2/event-types/{id}",
    "/v2/teams/{teamId}/event-types/{eventTypeId}",
];

/// Gives those a schema of their own.
fn make_partial(document: &mut Value) {
    for path in PARTIAL {
        let pointer = format!(
            "/paths/{}/patch/requestBody/content/application~1json/schema/$ref",
            path.replace('/', "~1")
        );
        let Some(Value::String(reference)) = document.pointer_mut(&pointer) else {
            continue;
        };
        let name = reference.rsplit('/').next().unwrap_or_default().to_owned();
        let changed = format!("Changed{}", name.trim_start_matches("New"));
        *reference = format!("#/components/schemas/{changed}");
        let schemas = &mut document["components"]["schemas"];
        let mut schema = schemas[&name].clone();
        if let Some(members) = schema.as_object_mut() {
            members.remove("required");
        }
        schemas[changed] = schema;
    }
}

fn members_of(array: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    array.and_then(Value::as_array_mut).into_iter().flatten()
}

/// Whether other schemas are made of it.
fn is_part(name: &str, schemas: &Value) -> bool {
    let reference = json!(format!("#/components/schemas/{name}"));
    let holds = |schema: &Value| {
        let parts = schema["allOf"].as_array().into_iter().flatten();
        parts.into_iter().any(|part| part["$ref"] == reference)
    };
    schemas
        .as_object()
        .into_iter()
        .flatten()
        .any(|(_, schema)| holds(schema))
}

/// Makes one object of a schema that is several at once: only then can it say that there are no other members.
fn flatten(schema: &mut Value, schemas: &Value) {
    let Some(Value::Array(parts)) = schema
        .as_object_mut()
        .and_then(|schema| schema.remove("allOf"))
    else {
        return;
    };
    schema["type"] = json!("object");
    for part in parts {
        let name = part["$ref"]
            .as_str()
            .and_then(|text| text.rsplit('/').next());
        let part = name.map_or(&part, |name| &schemas[name]);
        for (member, value) in part["properties"].as_object().into_iter().flatten() {
            schema["properties"][member] = value.clone();
        }
        for required in part["required"].as_array().into_iter().flatten() {
            match schema["required"].as_array_mut() {
                Some(all) => all.push(required.clone()),
                None => schema["required"] = json!([required]),
            }
        }
    }
}

/// The names of all schemas that a part of the document refers to, through others too.
fn reach(part: &Value, schemas: &Value, reached: &mut BTreeSet<String>) {
    match part {
        Value::Object(members) => {
            let name = members
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|text| text.strip_prefix("#/components/schemas/"));
            if let Some(name) = name
                && reached.insert(name.to_owned())
            {
                reach(&schemas[name], schemas, reached);
            }
            members
                .values()
                .for_each(|value| reach(value, schemas, reached));
        }
        Value::Array(items) => items.iter().for_each(|item| reach(item, schemas, reached)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn constrain_parameter(path: &str, parameter: &mut Value) {
    let name = parameter["name"].as_str().unwrap_or_default().to_owned();
    // A header that is there has a value.
    if parameter["in"] == "header" && parameter["schema"]["type"] == json!(["string", "null"]) {
        parameter["schema"]["type"] = json!("string");
    }
    let is_query = parameter["in"] == "query";
    let place = is_query.then(|| of_queries(path, &name)).flatten();
    apply(&mut parameter["schema"], place.or_else(|| of_all(&name)));
}

fn constrain_members(schema: &mut Value) {
    let members = schema
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten();
    for (name, member) in members {
        apply(member, of_bodies(name).or_else(|| of_all(name)));
    }
}

/// Adds to a text or an integer, or to the items of an array of them, unless it is closed already.
fn apply(schema: &mut Value, constraint: Option<Value>) {
    let Some(Value::Object(constraint)) = constraint else {
        return;
    };
    let target = if has_type(schema, "array") {
        &mut schema["items"]
    } else {
        schema
    };
    let is_number = constraint.contains_key("minimum");
    let fits = has_type(target, if is_number { "integer" } else { "string" });
    let is_closed = ["enum", "pattern"]
        .iter()
        .any(|word| target.get(word).is_some());
    if fits && !is_closed {
        fill(target, constraint);
    }
}

fn fill(target: &mut Value, constraint: Map<String, Value>) {
    let mut constrained = target.clone();
    if constraint.contains_key("anyOf")
        && let Some(schema) = constrained.as_object_mut()
    {
        schema.remove("type");
    }
    for (word, value) in constraint {
        constrained[word] = value;
    }
    if !has_type(target, "null") || has_type(target, "integer") {
        *target = constrained;
        return;
    }
    constrained["type"] = json!("string");
    let description = constrained
        .as_object_mut()
        .and_then(|schema| schema.remove("description"));
    *target = json!({"oneOf": [constrained, {"type": "null"}]});
    if let Some(description) = description {
        target["description"] = description;
    }
}

fn has_type(schema: &Value, name: &str) -> bool {
    match &schema["type"] {
        Value::String(text) => text == name,
        Value::Array(names) => names.iter().any(|known| known == name),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// By the name of a member or a parameter, wherever it is.
fn of_all(name: &str) -> Option<Value> {
    let numbered = name == "id" || name.ends_with("Id");
    Some(match name {
        "timeZone" => json!({"format": "time-zone"}),
        "afterStart" | "beforeEnd" | "expiresAt" | "slotStart" | "slotUtcStartDate"
        | "slotUtcEndDate" => json!({"format": "date-time"}),
        "X-Daybook-Hold" => json!({"format": "uuid"}),
        "Idempotency-Key" => json!({"pattern": KEY}),
        _ if numbered => json!({"minimum": 1, "maximum": i32::MAX}),
        _ if is_instant(name) => json!({"format": "date-time"}),
        _ => return None,
    })
}

fn is_instant(name: &str) -> bool {
    let starts = name.starts_with("after") || name.starts_with("before");
    starts && name.ends_with("At")
}

/// How a composite booking may stand.
const COMPOSITE_STATUS: &str =
    "(requested|pending|confirmed|compensating|rolledBack|stuck|abandoned|cancelled)";

/// By the name of a parameter in the query.
fn of_queries(path: &str, name: &str) -> Option<Value> {
    const CLASS: &str = "(upcoming|recurring|past|cancelled|unconfirmed)";
    const COMPOSITES: &str = "/v2/composite-bookings";
    Some(match name {
        "status" if path == COMPOSITES => list_of(8, COMPOSITE_STATUS),
        "from" | "to" if path == COMPOSITES => json!({"format": "date-time"}),
        "attendeeEmail" if path == COMPOSITES => json!({"format": "email", "maxLength": 254}),
        "providerId" if path == COMPOSITES => json!({"minLength": 1}),
        // An instant, or a day.
        "start" | "end" | "startTime" | "endTime" | "dateFrom" | "dateTo" => json!({"anyOf": [
            {"type": "string", "format": "date-time"},
            {"type": "string", "format": "date"},
        ]}),
        "status" => list_of(5, CLASS),
        "eventTypeIds" | "teamsIds" => list_of(100, "[1-9][0-9]{0,8}"),
        "integration" | "externalId" => json!({"minLength": 1}),
        "format" | "slotFormat" => json!({"enum": ["time", "range"]}),
        "take" => json!({"minimum": 1, "maximum": 250}),
        "skip" => json!({"minimum": 0, "maximum": SKIP_MAX}),
        "type" if path.ends_with("/references") => json!({"enum": REFERENCES}),
        "limit" if is_own(path) => json!({"minimum": 1, "maximum": 250}),
        "limit" => json!({"minimum": 1, "maximum": 100}),
        "duration" => json!({"minimum": 1, "maximum": 44_640}),
        _ if name.starts_with("sort") => json!({"enum": ["asc", "desc"]}),
        _ => return None,
    })
}

/// Texts between commas, or a parameter that is repeated.
fn list_of(length_max: usize, item: &str) -> Value {
    let more = length_max - 1;
    json!({"anyOf": [
        {"type": "string", "pattern": format!("^{item}(,{item}){{0,{more}}}$")},
        {"type": "array", "items": {"type": "string", "pattern": format!("^{item}$")}, "minItems": 1, "maxItems": length_max},
    ]})
}

/// By the name of a member of a body.
fn of_bodies(name: &str) -> Option<Value> {
    Some(match name {
        "start" => json!({"format": "date-time"}),
        "email" | "rescheduledBy" | "guests" => json!({"format": "email", "maxLength": 254}),
        "phoneNumber" => json!({"pattern": "^\\+[1-9][0-9]{6,14}$"}),
        "language" => json!({"enum": LANGUAGES.as_slice()}),
        "name" | "title" | "label" | "locale" => {
            json!({"pattern": "\\S", "minLength": 1, "maxLength": 1_000})
        }
        "slug" => json!({"pattern": "[A-Za-z0-9]", "maxLength": 1_000}),
        "date" => json!({"format": "date"}),
        "startTime" | "endTime" => json!({"pattern": TIME_OF_DAY}),
        "weekStart" => json!({"enum": WEEK_STARTS}),
        "timeFormat" => json!({"minimum": 12, "maximum": 24, "multipleOf": 12}),
        "role" => json!({"enum": ["owner", "provider", "agent", "auditor"]}),
        "lengthInMinutes" | "lengthInMinutesOptions" => json!({"minimum": 1, "maximum": 44_640}),
        "recurrenceCount" => json!({"minimum": 1, "maximum": 100_000}),
        "avatarUrl" | "successRedirectUrl" | "meetingUrl" | "subscriberUrl" => {
            json!({"maxLength": 1_000, "pattern": PAGE})
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::api::routes;

    fn document() -> Value {
        super::super::completed(routes().get_openapi())
    }

    #[test]
    fn values_are_constrained_by_their_names() {
        let document = document();
        let member = |schema: &str, name: &str| {
            document["components"]["schemas"][schema]["properties"][name].clone()
        };
        assert_eq!(member("NewBooking", "start")["format"], "date-time");
        assert_eq!(member("NewProvider", "timeZone")["format"], "time-zone");
        let changed = member("ChangedMe", "timeZone");
        assert_eq!(changed["oneOf"][0]["format"], "time-zone");
        assert_eq!(changed["oneOf"][1]["type"], "null");
        let parameters = &document["paths"]["/v2/bookings"]["get"]["parameters"];
        let take = parameters
            .as_array()
            .unwrap()
            .iter()
            .find(|known| known["name"] == "take");
        assert_eq!(take.unwrap()["schema"]["maximum"], 250);
    }

    #[test]
    fn bodies_are_closed_where_members_that_are_not_known_are_refused() {
        let document = document();
        let is_closed = |name: &str| {
            document["components"]["schemas"][name]["additionalProperties"] == json!(false)
        };
        for name in [
            "NewProvider",
            "ChangedProvider",
            "FirstSchedule",
            "NewKey",
            "NewBooking",
            "CancelBody",
        ] {
            assert!(is_closed(name), "{name}");
        }
        // Members that are not known are dropped there, and answers may get more.
        for name in ["NewSchedule", "Hours", "MoreOfProvider", "Provider"] {
            assert!(!is_closed(name), "{name}");
        }
        assert!(document["components"]["schemas"]["NewProvider"]["properties"]["bio"].is_object());
    }
}
