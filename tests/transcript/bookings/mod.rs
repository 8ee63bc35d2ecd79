//! § 4: bookings.

/// Compares what was asked and answered with its snapshot.
macro_rules! assert_told {
    ($name:literal, $desk:expr) => {
        insta::with_settings!({
            snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true, sort_maps => true
        }, {
            insta::assert_json_snapshot!($name, $desk.told());
        })
    };
}

mod creating;
mod listing;
mod changing;
mod attending;
mod series_and_seats;
mod oldest;

use reqwest::Method;
use serde_json::{Value, json};

use super::told::Transcript;
use crate::harness::salon::Client;
use crate::harness::{Answer, Salon};

/// Asks about bookings and notes it.
pub(super) struct Desk {
    client: Client,
    host_key: String,
    version: &'static str,
    transcript: Transcript,
}

/// As whom.
#[derive(Clone, Copy, Debug)]
enum By {
    Nobody,
    Host,
    Owner,
}

impl Desk {
    fn of(salon: &Salon) -> Self {
        Self {
            client: salon.client(),
            host_key: salon.tenant.provider_key.clone(),
            version: "2024-08-13",
            transcript: Transcript::default(),
        }
    }

    async fn ask(&mut self, row: &str, by: By, method: Method, path: &str, body: Value) -> Answer {
        let request = self
            .client
            .request(method, &format!("/v2/bookings{path}"))
            .header("cal-api-version", self.version);
        let request = match by {
            By::Nobody => request,
            By::Host => request.bearer_auth(&self.host_key),
            By::Owner => request.bearer_auth(&self.client.owner_key),
        };
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        self.transcript.ask(&self.client, row, request).await
    }

    /// Books; what is more than the least body is given.
    async fn book(&mut self, row: &str, event_type: i64, start: &str, more: Value) -> Answer {
        let mut body = json!({"eventTypeId": event_type, "start": start,
            "attendee": {"name": "Ilze Berga", "email": "ilze@example.org", "timeZone": "Europe/Riga", "language": "lv"}});
        crate::harness::salon::merge(&mut body, more);
        self.ask(row, By::Nobody, Method::POST, "", body).await
    }

    async fn get(&mut self, row: &str, path: &str) -> Answer {
        self.ask(row, By::Host, Method::GET, path, Value::Null)
            .await
    }

    async fn post(&mut self, row: &str, path: &str, body: Value) -> Answer {
        self.ask(row, By::Host, Method::POST, path, body).await
    }

    /// Everything so far, without what is drawn.
    fn told(self) -> Vec<Value> {
        self.transcript.told().into_iter().map(hidden).collect()
    }
}

/// Names of members whose numbers and uids are drawn.
const DRAWN: [&str; 14] = [
    "id",
    "bookingId",
    "userId",
    "eventTypeId",
    "uid",
    "bookingUid",
    "seatUid",
    "icsUid",
    "iCalUID",
    "recurringBookingUid",
    "recurringEventId",
    "rescheduledFromUid",
    "rescheduledToUid",
    "fromReschedule",
];

/// A transcript without drawn names, numbers and instants of the clock.
fn hidden(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let hide = |(name, member): (String, Value)| {
                let member = match name.as_str() {
                    "createdAt" | "updatedAt" | "timestamp" => json!("[instant]"),
                    "nextCursor" if member.is_string() => json!("[cursor]"),
                    name if DRAWN.contains(&name) && (member.is_number() || member.is_string()) => {
                        json!("[drawn]")
                    }
                    _ => hidden(member),
                };
                (name, member)
            };
            Value::Object(members.into_iter().map(hide).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(hidden).collect()),
        Value::String(text) => Value::String(hidden_text(&text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

/// Replaces every word of 22 characters that looks drawn, and numbers that stand for ids.
fn hidden_text(text: &str) -> String {
    let mut shown = String::new();
    for word in text.split_inclusive(|character: char| !character.is_ascii_alphanumeric()) {
        let name = word.trim_end_matches(|character: char| !character.is_ascii_alphanumeric());
        let names_one = ["bookings/", "uid=", "reschedule "];
        let names_one = names_one.iter().any(|before| shown.ends_with(before));
        let has_digit = name.bytes().any(|byte| byte.is_ascii_digit());
        let is_uid = name.len() == 22 && (names_one || has_digit);
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        let follows_id = [
            "id=",
            "ID=",
            "id ",
            "ID ",
            "attendees/",
            "bookings/",
            "eventTypeIds=",
        ]
        .iter()
        .any(|before| shown.ends_with(before));
        if is_uid || (is_number && !name.is_empty() && follows_id && name != "999999") {
            shown.push_str("[drawn]");
            shown.push_str(&word[name.len()..]);
        } else {
            shown.push_str(word);
        }
    }
    shown
}

/// An event type of the salon's provider.
async fn offer(salon: &Salon, slug: &str, settings: Value) -> i64 {
    let mut body = json!({"slug": slug, "title": "Intro", "lengthInMinutes": 60});
    crate::harness::salon::merge(&mut body, settings);
    salon.event_type(body).await
}

fn seats(shown: bool) -> Value {
    json!({"seatsPerTimeSlot": 2, "showAttendeeInfo": shown, "showAvailabilityCount": true})
}
