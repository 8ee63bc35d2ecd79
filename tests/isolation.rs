//! Another tenant's ids are answered exactly as ids that do not exist, on every route.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::salon::Tenant;
use crate::harness::{Answer, Kind, Salon, times};

/// What a path may name.
#[derive(Clone, Copy, Debug)]
enum Names {
    Booking,
    Seat,
    EventType,
    Schedule,
    Provider,
    ApiKey,
    Reservation,
}

/// One route with an id.
struct Route {
    method: &'static str,
    /// As in the API document.
    path: &'static str,
    names: Names,
    /// JSON; empty for none. `START` is replaced by an instant.
    body: &'static str,
}

const fn route(
    method: &'static str,
    path: &'static str,
    names: Names,
    body: &'static str,
) -> Route {
    Route {
        method,
        path,
        names,
        body,
    }
}

const ROUTES: &[Route] = &[
    route("GET", "/v2/bookings/{uid}", Names::Booking, ""),
    route(
        "POST",
        "/v2/bookings/{uid}/reschedule",
        Names::Booking,
        r#"{"start":"START"}"#,
    ),
    route("POST", "/v2/bookings/{uid}/cancel", Names::Booking, "{}"),
    route("POST", "/v2/bookings/{uid}/confirm", Names::Booking, ""),
    route("POST", "/v2/bookings/{uid}/decline", Names::Booking, "{}"),
    route("GET", "/v2/bookings/{uid}/history", Names::Booking, ""),
    route(
        "POST",
        "/v2/bookings/{uid}/mark-absent",
        Names::Booking,
        r#"{"host":true}"#,
    ),
    route(
        "POST",
        "/v2/bookings/{uid}/reassign/{userId}",
        Names::Booking,
        "{}",
    ),
    route("GET", "/v2/bookings/by-seat/{seatUid}", Names::Seat, ""),
    route("GET", "/v2/event-types/{eventTypeId}", Names::EventType, ""),
    route(
        "PATCH",
        "/v2/event-types/{eventTypeId}",
        Names::EventType,
        r#"{"title":"X"}"#,
    ),
    route(
        "DELETE",
        "/v2/event-types/{eventTypeId}",
        Names::EventType,
        "",
    ),
    route("GET", "/v2/schedules/{scheduleId}", Names::Schedule, ""),
    route(
        "PATCH",
        "/v2/schedules/{scheduleId}",
        Names::Schedule,
        r#"{"name":"X"}"#,
    ),
    route("DELETE", "/v2/schedules/{scheduleId}", Names::Schedule, ""),
    route("GET", "/v2/providers/{id}", Names::Provider, ""),
    route(
        "PATCH",
        "/v2/providers/{id}",
        Names::Provider,
        r#"{"name":"X"}"#,
    ),
    route("DELETE", "/v2/api-keys/{id}", Names::ApiKey, ""),
    route(
        "GET",
        "/v2/slots/reservations/{uid}",
        Names::Reservation,
        "",
    ),
    route(
        "PATCH",
        "/v2/slots/reservations/{uid}",
        Names::Reservation,
        r#"{"eventTypeId":1,"slotStart":"START"}"#,
    ),
    route(
        "DELETE",
        "/v2/slots/reservations/{uid}",
        Names::Reservation,
        "",
    ),
];

/// The version that serves a path; empty for Daybook's own.
fn version(path: &str) -> &'static str {
    let versions = [
        ("/v2/bookings", "2024-08-13"),
        ("/v2/slots", "2024-09-04"),
        ("/v2/event-types", "2024-06-14"),
        ("/v2/schedules", "2024-06-11"),
    ];
    let served = versions
        .into_iter()
        .find(|(area, _)| path.starts_with(area));
    served.map_or("", |(_, version)| version)
}

/// Ids that are not there, in the form of those that are.
fn absent(names: Names) -> &'static str {
    match names {
        Names::Booking => "zzzzzzzzzzzzzzzzzzzzzz",
        Names::EventType | Names::Schedule => "2147483000",
        Names::Seat | Names::Provider | Names::ApiKey | Names::Reservation => {
            "01890000-0000-7000-8000-000000000000"
        }
    }
}

/// Ids of a tenant, made over the API.
struct Ids {
    booking: String,
    event_type: String,
    schedule: String,
    provider: String,
    api_key: String,
    reservation: String,
}

