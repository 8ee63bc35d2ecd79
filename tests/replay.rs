//! A request that is repeated with its `Idempotency-Key` gets its recorded answer, byte for byte, whatever has happened
//! since: also where the api itself would refuse it now, before the rules are asked.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::salon::{Client, merge};
use crate::harness::{Answer, Salon, times};

/// One request that can be sent again.
#[derive(Clone, Debug)]
struct Request {
    method: Method,
    path: String,
    version: &'static str,
    credentials: Option<String>,
    if_match: Option<String>,
    body: Value,
}

impl Request {
    fn new(method: Method, path: impl Into<String>, salon: &Salon, body: Value) -> Self {
        let path = path.into();
        let version = match &path {
            path if path.starts_with("/v2/bookings") => "2024-08-13",
            path if path.starts_with("/v2/slots") => "2024-09-04",
            path if path.starts_with("/v2/schedules") => "2024-06-11",
            _ => "2024-06-14",
        };
        Self {
            method,
            path,
            version,
            credentials: Some(salon.tenant.provider_key.clone()),
            if_match: None,
            body,
        }
    }

    fn without_credentials(mut self) -> Self {
        self.credentials = None;
        self
    }

    fn if_match(mut self, version: &str) -> Self {
        self.if_match = Some(version.to_owned());
        self
    }

    async fn send(&self, client: &Client, key: Option<&str>) -> Answer {
        let mut request = client
            .request(self.method.clone(), &self.path)
            .header("cal-api-version", self.version);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(credentials) = &self.credentials {
            request = request.bearer_auth(credentials);
        }
        if let Some(version) = &self.if_match {
            request = request.header("If-Match", version);
        }
        if !self.body.is_null() {
            request = request.json(&self.body);
        }
        client.send(request).await
    }

    /// Sends it for the first time, under a key of its own.
    async fn once(self, client: &Client, status: u16) -> Sent {
        let key = format!("{} {}", self.method, self.path).replace([' ', '/'], "-");
        let answer = self.send(client, Some(&key)).await.expect(status);
        assert!(!answer.headers.contains_key("idempotent-replayed"), "{key}");
        Sent {
            request: self,
            key,
            answer,
        }
    }
}

/// A request with its first answer.
#[derive(Debug)]
struct Sent {
    request: Request,
    key: String,
    answer: Answer,
}

impl Sent {
    fn data(&self) -> Value {
        self.answer.data()
    }

    /// Sends it again.
    async fn is_replayed(&self, client: &Client) {
        let again = self.request.send(client, Some(&self.key)).await;
        assert_eq!(again.text, self.answer.text, "{:?}", self.request);
        assert_eq!(again.status, self.answer.status);
        assert_eq!(again.headers.get("etag"), self.answer.headers.get("etag"));
        assert_eq!(
            again.headers.get("location"),
            self.answer.headers.get("location")
        );
        let replayed = again.headers.get("idempotent-replayed");
        assert!(
            replayed.is_some_and(|value| value == "true"),
            "{:?}",
            self.request
        );
    }

    /// Sends another request with its key.
    async fn is_bound(&self, client: &Client, body: Value) {
        let other = Request {
            body,
            ..self.request.clone()
        };
        other.send(client, Some(&self.key)).await.expect(422);
    }
}

fn booking(salon: &Salon, event_type: &Value, slot: usize) -> Request {
    let mut body = salon.client().booking(times::slot(slot));
    merge(&mut body, json!({"eventTypeId": event_type}));
    Request::new(Method::POST, "/v2/bookings", salon, body)
}

