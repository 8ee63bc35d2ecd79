//! Input that cannot be: the right status, the right envelope, nothing internal said, and nothing written.

mod endpoints;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::harness::salon::{Client, organization};
use crate::harness::{Answer, Salon, times};
use endpoints::{ENDPOINTS, Endpoint};

/// What no answer may contain: panics, statements, sources.
const INTERNAL: [&str; 9] = [
    "panicked",
    "sqlx",
    "select ",
    "insert into",
    "/src/",
    "at line",
    "error returned from",
    "unwrap",
    "RUST_BACKTRACE",
];

/// What the placeholders of the table stand for.
struct Place {
    client: Client,
    key: String,
    by_name: Vec<(&'static str, String)>,
}

impl Place {
    async fn of(salon: &Salon) -> Self {
        let client = salon.client();
        let booking = client.book(times::slot(0)).await.expect(201).uid();
        let hold =
            json!({"eventTypeId": client.event_type, "slotStart": times::text(times::slot(4))});
        let hold = client
            .request(Method::POST, "/v2/slots/reservations")
            .header("cal-api-version", "2024-09-04")
            .json(&hold);
        let hold = client.send(hold).await.expect(201).data()["reservationUid"].clone();
        let schedules = client
            .request(Method::GET, "/v2/schedules")
            .header("cal-api-version", "2024-06-11")
            .bearer_auth(&salon.tenant.provider_key);
        let schedule = client.send(schedules).await.expect(200).data()[0]["id"].to_string();
        let hook = async |path: &str| {
            let body = json!({"subscriberUrl": "https://hooks.example.org/known", "triggers": [], "active": true});
            let request = client
                .request(Method::POST, path)
                .bearer_auth(&salon.tenant.owner_key);
            let made = client.send(request.json(&body)).await.expect(201).data();
            made["id"].as_str().expect("a webhook has an id").to_owned()
        };
        let of_type = format!("/v2/event-types/{}/webhooks", client.event_type);
        let (own_hook, latch) = (hook("/v2/webhooks").await, hook(&of_type).await);
        let post = async |path: &str, body: Value| {
            let once = format!("\"{}\"", uuid::Uuid::from_u128(rand::random()));
            let request = client.request(Method::POST, path).json(&body);
            let request = request.header("Idempotency-Key", once);
            let made = client.send(request.bearer_auth(&client.owner_key)).await;
            made.expect(201).data()["id"].to_string()
        };
        let team = post("/v2/teams", json!({"name": "Team", "slug": "team"})).await;
        let of_team = json!({"title": "Team", "slug": "team", "lengthInMinutes": 30, "schedulingType": "collective"});
        let of_team = post(&format!("/v2/teams/{team}/event-types"), of_team).await;
        let tenant = organization(&client, &salon.tenant.owner_key)
            .await
            .to_string();
        let user = salon.tenant.provider_number;
        let away = json!({"start": "2031-06-01T00:00:00.000Z", "end": "2031-06-01T23:59:59.999Z"});
        let path = format!("/v2/organizations/{tenant}/users/{user}/ooo");
        let request = client
            .request(Method::POST, &path)
            .bearer_auth(&salon.tenant.owner_key);
        let away = client.send(request.json(&away)).await.expect(201).data()["id"].to_string();
        let by_name = vec![
            ("TENANT", tenant),
            ("AWAY", away),
            ("HOOK", own_hook),
            ("LATCH", latch),
            ("OF_TEAM", of_team),
            ("TEAM", team),
            ("UID", booking),
            ("TYPE", client.event_type.to_string()),
            (
                "HOLD",
                hold.as_str().expect("a reservation has a uid").to_owned(),
            ),
            ("SCHEDULE", schedule),
            ("USER", salon.tenant.provider_number.to_string()),
            ("START", times::text(times::slot(8))),
            ("END", times::text(times::slot(9))),
        ];
        Self {
            client,
            key: salon.tenant.owner_key.clone(),
            by_name,
        }
    }

    fn filled(&self, text: &str) -> String {
        self.by_name
            .iter()
            .fold(text.to_owned(), |text, (name, value)| {
                text.replace(name, value)
            })
    }

    fn body(&self, endpoint: &Endpoint) -> Value {
        serde_json::from_str(&self.filled(endpoint.good)).expect("the table holds JSON")
    }

    fn ask(&self, endpoint: &Endpoint, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        // A key of its own each time: one that is known is refused for that alone.
        let once = format!("\"{}\"", uuid::Uuid::from_u128(rand::random()));
        let request = self
            .client
            .request(method, path)
            .bearer_auth(&self.key)
            .header("Idempotency-Key", once);
        match endpoint.version {
            "" => request,
            version => request.header("cal-api-version", version),
        }
    }

