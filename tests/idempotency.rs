//! A request with an `Idempotency-Key` happens once, however often it is sent, and is answered the same.

use serde_json::Value;
use tokio::task::JoinSet;

use crate::harness::{Answer, Salon, Socket, count, times, until};

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

    async fn a_repeated_move_and_cancellation_happen_once(salon: &mut Salon) {
        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        let once = async |path: &str, body: &Value| {
            let request = client.bookings(reqwest::Method::POST, path).json(body);
            let request = request.bearer_auth(&client.owner_key).header("Idempotency-Key", "\"k-1\"");
            client.send(request).await
        };
        let moving = serde_json::json!({"start": times::text(times::slot(3))});
        let path = format!("/{uid}/reschedule");

        let (moved, again) = (once(&path, &moving).await.expect(201), once(&path, &moving).await.expect(201));
        assert!(!is_replay(&moved) && is_replay(&again));
        assert_eq!(moved.text, again.text);

        let cancel = format!("/{}/cancel", moved.uid());
        let reason = serde_json::json!({"cancellationReason": "rain"});
        let (gone, replayed) = (once(&cancel, &reason).await.expect(200), once(&cancel, &reason).await.expect(200));
        assert!(!is_replay(&gone) && is_replay(&replayed));
        assert_eq!(gone.text, replayed.text);
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

    async fn a_key_outlives_a_kill_between_commit_and_answer(salon: &mut Salon) {
        for round in 0..count(6, 20) {
            let (start, key) = (times::slot(round), format!("k-{round}"));
            let body = salon.client().booking(start).to_string();
            let headers = format!(
                "cal-api-version: 2024-08-13\r\nAuthorization: Bearer {}\r\nIdempotency-Key: \"{key}\"\r\n",
                salon.tenant.owner_key
            );
            let mut socket = Socket::to(salon.server()).await;
            socket.post("/v2/bookings", &headers, &body).await;
            // The answer is never read: all that is known is what the database holds.
            let bound = i64::try_from(round).expect("few") + 1;
            until("the booking is committed", async || {
                (salon.database().integer(BOUND).await == bound).then_some(())
            })
            .await;
            salon.kill();
            salon.start();

            let client = salon.client();
            let again = client.book_once(start, &key).await.expect("answers").expect(201);
            let third = client.book_once(start, &key).await.expect("answers").expect(201);
            let other = client.book_once(times::slot(round + 40), &key).await.expect("answers");

            assert!(is_replay(&again));
            assert_eq!(again.text, third.text);
            other.expect(422);
            assert_eq!(bookings(salon).await, round + 1);
        }
        let list = salon.client().list().await.data();
        let accepted = |booking: &Value| booking["status"] == "accepted";
        assert!(list.as_array().is_some_and(|list| list.iter().all(accepted)));
    }
}

/// Keys that are bound: in the transaction that books.
const BOUND: &str = "select count(*) from idempotency";
