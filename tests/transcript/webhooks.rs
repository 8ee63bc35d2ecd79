//! § 7 of the reference: webhooks.

use daybook::domain::webhook::Trigger;
use reqwest::Method;
use serde_json::{Value, json};

use super::tape::Tape;
use crate::harness::Salon;
use crate::harness::salon::merge;

const URL: &str = "https://hooks.example.org/cal";

/// The example of the reference, with something changed.
fn body(change: Value) -> Value {
    let triggers = json!(["BOOKING_CREATED", "BOOKING_CANCELLED"]);
    let mut body =
        json!({"subscriberUrl": URL, "triggers": triggers, "active": true, "secret": "s3"});
    merge(&mut body, change);
    body
}

/// Every row of the table of endpoints, below one path.
async fn endpoints(salon: &Salon, base: &str, tape: &mut Tape) {
    let key = Some(salon.tenant.provider_key.as_str());
    let made = tape
        .ask("POST", key, Method::POST, base, body(json!({})))
        .await;
    let path = format!("{base}/{}", made.data()["id"].as_str().expect("a uuid"));
    let other = json!({"subscriberUrl": format!("{URL}/2"), "secret": null});
    tape.ask("POST, another", key, Method::POST, base, body(other))
        .await;
    tape.ask("GET", key, Method::GET, base, Value::Null).await;
    let page = format!("{base}?take=1&skip=1");
    tape.ask("GET, take and skip", key, Method::GET, &page, Value::Null)
        .await;
    tape.ask("GET one", key, Method::GET, &path, Value::Null)
        .await;
    let change = json!({"active": false, "secret": null, "payloadTemplate": "{{title}}"});
    tape.ask("PATCH", key, Method::PATCH, &path, change).await;
    let taken = json!({"subscriberUrl": format!("{URL}/2")});
    tape.ask("409", key, Method::PATCH, &path, taken).await;
    tape.ask("409", key, Method::POST, base, body(json!({})))
        .await;
    tape.ask(
        "DELETE, the removed object",
        key,
        Method::DELETE,
        &path,
        Value::Null,
    )
    .await;
    tape.ask("404", key, Method::GET, &path, Value::Null).await;
    tape.ask("404", key, Method::PATCH, &path, json!({"active": true}))
        .await;
    tape.ask("404", key, Method::DELETE, &path, Value::Null)
        .await;
    let odd = format!("{base}/7");
    tape.ask("404, not a uuid", key, Method::GET, &odd, Value::Null)
        .await;
}

on_both_databases! {
    async fn the_endpoints_of_a_user(salon: &mut Salon) {
        let mut tape = Tape::new(salon.client());
        endpoints(salon, "/v2/webhooks", &mut tape).await;
        tape.compare("webhooks_of_a_user");
    }

    async fn the_endpoints_of_an_event_type(salon: &mut Salon) {
        let mut tape = Tape::new(salon.client());
        let base = format!("/v2/event-types/{}/webhooks", salon.tenant.event_type);
        endpoints(salon, &base, &mut tape).await;
        let key = Some(salon.tenant.provider_key.as_str());
        tape.ask("DELETE all", key, Method::DELETE, &base, Value::Null).await;
        let nobodys = "/v2/event-types/2147483000/webhooks";
        tape.ask("404", key, Method::GET, nobodys, Value::Null).await;
        tape.compare("webhooks_of_an_event_type");
    }

    async fn the_fields(salon: &mut Salon) {
        let key = Some(salon.tenant.provider_key.as_str());
        let mut tape = Tape::new(salon.client());
        tape.ask("all required", key, Method::POST, "/v2/webhooks", json!({})).await;
        let rows = [
            ("subscriberUrl: url", json!({"subscriberUrl": "hooks.example.org"})),
            ("subscriberUrl: private addresses", json!({"subscriberUrl": "http://10.0.0.1/hook"})),
            ("subscriberUrl: no password", json!({"subscriberUrl": "https://ana:pw@hooks.example.org/"})),
            ("triggers: enum[]", json!({"triggers": ["booking_created"]})),
            ("triggers: each once", json!({"triggers": ["BOOKING_PAID", "BOOKING_PAID"]})),
            ("active: bool", json!({"active": "yes"})),
            ("payloadTemplate: str", json!({"payloadTemplate": 7})),
            ("secret: str", json!({"secret": 7})),
            ("version: 2021-10-20", json!({"version": "2025-01-01"})),
        ];
        for (row, change) in rows {
            tape.ask(row, key, Method::POST, "/v2/webhooks", body(change)).await;
        }
        let every = json!({
            "triggers": Trigger::TEXTS, "payloadTemplate": "{\"t\":\"{{title}}\"}", "version": "2021-10-20", "unknown": 1,
        });
        tape.ask("every field and trigger; unknown ones are dropped", key, Method::POST, "/v2/webhooks", body(every)).await;
        tape.compare("webhooks_fields");
    }

    async fn the_errors(salon: &mut Salon) {
        let mut tape = Tape::new(salon.client());
        tape.ask("401", None, Method::GET, "/v2/webhooks", Value::Null).await;
        tape.ask("401", Some("cal_unknown"), Method::GET, "/v2/webhooks", Value::Null).await;
        let owner = Some(salon.tenant.owner_key.as_str());
        let another = json!({"name": "Kai", "email": "kai@example.org", "username": "kai", "timeZone": "UTC"});
        let kai = salon.client().request(Method::POST, "/v2/providers").bearer_auth(&salon.tenant.owner_key)
            .header("Idempotency-Key", "kai").json(&another);
        let kai = salon.client().send(kai).await.expect(201).json();
        let issue = json!({"label": "kai", "role": "provider", "provider": kai["uid"]});
        let issue = salon.client().request(Method::POST, "/v2/api-keys").bearer_auth(&salon.tenant.owner_key)
            .header("Idempotency-Key", "key").json(&issue);
        let secret = salon.client().send(issue).await.expect(201).json()["secret"].as_str().expect("a secret").to_owned();
        let base = format!("/v2/event-types/{}/webhooks", salon.tenant.event_type);
        tape.ask("403: another user's event type", Some(&secret), Method::GET, &base, Value::Null).await;
        tape.ask("403: another user's event type", Some(&secret), Method::POST, &base, body(json!({}))).await;
        tape.ask("an owner speaks for it", owner, Method::POST, &base, body(json!({}))).await;
        tape.ask("201: an address is unique per user, and per event type", owner, Method::POST, "/v2/webhooks", body(json!({}))).await;
        tape.ask("take: 1 to 250", owner, Method::GET, "/v2/webhooks?take=251", Value::Null).await;
        tape.ask("skip: 0 or more", owner, Method::GET, "/v2/webhooks?skip=-1", Value::Null).await;
        tape.compare("webhooks_errors");
    }
}