impl Ids {
    async fn of(salon: &Salon, tenant: &Tenant) -> Self {
        let client = salon.client();
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), ToOwned::to_owned)
        };
        let get = async |path: &str, version: &str| {
            let request = client
                .request(Method::GET, path)
                .header("cal-api-version", version);
            client
                .send(request.bearer_auth(&tenant.provider_key))
                .await
                .expect(200)
        };
        let schedules = get("/v2/schedules", "2024-06-11").await.data();
        let hold =
            json!({"eventTypeId": tenant.event_type, "slotStart": times::text(times::slot(50))});
        let reserve = client
            .request(Method::POST, "/v2/slots/reservations")
            .header("cal-api-version", "2024-09-04")
            .json(&hold);
        let keys = client
            .request(Method::GET, "/v2/api-keys")
            .bearer_auth(&tenant.owner_key);
        let keys = client.send(keys).await.expect(200).json();
        Self {
            booking: client.book(times::slot(30)).await.expect(201).uid(),
            event_type: tenant.event_type.to_string(),
            schedule: text(&schedules[0]["id"]),
            provider: tenant.provider_uid.clone(),
            api_key: text(&keys["data"][0]["id"]),
            reservation: text(&client.send(reserve).await.expect(201).data()["reservationUid"]),
        }
    }

    fn get(&self, names: Names) -> &str {
        match names {
            Names::Booking => &self.booking,
            Names::EventType => &self.event_type,
            Names::Schedule => &self.schedule,
            Names::Provider => &self.provider,
            Names::ApiKey => &self.api_key,
            // There is no seat in the salon: a reservation's uid is not a seat's either.
            Names::Reservation | Names::Seat => &self.reservation,
        }
    }
}

/// An answer without what differs between any two answers: the id that was asked for, time and request id.
fn comparable(answer: &Answer, id: &str) -> (u16, String) {
    let mut body: Value = serde_json::from_str(&answer.text).unwrap_or(Value::Null);
    if let Some(body) = body.as_object_mut() {
        for member in ["timestamp", "requestId", "instance"] {
            body.remove(member);
        }
    }
    (answer.status.as_u16(), body.to_string().replace(id, "ID"))
}

on_both_databases! {
    async fn another_tenants_ids_answer_like_absent_ones(salon: &mut Salon) {
        let neighbour = salon.neighbour().await;
        let ids = Ids::of(salon, &salon.tenant).await;
        let client = salon.client();
        let start = times::text(times::slot(40));
        for Route { method, path, names, body } in ROUTES {
            let ask = async |id: &str| {
                let (head, rest) = path.split_once('{').expect("the path has an id");
                let tail = rest.split_once('}').expect("it is closed").1;
                // A second id is the caller's own: what the path is about is the first.
                let own = neighbour.provider_number.to_string();
                let tail = tail.replace("{userId}", &own);
                let method = Method::from_bytes(method.as_bytes()).expect("a method");
                let mut request = client
                    .request(method, &format!("{head}{id}{tail}"))
                    .bearer_auth(&neighbour.owner_key)
                    .header("Idempotency-Key", format!("\"{path}-{id}\""));
                if !version(path).is_empty() {
                    request = request.header("cal-api-version", version(path));
                }
                if !body.is_empty() {
                    let body = body.replace("START", &start);
                    request = request.header("Content-Type", "application/json").body(body);
                }
                comparable(&client.send(request).await, id)
            };
            let theirs = ask(ids.get(*names)).await;
            let nobodys = ask(absent(*names)).await;
            assert_eq!(theirs, nobodys, "{method} {path}");
        }
        // What they were asked to change has not changed.
        let booking = client.booking_of(&ids.booking).await.expect(200).data();
        assert_eq!(booking["status"], "accepted");
    }

    async fn every_route_with_an_id_is_in_the_table(salon: &mut Salon) {
        let client = salon.client();
        let document = client.send(client.request(Method::GET, "/openapi.json")).await.expect(200);
        let document = document.json();
        let paths = document["paths"].as_object().expect("the document has paths");
        let mut missing = Vec::new();
        for (path, operations) in paths.iter().filter(|(path, _)| path.starts_with("/v2/") && path.contains('{')) {
            for method in operations.as_object().expect("operations").keys() {
                let known = ROUTES.iter().any(|route| {
                    route.method.eq_ignore_ascii_case(method) && shape(route.path) == shape(path)
                });
                if !known && method != "parameters" {
                    missing.push(format!("{method} {path}"));
                }
            }
        }
        assert_eq!(missing, Vec::<String>::new());
    }
}

/// A path without the names of its parameters.
fn shape(path: &str) -> String {
    let part = |part: &str| {
        if part.starts_with('{') {
            "{}".to_owned()
        } else {
            part.to_owned()
        }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[test]
fn hand_written_sql_sees_nothing_without_a_tenant() {
    crate::harness::run(Kind::Postgres, async |salon: &mut Salon| {
        salon.book(times::slot(0)).await.expect(201);
        for table in [
            "events",
            "streams",
            "claims",
            "idempotency",
            "attendee_keys",
            "directory",
        ] {
            assert_eq!(
                salon.database().rows_seen_by_runtime_role(table).await,
                0,
                "{table}"
            );
        }
        assert!(
            salon
                .database()
                .integer("select count(*) from events")
                .await
                > 0
        );
    });
}
