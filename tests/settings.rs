//! Settings (profile, schedules, event types): changes at the same time are merged, never lost.

use std::collections::BTreeSet;

use daybook::domain::Command;
use daybook::domain::id::TenantId;
use daybook::domain::tenant::{TenantCommand, TenantSettings};
use daybook::ledger::record::StreamKey;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{Answer, Library, Salon, times};

/// Sends each change at once; what is answered 200 must be in the resource afterwards. A change that lost too often is
/// told so (503), and has written nothing.
async fn change_at_once(salon: &Salon, path: &str, version: &'static str, changes: &[Value]) {
    let mut asked = JoinSet::new();
    for (number, change) in changes.iter().enumerate() {
        let (client, key) = (salon.client(), salon.tenant.provider_key.clone());
        let (path, change) = (path.to_owned(), change.clone());
        asked.spawn(async move {
            let request = client
                .request(Method::PATCH, &path)
                .header("cal-api-version", version)
                .header("Idempotency-Key", format!("\"change-{number}\""))
                .bearer_auth(key)
                .json(&change);
            (change, client.send(request).await)
        });
    }
    let answers = asked.join_all().await;
    let now = read(salon, path, version).await;
    let mut merged = 0;
    for (change, answer) in answers {
        match answer.status.as_u16() {
            200 => merged += 1,
            503 => continue,
            other => panic!("{other}: {}", answer.text),
        }
        for (name, value) in change.as_object().expect("is an object") {
            assert_eq!(now[name], *value, "{path} lost a change of {name}");
        }
    }
    assert!(0 < merged);
}

/// The resource itself, in Cal.com's envelope or without.
async fn read(salon: &Salon, path: &str, version: &str) -> Value {
    let client = salon.client();
    let request = client
        .request(Method::GET, path)
        .header("cal-api-version", version)
        .bearer_auth(&salon.tenant.provider_key);
    let answer = client.send(request).await.expect(200).json();
    answer.get("data").cloned().unwrap_or(answer)
}

async fn patch_provider(salon: &Salon, key: &str, version: &str, change: Value) -> Answer {
    let client = salon.client();
    let path = format!("/v2/providers/{}", salon.tenant.provider_uid);
    let request = client
        .request(Method::PATCH, &path)
        .header("Idempotency-Key", key)
        .header("If-Match", version)
        .bearer_auth(&salon.tenant.provider_key)
        .json(&change);
    client.send(request).await
}