    fn request(&self, endpoint: &Endpoint) -> RequestBuilder {
        self.ask(endpoint, endpoint.method, &self.filled(endpoint.path))
    }

    /// The request must be refused with one of the statuses, in the endpoint's envelope.
    async fn refuses(
        &self,
        endpoint: &Endpoint,
        request: RequestBuilder,
        statuses: &[u16],
        why: &str,
    ) -> Option<String> {
        let answer = self.client.send(request).await;
        let status = answer.status.as_u16();
        let fault = match fault(endpoint, &answer) {
            None if statuses.contains(&status) => return None,
            fault => fault.unwrap_or("another status was expected"),
        };
        Some(format!(
            "{} {} ({why}): {fault}: {status} {}",
            endpoint.method, endpoint.route, answer.text
        ))
    }
}

/// What is wrong with a refusal, whatever its status.
fn fault(endpoint: &Endpoint, answer: &Answer) -> Option<&'static str> {
    let text = answer.text.to_lowercase();
    if answer.status.is_server_error() {
        return Some("the server failed");
    }
    if INTERNAL
        .iter()
        .any(|internal| text.contains(&internal.to_lowercase()))
    {
        return Some("something internal is said");
    }
    if !answer.headers.contains_key("x-request-id") {
        return Some("no request id");
    }
    if !answer.status.is_client_error() {
        return None;
    }
    let Ok(body) = serde_json::from_str::<Value>(&answer.text) else {
        return Some("not JSON");
    };
    let is_enveloped = if endpoint.is_own() {
        answer.headers["content-type"] == "application/problem+json"
            && body["status"] == answer.status.as_u16()
            && ["type", "title", "detail"]
                .iter()
                .all(|member| body[member].is_string())
    } else {
        body["status"] == "error"
            && body["error"]["message"].is_string()
            && body["error"]["code"].is_string()
            || body["statusCode"] == answer.status.as_u16()
    };
    (!is_enveloped).then_some("another envelope was expected")
}

/// A query with one parameter replaced or added.
fn with_parameter(path: &str, name: &str, value: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let given = format!("{name}={value}");
    let is_other = |pair: &&str| !pair.is_empty() && !pair.starts_with(&format!("{name}="));
    let pairs: Vec<_> = query
        .split('&')
        .filter(is_other)
        .chain([given.as_str()])
        .collect();
    format!("{path}?{}", pairs.join("&"))
}

/// The end of every log, and every key that is bound: what a refused request leaves alone.
async fn written(salon: &Salon) -> Vec<Vec<i64>> {
    let mut written = salon
        .database()
        .integers("select position from heads order by tenant")
        .await;
    written.extend(
        salon
            .database()
            .integers("select count(*) from events")
            .await,
    );
    written.extend(
        salon
            .database()
            .integers("select count(*) from claims")
            .await,
    );
    written.extend(
        salon
            .database()
            .integers("select count(*) from bookings")
            .await,
    );
    written
}

#[track_caller]
fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

