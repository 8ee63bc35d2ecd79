//! `reference` § 1: prefixes, CORS, credentials, versions, envelopes; and what HTTP itself asks for.

use std::collections::BTreeMap;

use chrono::Duration as Span;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::told::{Transcript, assert_transcript};
use crate::harness::salon::Client;
use crate::harness::{Salon, times, until};

const VERSIONS: [&str; 9] = [
    "2024-04-15",
    "2024-06-11",
    "2024-06-14",
    "2024-08-13",
    "2024-09-04",
    "2026-02-25",
    "2026-05-01",
    "2031-01-01",
    "",
];

fn versioned(client: &Client, method: Method, path: &str, version: &str) -> RequestBuilder {
    let request = client.request(method, path);
    match version {
        "" => request,
        version => request.header("cal-api-version", version),
    }
}

on_both_databases! {
    async fn older_spellings_lead_to_the_same_routes(salon: &mut Salon) {
        let (client, mut transcript) = (salon.client(), Transcript::default());
        let path = "slots?eventTypeId=999999&start=2031-03-04&end=2031-03-05";
        for prefix in ["/v2/", "/api/v2/", "/v2/ee/", "/api/v2/ee/"] {
            let request = versioned(&client, Method::GET, &format!("{prefix}{path}"), "2024-09-04");
            transcript.ask(&client, "1.1 rewrites", request).await.expect(404);
        }
        for unknown in ["/v2/reccuring-bookings", "/v2/nowhere?a=b", "/nowhere", "/v2"] {
            transcript.ask(&client, "1.1 unknown", client.request(Method::GET, unknown)).await.expect(404);
        }
        assert_transcript!("conventions_rewrites", transcript);
    }

    async fn browsers_may_ask_from_anywhere(salon: &mut Salon) {
        let (client, mut transcript) = (salon.client(), Transcript::default());
        for path in ["/v2/bookings", "/api/v2/bookings", "/v2/slots/reservations/x", "/v2/nowhere"] {
            let preflight = client.request(Method::OPTIONS, path).header("Origin", "https://app.example.org")
                .header("Access-Control-Request-Method", "PATCH")
                .header("Access-Control-Request-Headers", "cal-api-version, authorization");
            transcript.ask(&client, "1.1 preflight", preflight).await.expect(200);
        }
        let asked = versioned(&client, Method::GET, "/v2/bookings", "2024-08-13").header("Origin", "https://app.example.org");
        let answer = transcript.ask(&client, "1.1 CORS on a failure", asked).await.expect(403);
        for name in ["x-request-id", "x-content-type-options", "x-frame-options", "strict-transport-security",
            "referrer-policy", "cache-control"]
        {
            assert!(answer.headers.contains_key(name), "{name}");
        }
        let named = client.request(Method::GET, "/v2/nowhere").header("X-Request-Id", "my-id-1");
        assert_eq!(client.send(named).await.headers["x-request-id"], "my-id-1");
        assert_transcript!("conventions_cors", transcript);
    }

    async fn other_methods_are_told_what_is_allowed(salon: &mut Salon) {
        let (client, mut transcript) = (salon.client(), Transcript::default());
        for (method, path) in [
            (Method::PUT, "/v2/bookings"),
            (Method::DELETE, "/v2/slots"),
            (Method::POST, "/v2/slots/reservations/x"),
            (Method::PUT, "/v2/me"),
            (Method::POST, "/v2/providers/x"),
        ] {
            transcript.ask(&client, "405 with Allow", client.request(method, path)).await.expect(405);
        }
        let window = format!("/v2/slots?eventTypeId={}&start=2031-03-04&end=2031-03-04", client.event_type);
        for (path, version, status) in [(window.as_str(), "2024-09-04", 200), ("/v2/nowhere", "", 404)] {
            let head = versioned(&client, Method::HEAD, path, version);
            let answer = transcript.ask(&client, "HEAD", head).await.expect(status);
            assert_eq!(answer.text, "");
        }
        assert_transcript!("conventions_methods", transcript);
    }

    async fn credentials_are_taken_in_every_form(salon: &mut Salon) {
        let (client, mut transcript) = (salon.client(), Transcript::default());
        let owner = &salon.tenant.owner_key;
        let list = || versioned(&client, Method::GET, "/v2/schedules", "2024-06-11");
        let bookings = || versioned(&client, Method::GET, "/v2/bookings", "2024-08-13");
        for (row, value) in [("Bearer", format!("Bearer {owner}")), ("bearer", format!("bearer {owner}")), ("bare", owner.clone())] {
            let row = format!("1.2 API key, {row}");
            transcript.ask(&client, &row, list().header("Authorization", value)).await.expect(200);
        }
        let platform = |id: &str, secret: &str| list().header("x-cal-client-id", id).header("x-cal-secret-key", secret);
        transcript.ask(&client, "1.2 client id and secret key", platform(&salon.tenant.id, owner)).await.expect(200);
        let neighbour = salon.neighbour("Other").await;
        for (row, id, secret) in [
            ("secret of another", salon.tenant.id.as_str(), neighbour.owner_key.as_str()),
            ("unknown client", "nobody", owner.as_str()),
            ("unknown secret", salon.tenant.id.as_str(), "cal_none"),
        ] {
            let row = format!("1.2 client id and secret key, {row}");
            transcript.ask(&client, &row, platform(id, secret)).await.expect(401);
        }
        for path in ["/v2/schedules", "/v2/me"] {
            let request = versioned(&client, Method::GET, path, "2024-06-11");
            transcript.ask(&client, "1.2 no credentials", request).await.expect(401);
        }
        let event_type = versioned(&client, Method::POST, "/v2/event-types", "2024-06-14").json(&json!({}));
        transcript.ask(&client, "1.2 no credentials", event_type).await.expect(401);
        transcript.ask(&client, "1.2 unknown key", list().bearer_auth("cal_none")).await.expect(401);
        let expired = json!({"label": "old", "role": "agent", "expiresAt": times::answered(times::now() + Span::seconds(2))});
        let expired = client.request(Method::POST, "/v2/api-keys").bearer_auth(owner).json(&expired)
            .header("Idempotency-Key", "\"old\"");
        let issued = client.send(expired).await.expect(201).json();
        let old_key = issued["secret"].as_str().expect("a key is text");
        until("the key expires", async || {
            (client.send(list().bearer_auth(old_key)).await.status == 401).then_some(())
        })
        .await;
        transcript.ask(&client, "1.2 expired key", list().bearer_auth(old_key)).await.expect(401);
        let slots = versioned(&client, Method::GET, "/v2/slots?eventTypeId=1", "2024-09-04").bearer_auth("cal_none");
        transcript.ask(&client, "1.2 unknown key where none is needed", slots).await.expect(401);
        transcript.ask(&client, "1.2 token that is not valid", list().bearer_auth("a.b.c")).await.expect(401);
        transcript.ask(&client, "1.2 no credentials, guarded", bookings()).await.expect(403);
        for path in ["confirm", "decline", "mark-absent"] {
            let guarded = versioned(&client, Method::POST, &format!("/v2/bookings/x/{path}"), "2024-08-13");
            transcript.ask(&client, "1.2 no credentials, guarded", guarded).await.expect(403);
        }
        assert_transcript!("conventions_credentials", transcript);
    }

    async fn versions_lead_to_their_areas(salon: &mut Salon) {
        let client = salon.client();
        let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (area, method, path) in [
            ("slots", Method::GET, "/v2/slots"),
            ("reservations", Method::POST, "/v2/slots/reservations"),
            ("a reservation", Method::PATCH, "/v2/slots/reservations/x"),
            ("slots, older", Method::GET, "/v2/slots/available"),
            ("reserve, older", Method::POST, "/v2/slots/reserve"),
            ("me", Method::GET, "/v2/me"),
        ] {
            for version in VERSIONS {
                let answer = client.send(versioned(&client, method.clone(), path, version)).await;
                let is_there = answer.status != 404 || !answer.text.contains("Cannot ");
                let version = if version.is_empty() { "none" } else { version };
                found.entry(area).or_default().push(format!("{version}: {is_there}"));
            }
        }
        insta::with_settings!({
            snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true
        }, {
            insta::assert_json_snapshot!("conventions_versions", found);
        });
        // The two consequences of § 1.3.
        let mut transcript = Transcript::default();
        let path = "/v2/slots?eventTypeId=999999&start=2031-03-04&end=2031-03-05";
        transcript.ask(&client, "1.3 slots", versioned(&client, Method::GET, path, "2024-08-13")).await.expect(404);
        let bookings = versioned(&client, Method::GET, "/v2/bookings?take=5", "2024-09-04");
        transcript.ask(&client, "1.3 bookings", bookings).await.expect(404);
        assert_transcript!("conventions_wrong_versions", transcript);
    }

    async fn failures_have_their_forms(salon: &mut Salon) {
        let (client, mut transcript) = (salon.client(), Transcript::default());
        let provider = &salon.tenant.provider_key;
        let schedule = versioned(&client, Method::POST, "/v2/schedules", "2024-06-11").bearer_auth(provider)
            .json(&json!({"name": "S", "timeZone": "Mars/Olympus", "surprise": 1}));
        transcript.ask(&client, "1.5 validation that drops", schedule).await.expect(400);
        let booking = client.bookings(Method::POST, "").json(&json!({"eventTypeId": 999_999, "start": "x", "surprise": 1}));
        transcript.ask(&client, "1.5 validation that rejects", booking).await.expect(400);
        let absent = "/v2/slots?eventTypeId=999999&start=2031-03-04&end=2031-03-05";
        let absent = versioned(&client, Method::GET, absent, "2024-09-04");
        transcript.ask(&client, "1.5 exception", absent).await.expect(404);
        let no_cancelling = salon.event_type(json!({"slug": "kept", "disableCancelling": {"disabled": true}})).await;
        let mut kept = client.clone();
        kept.event_type = no_cancelling;
        let start = "2031-03-04T09:00:00Z".parse().expect("an instant");
        let uid = kept.book(start).await.expect(201).uid();
        let cancel = client.bookings(Method::POST, &format!("/{uid}/cancel")).json(&json!({}));
        let raw = client.send(cancel).await.expect(400).json();
        assert_eq!(raw["statusCode"], 400);
        assert!(raw["message"].is_string() && raw.get("status").is_none(), "{raw}");
        let confirm = client.bookings(Method::POST, &format!("/{uid}/confirm")).bearer_auth(provider);
        let procedure = client.send(confirm).await.expect(400).json();
        assert_eq!(procedure["error"]["code"], "TRPCError");
        assert!(procedure["error"].get("details").is_none(), "{procedure}");
        assert_transcript!("conventions_failures", transcript);
    }
}