on_both_databases! {
    async fn a_booking_is_answered_again_when_its_event_type_is_gone(salon: &mut Salon) {
        let client = salon.client();
        let event_type = json!(salon.event_type(json!({"slug": "short-lived"})).await);
        let path = format!("/v2/event-types/{event_type}");
        let first = booking(salon, &event_type, 0).once(&client, 201).await;
        let stranger = booking(salon, &event_type, 1).without_credentials().once(&client, 201).await;
        let taken = booking(salon, &event_type, 0).without_credentials();
        let taken = Request { path: "/v2/bookings?taken".to_owned(), ..taken }.once(&client, 400).await;
        let start = times::text(times::slot(2));
        let uid = first.data()["uid"].as_str().expect("is text").to_owned();
        let moved = Request::new(Method::POST, format!("/v2/bookings/{uid}/reschedule"), salon, json!({"start": start}))
            .once(&client, 201).await;
        let new_uid = moved.data()["uid"].as_str().expect("is text").to_owned();
        let cancelled = Request::new(Method::POST, format!("/v2/bookings/{new_uid}/cancel"), salon, json!({}))
            .without_credentials().once(&client, 200).await;
        let hold = json!({"eventTypeId": event_type, "slotStart": times::text(times::slot(3))});
        let held = Request::new(Method::POST, "/v2/slots/reservations", salon, hold.clone()).once(&client, 201).await;
        let hold_uid = held.data()["reservationUid"].as_str().expect("is text").to_owned();
        let path_held = format!("/v2/slots/reservations/{hold_uid}");
        let changed = Request::new(Method::PATCH, &path_held, salon, hold).once(&client, 200).await;
        let released = Request::new(Method::DELETE, &path_held, salon, Value::Null).once(&client, 200).await;

        let deleted = Request::new(Method::DELETE, &path, salon, Value::Null).once(&client, 200).await;

        for sent in [&first, &stranger, &taken, &moved, &cancelled, &held, &changed, &released, &deleted] {
            sent.is_replayed(&client).await;
        }
        first.is_bound(&client, booking(salon, &event_type, 7).body).await;
        let unkeyed = Request::new(Method::DELETE, &path, salon, Value::Null).send(&client, None).await;
        assert_eq!(unkeyed.status, 404);
    }

    async fn settings_are_answered_again_when_they_have_changed_since(salon: &mut Salon) {
        let client = salon.client();
        let provider = format!("/v2/providers/{}", salon.tenant.provider_uid);
        let badge = Request::new(Method::PATCH, &provider, salon, json!({"badge": "new"}))
            .if_match("\"2\"").once(&client, 200).await;
        let me = Request::new(Method::PATCH, "/v2/me", salon, json!({"bio": "walks"})).once(&client, 200).await;
        let schedule = json!({"name": "Studio", "timeZone": "Europe/Riga", "isDefault": false});
        let added = Request::new(Method::POST, "/v2/schedules", salon, schedule).once(&client, 201).await;
        let number = added.data()["id"].clone();
        let path = format!("/v2/schedules/{number}");
        let renamed = Request::new(Method::PATCH, &path, salon, json!({"name": "Attic"})).once(&client, 200).await;
        let offer = json!({"title": "Talk", "slug": "talk", "lengthInMinutes": 30, "scheduleId": number});
        let offered = Request::new(Method::POST, "/v2/event-types", salon, offer).once(&client, 201).await;
        let offer_path = format!("/v2/event-types/{}", offered.data()["id"]);
        let links = format!("{offer_path}/private-links");
        let linked = Request::new(Method::POST, &links, salon, json!({"maxUsageCount": 3})).once(&client, 201).await;
        let link = format!("{links}/{}", linked.data()["linkId"].as_str().expect("is text"));
        let until = json!({"expiresAt": "2031-03-04T09:00:00Z"});
        let relinked = Request::new(Method::PATCH, &link, salon, until).once(&client, 200).await;
        let unlinked = Request::new(Method::DELETE, &link, salon, Value::Null).once(&client, 200).await;
        let longer = json!({"lengthInMinutes": 45, "scheduleId": number});
        let longer = Request::new(Method::PATCH, &offer_path, salon, longer).once(&client, 200).await;

        let removed = Request::new(Method::DELETE, &path, salon, Value::Null).once(&client, 200).await;
        let other = json!({"name": "Ana R.", "username": "roze", "badge": null, "bio": "runs"});
        Request::new(Method::PATCH, &provider, salon, other).send(&client, Some("x")).await.expect(200);
        let plain = Request::new(Method::PATCH, &offer_path, salon, json!({"scheduleId": null, "slug": "chat"}));
        plain.send(&client, None).await.expect(200);

        for sent in [&badge, &me, &added, &renamed, &offered, &linked, &relinked, &unlinked, &longer, &removed] {
            sent.is_replayed(&client).await;
        }
        badge.is_bound(&client, json!({"badge": "old"})).await;
        let unkeyed = Request::new(Method::DELETE, &path, salon, Value::Null).send(&client, None).await;
        assert_eq!(unkeyed.status, 400);
    }

    async fn older_shapes_and_seats_that_moved_are_answered_again(salon: &mut Salon) {
        let client = salon.client();
        let old = json!({"start": times::text(times::slot(0)), "eventTypeId": salon.tenant.event_type,
            "timeZone": "UTC", "language": "en", "metadata": {}, "responses": {"name": "Ilze", "email": "ilze@example.org"}});
        let oldest = |path: &str, body: Value| {
            let mut request = Request::new(Method::POST, format!("/v2/bookings{path}"), salon, body);
            request.version = "2024-04-15";
            request
        };
        let placed = oldest("", old.clone()).once(&client, 201).await;
        let mut moving = old.clone();
        moving["start"] = json!(times::text(times::slot(1)));
        moving["rescheduleUid"] = placed.data()["uid"].clone();
        let moved = oldest("?moving", moving).once(&client, 201).await;
        let path = format!("/{}/cancel", moved.data()["id"]);
        let cancelled = oldest(&path, json!({"cancellationReason": "x"})).once(&client, 201).await;

        let seats = json!({"seatsPerTimeSlot": 3, "showAttendeeInfo": true, "showAvailabilityCount": true});
        let mut seated = client.clone();
        seated.event_type = salon.event_type(json!({"slug": "seats", "seats": seats})).await;
        seated.book(times::slot(4)).await.expect(201);
        let second = seated.book(times::slot(4)).await.expect(201).data();
        let shifting = format!("/v2/bookings/{}/reschedule", second["uid"].as_str().expect("a uid"));
        let shift = json!({"start": times::text(times::slot(6)), "seatUid": second["seatUid"]});
        let shifted = Request::new(Method::POST, shifting, salon, shift).without_credentials();
        let shifted = shifted.once(&client, 201).await;
        let ending = format!("/v2/bookings/{}/cancel", shifted.data()["uid"].as_str().expect("a uid"));
        let gone = Request::new(Method::POST, ending, salon, json!({})).once(&client, 200).await;

        for sent in [&placed, &moved, &cancelled, &shifted, &gone] {
            sent.is_replayed(&client).await;
        }
    }
}
