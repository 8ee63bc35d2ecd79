//! What is wrong with a request, in the three forms it is answered in (`reference` § 1.5, RFC 9457).

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Broken;
use crate::api::failure::{Details, Failure};
use crate::api::problem::Problem;

/// How faults are answered, and what happens to unknown members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Cal.com's global pipe: unknown members are dropped, faults are a tree under `details.errors`.
    Dropping,
    /// Cal.com's pipe of bookings and slots: unknown members are rejected, faults are one text.
    Rejecting,
    /// Daybook's own paths: unknown members are rejected, faults are `errors` of a problem document.
    Own,
}

/// A member that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    path: Vec<String>,
    broken: Broken,
}

const UNKNOWN: &str = "whitelistValidation";

impl Fault {
    /// A fault of the member at a path.
    pub const fn new(path: Vec<String>, broken: Broken) -> Self {
        Self { path, broken }
    }

    pub(super) fn unknown_member(name: &str) -> Self {
        Self::new(
            vec![name.to_owned()],
            Broken::new(UNKNOWN, "should not exist"),
        )
    }

    pub(super) fn is_unknown_member(&self) -> bool {
        self.broken.rule == UNKNOWN
    }

    pub(super) fn under(mut self, path: &[String]) -> Self {
        self.path.splice(0..0, path.iter().cloned());
        self
    }

    fn text(&self) -> String {
        let name = self.path.last().map_or("", String::as_str);
        if self.is_unknown_member() {
            format!("property {name} should not exist")
        } else {
            format!("{name} {}", self.broken.text)
        }
    }

    fn pointer(&self) -> String {
        self.path.iter().fold("#".to_owned(), |pointer, segment| {
            let escaped = segment.replace('~', "~0").replace('/', "~1");
            format!("{pointer}/{escaped}")
        })
    }
}

/// All faults as one failure.
pub(super) fn failure(faults: &[Fault], style: Style) -> Failure {
    let errors = faults
        .iter()
        .map(|fault| json!({"detail": fault.text(), "pointer": fault.pointer()}))
        .collect();
    let failure = match style {
        Style::Dropping => {
            let tree = tree(faults, 0);
            Failure::new(StatusCode::BAD_REQUEST, "Bad Request Exception")
                .details(Details::Value(json!({"errors": tree})))
        }
        Style::Rejecting => {
            let text = sentence(faults, 0);
            Failure::bad_request(text.clone()).details(Details::Value(Value::String(text)))
        }
        Style::Own => Failure::bad_request("Some members are not valid."),
    };
    failure
        .problem(Problem::ValidationFailed)
        .member("errors", Value::Array(errors))
}

/// Faults by their member at a depth, in the order they were found.
fn grouped(faults: &[Fault], depth: usize) -> Vec<(&str, Vec<Fault>)> {
    let mut groups: Vec<(&str, Vec<Fault>)> = Vec::new();
    for fault in faults {
        let Some(name) = fault.path.get(depth) else {
            continue;
        };
        match groups.iter_mut().find(|(known, _)| known == name) {
            Some((_, group)) => group.push(fault.clone()),
            None => groups.push((name, vec![fault.clone()])),
        }
    }
    groups
}

/// class-validator's tree: `{property, children, constraints}`.
fn tree(faults: &[Fault], depth: usize) -> Vec<Value> {
    let mut nodes = Vec::new();
    for (name, group) in grouped(faults, depth) {
        let (own, deeper): (Vec<_>, Vec<_>) = group
            .into_iter()
            .partition(|fault| fault.path.len() == depth + 1);
        let children = tree(&deeper, depth + 1);
        let mut node = Map::new();
        node.insert("property".to_owned(), json!(name));
        node.insert("children".to_owned(), Value::Array(children));
        if !own.is_empty() {
            let constraints: Map<String, Value> = own
                .iter()
                .map(|fault| (fault.broken.rule.to_owned(), json!(fault.text())))
                .collect();
            node.insert("constraints".to_owned(), Value::Object(constraints));
        }
        nodes.push(Value::Object(node));
    }
    nodes
}

/// Cal.com's one text: `<prop> property is wrong,<constraint text> ` joined with `, `.
fn sentence(faults: &[Fault], depth: usize) -> String {
    let parts: Vec<String> = grouped(faults, depth)
        .into_iter()
        .map(|(name, group)| {
            let (own, deeper): (Vec<_>, Vec<_>) = group
                .into_iter()
                .partition(|fault| fault.path.len() == depth + 1);
            let constraints: Vec<String> = own.iter().map(Fault::text).collect();
            let constraints = constraints.join(", ");
            let children = sentence(&deeper, depth + 1);
            format!("{name} property is wrong,{constraints} {children}")
        })
        .collect();
    parts.join(", ")
}
