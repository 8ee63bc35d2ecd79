//! What every operation of the document has in common, added to all of them in one place: Cal.com's success envelope,
//! the forms of failures, the version header and the idempotency key.

use serde_json::{Map, Value, json};

use crate::api::needs;
use crate::api::presentation::is_own;
use crate::api::version::{self, Version};
use axum::http::Method;

/// Where a body may be absent: none of its members is needed.
const BODY_OPTIONAL: [&str; 7] = [
    "/v2/bookings/{uid}/cancel",
    "/v2/bookings/{uid}/confirm",
    "/v2/bookings/{uid}/decline",
    "/v2/bookings/{uid}/reassign/{userId}",
    "/v2/event-types/{id}/private-links",
    "/v2/event-types/{id}/private-links/{linkId}",
    "/v2/api-keys/refresh",
];

/// Completes the document, in place.
pub(super) fn complete(document: &mut Value) {
    add_schemas(document);
    open_parts(document);
    let schemas = document["components"]["schemas"].clone();
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    for (path, item) in paths.iter_mut() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else {
                continue;
            };
            if let Some(operation) = operation.as_object_mut() {
                if path.starts_with("/v2/") {
                    add_parameters(operation, &method, path);
                }
                if BODY_OPTIONAL.contains(&path.as_str())
                    && let Some(body) = operation.get_mut("requestBody")
                {
                    body["required"] = json!(false);
                }
                complete_responses(operation, path, &schemas);
            }
        }
    }
}

/// A flattened part that may be absent is written as one that may be null, which no object is: it adds nothing then.
fn open_parts(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object_mut();
    for schema in schemas.into_iter().flat_map(Map::values_mut) {
        let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
        for part in parts.into_iter().flatten() {
            if part["oneOf"][1] == json!({"type": "null"}) {
                *part = json!({"anyOf": [part["oneOf"][0], {"type": "object"}]});
            }
        }
    }
}

/// The forms of failures.
fn add_schemas(document: &mut Value) {
    let schemas = &mut document["components"]["schemas"];
    schemas["Failure"] = json!({
        "type": "object",
        "description": "A failure in Cal.com's envelope. A few failures of cancelling are `{\"statusCode\", \"message\"}` instead.",
        "properties": {
            "status": {"type": "string", "const": "error"},
            "timestamp": {"type": "string", "format": "date-time"},
            "path": {"type": "string", "description": "Path and query as they were asked for."},
            "error": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {
                    "code": {"type": "string", "description": "For example `BadRequestException`."},
                    "message": {"type": "string"},
                    "details": {"description": "`{message, error, statusCode}`, `{errors}` of a body that is not valid, or text."},
                },
            },
            "statusCode": {"type": "integer"},
            "message": {"type": "string"},
        },
    });
    schemas["Problem"] = json!({
        "type": "object",
        "description": "A problem document (RFC 9457) of Daybook's own paths. The catalogue of types is at `/problems`.",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string"},
        },
    });
}

fn add_parameters(operation: &mut Map<String, Value>, method: &Method, path: &str) {
    let mut added = Vec::new();
    if let Some(need) = needs::find(method, path).filter(|need| need.versions != version::ANY) {
        let versions: Vec<_> = need.versions.iter().map(|known| known.as_str()).collect();
        added.push(json!({
            "name": version::HEADER,
            "in": "header",
            "required": !need.versions.contains(&Version::ALL[0]),
            "schema": {"type": "string", "enum": versions},
            "description": format!("Without it a request speaks {}.", Version::ALL[0].as_str()),
        }));
    }
    if method != Method::GET {
        let required = is_own(path) && method != Method::DELETE;
        added.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "required": required,
            "schema": {"type": "string", "minLength": 1},
            "description": "1 to 255 visible ASCII characters, quoted or bare. The same request with the same key is answered \
                with the recorded outcome and `Idempotent-Replayed: true`; another request with it is 422.",
        }));
    }
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Some(parameters) = parameters.as_array_mut() {
        let is_replaced = |known: &Value| {
            let same = |new: &Value| text_of(new) == text_of(known);
            added.iter().any(same)
        };
        parameters.retain(|known| !is_replaced(known));
        parameters.extend(added);
    }
}

fn text_of(parameter: &Value) -> String {
    parameter["name"]
        .as_str()
        .unwrap_or_default()
        .to_lowercase()
}

fn complete_responses(operation: &mut Map<String, Value>, path: &str, schemas: &Value) {
    let own = is_own(path);
    let (form, schema) = if own {
        ("application/problem+json", "Problem")
    } else {
        ("application/json", "Failure")
    };
    let failure = json!({form: {"schema": {"$ref": format!("#/components/schemas/{schema}")}}});
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let is_enveloped = path.starts_with("/v2/");
    for (status, response) in responses.iter_mut().filter(|_| is_enveloped) {
        match status.as_bytes().first() {
            Some(b'2') if !own => wrap(response, schemas),
            Some(b'4' | b'5') => response["content"] = failure.clone(),
            Some(_) | None => {}
        }
    }
    responses.insert(
        "default".to_owned(),
        json!({"description": "Any other failure", "content": failure}),
    );
}

/// Puts the schema of an answer into the success envelope, unless it says `status` itself, as a page does.
fn wrap(response: &mut Value, schemas: &Value) {
    let mut envelope = json!({
        "type": "object",
        "required": ["status"],
        "properties": {"status": {"type": "string", "const": "success"}},
    });
    let data = response["content"]["application/json"]["schema"].clone();
    if !data.is_null() {
        let name = data["$ref"]
            .as_str()
            .and_then(|text| text.rsplit('/').next());
        let named = name.map_or(&Value::Null, |name| &schemas[name]);
        if !named["properties"]["status"].is_null() && !named["properties"]["data"].is_null() {
            return;
        }
        envelope["required"] = json!(["status", "data"]);
        envelope["properties"]["data"] = data;
    }
    response["content"] = json!({"application/json": {"schema": envelope}});
}
