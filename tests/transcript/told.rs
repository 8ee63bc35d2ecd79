//! Questions and answers as they went over the wire, for a snapshot.

use reqwest::RequestBuilder;
use serde_json::{Map, Value, json};

use crate::harness::Answer;
use crate::harness::salon::Client;

/// Headers that a transcript shows.
const SHOWN: [&str; 12] = [
    "allow",
    "content-type",
    "access-control-allow-origin",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-expose-headers",
    "access-control-max-age",
    "idempotent-replayed",
    "location",
    "retry-after",
    "set-cookie",
    "www-authenticate",
];
/// Instants of the clock.
const INSTANTS: [&str; 4] = ["timestamp", "reservationUntil", "createdAt", "updatedAt"];
/// Drawn names and numbers.
const DRAWN: [&str; 8] = [
    "id",
    "uid",
    "bookingUid",
    "eventTypeId",
    "icsUid",
    "rescheduleUid",
    "rescheduledFromUid",
    "rescheduledToUid",
];

/// Questions and answers in order.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    exchanges: Vec<Value>,
}

impl Transcript {
    /// Asks, and notes question and answer under a row of the reference.
    pub(crate) async fn ask(
        &mut self,
        client: &Client,
        row: &str,
        request: RequestBuilder,
    ) -> Answer {
        let asked = request.try_clone().expect("its body is no stream").build();
        let asked = asked.expect("the request can be built");
        let url = asked.url();
        let query = url.query().map(|query| format!("?{query}"));
        let line = format!(
            "{} {}{}",
            asked.method(),
            url.path(),
            query.unwrap_or_default()
        );
        let mut exchange = json!({"row": row, "asked": redacted_text(&line)});
        if let Some(version) = asked.headers().get("cal-api-version") {
            exchange["version"] = json!(version.to_str().expect("a version is text"));
        }
        if let Some(bytes) = asked.body().and_then(reqwest::Body::as_bytes) {
            exchange["sent"] = redacted(serde_json::from_slice(bytes).expect("JSON is sent"));
        }
        let answer = client.send(request).await;
        exchange["status"] = json!(answer.status.as_u16());
        let is_browser = asked.headers().contains_key("origin");
        let shown = SHOWN
            .iter()
            .filter(|name| is_browser || !name.starts_with("access-control"));
        let shown = shown.filter_map(|name| {
            let value = answer.headers.get(*name)?.to_str().expect("text");
            Some(((*name).to_owned(), json!(redacted_text(value))))
        });
        exchange["headers"] = Value::Object(shown.collect::<Map<_, _>>());
        exchange["answer"] = match serde_json::from_str(&answer.text) {
            Ok(body) => redacted(body),
            Err(_not_json) => json!(answer.text),
        };
        self.exchanges.push(exchange);
        answer
    }

    /// Everything so far.
    pub(crate) fn told(self) -> Vec<Value> {
        self.exchanges
    }
}

/// Compares a transcript with its snapshot.
macro_rules! assert_transcript {
    ($name:literal, $transcript:expr) => {
        insta::with_settings!({
            snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true, sort_maps => true
        }, {
            insta::assert_json_snapshot!($name, $transcript.told());
        })
    };
}
pub(super) use assert_transcript;

fn redacted(whole: Value) -> Value {
    match whole {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| {
                let is_drawn = match &value {
                    Value::Number(number) => number.as_i64() != Some(999_999),
                    Value::String(text) => text.len() >= 22,
                    Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
                };
                let value = match name.as_str() {
                    name if is_drawn && INSTANTS.contains(&name) => json!("[instant]"),
                    name if is_drawn && DRAWN.contains(&name) => json!("[drawn]"),
                    _ => redacted(value),
                };
                (name, value)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(redacted).collect()),
        Value::String(text) => Value::String(redacted_text(&text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => whole,
    }
}

/// Replaces the server's URL, UUIDs, uids of bookings after `uid=` or `Uid=`, and numbers of event types.
fn redacted_text(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("http://127.0.0.1:") {
            shown.push_str("[url]");
            rest = after.trim_start_matches(|character: char| character.is_ascii_digit());
            continue;
        }
        let uuid = rest
            .get(..36)
            .filter(|part| uuid::Uuid::parse_str(part).is_ok());
        if uuid.is_some() {
            shown.push_str("[uuid]");
            rest = &rest[36..];
            continue;
        }
        let drawn = [
            "eventTypeId=",
            "id=",
            "uid=",
            "Uid=",
            "Reschedule=",
            "bookings/",
        ]
        .iter()
        .find_map(|name| {
            let value = rest.strip_prefix(name)?;
            let end = value.find(|character: char| !character.is_ascii_alphanumeric());
            let (value, after) = value.split_at(end.unwrap_or(value.len()));
            let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
            let is_drawn = value.len() == 22 || is_number && !value.is_empty() && value != "999999";
            is_drawn.then_some((*name, after))
        });
        if let Some((name, after)) = drawn {
            shown.push_str(name);
            shown.push_str("[drawn]");
            rest = after;
            continue;
        }
        shown.push(first);
        rest = &rest[first.len_utf8()..];
    }
    shown
}
