//! Several bookings in one request: each with an answer of its own, or all or none.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::salon::{Client, merge};
use crate::harness::{Answer, Salon, count, times, until};
use crate::hosts::Team;

/// The batch of bodies, as the owner.
async fn send(client: &Client, body: &Value, key: &str) -> reqwest::Result<Answer> {
    let request = client
        .request(Method::POST, "/v2/bookings/batch")
        .bearer_auth(&client.owner_key)
        .header("Idempotency-Key", format!("\"{key}\""))
        .json(body);
    client.try_send(request).await
}

async fn batch(client: &Client, bookings: &[Value], key: &str) -> Answer {
    let body = json!({ "bookings": bookings });
    send(client, &body, key).await.expect("the server answers")
}

async fn atomic(client: &Client, bookings: &[Value], key: &str) -> Answer {
    let body = json!({"bookings": bookings, "atomic": true});
    send(client, &body, key).await.expect("the server answers")
}

/// The body that books an event type.
fn of(client: &Client, event_type: i64, start: DateTime<Utc>, more: Value) -> Value {
    let mut body = client.booking(start);
    body["eventTypeId"] = json!(event_type);
    merge(&mut body, more);
    body
}

fn plain(client: &Client, slot: usize) -> Value {
    client.booking(times::slot(slot))
}

fn statuses(answer: &Answer) -> Vec<i64> {
    let results = answer.json()["results"].clone();
    let results = results.as_array().expect("results").clone();
    for (index, result) in results.iter().enumerate() {
        assert_eq!(result["index"], index, "{}", answer.text);
    }
    let status = |result: &Value| result["status"].as_i64().expect("a status");
    results.iter().map(status).collect()
}

fn kinds(answer: &Answer) -> Vec<String> {
    let results = answer.json()["results"].clone();
    let results = results.as_array().expect("results").clone();
    let kind = |result: &Value| {
        let kind = result["problem"]["type"].as_str().unwrap_or("");
        kind.rsplit('/').next().unwrap_or_default().to_owned()
    };
    results.iter().map(kind).collect()
}

async fn bookings(salon: &Salon) -> i64 {
    let query = "select count(*) from bookings";
    salon.database().integer(query).await
}

async fn events(salon: &Salon) -> i64 {
    salon
        .database()
        .integer("select count(*) from events")
        .await
}

/// Weekly, four times by default.
async fn weekly(salon: &Salon) -> i64 {
    let recurrence = json!({"interval": 1, "occurrences": 4, "frequency": "weekly"});
    salon
        .event_type(json!({"slug": "weekly", "recurrence": recurrence}))
        .await
}

