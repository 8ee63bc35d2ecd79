//! A request with an `Idempotency-Key` happens once, however often it is sent, and is answered the same.

use serde_json::Value;
use tokio::task::JoinSet;

use crate::harness::{Answer, Salon, count, times};

fn is_replay(answer: &Answer) -> bool {
    answer
        .headers
        .get("idempotent-replayed")
        .is_some_and(|value| value == "true")
}

/// How many bookings there are.
async fn bookings(salon: &Salon) -> usize {
    let list = salon.client().list().await.expect(200).data();
    list.as_array().map_or(0, Vec::len)
}

on_both_databases! {
    async fn a_repeated_request_is_answered_the_same(salon: &mut Salon) {
        let (client, start) = (salon.client(), times::slot(0));

        let first = client.book_once(start, "k-1").await.expect("answers").expect(201);
        let second = client.book_once(start, "k-1").await.expect("answers").expect(201);

        assert!(!is_replay(&first) && is_replay(&second));
        assert_eq!(first.text, second.text);
        assert_eq!(bookings(salon).await, 1);
    }

    async fn a_refusal_by_the_rules_is_repeated_too(salon: &mut Salon) {
        let (client, start) = (salon.client(), times::slot(0));
        let uid = client.book(start).await.expect(201).uid();

        let refused = client.book_once(start, "k-1").await.expect("answers");
        client.cancel(&uid).await.expect(200);
        let again = client.book_once(start, "k-1").await.expect("answers");

        refused.expect_taken();
        again.expect_taken();
        assert!(is_replay(&again));
    }

    async fn fifty_at_once_are_one_booking(salon: &mut Salon) {
        let (client, start) = (salon.client(), times::slot(0));

        let answers = (0..50)
            .map(|_| {
                let client = client.clone();
                async move { client.book_once(start, "k-1").await.expect("answers").expect(201) }
            })
            .collect::<JoinSet<_>>()
            .join_all()
            .await;

        let replays = answers.iter().filter(|answer| is_replay(answer)).count();
        assert_eq!(replays, 49);
        assert!(answers.iter().all(|answer| answer.text == answers[0].text));
        assert_eq!(bookings(salon).await, 1);
    }

    async fn a_key_is_bound_to_its_request(salon: &mut Salon) {
        let client = salon.client();
        client.book_once(times::slot(0), "k-1").await.expect("answers").expect(201);

        client.book_once(times::slot(1), "k-1").await.expect("answers").expect(422);

        assert_eq!(bookings(salon).await, 1);
    }

    async fn a_key_belongs_to_its_tenant(salon: &mut Salon) {
        let neighbour = salon.neighbour("Neighbour").await;
        let client = salon.client();
        client.book_once(times::slot(0), "k-1").await.expect("answers").expect(201);
        let mut other = client.clone();
        other.event_type = neighbour.event_type;
        other.owner_key = neighbour.owner_key;

        let answer = other.book_once(times::slot(0), "k-1").await.expect("answers").expect(201);

        assert!(!is_replay(&answer));
    }

    async fn a_key_outlives_a_kill_before_its_answer(salon: &mut Salon) {
        for round in 0..count(3, 20) {
            let (start, key) = (times::slot(round), format!("k-{round}"));
            let client = salon.client();
            let mut asked = JoinSet::new();
            let asked_key = key.clone();
            asked.spawn(async move { client.book_once(start, &asked_key).await });
            // Anywhere between the request's first byte and its answer.
            for _ in 0..round * 7 {
                tokio::task::yield_now().await;
            }
            salon.kill();
            salon.start();
            let answered = asked.join_next().await.expect("one task").expect("it ends");

            let again = salon.client().book_once(start, &key).await.expect("answers").expect(201);

            if let Ok(answer) = answered {
                assert_eq!(answer.expect(201).text, again.text);
                assert!(is_replay(&again));
            }
            assert_eq!(bookings(salon).await, round + 1);
        }
        let list = salon.client().list().await.data();
        let accepted = |booking: &Value| booking["status"] == "accepted";
        assert!(list.as_array().is_some_and(|list| list.iter().all(accepted)));
    }
}
