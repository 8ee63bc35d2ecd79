//! Input that cannot be: the right status, the right envelope, and nothing is written.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::harness::salon::Client;
use crate::harness::{Salon, times};

/// Whose envelope an endpoint answers in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Envelope {
    /// `{"status":"error", …}`.
    Calcom,
    /// `application/problem+json`.
    Problem,
}

/// An endpoint with a body that is good. In paths and bodies `UID` is a booking's, `TYPE` an event type's number and
/// `START` a free slot.
struct Endpoint {
    path: &'static str,
    version: &'static str,
    envelope: Envelope,
    good: &'static str,
    /// Members with values (JSON) that are wrong each.
    wrong: &'static [(&'static str, &'static str)],
    /// Members that must be there.
    required: &'static [&'static str],
    /// Whether a member that is not known is refused (else it is dropped).
    strict: bool,
}

const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/v2/bookings",
        version: "2024-08-13",
        envelope: Envelope::Calcom,
        good: r#"{"eventTypeId":TYPE,"start":"START","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#,
        wrong: &[
            ("start", r#""tomorrow""#),
            ("start", "12"),
            ("start", r#""2001-01-01T09:00:00Z""#),
            ("eventTypeId", r#""x""#),
            ("eventTypeId", "-1.5"),
            ("attendee", r#""Ilze""#),
            (
                "attendee",
                r#"{"name":"I","email":"i@example.org","timeZone":"Mars/Olympus"}"#,
            ),
            (
                "attendee",
                r#"{"name":"I","email":"nobody","timeZone":"UTC"}"#,
            ),
            ("attendee", r#"{"name":"I","timeZone":"UTC"}"#),
            ("lengthInMinutes", "-30"),
            ("lengthInMinutes", "45"),
            ("guests", r#""g@example.org""#),
            ("metadata", r#""crm""#),
        ],
        required: &["start", "attendee", "eventTypeId"],
        strict: true,
    },
    Endpoint {
        path: "/v2/bookings/UID/reschedule",
        version: "2024-08-13",
        envelope: Envelope::Calcom,
        good: r#"{"start":"START"}"#,
        wrong: &[
            ("start", r#""later""#),
            ("start", "null"),
            ("reschedulingReason", "7"),
        ],
        required: &["start"],
        strict: true,
    },
    Endpoint {
        path: "/v2/bookings/UID/cancel",
        version: "2024-08-13",
        envelope: Envelope::Calcom,
        good: "{}",
        wrong: &[
            ("cancellationReason", "7"),
            ("cancelSubsequentBookings", r#""maybe""#),
        ],
        required: &[],
        strict: true,
    },
    Endpoint {
        path: "/v2/slots/reservations",
        version: "2024-09-04",
        envelope: Envelope::Calcom,
        good: r#"{"eventTypeId":TYPE,"slotStart":"START"}"#,
        wrong: &[
            ("slotStart", r#""soon""#),
            ("eventTypeId", r#""x""#),
            ("slotDuration", "-5"),
            // The one length there is: nothing to choose from.
            ("slotDuration", "30"),
        ],
        required: &["eventTypeId", "slotStart"],
        strict: false,
    },
    Endpoint {
        path: "/v2/event-types",
        version: "2024-06-14",
        envelope: Envelope::Calcom,
        good: r#"{"title":"T","slug":"t","lengthInMinutes":30}"#,
        wrong: &[
            ("lengthInMinutes", "0"),
            ("lengthInMinutes", r#""x""#),
            ("beforeEventBuffer", "-1"),
            (
                "seats",
                r#"{"seatsPerTimeSlot":0,"showAttendeeInfo":true,"showAvailabilityCount":true}"#,
            ),
            ("locations", r#""here""#),
        ],
        required: &["title", "slug", "lengthInMinutes"],
        strict: false,
    },
    Endpoint {
        path: "/v2/schedules",
        version: "2024-06-11",
        envelope: Envelope::Calcom,
        good: r#"{"name":"S","timeZone":"Europe/Riga","isDefault":false}"#,
        wrong: &[
            ("timeZone", r#""Mars/Olympus""#),
            ("isDefault", r#""yes""#),
            (
                "availability",
                r#"[{"days":["Noday"],"startTime":"09:00","endTime":"17:00"}]"#,
            ),
            (
                "availability",
                r#"[{"days":["Monday"],"startTime":"25:00","endTime":"17:00"}]"#,
            ),
        ],
        required: &["name", "timeZone", "isDefault"],
        strict: false,
    },
    Endpoint {
        path: "/v2/providers",
        version: "",
        envelope: Envelope::Problem,
        good: r#"{"name":"N","email":"n@example.org","username":"n","timeZone":"UTC"}"#,
        wrong: &[
            ("timeZone", r#""Mars/Olympus""#),
            ("email", r#""nobody""#),
            ("name", "7"),
        ],
        required: &["name", "email", "timeZone"],
        strict: true,
    },
];

/// What the placeholders of the table stand for.
struct Place {
    client: Client,
    booking: String,
    start: String,
}

impl Place {
    async fn of(salon: &Salon) -> Self {
        let client = salon.client();
        let booking = client.book(times::slot(0)).await.expect(201).uid();
        let start = times::text(times::slot(8));
        Self {
            client,
            booking,
            start,
        }
    }

    fn filled(&self, text: &str) -> String {
        text.replace("UID", &self.booking)
            .replace("TYPE", &self.client.event_type.to_string())
            .replace("START", &self.start)
    }

    fn body(&self, endpoint: &Endpoint) -> Value {
        serde_json::from_str(&self.filled(endpoint.good)).expect("the table holds JSON")
    }
}

impl Endpoint {
    fn request(&self, place: &Place, method: Method) -> RequestBuilder {
        let request = place
            .client
            .request(method, &place.filled(self.path))
            .bearer_auth(&place.client.owner_key)
            .header("Idempotency-Key", "\"bad-input\"");
        match self.version {
            "" => request,
            version => request.header("cal-api-version", version),
        }
    }

    /// The request must be refused with one of the statuses, in the endpoint's envelope.
    async fn refuses(&self, place: &Place, request: RequestBuilder, statuses: &[u16], why: &str) {
        let answer = place.client.send(request).await;
        let what = format!("{} ({why}): {}", self.path, answer.text);
        assert!(
            statuses.contains(&answer.status.as_u16()),
            "{} {what}",
            answer.status
        );
        let body = answer.json();
        match self.envelope {
            Envelope::Calcom => assert_eq!(body["status"], "error", "{what}"),
            Envelope::Problem => {
                assert_eq!(
                    answer.headers["content-type"], "application/problem+json",
                    "{what}"
                );
                assert_eq!(body["status"], answer.status.as_u16(), "{what}");
            }
        }
        assert!(answer.headers.contains_key("x-request-id"), "{what}");
    }

    async fn refuses_json(&self, place: &Place, body: &Value, why: &str) {
        let request = self.request(place, Method::POST).json(body);
        self.refuses(place, request, &[400, 422], why).await;
    }

    async fn refuses_bytes(&self, place: &Place, bytes: Vec<u8>, statuses: &[u16], why: &str) {
        let request = self.request(place, Method::POST);
        let request = request
            .header("Content-Type", "application/json")
            .body(bytes);
        self.refuses(place, request, statuses, why).await;
    }
}

const EVENTS: &str = "select count(*) from events";

on_both_databases! {
    async fn what_cannot_be_is_refused_and_nothing_is_written(salon: &mut Salon) {
        let place = Place::of(salon).await;
        let events = salon.database().integer(EVENTS).await;
        for endpoint in ENDPOINTS {
            for (member, value) in endpoint.wrong {
                let mut body = place.body(endpoint);
                body[*member] = serde_json::from_str(value).expect("the table holds JSON");
                endpoint.refuses_json(&place, &body, &format!("{member} is {value}")).await;
            }
            for member in endpoint.required {
                let mut body = place.body(endpoint);
                body.as_object_mut().expect("an object").remove(*member);
                endpoint.refuses_json(&place, &body, &format!("{member} is missing")).await;
            }
            if endpoint.strict {
                let mut body = place.body(endpoint);
                body["surprise"] = Value::Bool(true);
                endpoint.refuses_json(&place, &body, "an unknown member").await;
            }
        }
        assert_eq!(salon.database().integer(EVENTS).await, events);
    }

    async fn what_is_not_json_is_refused_and_nothing_is_written(salon: &mut Salon) {
        let place = Place::of(salon).await;
        let events = salon.database().integer(EVENTS).await;
        let bodies: [(&str, Vec<u8>, &[u16]); 6] = [
            ("cut off", b"{\"start\":".to_vec(), &[400]),
            ("an array", b"[]".to_vec(), &[400, 422]),
            ("a text", b"\"text\"".to_vec(), &[400, 422]),
            ("deep", vec![b'['; 100_000], &[400]),
            ("not UTF-8", vec![b'{', b'"', 0xff, 0xfe, b'"'], &[400]),
            ("10 MiB", vec![b' '; 10 << 20], &[413]),
        ];
        for endpoint in ENDPOINTS {
            for (why, bytes, statuses) in &bodies {
                endpoint.refuses_bytes(&place, bytes.clone(), statuses, why).await;
            }
            let text = endpoint.request(&place, Method::POST).header("Content-Type", "text/plain");
            let text = text.body(place.body(endpoint).to_string());
            endpoint.refuses(&place, text, &[400, 415], "not JSON by type").await;
            let put = endpoint.request(&place, Method::PUT);
            endpoint.refuses(&place, put, &[405], "another method").await;
        }
        assert_eq!(salon.database().integer(EVENTS).await, events);
    }

    async fn queries_that_cannot_be_are_refused(salon: &mut Salon) {
        let client = salon.client();
        let number = client.event_type;
        let slots = |rest: &str| format!("/v2/slots?eventTypeId={number}&{rest}");
        for (path, version) in [
            (slots("start=2031-03-04"), "2024-09-04"),
            (slots("start=2031-03-05&end=2031-03-04"), "2024-09-04"),
            (slots("start=x&end=y"), "2024-09-04"),
            (slots("start=2031-03-04&end=2031-03-05&timeZone=Mars/Olympus"), "2024-09-04"),
            (slots("start=2031-03-04&end=2031-03-05&surprise=1"), "2024-09-04"),
            ("/v2/slots?start=2031-03-04&end=2031-03-05".to_owned(), "2024-09-04"),
            ("/v2/bookings?take=0".to_owned(), "2024-08-13"),
            ("/v2/bookings?take=251".to_owned(), "2024-08-13"),
            ("/v2/bookings?skip=-1".to_owned(), "2024-08-13"),
            ("/v2/bookings?status=unheard".to_owned(), "2024-08-13"),
        ] {
            let request = client
                .request(Method::GET, &path)
                .header("cal-api-version", version)
                .bearer_auth(&client.owner_key);
            let answer = client.send(request).await;
            assert_eq!(answer.status, 400, "{path}: {}", answer.text);
            assert_eq!(answer.json()["status"], "error", "{path}");
        }
        let unknown = client.send(client.request(Method::GET, "/v2/nowhere?x=1")).await.expect(404);
        assert_eq!(unknown.message(), "Cannot GET /v2/nowhere?x=1");
    }
}
