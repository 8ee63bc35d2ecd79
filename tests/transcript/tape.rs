//! Writes down what is asked and what is answered, without what differs between two runs.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Answer;
use crate::harness::salon::Client;

/// Requests with their answers, in order.
pub(super) struct Tape {
    client: Client,
    entries: Vec<Value>,
}

impl Tape {
    pub(super) const fn new(client: Client) -> Self {
        Self {
            client,
            entries: Vec::new(),
        }
    }

    /// Asks, and writes it down under the row of the reference it is about.
    pub(super) async fn ask(
        &mut self,
        row: &str,
        key: Option<&str>,
        method: Method,
        path: &str,
        body: Value,
    ) -> Answer {
        let mut request = self.client.request(method.clone(), path);
        if let Some(key) = key {
            request = request.bearer_auth(key);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = self.client.send(request).await;
        let mut entry = json!({
            "row": row,
            "request": format!("{method} {path}"),
            "status": answer.status.as_u16(),
            "answer": answer.json(),
        });
        if !body.is_null() {
            entry["body"] = body;
        }
        self.entries.push(steady(entry));
        answer
    }

    /// Compares it with the snapshot of that name, which both databases share.
    pub(super) fn compare(self, name: &str) {
        insta::with_settings!({
            prepend_module_to_snapshot => false,
            snapshot_path => "../snapshots/transcript",
            omit_expression => true,
        }, {
            insta::assert_json_snapshot!(name, self.entries);
        });
    }
}

/// Without ids and instants.
fn steady(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(steady_text(&text)),
        Value::Array(values) => values.into_iter().map(steady).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| match name.as_str() {
                "timestamp" => (name, json!("[instant]")),
                _ => (name, steady(member)),
            })
            .collect(),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => other,
    }
}

/// UUIDs (v7, as Daybook draws them) replaced, wherever they stand in a text.
fn steady_text(text: &str) -> String {
    let mut steady = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let length = uuid_length(rest).unwrap_or(character.len_utf8());
        match uuid_length(rest) {
            Some(_) => steady.push_str("[uuid]"),
            None => steady.push(character),
        }
        rest = &rest[length..];
    }
    steady
}

fn uuid_length(text: &str) -> Option<usize> {
    let candidate = text.get(..36)?;
    let parsed = uuid::Uuid::parse_str(candidate).ok()?;
    (parsed.get_version_num() == 7).then_some(36)
}
