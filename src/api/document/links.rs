//! Where an answer leads: links (OpenAPI § 4.8.20) from what creates a thing to whatever takes its id.

use serde_json::{Map, Value, json};

/// Something with an id.
struct Thing {
    /// The path whose POST makes it.
    made_at: &'static str,
    /// Where its id is in the answer.
    id: &'static str,
    /// Its own path, with the id as the last parameter; what is below has the id, too.
    path: &'static str,
    /// The member of a body, or the parameter of a query, by which others name it.
    named: Option<&'static str>,
}

const THINGS: [Thing; 13] = [
    thing("/v2/bookings", "/data/uid", "/v2/bookings/{uid}"),
    thing(
        "/v2/bookings/{uid}/reschedule",
        "/data/uid",
        "/v2/bookings/{uid}",
    ),
    thing(
        "/v2/bookings/{uid}/attendees",
        "/data/id",
        "/v2/bookings/{uid}/attendees/{attendeeId}",
    ),
    thing("/v2/event-types", "/data/id", "/v2/event-types/{id}").named("eventTypeId"),
    thing(
        "/v2/event-types/{id}/webhooks",
        "/data/id",
        "/v2/event-types/{id}/webhooks/{webhookId}",
    ),
    thing(
        "/v2/event-types/{id}/private-links",
        "/data/linkId",
        "/v2/event-types/{id}/private-links/{linkId}",
    ),
    thing("/v2/schedules", "/data/id", "/v2/schedules/{id}").named("scheduleId"),
    thing(
        "/v2/slots/reservations",
        "/data/reservationUid",
        "/v2/slots/reservations/{uid}",
    ),
    thing("/v2/teams", "/data/id", "/v2/teams/{teamId}").named("teamId"),
    thing("/v2/webhooks", "/data/id", "/v2/webhooks/{id}"),
    thing(
        "/v2/organizations/{orgId}/users/{userId}/ooo",
        "/data/id",
        "/v2/organizations/{orgId}/users/{userId}/ooo/{oooId}",
    ),
    thing("/v2/providers", "/id", "/v2/providers/{id}"),
    thing("/v2/api-keys", "/id", "/v2/api-keys/{id}"),
];

const fn thing(made_at: &'static str, id: &'static str, path: &'static str) -> Thing {
    Thing {
        made_at,
        id,
        path,
        named: None,
    }
}

impl Thing {
    const fn named(mut self, name: &'static str) -> Self {
        self.named = Some(name);
        self
    }

    /// What its path is filled with: its id, and the ids of the things it is part of.
    fn parameters(&self) -> Map<String, Value> {
        let mut names = self
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let mut filled: Map<String, Value> = names
            .clone()
            .map(|name| (name.to_owned(), json!(format!("$request.path.{name}"))))
            .collect();
        if let Some(name) = names.next_back() {
            filled.insert(
                name.to_owned(),
                json!(format!("$response.body#{}", self.id)),
            );
        }
        filled
    }
}

/// Sets the links of the answers that bring a thing: to the operations that the document has.
pub(super) fn link(document: &mut Value) {
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    for thing in &THINGS {
        let links = links_to(thing, &paths, &document["components"]["schemas"]);
        let answer = document["paths"]
            .get_mut(thing.made_at)
            .and_then(|item| item.get_mut("post"))
            .and_then(|operation| operation["responses"].get_mut("201"));
        if let Some(answer) = answer {
            answer["links"] = Value::Object(links);
        }
    }
}

fn links_to(thing: &Thing, paths: &Map<String, Value>, schemas: &Value) -> Map<String, Value> {
    let is_below = |path: &str| {
        path.strip_prefix(thing.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mut links = Map::new();
    for (path, item) in paths {
        for operation in item.as_object().into_iter().flat_map(Map::values) {
            let link = if is_below(path) {
                Some(json!({"parameters": thing.parameters()}))
            } else {
                by_name(thing, operation, schemas)
            };
            if let Some(mut link) = link {
                link["operationId"] = operation["operationId"].clone();
                let name = operation["operationId"].as_str().unwrap_or_default();
                links.insert(name.to_owned(), link);
            }
        }
    }
    links
}

/// A link to an operation that takes the id in its query or as a member of its body.
fn by_name(thing: &Thing, operation: &Value, schemas: &Value) -> Option<Value> {
    let name = thing.named?;
    let id = format!("$response.body#{}", thing.id);
    let is_asked = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|parameter| parameter["in"] == "query" && parameter["name"] == name);
    if is_asked {
        return Some(json!({"parameters": {name: id}}));
    }
    let body =
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()?;
    let schema = &schemas[body.rsplit('/').next()?];
    schema["properties"].get(name)?;
    Some(json!({"requestBody": {name: id}}))
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
