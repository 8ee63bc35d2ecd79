//! § 10 of the reference: out of office.

use reqwest::Method;
use serde_json::{Value, json};

use super::tape::Tape;
use crate::harness::Salon;
use crate::harness::salon::{merge, organization};

/// The example of the reference, with something changed.
fn body(change: Value) -> Value {
    let mut body = json!({
        "start": "2031-07-01T00:00:00.000Z", "end": "2031-07-14T23:59:59.999Z", "notes": "summer", "reason": "vacation",
    });
    merge(&mut body, change);
    body
}

on_both_databases! {
    async fn the_endpoints(salon: &mut Salon) {
        let (owner, own) = (Some(salon.tenant.owner_key.as_str()), Some(salon.tenant.provider_key.as_str()));
        let organization = organization(&salon.client(), &salon.tenant.owner_key).await;
        let all = format!("/v2/organizations/{organization}/ooo");
        let base = format!("/v2/organizations/{organization}/users/{}/ooo", salon.tenant.provider_number);
        let mut tape = Tape::new(salon.client());
        tape.ask("organizationId", own, Method::GET, "/v2/me", Value::Null).await;
        let made = tape.ask("POST", own, Method::POST, &base, body(json!({}))).await;
        let entry = format!("{base}/{}", made.data()["id"]);
        let redirected = json!({"start": "2031-06-01T11:12:13Z", "end": "2031-06-01T12:00:00.5Z", "toUserId": 1});
        tape.ask("POST: whole days, toUserId", owner, Method::POST, &base, body(redirected)).await;
        tape.ask("GET of a user", own, Method::GET, &base, Value::Null).await;
        tape.ask("GET, sortStart", own, Method::GET, &format!("{base}?sortStart=asc"), Value::Null).await;
        tape.ask("GET, sortEnd, take, skip", own, Method::GET, &format!("{base}?sortEnd=desc&take=1&skip=1"), Value::Null).await;
        tape.ask("GET of an organization", owner, Method::GET, &all, Value::Null).await;
        tape.ask("GET, email", owner, Method::GET, &format!("{all}?email=nobody@example.org"), Value::Null).await;
        let email = format!("{all}?email=ana@example.org&take=1");
        tape.ask("GET, email", owner, Method::GET, &email, Value::Null).await;
        tape.ask("GET of an organization is its owner's", own, Method::GET, &all, Value::Null).await;
        let change = json!({"start": "2031-07-02T00:00:00.000Z", "end": "2031-07-03T23:59:59.999Z", "reason": "sick", "notes": null});
        tape.ask("PATCH", own, Method::PATCH, &entry, change).await;
        tape.ask("DELETE", own, Method::DELETE, &entry, Value::Null).await;
        tape.ask("404", own, Method::DELETE, &entry, Value::Null).await;
        tape.compare("out_of_office_endpoints");
    }

    async fn the_fields_and_errors(salon: &mut Salon) {
        let key = Some(salon.tenant.provider_key.as_str());
        let organization = organization(&salon.client(), &salon.tenant.owner_key).await;
        let user = salon.tenant.provider_number;
        let base = format!("/v2/organizations/{organization}/users/{user}/ooo");
        let mut tape = Tape::new(salon.client());
        tape.ask("required", key, Method::POST, &base, json!({})).await;
        let rows = [
            ("start", json!({"start": "1 July"})),
            ("end", json!({"end": 7})),
            ("notes: str", json!({"notes": 7})),
            ("toUserId: int", json!({"toUserId": "ana"})),
            ("toUserId: a user of the organization", json!({"toUserId": 2_147_483_000})),
            ("reason: enum", json!({"reason": "bored"})),
            ("400: start after end", json!({"start": "2031-07-15T00:00:00.000Z"})),
            ("400: redirect to self", json!({"toUserId": user})),
        ];
        for (row, change) in rows {
            tape.ask(row, key, Method::POST, &base, body(change)).await;
        }
        let only = json!({"start": "2031-07-01T00:00:00.000Z", "end": "2031-07-14T00:00:00Z"});
        let made = tape.ask("reason: unspecified by default", key, Method::POST, &base, only).await;
        let entry = format!("{base}/{}", made.data()["id"]);
        tape.ask("409", key, Method::POST, &base, body(json!({}))).await;
        tape.ask("400: only one of the pair", key, Method::PATCH, &entry, json!({"start": "2031-07-01T00:00:00Z"})).await;
        tape.ask("400: redirect to self", key, Method::PATCH, &entry, json!({"toUserId": user})).await;
        tape.ask("401", None, Method::GET, &base, Value::Null).await;
        tape.ask("404: another user", key, Method::GET, &format!("/v2/organizations/{organization}/users/1/ooo"), Value::Null).await;
        tape.ask("404: another organization", key, Method::GET, &format!("/v2/organizations/999/users/{user}/ooo"), Value::Null).await;
        tape.compare("out_of_office_fields_and_errors");
    }
}
