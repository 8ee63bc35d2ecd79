//! The document describes the wire: what is answered has the members it names, and the other way round.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::completed;
use crate::api::routes;

fn document() -> Value {
    completed(routes().get_openapi())
}

fn properties(document: &Value, schema: &str) -> BTreeSet<String> {
    let schema = &document["components"]["schemas"][schema];
    let parts = schema["allOf"].as_array().cloned().unwrap_or_default();
    let mut names = BTreeSet::new();
    for part in parts.iter().chain([schema]) {
        if let Some(name) = part["$ref"]
            .as_str()
            .and_then(|text| text.rsplit('/').next())
        {
            names.extend(properties(document, name));
        }
        let own = part["properties"].as_object().into_iter().flatten();
        names.extend(own.map(|(name, _)| name.clone()));
    }
    names
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(
            document["components"]["schemas"][name].is_object(),
            "{name}"
        );
    }
}

#[test]
fn no_body_and_no_answer_is_an_untyped_object() {
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            assert_ne!(*body, json!({"type": "object"}), "{method} {path}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let schema = &response["content"]["application/json"]["schema"];
                let untyped = json!({"type": "object"});
                assert_ne!(*schema, untyped, "{method} {path} {status}");
                assert_ne!(schema["properties"]["data"], untyped, "{method} {path}");
            }
        }
    }
}

#[test]
fn answers_of_cal_com_are_in_its_envelope_and_own_ones_are_not() {
    let document = document();
    let answer = |path: &str, method: &str, status: &str, form: &str| {
        document["paths"][path][method]["responses"][status]["content"][form]["schema"].clone()
    };
    let me = answer("/v2/me", "get", "200", "application/json");
    assert_eq!(me["properties"]["status"]["const"], "success");
    assert_eq!(me["properties"]["data"]["$ref"], "#/components/schemas/Me");
    let provider = answer("/v2/providers/{id}", "get", "200", "application/json");
    assert_eq!(provider["$ref"], "#/components/schemas/Provider");
    let problem = answer(
        "/v2/providers/{id}",
        "get",
        "404",
        "application/problem+json",
    );
    assert_eq!(problem["$ref"], "#/components/schemas/Problem");
    let failure = answer("/v2/bookings", "post", "400", "application/json");
    assert_eq!(failure["$ref"], "#/components/schemas/Failure");
}

#[test]
fn an_event_type_has_the_members_that_the_document_names() {
    let body = json!({"title": "Intro", "slug": "intro", "lengthInMinutes": 60, "lengthInMinutesOptions": [30, 60],
        "bookingLimitsCount": {"day": 4}, "bookingLimitsDuration": {"day": 60}, "customName": "x",
        "bookerLayouts": {}, "color": {}, "destinationCalendar": {}, "calVideoSettings": {}});
    let shown = crate::api::event_types::tests::shown_of(&body);
    let shown: BTreeSet<String> = shown.keys().cloned().collect();
    assert_eq!(shown, properties(&document(), "FullEventType"));
}

#[test]
fn a_provider_has_the_members_that_the_document_names() {
    let shown = crate::api::providers::tests::shown_members();
    assert_eq!(shown, properties(&document(), "Provider"));
}