on_both_databases! {
    async fn what_cannot_be_is_refused_and_nothing_is_written(salon: &mut Salon) {
        let place = Place::of(salon).await;
        let before = written(salon).await;
        let mut faults = Vec::new();
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.reads_a_body()) {
            let status: &[u16] = if endpoint.is_own() { &[422] } else { &[400] };
            let mut bodies = Vec::new();
            for (member, value) in endpoint.wrong {
                let mut body = place.body(endpoint);
                body[*member] = serde_json::from_str(&place.filled(value)).expect("the table holds JSON");
                bodies.push((body, format!("{member} is {value}")));
            }
            for member in endpoint.required {
                let mut body = place.body(endpoint);
                body.as_object_mut().expect("an object").remove(*member);
                bodies.push((body, format!("{member} is missing")));
            }
            if endpoint.is_strict {
                let mut body = place.body(endpoint);
                body["surprise"] = Value::Bool(true);
                bodies.push((body, "an unknown member".to_owned()));
            }
            for (body, why) in bodies {
                faults.extend(place.refuses(endpoint, place.request(endpoint).json(&body), status, &why).await);
            }
        }
        assert_none(&faults);
        assert_eq!(written(salon).await, before);
    }

    async fn what_is_not_json_is_refused_and_nothing_is_written(salon: &mut Salon) {
        let place = Place::of(salon).await;
        let before = written(salon).await;
        let bodies: [(&str, Vec<u8>, &[u16]); 8] = [
            ("cut off", b"{\"start\":".to_vec(), &[400]),
            ("an array", b"[]".to_vec(), &[400]),
            ("a text", b"\"text\"".to_vec(), &[400]),
            ("a number", b"1e999".to_vec(), &[400]),
            ("deep", [vec![b'['; 100_000], vec![b']'; 100_000]].concat(), &[400]),
            ("deep within", format!("{{\"a\":{}1{}}}", "[".repeat(70), "]".repeat(70)).into_bytes(), &[400]),
            ("not UTF-8", vec![b'{', b'"', 0xff, 0xfe, b'"', b':', b'1', b'}'], &[400]),
            ("10 MiB", vec![b' '; 10 << 20], &[413]),
        ];
        let mut faults = Vec::new();
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.reads_a_body()) {
            for (why, bytes, statuses) in &bodies {
                let request = place.request(endpoint).header("Content-Type", "application/json").body(bytes.clone());
                faults.extend(place.refuses(endpoint, request, statuses, why).await);
            }
            for media in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
                let text = place.body(endpoint).to_string();
                let request = place.request(endpoint).header("Content-Type", media).body(text);
                faults.extend(place.refuses(endpoint, request, &[415], media).await);
            }
        }
        assert_none(&faults);
        assert_eq!(written(salon).await, before);
    }

    async fn queries_paths_and_methods_that_cannot_be_are_refused(salon: &mut Salon) {
        let place = Place::of(salon).await;
        let before = written(salon).await;
        let mut faults = Vec::new();
        for endpoint in ENDPOINTS {
            let path = place.filled(endpoint.path);
            for (name, value) in endpoint.wrong.iter().filter(|_| !endpoint.reads_a_body()) {
                let request = place.ask(endpoint, endpoint.method, &with_parameter(&path, name, value));
                // A wrong query of one's own resources is not a wrong body: 400, or 422 with every fault.
                let statuses: &[u16] = if endpoint.is_own() { &[400, 422] } else { &[400] };
                faults.extend(place.refuses(endpoint, request, statuses, &format!("{name} is {value}")).await);
            }
            let is_served = |method: &str| {
                ENDPOINTS.iter().any(|known| known.route == endpoint.route && known.method == method)
            };
            for method in ["PUT", "TRACE"].into_iter().filter(|method| !is_served(method)) {
                let request = place.ask(endpoint, method, &path);
                faults.extend(place.refuses(endpoint, request, &[405], method).await);
            }
        }
        let unknown = place.client.send(place.client.request(Method::GET, "/v2/nowhere?x=1")).await.expect(404);
        assert_eq!(unknown.message(), "Cannot GET /v2/nowhere?x=1");
        assert_none(&faults);
        assert_eq!(written(salon).await, before);
    }

    async fn ids_that_cannot_be_are_answered_as_absent(salon: &mut Salon) {
        let place = Place::of(salon).await;
        let before = written(salon).await;
        let long = "9".repeat(4000);
        let ids = ["0", "-1", "1.5", "99999999999999999999", "%00", "%ff%fe", "';%20drop%20table%20events", "..%2f..", &long];
        let mut faults = Vec::new();
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.route.contains('{')) {
            for id in ids {
                let (head, rest) = endpoint.route.split_once('{').expect("an id");
                let tail = rest.split_once('}').expect("it is closed").1.replace("{userId}", "1").replace("{oooId}", "1");
                let path = format!("{head}{id}{tail}");
                let mut request = place.ask(endpoint, endpoint.method, &path);
                if endpoint.reads_a_body() {
                    request = request.json(&place.body(endpoint));
                }
                // Reservations that are not there are null, and given up already.
                let is_hold = endpoint.route.contains("/slots/reserv") && endpoint.method != "PATCH";
                let statuses: &[u16] = if is_hold { &[200, 400] } else { &[400, 404, 422] };
                faults.extend(place.refuses(endpoint, request, statuses, id).await);
            }
        }
        assert_none(&faults);
        assert_eq!(written(salon).await, before);
    }

    async fn every_operation_is_in_the_table(salon: &mut Salon) {
        let client = salon.client();
        let document = client.send(client.request(Method::GET, "/openapi.json")).await.expect(200).json();
        let mut missing = Vec::new();
        for (path, operations) in document["paths"].as_object().expect("the document has paths") {
            for (method, operation) in operations.as_object().expect("operations") {
                let row = ENDPOINTS.iter().find(|endpoint| {
                    endpoint.route == path && endpoint.method.eq_ignore_ascii_case(method)
                });
                let takes_a_body = operation["requestBody"].is_object();
                if row.is_none_or(|row| row.reads_a_body() != takes_a_body) {
                    missing.push(format!("{method} {path}"));
                }
            }
        }
        assert_eq!(missing, Vec::<String>::new());
    }
}
