//! Another tenant's ids are answered exactly as ids that do not exist, on every route, in every place that takes one.

mod asks;
mod ids;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::Value;

use crate::harness::salon::Client;
use crate::harness::{Answer, Salon, times};
use asks::{ASKS, Ask, By};
use ids::{Ids, absent};

/// Members of an answer that differ between any two.
const VOLATILE: [&str; 2] = ["timestamp", "requestId"];

/// Everything of an answer, byte for byte, without the id that was asked for, the time and the request's id.
fn comparable(answer: &Answer, ask: &Ask, ids: &Ids) -> (u16, BTreeMap<String, String>, String) {
    let mut text = answer.text.clone();
    let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    for member in VOLATILE {
        if let Some(value) = body[member].as_str() {
            text = text.replace(value, "VOLATILE");
        }
    }
    let ignored = ["x-request-id", "date", "content-length"];
    let headers = answer.headers.iter();
    let headers = headers.filter(|(name, _)| !ignored.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| {
        let value = value.to_str().expect("headers are ASCII");
        (name.to_string(), ids.hidden(ask, value))
    });
    (
        answer.status.as_u16(),
        headers.collect(),
        ids.hidden(ask, &text),
    )
}

/// Sends an ask as the neighbour; what is asked about is one of `foreign`, all else is the neighbour's own.
async fn sent(client: &Client, ask: &Ask, own: &Ids, foreign: &Ids) -> Answer {
    let at = |slot| times::text(times::slot(slot));
    let filled = |text: &str| {
        let text = own.filled("own ", &foreign.filled("", text));
        let text = text
            .replace("START", &at(40))
            .replace("AT52", &at(52))
            .replace("AT54", &at(54))
            .replace("AT56", &at(56))
            .replace("AT58", &at(58))
            .replace("AT60", &at(60));
        text.replace("DAY30", &times::slot(30).date_naive().to_string())
    };
    let key = match ask.by {
        By::Owner => &own.owner_key,
        By::Provider => &own.provider_key,
    };
    let method = Method::from_bytes(ask.method.as_bytes()).expect("a method");
    let path = filled(ask.at);
    let mut request = client.request(method, &path).bearer_auth(key);
    let once = format!("\"{}\"", uuid::Uuid::from_u128(rand::random()));
    request = request.header("Idempotency-Key", once);
    if let Some((name, value)) = ask.header.split_once(": ") {
        request = request.header(name, filled(value));
    }
    if !ask.version.is_empty() {
        request = request.header("cal-api-version", ask.version);
    }
    if !ask.body.is_empty() {
        request = request
            .header("Content-Type", "application/json")
            .body(filled(ask.body));
    }
    client.send(request).await
}

on_both_databases! {
    async fn another_tenants_ids_answer_like_absent_ones(salon: &mut Salon) {
        let (theirs, own) = two_tenants(salon).await;
        let nobodys = absent();
        let client = salon.client();
        let before = salon.database().integer(FOREIGN_EVENTS).await;
        let mut differences = Vec::new();
        for ask in ASKS.iter().filter(|ask| ask.names_something()) {
            let foreign = sent(&client, ask, &own, &theirs).await;
            let foreign = comparable(&foreign, ask, &theirs);
            let absent = sent(&client, ask, &own, &nobodys).await;
            let absent = comparable(&absent, ask, &nobodys);
            if foreign != absent {
                differences.push(format!("{ask:?}\n  foreign {foreign:?}\n  absent  {absent:?}"));
            }
            assert!(foreign.0 < 500, "{ask:?}: {foreign:?}");
        }
        assert!(differences.is_empty(), "{}", differences.join("\n"));
        // What they were asked to change has not changed, and nothing of theirs was added to.
        let after = salon.database().integer(FOREIGN_EVENTS).await;
        assert_eq!(after, before);
    }

    async fn a_tenants_own_ids_are_found(salon: &mut Salon) {
        // Were the table's requests refused for what is wrong with them, the comparison would be empty.
        let (_, own) = two_tenants(salon).await;
        let nobodys = absent();
        let client = salon.client();
        let mut alike = Vec::new();
        for ask in ASKS.iter().filter(|ask| ask.names_something()) {
            let absent = sent(&client, ask, &own, &nobodys).await;
            let absent = comparable(&absent, ask, &nobodys);
            let found = sent(&client, ask, &own, &own).await;
            if (comparable(&found, ask, &own) == absent) != ask.is_alike {
                alike.push(format!("{ask:?}\n  {absent:?}"));
            }
        }
        assert!(alike.is_empty(), "{}", alike.join("\n"));
    }

    async fn every_route_and_every_id_it_takes_is_in_the_table(salon: &mut Salon) {
        let client = salon.client();
        let document = client.send(client.request(Method::GET, "/openapi.json")).await.expect(200);
        let document = document.json();
        let paths = document["paths"].as_object().expect("the document has paths");
        let mut missing = BTreeSet::new();
        for (path, operations) in paths {
            for (method, operation) in operations.as_object().expect("operations") {
                let asks: Vec<_> = ASKS.iter().filter(|ask| ask.is_of(method, path)).collect();
                if asks.is_empty() {
                    missing.insert(format!("{method} {path}"));
                }
                let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
                for parameter in parameters.iter().filter_map(|parameter| parameter["name"].as_str()) {
                    let is_asked = asks.iter().any(|ask| ask.asks_for(parameter, path));
                    if is_an_id(parameter) && !is_asked {
                        missing.insert(format!("{method} {path} {parameter}"));
                    }
                }
            }
        }
        assert_eq!(missing, BTreeSet::new());
    }
}

/// Two tenants with one of everything, and with wire numbers so long that no other part of an answer equals one.
async fn two_tenants(salon: &Salon) -> (Ids, Ids) {
    // The first of every kind: a counter is made when it is first drawn from.
    Ids::of(salon, &salon.tenant, "first").await;
    // Kinds that stand in one path must not have the same numbers.
    for statement in [
        "update numbers set next = next + 1000000 where kind = 'out-of-office'",
        "update numbers set next = next + 2000000 where kind = 'tenant'",
        "update numbers set next = next + 76543210",
    ] {
        let skipped = salon.database().execute(statement).await;
        skipped.expect("numbers may be skipped");
    }
    let theirs = salon.neighbour("Theirs").await;
    let own = salon.neighbour("Own").await;
    (
        Ids::of(salon, &theirs, "zelma").await,
        Ids::of(salon, &own, "otto").await,
    )
}

/// Events of the other tenant.
const FOREIGN_EVENTS: &str = "
select count(*) from events where tenant = (select tenant from directory where kind = 'username' and name = 'zelma')";

/// Whether a parameter names something of a tenant, by its name.
fn is_an_id(parameter: &str) -> bool {
    let ends = [
        "id",
        "Id",
        "Ids",
        "uid",
        "Uid",
        "username",
        "usernames",
        "Slug",
        "Hold",
        "Reschedule",
    ];
    ends.iter().any(|end| parameter.ends_with(end))
}