on_both_databases! {
    async fn an_older_tenant_gets_its_number_when_it_is_asked_for(salon: &mut Salon) {
        let library = Library::open(salon, times::now()).await;
        let tenant = TenantId::from_uuid(library.ids.uuid());
        let settings = TenantSettings { name: "Older".to_owned(), slug: "older".to_owned() };
        let create = Command::Tenant(TenantCommand::Create(settings));
        library.command(StreamKey::tenant(tenant), vec![create]).await.expect("it is created");
        library.close().await;
        let id = tenant.to_string();
        let zane = ["provider", "add", "--tenant", &id, "--name", "Zane", "--email", "zane@example.org",
            "--username", "zane", "--time-zone", "UTC"];
        salon.program().json(&zane).await;
        let added = ["key", "add", "--tenant", &id, "--role", "owner", "--provider", "zane"];
        let key = salon.program().json(&added).await["apiKey"].as_str().expect("a key").to_owned();
        let client = salon.client();
        let mut asked = JoinSet::new();
        for _ in 0..8 {
            let (client, key) = (client.clone(), key.clone());
            asked.spawn(async move {
                let me = client.request(Method::GET, "/v2/me").bearer_auth(key);
                client.send(me).await.expect(200).data()["organizationId"].as_i64().expect("a number")
            });
        }
        let numbers: BTreeSet<i64> = asked.join_all().await.into_iter().collect();
        assert_eq!(numbers.len(), 1, "{numbers:?}");
        let numbered = "select count(*) from events where event_type = 'TenantNumbered'";
        assert_eq!(salon.database().integer(numbered).await, 2);
    }

    async fn changes_at_the_same_time_are_all_kept(salon: &mut Salon) {
        let provider = format!("/v2/providers/{}", salon.tenant.provider_uid);
        let profile = ["specialty", "badge", "education", "degree", "certifications"]
            .map(|name| json!({name: name}));
        change_at_once(salon, &provider, "2024-06-14", &profile).await;

        let me = [json!({"bio": "walks"}), json!({"timeFormat": 24}), json!({"weekStart": "Friday"}),
            json!({"avatarUrl": "https://example.org/a.png"})];
        change_at_once(salon, "/v2/me", "2024-06-14", &me).await;

        let event_type = format!("/v2/event-types/{}", salon.tenant.event_type);
        let settings = [json!({"description": "about"}), json!({"offsetStart": 5}), json!({"hidden": true}),
            json!({"slotInterval": 15}), json!({"afterEventBuffer": 10})];
        change_at_once(salon, &event_type, "2024-06-14", &settings).await;

        let schedule = read(salon, "/v2/me", "2024-06-11").await["defaultScheduleId"].clone();
        let opening = [json!({"name": "Studio"}), json!({"timeZone": "Europe/Riga"}),
            json!({"overrides": [{"date": "2031-03-06", "startTime": "12:00", "endTime": "15:00"}]})];
        change_at_once(salon, &format!("/v2/schedules/{schedule}"), "2024-06-11", &opening).await;
    }

    async fn of_two_changes_of_one_version_the_second_is_told(salon: &mut Salon) {
        let created = "\"2\"";
        let (one, two) = tokio::join!(
            patch_provider(salon, "\"a\"", created, json!({"badge": "new"})),
            patch_provider(salon, "\"b\"", created, json!({"degree": "MD"})),
        );
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "{} {}", one.text, two.text);
    }

    async fn of_many_refreshes_of_one_key_one_issues_another(salon: &mut Salon) {
        let mut asked = JoinSet::new();
        for _ in 0..crate::harness::count(8, 100) {
            let (client, key) = (salon.client(), salon.tenant.provider_key.clone());
            asked.spawn(async move {
                let request = client.request(Method::POST, "/v2/api-keys/refresh").bearer_auth(key);
                client.send(request.json(&json!({}))).await
            });
        }
        let mut answers = asked.join_all().await;
        answers.sort_by_key(|answer| answer.status);
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        assert_eq!(statuses[0], 200, "{statuses:?}");
        assert!(statuses[1..].iter().all(|status| *status == 401), "{statuses:?}");
        let key = answers[0].data()["apiKey"].as_str().expect("a key").to_owned();
        let client = salon.client();
        client.send(client.request(Method::GET, "/v2/me").bearer_auth(key)).await.expect(200);
    }

    async fn profile_and_default_schedule_change_as_one(salon: &mut Salon) {
        let client = salon.client();
        let add = client
            .request(Method::POST, "/v2/schedules")
            .header("cal-api-version", "2024-06-11")
            .bearer_auth(&salon.tenant.provider_key)
            .json(&json!({"name": "Studio", "timeZone": "Europe/Riga", "isDefault": false}));
        let schedule = client.send(add).await.expect(201).data()["id"].clone();
        let ask = |change: Value| {
            let request = client
                .request(Method::PATCH, "/v2/me")
                .bearer_auth(&salon.tenant.provider_key)
                .json(&change);
            client.send(request)
        };

        let both = ask(json!({"bio": "walks", "defaultScheduleId": schedule})).await.expect(200).data();
        assert_eq!((&both["bio"], &both["defaultScheduleId"]), (&json!("walks"), &schedule));
        assert_eq!(read(salon, "/v2/me", "2024-06-14").await, both);

        let neither = ask(json!({"bio": "runs", "defaultScheduleId": 2_000_000_000})).await;
        assert_eq!(neither.status, 404);
        assert_eq!(read(salon, "/v2/me", "2024-06-14").await, both);
    }
}
