//! Who comes to a booking, and where it takes place: added, taken off, changed, taken along.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::salon::Client;
use crate::harness::{Answer, Salon, times};

/// A request of the owner about a booking.
async fn ask(client: &Client, method: Method, path: &str, body: Option<Value>) -> Answer {
    let request = client.bookings(method, path).bearer_auth(&client.owner_key);
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    client.send(request).await
}

fn guests(emails: &[String]) -> Value {
    let guest = |email: &String| json!({"email": email});
    json!({"guests": emails.iter().map(guest).collect::<Vec<_>>()})
}

fn emails(booking: &Value) -> Vec<String> {
    let attendees = booking["attendees"].as_array().expect("a list");
    let email = |attendee: &Value| attendee["email"].as_str().expect("an address").to_owned();
    attendees.iter().map(email).collect()
}

on_both_databases! {
    async fn guests_come_and_go_and_move_along(salon: &mut Salon) {
        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();

        let added = json!({"guests": [
            {"email": "inga@example.org"},
            {"email": "uldis@example.org", "name": "Uldis", "timeZone": "UTC", "language": "lv"},
        ]});
        let added = ask(&client, Method::POST, &format!("/{uid}/guests"), Some(added)).await;
        let everybody = ["ilze@example.org", "inga@example.org", "uldis@example.org"];
        assert_eq!(emails(&added.expect(200).data()), everybody);

        let list = ask(&client, Method::GET, &format!("/{uid}/attendees"), None).await;
        let list = list.expect(200).data();
        let one = format!("/{uid}/attendees/{}", list[1]["id"]);
        let inga = ask(&client, Method::GET, &one, None).await.expect(200).data();
        assert_eq!(inga, list[1]);
        assert_eq!(inga["timeZone"], "Europe/Riga");
        let first = format!("/{uid}/attendees/{}", list[0]["id"]);
        ask(&client, Method::DELETE, &first, None).await.expect(400);
        ask(&client, Method::DELETE, &one, None).await.expect(200);
        ask(&client, Method::DELETE, &one, None).await.expect(404);
        ask(&client, Method::GET, &one, None).await.expect(404);

        let place = json!({"location": {"type": "attendeeDefined", "location": "the park"}});
        let there = ask(&client, Method::PATCH, &format!("/{uid}/location"), Some(place)).await;
        assert_eq!(there.expect(200).data()["location"], "the park");

        let moved = client.reschedule(&uid, times::slot(2)).await.expect(201).data();
        assert_eq!(emails(&moved), ["ilze@example.org", "uldis@example.org"]);
        assert_eq!(moved["attendees"][1]["name"], "Uldis");
        assert_eq!(moved["location"], "the park");
        let new = moved["uid"].as_str().expect("a uid");
        let still = ask(&client, Method::GET, &format!("/{new}/attendees"), None).await;
        assert_eq!(still.expect(200).data()[1]["id"], list[2]["id"]);
        assert_eq!(emails(&client.booking_of(&uid).await.expect(200).data()), emails(&moved));

        let history = client.history(new).await.expect(200).json();
        let kinds: Vec<_> = history["data"].as_array().expect("a list").iter()
            .map(|entry| entry["type"].clone()).collect();
        assert_eq!(kinds, ["BookingPlaced", "AttendeesAdded", "AttendeeRemoved", "LocationChanged", "BookingRescheduled"]);
        let found = ask(&client, Method::GET, "?attendeeEmail=uldis@example.org", None).await;
        assert_eq!(found.expect(200).data().as_array().map(Vec::len), Some(2));
    }

    async fn a_repeated_addition_is_one_addition(salon: &mut Salon) {
        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        let once = async |method: Method, path: String, body: Value| {
            let request = client.bookings(method, &path).bearer_auth(&client.owner_key);
            client.send(request.header("Idempotency-Key", "k-1").json(&body)).await
        };
        let attendee = json!({"name": "Inga", "email": "inga@example.org", "timeZone": "UTC"});
        let uldis = guests(&["uldis@example.org".to_owned()]);
        let place = json!({"location": {"type": "address", "address": "1 Park Lane"}});
        let requests = [
            (Method::POST, format!("/{uid}/attendees"), attendee),
            (Method::POST, format!("/{uid}/guests"), uldis),
            (Method::PATCH, format!("/{uid}/location"), place),
        ];
        let mut answered = Vec::new();
        for (method, path, body) in &requests {
            let answer = once(method.clone(), path.clone(), body.clone()).await;
            assert!(answer.status.is_success(), "{}", answer.text);
            answered.push(answer.text);
        }
        let inga: Value = serde_json::from_str(&answered[0]).expect("is JSON");
        let one = format!("/{uid}/attendees/{}", inga["data"]["id"]);
        let gone = once(Method::DELETE, one.clone(), json!({})).await.expect(200);
        client.cancel(&uid).await.expect(200);
        for ((method, path, body), first) in requests.into_iter().zip(answered) {
            let again = once(method, path, body).await;
            assert_eq!(again.text, first);
            assert_eq!(again.headers["idempotent-replayed"], "true");
        }
        assert_eq!(once(Method::DELETE, one, json!({})).await.text, gone.text);
    }

    async fn racing_additions_never_exceed_thirty(salon: &mut Salon) {
        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        let mut requests = JoinSet::new();
        for request in 0..12 {
            let (client, uid) = (client.clone(), uid.clone());
            requests.spawn(async move {
                let email = |guest| format!("guest-{request}-{guest}@example.org");
                let body = guests(&(0..5).map(email).collect::<Vec<_>>());
                ask(&client, Method::POST, &format!("/{uid}/guests"), Some(body)).await
            });
        }
        let mut added = 0;
        for answer in requests.join_all().await {
            match answer.status.as_u16() {
                200 => added += 5,
                // Full, or another one was faster three times.
                400 | 409 | 429 | 503 => {}
                other => panic!("{other}: {}", answer.text),
            }
        }
        let booking = client.booking_of(&uid).await.expect(200).data();
        assert_eq!(emails(&booking).len(), 1 + added);
        assert!((5..=30).contains(&added), "{added}");
    }

    async fn strangers_may_not_say_who_comes(salon: &mut Salon) {
        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        let make = async |path: &str, body: Value| {
            let request = client.request(Method::POST, path).bearer_auth(&client.owner_key);
            let made = client.send(request.header("Idempotency-Key", "z").json(&body)).await;
            made.expect(201).json()
        };
        let other = make("/v2/providers", json!({
            "name": "Zane", "email": "zane@example.org", "username": "zane", "timeZone": "UTC",
        })).await;
        let key = json!({"label": "zane", "role": "provider", "provider": other["uid"]});
        let key = make("/v2/api-keys", key).await;
        let mut zane = client.clone();
        zane.owner_key = key["secret"].as_str().expect("a secret").to_owned();
        let place = json!({"location": {"type": "address", "address": "1 Park Lane"}});
        for (method, path, body) in [
            (Method::POST, "guests", Some(guests(&["a@example.org".to_owned()]))),
            (Method::GET, "attendees", None),
            (Method::PATCH, "location", Some(place)),
        ] {
            let path = format!("/{uid}/{path}");
            ask(&zane, method.clone(), &path, body.clone()).await.expect(403);
            let nobody = client.bookings(method, &path);
            let nobody = match body { Some(body) => nobody.json(&body), None => nobody };
            let refused = client.send(nobody).await.expect(403);
            assert!(refused.message().starts_with("PermissionsGuard - no authentication provided."));
        }
    }
}
