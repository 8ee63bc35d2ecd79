//! Webhooks are kept like everything else: one address once per user, changes merged, removed with what they watch.

use daybook::domain::Command;
use daybook::domain::event_type::EventTypeCommand;
use daybook::ledger::record::StreamKey;
use daybook::ledger::unit::NameKind;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::salon::Client;
use crate::harness::{Answer, Library, Salon, count, times};

const URL: &str = "https://hooks.example.org/cal";

fn body(url: &str) -> Value {
    json!({"subscriberUrl": url, "triggers": ["BOOKING_CREATED"], "active": true, "secret": "s3"})
}

async fn ask(
    client: &Client,
    key: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Answer {
    let request = client.request(method, path).bearer_auth(key);
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    client.send(request).await
}

async fn post(client: &Client, key: &str, path: &str, url: &str) -> Answer {
    ask(client, key, Method::POST, path, Some(body(url))).await
}

async fn listed(client: &Client, key: &str, path: &str) -> Vec<String> {
    let answer = ask(client, key, Method::GET, path, None).await.expect(200);
    let data = answer.data();
    let all = data.as_array().expect("a list");
    let urls = all.iter().map(|webhook| webhook["subscriberUrl"].as_str());
    urls.map(|url| url.expect("is text").to_owned()).collect()
}

fn id(answer: &Answer) -> String {
    answer.data()["id"].as_str().expect("a uuid").to_owned()
}

/// The statuses of the same request sent many times at once.
async fn at_once(salon: &Salon, path: &str, url: &str) -> Vec<u16> {
    let mut asked = JoinSet::new();
    for _ in 0..count(8, 50) {
        let (client, key) = (salon.client(), salon.tenant.provider_key.clone());
        let (path, url) = (path.to_owned(), url.to_owned());
        asked.spawn(async move { post(&client, &key, &path, &url).await.status.as_u16() });
    }
    let mut statuses = asked.join_all().await;
    statuses.sort_unstable();
    statuses
}

on_both_databases! {
    async fn one_address_is_one_webhook_of_a_user_even_under_race(salon: &mut Salon) {
        let of_type = format!("/v2/event-types/{}/webhooks", salon.tenant.event_type);
        for path in ["/v2/webhooks", &of_type] {
            let statuses = at_once(salon, path, URL).await;
            let (won, lost) = statuses.split_first().expect("some were sent");
            assert_eq!(*won, 201);
            assert!(lost.iter().all(|status| *status == 409), "{statuses:?}");
        }
        let (client, tenant) = (salon.client(), &salon.tenant);
        let again = post(&client, &tenant.provider_key, "/v2/webhooks", URL).await.expect(409);
        assert_eq!(again.message(), "Webhook with this subscriber url already exists for this user");
        post(&client, &tenant.owner_key, "/v2/webhooks", URL).await.expect(201);
    }

    async fn an_address_is_free_again_once_its_webhook_is_changed_or_removed(salon: &mut Salon) {
        let (client, key) = (salon.client(), &salon.tenant.provider_key);
        let first = post(&client, key, "/v2/webhooks", URL).await.expect(201);
        let path = format!("/v2/webhooks/{}", id(&first));
        let other = json!({"subscriberUrl": "https://hooks.example.org/other"});
        ask(&client, key, Method::PATCH, &path, Some(other)).await.expect(200);
        let second = post(&client, key, "/v2/webhooks", URL).await.expect(201);
        let back = ask(&client, key, Method::PATCH, &path, Some(json!({"subscriberUrl": URL}))).await;
        back.expect(409);
        let second = format!("/v2/webhooks/{}", id(&second));
        let removed = ask(&client, key, Method::DELETE, &second, None).await.expect(200);
        assert_eq!(removed.data()["subscriberUrl"], URL);
        ask(&client, key, Method::GET, &second, None).await.expect(404);
        ask(&client, key, Method::PATCH, &path, Some(json!({"subscriberUrl": URL}))).await.expect(200);
        assert_eq!(listed(&client, key, "/v2/webhooks").await, [URL]);
    }

    async fn changes_of_a_webhook_at_the_same_time_are_all_kept(salon: &mut Salon) {
        let (client, key) = (salon.client(), salon.tenant.provider_key.clone());
        let made = post(&client, &key, "/v2/webhooks", URL).await.expect(201);
        let path = format!("/v2/webhooks/{}", id(&made));
        let changes = [json!({"active": false}), json!({"secret": null}), json!({"payloadTemplate": "{{title}}"})];
        let mut asked = JoinSet::new();
        for change in changes {
            let (client, key, path) = (client.clone(), key.clone(), path.clone());
            asked.spawn(async move {
                let answer = ask(&client, &key, Method::PATCH, &path, Some(change.clone())).await;
                (change, answer)
            });
        }
        let answers = asked.join_all().await;
        let now = ask(&client, &key, Method::GET, &path, None).await.expect(200).data();
        for (change, answer) in answers {
            answer.expect(200);
            for (name, value) in change.as_object().expect("an object") {
                assert_eq!(now[name], *value, "lost {name}");
            }
        }
    }

    async fn webhooks_go_with_their_event_type(salon: &mut Salon) {
        let (client, key) = (salon.client(), salon.tenant.provider_key.clone());
        let event_type = salon.event_type(json!({"slug": "gone"})).await;
        let path = format!("/v2/event-types/{event_type}/webhooks");
        let mut made = Vec::new();
        for number in 0..3 {
            let url = format!("https://hooks.example.org/{number}");
            made.push(id(&post(&client, &key, &path, &url).await.expect(201)));
        }
        let mut racing = JoinSet::new();
        for number in 3..count(9, 30) {
            let (client, key, path) = (client.clone(), key.clone(), path.clone());
            racing.spawn(async move {
                post(&client, &key, &path, &format!("https://hooks.example.org/{number}")).await
            });
        }
        let gone = client.request(Method::DELETE, &format!("/v2/event-types/{event_type}"))
            .header("cal-api-version", "2024-06-14").bearer_auth(&key);
        client.send(gone).await.expect(200);
        for answer in racing.join_all().await {
            assert!([201, 404].contains(&answer.status.as_u16()), "{}", answer.text);
        }
        let answer = ask(&client, &key, Method::GET, &path, None).await.expect(404);
        assert_eq!(answer.message(), format!("Event type with id {event_type} not found"));
        ask(&client, &key, Method::GET, &format!("{path}/{}", made[0]), None).await.expect(404);
        // Neither a row nor a name is left of them.
        assert_eq!(salon.database().integer("select count(*) from webhooks").await, 0);
        let names = "select count(*) from directory where kind = 'subscriber-url'";
        assert_eq!(salon.database().integer(names).await, 0);
    }

    async fn a_webhook_that_a_crash_left_behind_goes_when_the_deletion_is_repeated(salon: &mut Salon) {
        let (client, key) = (salon.client(), salon.tenant.provider_key.clone());
        let event_type = salon.event_type(json!({"slug": "gone"})).await;
        post(&client, &key, &format!("/v2/event-types/{event_type}/webhooks"), URL).await.expect(201);
        // The deletion without what is linked with it: what is left when a server dies before it sweeps.
        let library = Library::open(salon, times::now()).await;
        let found = library.ledger.find(NameKind::EventType, "", &event_type.to_string()).await;
        let target = found.expect("the database answers").expect("it is there").target;
        let id = target["eventType"].as_str().map(str::parse).expect("a name leads to a UUID").expect("a UUID");
        let delete = Command::EventType(EventTypeCommand::Delete);
        let gone = library.command(StreamKey::event_type(salon.tenant_id(), id), vec![delete]).await;
        gone.expect("nothing is in its way");
        library.close().await;
        let webhooks = async || salon.database().integer("select count(*) from webhooks").await;
        assert_eq!(webhooks().await, 1);
        let path = format!("/v2/event-types/{event_type}");
        let again = client.request(Method::DELETE, &path).header("cal-api-version", "2024-06-14");
        client.send(again.bearer_auth(&key)).await.expect(404);
        assert_eq!(webhooks().await, 0);
    }

    async fn all_webhooks_of_an_event_type_are_removed_at_once(salon: &mut Salon) {
        let (client, key) = (salon.client(), salon.tenant.provider_key.clone());
        let path = format!("/v2/event-types/{}/webhooks", salon.tenant.event_type);
        post(&client, &key, "/v2/webhooks", URL).await.expect(201);
        for number in 0..2 {
            post(&client, &key, &path, &format!("{URL}/{number}")).await.expect(201);
        }
        let remove = async || {
            let request = client.request(Method::DELETE, &path).bearer_auth(&key);
            client.send(request.header("Idempotency-Key", "all")).await.expect(200)
        };
        let first = remove().await;
        assert_eq!(first.data(), json!("2 webhooks deleted"));
        post(&client, &key, &path, URL).await.expect(201);
        assert_eq!(remove().await.text, first.text);
        assert_eq!(listed(&client, &key, &path).await, [URL]);
        assert_eq!(listed(&client, &key, "/v2/webhooks").await, [URL]);
        let removed = ask(&client, &key, Method::DELETE, &path, None).await.expect(200);
        assert_eq!(removed.data(), json!("1 webhooks deleted"));
        for _ in 0..2 {
            let none = client.request(Method::DELETE, &path).bearer_auth(&key).header("Idempotency-Key", "none");
            assert_eq!(client.send(none).await.expect(200).data(), json!("0 webhooks deleted"));
        }
    }

    async fn others_webhooks_are_answered_as_absent(salon: &mut Salon) {
        let (client, tenant) = (salon.client(), &salon.tenant);
        let owners = id(&post(&client, &tenant.owner_key, "/v2/webhooks", URL).await.expect(201));
        let providers = id(&post(&client, &tenant.provider_key, "/v2/webhooks", URL).await.expect(201));
        let of_type = format!("/v2/event-types/{}/webhooks", tenant.event_type);
        let types = id(&post(&client, &tenant.provider_key, &of_type, URL).await.expect(201));
        for (key, webhook) in [(&tenant.provider_key, &owners), (&tenant.owner_key, &providers), (&tenant.owner_key, &types)] {
            for method in [Method::GET, Method::DELETE, Method::PATCH] {
                let body = (method == Method::PATCH).then(|| json!({"active": false}));
                let answer = ask(&client, key, method, &format!("/v2/webhooks/{webhook}"), body).await.expect(404);
                assert_eq!(answer.message(), format!("Webhook ({webhook}) not found"));
            }
        }
        // The owner speaks for everybody's event types; another provider does not.
        ask(&client, &tenant.owner_key, Method::GET, &format!("{of_type}/{types}"), None).await.expect(200);
        assert_eq!(listed(&client, &tenant.provider_key, "/v2/webhooks").await, [URL]);
    }

    async fn a_user_has_so_many_webhooks_and_no_more(salon: &mut Salon) {
        let (client, key) = (salon.client(), &salon.tenant.provider_key);
        for number in 0..daybook::domain::webhook::WEBHOOKS_MAX {
            post(&client, key, "/v2/webhooks", &format!("{URL}/{number}")).await.expect(201);
        }
        let refused = post(&client, key, "/v2/webhooks", URL).await.expect(400);
        assert_eq!(refused.message(), "More than 50 webhooks.");
        let page = listed(&client, key, "/v2/webhooks?take=2&skip=7").await;
        assert_eq!(page, [format!("{URL}/7"), format!("{URL}/8")]);
    }

    async fn private_addresses_are_refused_unless_they_are_named(salon: &mut Salon) {
        let (client, key) = (salon.client(), salon.tenant.provider_key.clone());
        for url in ["http://127.0.0.1:9/", "http://169.254.169.254/latest", "http://localhost/", "http://[::1]/"] {
            let refused = post(&client, &key, "/v2/webhooks", url).await.expect(400);
            assert!(refused.message().starts_with("Webhook URL is not allowed: "), "{}", refused.text);
        }
        salon.kill();
        salon.start_with("DAYBOOK_WEBHOOK_ALLOW_HOSTS", "127.0.0.1,localhost");
        let restarted = salon.client();
        post(&restarted, &key, "/v2/webhooks", "http://127.0.0.1:9/").await.expect(201);
        post(&restarted, &key, "/v2/webhooks", "http://localhost/").await.expect(201);
        post(&restarted, &key, "/v2/webhooks", "http://127.0.0.2/").await.expect(400);
    }

    async fn repeated_requests_get_their_recorded_answers(salon: &mut Salon) {
        let (client, key) = (salon.client(), &salon.tenant.provider_key);
        let send = async |method: Method, path: &str, once: &str, body: Option<Value>| {
            let request = client.request(method, path).bearer_auth(key).header("Idempotency-Key", once);
            let request = match body {
                Some(body) => request.json(&body),
                None => request,
            };
            client.send(request).await
        };
        let create = async || send(Method::POST, "/v2/webhooks", "create", Some(body(URL))).await;
        let created = create().await.expect(201);
        let path = format!("/v2/webhooks/{}", id(&created));
        let change = async || send(Method::PATCH, &path, "change", Some(json!({"secret": "s4"}))).await;
        let changed = change().await.expect(200);
        assert_eq!(changed.data()["secret"], "s4");
        let taken = async || send(Method::POST, "/v2/webhooks", "taken", Some(body(URL))).await;
        let refused = taken().await.expect(409);
        let remove = async || send(Method::DELETE, &path, "remove", None).await;
        let removed = remove().await.expect(200);
        assert_eq!(removed.data(), changed.data());
        assert_eq!(create().await.expect(201).text, created.text);
        assert_eq!(change().await.expect(200).text, changed.text);
        assert_eq!(remove().await.expect(200).text, removed.text);
        assert_eq!(taken().await.expect(409).message(), refused.message());
        assert_eq!(listed(&client, key, "/v2/webhooks").await, [] as [&str; 0]);
    }
}
