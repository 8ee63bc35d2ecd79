//! The document of one version of Cal.com's API: the operations that exist in it, in the shape they have there.
//!
//! Derived from the whole document: an operation that a version does not know is left out; one that it knows in an
//! older shape has its body and answer replaced by those of [`LEGACY`].

use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::api::bookings::legacy::wire as bookings;
use crate::api::event_types::legacy as event_types;
use crate::api::needs;
use crate::api::schedules::legacy as schedules;
use crate::api::version::{self, Version};
use axum::http::Method;

/// Schemas of older shapes.
#[derive(Debug, OpenApi)]
#[openapi(components(schemas(
    event_types::NewLegacyEventType,
    event_types::LegacyEventType,
    event_types::LegacyEventTypes,
    event_types::DeletedLegacyEventType,
    schedules::NewLegacySchedule,
    schedules::LegacySchedule,
    bookings::NewLegacyBooking,
    bookings::LegacyBooking,
    bookings::LegacyBookings,
    bookings::NewLegacyCancellation,
    bookings::LegacyCancelled,
)))]
struct LegacySchemas;

/// An operation in an older shape: method, path, schema of the body, schema of `data` (many of it with `[]`).
type Legacy = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
);

const LEGACY: &[Legacy] = &[
    (
        "post",
        "/v2/event-types",
        Some("NewLegacyEventType"),
        "LegacyEventType",
    ),
    ("get", "/v2/event-types", None, "LegacyEventTypes"),
    ("get", "/v2/event-types/{id}", None, "LegacyEventType"),
    (
        "patch",
        "/v2/event-types/{id}",
        Some("NewLegacyEventType"),
        "LegacyEventType",
    ),
    (
        "delete",
        "/v2/event-types/{id}",
        None,
        "DeletedLegacyEventType",
    ),
    (
        "post",
        "/v2/schedules",
        Some("NewLegacySchedule"),
        "LegacySchedule",
    ),
    ("get", "/v2/schedules", None, "LegacySchedule[]"),
    ("get", "/v2/schedules/default", None, "LegacySchedule"),
    ("get", "/v2/schedules/{id}", None, "LegacySchedule"),
    (
        "patch",
        "/v2/schedules/{id}",
        Some("NewLegacySchedule"),
        "LegacySchedule",
    ),
    ("delete", "/v2/schedules/{id}", None, ""),
    (
        "post",
        "/v2/bookings",
        Some("NewLegacyBooking"),
        "LegacyBooking",
    ),
    ("get", "/v2/bookings", None, "LegacyBookings"),
    ("get", "/v2/bookings/{uid}", None, "LegacyBooking"),
    (
        "post",
        "/v2/bookings/{uid}/cancel",
        Some("NewLegacyCancellation"),
        "LegacyCancelled",
    ),
];

/// Operations that answer 201 in their older shape and 200 today.
const CREATED: &[(&str, &str)] = &[("post", "/v2/bookings/{uid}/cancel")];

/// The document of a version, from the whole one.
pub(super) fn document_of(version: Version, whole: &Value) -> Value {
    let mut document = whole.clone();
    document["info"]["description"] = json!(format!(
        "Daybook as requests with `cal-api-version: {}` see it.",
        version.as_str()
    ));
    let legacy = serde_json::to_value(LegacySchemas::openapi()).unwrap_or_default();
    if let (Some(schemas), Some(more)) = (
        document["components"]["schemas"].as_object_mut(),
        legacy["components"]["schemas"].as_object(),
    ) {
        schemas.extend(more.clone());
    }
    let Some(paths) = document["paths"].as_object_mut() else {
        return document;
    };
    for (path, item) in paths.iter_mut() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        item.retain(|method, _| need(method, path).is_none_or(|need| need.is_in(version)));
        for (method, operation) in item.iter_mut() {
            let is_legacy = need(method, path).is_some_and(|need| need.legacy.contains(&version));
            narrow(operation, version);
            if is_legacy {
                reshape(operation, method, path);
            }
        }
    }
    paths.retain(|_, item| item.as_object().is_none_or(|item| !item.is_empty()));
    super::links::link(&mut document);
    document
}

fn need(method: &str, path: &str) -> Option<&'static needs::Need> {
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).ok()?;
    needs::find(&method, path)
}

/// Leaves one value for the header.
fn narrow(operation: &mut Value, version: Version) {
    let parameters = operation["parameters"].as_array_mut();
    let header = parameters
        .into_iter()
        .flatten()
        .find(|parameter| parameter["name"] == version::HEADER);
    if let Some(header) = header {
        header["schema"]["enum"] = json!([version.as_str()]);
        header["required"] = json!(version != Version::ALL[0]);
    }
}

/// Puts the older body and answer into an operation.
fn reshape(operation: &mut Value, method: &str, path: &str) {
    let known = LEGACY
        .iter()
        .find(|(of, at, ..)| *of == method && *at == path);
    let Some((_, _, body, data)) = known else {
        unsay(operation);
        return;
    };
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    if let Some(body) = body {
        operation["requestBody"]["content"]["application/json"]["schema"] = reference(body);
    }
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters.retain(|parameter| parameter["in"] != "query");
    }
    if data.is_empty() {
        return;
    }
    if CREATED.contains(&(method, path))
        && let Some(answers) = operation["responses"].as_object_mut()
        && let Some(answer) = answers.remove("200")
    {
        answers.insert("201".to_owned(), answer);
    }
    let data = match data.strip_suffix("[]") {
        Some(each) => json!({"type": "array", "items": reference(each)}),
        None => reference(data),
    };
    let status = if operation["responses"]["201"].is_null() {
        "200"
    } else {
        "201"
    };
    let schema = &mut operation["responses"][status]["content"]["application/json"]["schema"];
    schema["properties"]["data"] = data;
}

/// Leaves open what an older shape is that [`LEGACY`] does not know: saying nothing is better than saying today's.
fn unsay(operation: &mut Value) {
    if operation["requestBody"].is_object() {
        operation["requestBody"]["content"]["application/json"]["schema"] =
            json!({"type": "object"});
    }
    let answers = operation["responses"].as_object_mut();
    for (_, answer) in answers
        .into_iter()
        .flatten()
        .filter(|(status, _)| status.starts_with('2'))
    {
        answer["content"] = json!({"application/json": {"schema": {"type": "object"}}});
    }
}
