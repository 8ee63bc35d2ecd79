//! Notes what is asked and what is answered about settings, with everything drawn or told by a clock replaced.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::salon::Client;
use crate::harness::{Answer, Salon};

/// Members whose numbers are drawn; [`ABSENT`] is nobody's, and shown.
const DRAWN: [&str; 6] = [
    "id",
    "ownerId",
    "userId",
    "eventTypeId",
    "scheduleId",
    "defaultScheduleId",
];
/// What comes before a drawn number in a text.
const BEFORE: [&str; 5] = ["ID=", "id ", "/event-types/", "/schedules/", "ID "];
/// A number that nobody has.
pub(super) const ABSENT: i64 = 999_999;

/// Questions with their answers, in order.
#[derive(Debug)]
pub(super) struct Sheet {
    client: Client,
    key: Option<String>,
    version: Option<&'static str>,
    notes: Vec<Value>,
}

impl Sheet {
    /// Asks as the salon's provider, in a version.
    pub(super) fn of(salon: &Salon, version: &'static str) -> Self {
        Self {
            client: salon.client(),
            key: Some(salon.tenant.provider_key.clone()),
            version: Some(version),
            notes: Vec::new(),
        }
    }

    /// From here on as somebody else, or without credentials.
    pub(super) fn by(&mut self, key: Option<&str>) {
        self.key = key.map(ToOwned::to_owned);
    }

    /// From here on in another version, or without the header.
    pub(super) const fn speak(&mut self, version: Option<&'static str>) {
        self.version = version;
    }

    /// Asks, and notes it under a row of the reference.
    pub(super) async fn ask(
        &mut self,
        row: &str,
        method: Method,
        path: &str,
        body: Value,
    ) -> Answer {
        let mut request = self.client.request(method.clone(), path);
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        if let Some(version) = self.version {
            request = request.header("cal-api-version", version);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = self.client.send(request).await;
        let mut note = json!({
            "row": row,
            "asked": format!("{method} {path}"),
            "status": answer.status.as_u16(),
            "answer": answer.json(),
        });
        if !body.is_null() {
            note["sent"] = body;
        }
        self.notes.push(steady("", note));
        answer
    }

    /// GET without a body.
    pub(super) async fn get(&mut self, row: &str, path: &str) -> Answer {
        self.ask(row, Method::GET, path, Value::Null).await
    }

    /// `data` of a GET that is not noted.
    pub(super) async fn client_get(&self, path: &str) -> Value {
        let mut request = self.client.request(Method::GET, path);
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        if let Some(version) = self.version {
            request = request.header("cal-api-version", version);
        }
        self.client.send(request).await.expect(200).data()
    }

    /// POST.
    pub(super) async fn post(&mut self, row: &str, path: &str, body: Value) -> Answer {
        self.ask(row, Method::POST, path, body).await
    }

    /// PATCH.
    pub(super) async fn patch(&mut self, row: &str, path: &str, body: Value) -> Answer {
        self.ask(row, Method::PATCH, path, body).await
    }

    /// DELETE without a body.
    pub(super) async fn delete(&mut self, row: &str, path: &str) -> Answer {
        self.ask(row, Method::DELETE, path, Value::Null).await
    }

    /// Compares it with the snapshot of a name, which both databases share.
    pub(super) fn compare(self, name: &str) {
        insta::with_settings!({
            prepend_module_to_snapshot => false,
            snapshot_path => "../snapshots/transcript",
            omit_expression => true,
        }, {
            insta::assert_json_snapshot!(name, self.notes);
        });
    }
}

/// A value without what differs between two runs.
fn steady(member: &str, value: Value) -> Value {
    match value {
        Value::String(_) if member == "timestamp" => json!("[instant]"),
        Value::String(_) if member == "linkId" => json!("[link]"),
        Value::String(text) => json!(steady_text(&text)),
        Value::Number(number) if DRAWN.contains(&member) && number != ABSENT.into() => {
            json!("[drawn]")
        }
        Value::Array(items) => items.into_iter().map(|item| steady(member, item)).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, inner)| {
                let inner = steady(&name, inner);
                (name, inner)
            })
            .collect(),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => other,
    }
}

/// A text without addresses of the server, secrets, names of links and drawn numbers.
fn steady_text(text: &str) -> String {
    let mut steady = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("http://127.0.0.1:") {
            steady.push_str("[url]");
            rest = after.trim_start_matches(|next: char| next.is_ascii_digit());
        } else if let Some(after) = rest.strip_prefix("cal_").filter(|after| 60 < after.len()) {
            steady.push_str("[key]");
            rest = after.trim_start_matches(|next: char| next.is_ascii_hexdigit());
        } else if let Some((before, after)) = link(rest) {
            steady.push_str(before);
            steady.push_str("[link]");
            rest = after;
        } else if let Some((before, after)) = number(rest) {
            steady.push_str(before);
            steady.push_str("[drawn]");
            rest = after;
        } else {
            steady.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    steady
}

/// What stands before and after the name of a private link.
fn link(text: &str) -> Option<(&'static str, &str)> {
    ["/d/", "/private-links/", "link with ID "]
        .into_iter()
        .find_map(|before| {
            let after = text.strip_prefix(before)?;
            let name = after.get(..22)?;
            let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            is_name.then(|| (before, &after[22..]))
        })
}

/// What stands before and after a drawn number.
fn number(text: &str) -> Option<(&'static str, &str)> {
    BEFORE.into_iter().find_map(|before| {
        let after = text.strip_prefix(before)?;
        let rest = after.trim_start_matches(|next: char| next.is_ascii_digit());
        let number = &after[..after.len() - rest.len()];
        let is_drawn = !number.is_empty() && number != ABSENT.to_string() && number != "0";
        is_drawn.then_some((before, rest))
    })
}