on_both_databases! {
    async fn each_booking_has_its_own_answer(salon: &mut Salon) {
        let client = salon.client();
        client.book(times::slot(1)).await.expect(201);
        let weekly = weekly(salon).await;
        let neighbour = salon.neighbour("Neighbour").await;
        let mut wrong = plain(&client, 3);
        wrong["attendee"]["timeZone"] = json!("Mars/Olympus");
        let asked = [
            plain(&client, 0),
            plain(&client, 1),
            of(&client, neighbour.event_type, times::slot(2), json!({})),
            of(&client, 999_999_999, times::slot(2), json!({})),
            wrong,
            json!(7),
            of(&client, weekly, times::slot(4), json!({"recurrenceCount": 3})),
            plain(&client, 5),
        ];
        let answer = batch(&client, &asked, "own").await.expect(200);
        assert_eq!(statuses(&answer), [201, 409, 404, 404, 422, 422, 201, 201]);
        let told = ["", "slot-unavailable", "not-found", "not-found", "validation-failed", "validation-failed", "", ""];
        assert_eq!(kinds(&answer), told);
        let results = answer.json()["results"].clone();
        assert_eq!(results[0]["booking"]["start"], times::answered(times::slot(0)));
        let uid = results[0]["booking"]["uid"].as_str().expect("a uid").to_owned();
        client.booking_of(&uid).await.expect(200);
        assert_eq!(results[6]["booking"].as_array().expect("a series").len(), 3);
        assert!(results[1].get("booking").is_none() && results[0].get("problem").is_none());
        // Another tenant's is answered like what is not there.
        let mut absent = results[3]["problem"].clone();
        let text = absent["detail"].as_str().expect("a detail").replace("999999999", &neighbour.event_type.to_string());
        absent["detail"] = json!(text);
        assert_eq!(results[2]["problem"], absent);
        assert_eq!(bookings(salon).await, 1 + 1 + 3 + 1);
    }

    async fn sent_again_it_answers_the_same_and_books_nothing_twice(salon: &mut Salon) {
        let client = salon.client();
        client.book(times::slot(1)).await.expect(201);
        let weekly = weekly(salon).await;
        let asked = [
            plain(&client, 0),
            plain(&client, 1),
            of(&client, weekly, times::slot(2), json!({})),
        ];
        for (key, is_atomic, status) in [("each", false, 200), ("all", true, 409)] {
            let body = json!({"bookings": asked, "atomic": is_atomic});
            let first = send(&client, &body, key).await.expect("answers").expect(status);
            let before = events(salon).await;
            let again = send(&client, &body, key).await.expect("answers").expect(status);
            assert_eq!(again.text, first.text);
            assert!(again.headers.contains_key("idempotent-replayed"));
            assert!(!first.headers.contains_key("idempotent-replayed"));
            // The same key for another body: nothing of it is booked, not even what was not asked for before.
            let mut other = asked.to_vec();
            other.push(plain(&client, 9));
            let otherwise = json!({"bookings": other, "atomic": is_atomic});
            let refused = send(&client, &otherwise, key).await.expect("answers").expect(422);
            assert!(refused.json()["type"].as_str().expect("a type").ends_with("/idempotency-key-reused"));
            assert_eq!(events(salon).await, before);
        }
        let booked = [plain(&client, 10), of(&client, weekly, times::slot(11), json!({})), plain(&client, 12)];
        let first = atomic(&client, &booked, "booked").await.expect(200);
        assert_eq!(statuses(&first), [201, 201, 201]);
        let before = events(salon).await;
        // A move in between does not change what was answered.
        let uid = first.json()["results"][0]["booking"]["uid"].as_str().expect("a uid").to_owned();
        let again = atomic(&client, &booked, "booked").await.expect(200);
        assert_eq!(again.text, first.text);
        assert_eq!(events(salon).await, before);
        client.reschedule(&uid, times::slot(14)).await.expect(201);
        let later = atomic(&client, &booked, "booked").await.expect(200);
        assert_eq!(later.text, first.text);
        let keyless = client.request(Method::POST, "/v2/bookings/batch").json(&json!({"bookings": booked}));
        client.send(keyless).await.expect(400);
    }

    async fn an_atomic_batch_is_booked_as_a_whole_or_not_at_all(salon: &mut Salon) {
        let client = salon.client();
        client.book(times::slot(3)).await.expect(201);
        let neighbour = salon.neighbour("Neighbour").await;
        let before = (bookings(salon).await, events(salon).await);
        let taken = [plain(&client, 0), plain(&client, 1), plain(&client, 3)];
        let refused = atomic(&client, &taken, "taken").await.expect(409).json();
        assert_eq!(refused["index"], 2);
        assert!(refused["detail"].as_str().expect("a detail").starts_with("bookings[2]: "));
        assert!(refused["type"].as_str().expect("a type").ends_with("/slot-unavailable"));
        // Two of one batch want the same.
        let rivals = [plain(&client, 0), plain(&client, 1), plain(&client, 0)];
        let rival = atomic(&client, &rivals, "rivals").await.expect(409).json();
        assert_eq!(rival["index"], 2);
        let foreign = [plain(&client, 0), of(&client, neighbour.event_type, times::slot(1), json!({}))];
        let absent = atomic(&client, &foreign, "foreign").await.expect(404).json();
        assert_eq!(absent["index"], 1);
        let mut wrong = plain(&client, 1);
        wrong["start"] = json!("soon");
        let invalid = atomic(&client, &[plain(&client, 0), wrong], "wrong").await.expect(422).json();
        assert_eq!((&invalid["index"], &invalid["errors"][0]["pointer"]), (&json!(1), &json!("#/bookings/1/start")));
        assert_eq!((bookings(salon).await, events(salon).await), before);

        let free = [plain(&client, 0), plain(&client, 1), plain(&client, 2)];
        let booked = atomic(&client, &free, "free").await.expect(200);
        assert_eq!(statuses(&booked), [201, 201, 201]);
        for (slot, result) in booked.json()["results"].as_array().expect("results").iter().enumerate() {
            assert_eq!(result["booking"]["start"], times::answered(times::slot(slot)));
            assert_eq!(result["booking"]["attendees"][0]["name"], "Ilze Berga");
        }
        let commands = "select count(distinct command_id) from events where event_type = 'BookingPlaced'";
        assert_eq!(salon.database().integer(commands).await, 2);
    }

    async fn several_hosts_and_series_are_booked_either_way(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let together = team.event_type(json!({"schedulingType": "collective"})).await;
        let turns = team.event_type(json!({"slug": "turns", "schedulingType": "roundRobin"})).await;
        let weekly = weekly(salon).await;
        let client = salon.client();
        let seats = json!({"seatsPerTimeSlot": 3, "showAttendeeInfo": true, "showAvailabilityCount": true});
        let seated = salon.event_type(json!({"slug": "seated", "seats": seats})).await;
        for (index, is_atomic) in [false, true].into_iter().enumerate() {
            let at = |slot| times::slot(slot + 16 * 2 * index);
            let asked = [
                of(&client, together, at(0), json!({})),
                of(&client, turns, at(1), json!({})),
                of(&client, turns, at(1), json!({})),
                of(&client, turns, at(1), json!({})),
                of(&client, weekly, at(2), json!({"recurrenceCount": 2})),
                of(&client, seated, at(3), json!({})),
                of(&client, seated, at(3), json!({})),
            ];
            let body = json!({"bookings": asked, "atomic": is_atomic});
            let answer = send(&client, &body, &format!("{is_atomic}")).await.expect("answers").expect(200);
            assert_eq!(statuses(&answer), [201; 7], "{}", answer.text);
            let results = answer.json()["results"].clone();
            let hosts = |item: usize| results[item]["booking"]["hosts"].as_array().expect("hosts").clone();
            assert_eq!(hosts(0).len(), 3);
            let booked: BTreeSet<i64> = (1..4).map(|item| hosts(item)[0]["id"].as_i64().expect("a number")).collect();
            assert_eq!(booked.len(), 3);
            assert_eq!(results[4]["booking"].as_array().expect("a series").len(), 2);
            let (one, other) = (&results[5]["booking"], &results[6]["booking"]);
            assert_eq!(one["uid"], other["uid"]);
            assert_ne!(one["seatUid"], other["seatUid"]);
            let again = send(&client, &body, &format!("{is_atomic}")).await.expect("answers").expect(200);
            assert_eq!(again.text, answer.text);
        }
        // A fourth finds nobody whose turn it could be.
        let four: Vec<_> = (0..4).map(|_| of(&client, turns, times::slot(5), json!({}))).collect();
        let refused = atomic(&client, &four, "four").await.expect(409).json();
        assert_eq!(refused["index"], 3);
        let recurrence = json!({"interval": 1, "occurrences": 4, "frequency": "weekly"});
        let both = salon.event_type(json!({"slug": "both", "seats": seats, "recurrence": recurrence})).await;
        let both = [of(&client, both, times::slot(6), json!({}))];
        atomic(&client, &both, "both").await.expect(422);
        assert_eq!(statuses(&batch(&client, &both, "both-each").await.expect(200)), [201]);
    }

    async fn killed_in_its_middle_and_sent_again_it_books_each_once(salon: &mut Salon) {
        for round in 0..count(2, 8) {
            let items = 100;
            let first = round * items;
            let client = salon.client();
            let asked: Vec<_> = (first..first + items).map(|slot| plain(&client, slot)).collect();
            let (body, key) = (json!({ "bookings": asked }), format!("killed-{round}"));
            let mut sending = JoinSet::new();
            {
                let (client, body, key) = (client.clone(), body.clone(), key.clone());
                sending.spawn(async move { send(&client, &body, &key).await });
            }
            let enough = i64::try_from(first + 5 + 20 * (round % 4)).expect("few");
            until("some are booked", async || (enough <= bookings(salon).await).then_some(())).await;
            salon.kill();
            // It broke, or was answered just before.
            drop(sending.join_all().await);
            salon.start();
            let next = salon.client();
            let again = send(&next, &body, &key).await.expect("answers").expect(200);
            assert_eq!(statuses(&again), vec![201; items]);
            let whole = i64::try_from(first + items).expect("few");
            assert_eq!(bookings(salon).await, whole);
            let once_more = send(&next, &body, &key).await.expect("answers").expect(200);
            assert_eq!(once_more.text, again.text);
            assert_eq!(bookings(salon).await, whole);
        }
    }

    async fn rival_batches_over_crossing_providers_end_and_one_wins(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = salon.client();
        let rounds = count(6, 60);
        for round in 0..rounds {
            let mut rivals = JoinSet::new();
            for rival in 0..6 {
                let mut asked: Vec<_> = team.own.iter()
                    .map(|own| of(&client, *own, times::slot(round), json!({})))
                    .collect();
                asked.rotate_left(rival % 3);
                if 3 <= rival {
                    asked.reverse();
                }
                let client = client.clone();
                rivals.spawn(async move { atomic(&client, &asked, &format!("{round}-{rival}")).await });
            }
            let answers = rivals.join_all().await;
            let won = answers.iter().filter(|answer| answer.status == 200).count();
            assert_eq!(won, 1, "{answers:?}");
            assert!(answers.iter().all(|answer| [200, 409].contains(&answer.status.as_u16())), "{answers:?}");
        }
        assert_eq!(bookings(salon).await, i64::try_from(rounds * 3).expect("few"));
    }

    async fn what_is_too_much_is_refused_as_a_whole(salon: &mut Salon) {
        let client = salon.client();
        let before = events(salon).await;
        let many: Vec<_> = (0..101).map(|slot| plain(&client, slot)).collect();
        for is_atomic in [false, true] {
            let body = json!({"bookings": many, "atomic": is_atomic});
            let refused = send(&client, &body, "many").await.expect("answers").expect(422);
            assert_eq!(refused.json()["errors"][0]["detail"], "bookings must contain no more than 100 elements");
        }
        // More events than one command may have.
        let recurrence = json!({"interval": 1, "occurrences": 32, "frequency": "weekly"});
        let long = salon.event_type(json!({"slug": "long", "recurrence": recurrence})).await;
        // A series keeps its local time: one that knows no summer time stays within the hours.
        let utc = json!({"attendee": {"name": "I", "email": "i@example.org", "timeZone": "UTC"}});
        let before = before + 1;
        let long: Vec<_> = (0..32).map(|slot| of(&client, long, times::slot(slot), utc.clone())).collect();
        let refused = atomic(&client, &long, "long").await.expect(413);
        assert!(refused.json()["type"].as_str().expect("a type").ends_with("/too-large"));
        assert_eq!(events(salon).await, before);
        let whole: Vec<_> = (0..100).map(|slot| plain(&client, slot)).collect();
        let booked = atomic(&client, &whole, "whole").await.expect(200);
        assert_eq!(statuses(&booked), vec![201; 100]);
        // Last: a body that is not read to its end ends its connection.
        let huge = json!({"bookings": [plain(&client, 0)], "padding": "x".repeat(1 << 20)});
        send(&client, &huge, "huge").await.expect("answers").expect(413);
    }

    async fn an_address_books_no_more_in_a_batch_than_it_may(salon: &mut Salon) {
        let limit = json!({"maximumActiveBookings": 2});
        let limited = salon.event_type(json!({"slug": "limited", "bookerActiveBookingsLimit": limit})).await;
        let client = salon.client();
        let asked: Vec<_> = (0..3).map(|slot| of(&client, limited, times::slot(slot), json!({}))).collect();
        let refused = atomic(&client, &asked, "three").await;
        assert!(refused.status.is_client_error(), "{}", refused.text);
        assert_eq!(refused.json()["index"], 2);
        atomic(&client, &asked[..2], "two").await.expect(200);
    }
}
