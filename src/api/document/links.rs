//! Where an answer leads: links (OpenAPI § 4.8.20) from what creates a thing to whatever takes its id.

use serde_json::{Map, Value, json};

/// Something with an id: the operations that answer it (method, path, status), where the id is in the answer, the
/// paths below which it is named, and the member of a body by which others name it.
struct Thing {
    made_by: &'static [(&'static str, &'static str, &'static str)],
    id: &'static str,
    below: &'static str,
    named_by: Option<&'static str>,
}

const THINGS: [Thing; 7] = [
    Thing {
        made_by: &[
            ("post", "/v2/bookings", "201"),
            ("post", "/v2/bookings/{uid}/reschedule", "201"),
        ],
        id: "/data/uid",
        below: "/v2/bookings/{uid}",
        named_by: None,
    },
    Thing {
        made_by: &[("post", "/v2/event-types", "201")],
        id: "/data/id",
        below: "/v2/event-types/{id}",
        named_by: Some("eventTypeId"),
    },
    Thing {
        made_by: &[("post", "/v2/schedules", "201")],
        id: "/data/id",
        below: "/v2/schedules/{id}",
        named_by: Some("scheduleId"),
    },
    Thing {
        made_by: &[("post", "/v2/slots/reservations", "201")],
        id: "/data/reservationUid",
        below: "/v2/slots/reservations/{uid}",
        named_by: None,
    },
    Thing {
        made_by: &[("post", "/v2/webhooks", "201")],
        id: "/data/id",
        below: "/v2/webhooks/{webhookId}",
        named_by: None,
    },
    Thing {
        made_by: &[("post", "/v2/providers", "201")],
        id: "/id",
        below: "/v2/providers/{id}",
        named_by: None,
    },
    Thing {
        made_by: &[("post", "/v2/api-keys", "201")],
        id: "/id",
        below: "/v2/api-keys/{id}",
        named_by: None,
    },
];

/// Sets the links of the answers that bring a thing: to the operations that the document has.
pub(super) fn link(document: &mut Value) {
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    for thing in &THINGS {
        let links = links_to(thing, &paths, &document["components"]["schemas"]);
        for (method, path, status) in thing.made_by {
            let answer = document["paths"]
                .get_mut(path)
                .and_then(|item| item.get_mut(method))
                .and_then(|operation| operation["responses"].get_mut(status));
            if let Some(answer) = answer {
                answer["links"] = Value::Object(links.clone());
            }
        }
    }
}

fn links_to(thing: &Thing, paths: &Map<String, Value>, schemas: &Value) -> Map<String, Value> {
    let id = format!("$response.body#{}", thing.id);
    let named = parameters_of(thing.below).next().unwrap_or_default();
    let mut links = Map::new();
    for (path, item) in paths {
        for operation in item.as_object().into_iter().flat_map(Map::values) {
            let Some(operation_id) = operation["operationId"].as_str() else {
                continue;
            };
            let is_below = path.starts_with(thing.below);
            let link = if is_below {
                json!({"operationId": operation_id, "parameters": {named: id}})
            } else if let Some(link) = by_name(thing, operation, &id, schemas) {
                link
            } else {
                continue;
            };
            links.insert(
                format!("{operation_id}Of{}", thing.id.replace('/', "-")),
                link,
            );
        }
    }
    links
}

/// A link to an operation that takes the id in its query or as a member of its body.
fn by_name(thing: &Thing, operation: &Value, id: &str, schemas: &Value) -> Option<Value> {
    let name = thing.named_by?;
    let operation_id = operation["operationId"].as_str()?;
    let is_asked = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|parameter| parameter["in"] == "query" && parameter["name"] == name);
    if is_asked {
        return Some(json!({"operationId": operation_id, "parameters": {name: id}}));
    }
    let body =
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()?;
    let schema = &schemas[body.rsplit('/').next()?];
    schema["properties"].get(name)?;
    Some(json!({"operationId": operation_id, "requestBody": {name: id}}))
}

fn parameters_of(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::api::routes;

    fn document() -> Value {
        super::super::completed(routes().get_openapi())
    }

    #[test]
    fn every_link_leads_to_an_operation_that_takes_what_it_brings() {
        let document = document();
        let operations: Vec<&Value> = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|item| item.as_object().unwrap().values())
            .collect();
        let by_id = |id: &Value| operations.iter().find(|known| known["operationId"] == *id);
        let mut count = 0;
        for operation in &operations {
            for answer in operation["responses"].as_object().unwrap().values() {
                for link in answer["links"].as_object().into_iter().flatten() {
                    let target = by_id(&link.1["operationId"]).expect("the operation is there");
                    let given = link.1["parameters"].as_object().into_iter().flatten();
                    for (name, _) in given {
                        let takes = target["parameters"].as_array().unwrap().iter();
                        assert!(
                            takes.into_iter().any(|known| known["name"] == *name),
                            "{name}"
                        );
                    }
                    count += 1;
                }
            }
        }
        assert!(count > 20, "{count}");
    }
}
