//! Composite bookings over HTTP: several segments with several providers, all of them or none.

mod making;
mod answering;
mod changing;
mod alone;
mod listing;
mod operating;

use chrono::{DateTime, Duration, Utc};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::harness::salon::{Client, merge};
use crate::harness::{Answer, Salon, times};

const PATH: &str = "/v2/composite-bookings";

/// A clinic of three providers, each with a key and an event type of half an hour of its own.
struct Clinic {
    client: Client,
    hosts: Vec<Host>,
}

/// One provider of it.
struct Host {
    /// Wire number.
    number: i64,
    uid: String,
    key: String,
    event_type: i64,
}

impl Clinic {
    /// Opens it with the salon's provider as its first.
    async fn of(salon: &Salon) -> Self {
        Self::with(salon, json!({})).await
    }

    /// As [`Self::of`], with settings of the event types of all but the first.
    async fn with(salon: &Salon, settings: Value) -> Self {
        let mut clinic = Self {
            client: salon.client(),
            hosts: vec![Host {
                number: salon.tenant.provider_number,
                uid: salon.tenant.provider_uid.clone(),
                key: salon.tenant.provider_key.clone(),
                event_type: salon.tenant.event_type,
            }],
        };
        for name in ["Berta", "Cilla"] {
            let host = clinic.hire(name, &settings).await;
            clinic.hosts.push(host);
        }
        clinic
    }

    async fn hire(&self, name: &str, settings: &Value) -> Host {
        let username = name.to_lowercase();
        let provider = json!({
            "name": name, "email": format!("{username}@example.org"), "username": username, "timeZone": "UTC",
        });
        let provider = self
            .post("/v2/providers", &provider)
            .await
            .expect(201)
            .json();
        let number = provider["id"].as_i64().expect("a number");
        let key = json!({"label": name, "role": "provider", "provider": number});
        let key = self.post("/v2/api-keys", &key).await.expect(201).json();
        let mut offered = json!({
            "title": name, "slug": "treatment", "lengthInMinutes": 30, "minimumBookingNotice": 0, "ownerId": number,
        });
        merge(&mut offered, settings.clone());
        let event_type = self
            .post("/v2/event-types", &offered)
            .await
            .expect(201)
            .data();
        let text = |value: &Value| value.as_str().expect("is text").to_owned();
        Host {
            number,
            uid: text(&provider["uid"]),
            key: text(&key["secret"]),
            event_type: event_type["id"].as_i64().expect("a number"),
        }
    }

    /// Posts as the owner, once.
    async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = self.once(path, &self.client.owner_key).json(body);
        self.client.send(request).await
    }

    /// A request with a key of its own, as somebody.
    fn once(&self, path: &str, key: &str) -> RequestBuilder {
        let once = format!("\"{}\"", uuid::Uuid::from_u128(rand::random()));
        self.client
            .request(Method::POST, path)
            .header("cal-api-version", "2024-06-14")
            .header("Idempotency-Key", once)
            .bearer_auth(key)
    }

    /// Half an hour with each of the first `count`, a quarter of an hour between them.
    fn chain(&self, start: DateTime<Utc>, count: usize) -> Value {
        let segments: Vec<Value> = self
            .hosts
            .iter()
            .take(count)
            .enumerate()
            .map(|(index, host)| match index {
                0 => json!({"eventTypeId": host.event_type, "start": times::text(start)}),
                _ => json!({"eventTypeId": host.event_type, "gapMinutes": 15}),
            })
            .collect();
        json!({
            "segments": segments,
            "attendee": {"name": "Ilze Berga", "email": "ilze@example.org", "timeZone": "Europe/Riga"},
            "metadata": {"crmId": "D-778"},
        })
    }

    /// Books a chain of two; it stands, or waits.
    async fn book(&self, start: DateTime<Utc>) -> Value {
        let chain = self.chain(start, 2);
        self.post(PATH, &chain).await.expect(201).json()
    }

    /// Acts on a composite booking as the owner.
    async fn act(&self, composite: &Value, action: &str, body: &Value) -> Answer {
        self.act_as(&self.client.owner_key, composite, action, body)
            .await
    }

    async fn act_as(&self, key: &str, composite: &Value, action: &str, body: &Value) -> Answer {
        let path = format!("{PATH}/{}/{action}", uid(composite));
        self.client.send(self.once(&path, key).json(body)).await
    }

    /// It as it is now.
    async fn shown(&self, composite: &Value) -> Value {
        let path = format!("/{}", uid(composite));
        self.get(&path, &self.client.owner_key)
            .await
            .expect(200)
            .json()
    }

    async fn get(&self, below: &str, key: &str) -> Answer {
        let request = self.client.request(Method::GET, &format!("{PATH}{below}"));
        self.client.send(request.bearer_auth(key)).await
    }

    /// The booking of a segment.
    async fn booking(&self, composite: &Value, segment: usize) -> Value {
        let booking = booking_uid(composite, segment);
        self.client.booking_of(&booking).await.expect(200).data()
    }

    /// Whether one of the hosts can be booked for half an hour: then it is.
    async fn is_free(&self, host: usize, start: DateTime<Utc>) -> bool {
        let mut client = self.client.clone();
        client.event_type = self.hosts[host].event_type;
        match client.book(start).await {
            answer if answer.status == 201 => true,
            answer => {
                answer.expect_taken();
                false
            }
        }
    }
}

fn uid(composite: &Value) -> String {
    composite["uid"].as_str().expect("it has a uid").to_owned()
}

fn booking_uid(composite: &Value, segment: usize) -> String {
    let booking = composite["segments"][segment]["bookingUid"].as_str();
    booking.expect("the segment is a booking").to_owned()
}

/// A member of every segment.
fn each(composite: &Value, member: &str) -> Vec<Value> {
    let segments = composite["segments"].as_array().expect("it has segments");
    segments
        .iter()
        .map(|segment| segment[member].clone())
        .collect()
}

/// The last segment of a problem's `type`.
fn problem(answer: &Answer) -> String {
    let body = answer.json();
    let kind = body["type"].as_str().expect("a problem has a type");
    kind.rsplit('/').next().unwrap_or_default().to_owned()
}

fn minutes(minutes: i64) -> Duration {
    Duration::minutes(minutes)
}
