//! Promises about the table of routes.

use super::{needs, routes};

const METHODS: [&str; 5] = ["get", "post", "patch", "delete", "put"];

/// `(method, path)` of every operation in the document.
fn operations() -> Vec<(String, String)> {
    let document = serde_json::to_value(routes().get_openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let mut operations = Vec::new();
    for (path, item) in paths {
        for method in METHODS {
            if item.get(method).is_some() {
                operations.push((method.to_uppercase(), path.clone()));
            }
        }
    }
    operations
}

#[test]
fn every_operation_has_an_id_of_its_own() {
    let document = serde_json::to_value(routes().get_openapi()).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for (method, path) in operations() {
        let operation = &document["paths"][path.as_str()][method.to_lowercase()];
        let id = operation["operationId"].as_str().unwrap_or_default();
        assert!(
            !id.is_empty() && seen.insert(id.to_owned()),
            "{method} {path}: {id}"
        );
    }
}

#[test]
fn every_route_declares_what_it_needs() {
    let undeclared: Vec<_> = operations()
        .into_iter()
        .filter(|(method, path)| {
            !needs::all().any(|need| need.method == method && need.path == path)
        })
        .collect();
    assert_eq!(undeclared, Vec::<(String, String)>::new());
}

#[test]
fn every_declaration_has_its_route() {
    let operations = operations();
    let stray: Vec<_> = needs::all()
        .filter(|need| {
            !operations
                .iter()
                .any(|(method, path)| need.method == method && need.path == path)
        })
        .map(|need| (need.method, need.path))
        .collect();
    assert_eq!(stray, Vec::<(&str, &str)>::new());
}
