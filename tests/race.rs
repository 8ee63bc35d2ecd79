//! Many want one slot: one gets it, everybody else is told so, nobody sees a failure of the server.

use std::time::Duration;

use chrono::{DateTime, Duration as Span, Utc};
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

use crate::harness::{Answer, Salon, count, times, within};

/// Sends everything at once; the answers come in no order.
pub(crate) async fn all<F>(requests: impl IntoIterator<Item = F>) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    requests
        .into_iter()
        .collect::<JoinSet<_>>()
        .join_all()
        .await
}

/// Asserts that `winners` answers have the status and every other says that the slot is taken.
pub(crate) fn assert_winners(answers: &[Answer], status: u16, winners: usize) {
    let (won, lost): (Vec<_>, Vec<_>) = answers
        .iter()
        .partition(|answer| answer.status.as_u16() == status);
    for answer in lost {
        answer.expect_taken();
    }
    assert_eq!(won.len(), winners);
}

pub(crate) fn start_of(answer: &Answer) -> DateTime<Utc> {
    let start = answer.data()["start"].as_str().map(str::parse);
    start.expect("data has a start").expect("it is an instant")
}

on_both_databases! {
    async fn one_of_many_gets_the_slot(salon: &mut Salon) {
        let (client, start) = (salon.client(), times::slot(0));

        let answers = all((0..count(100, 500)).map(|_| {
            let client = client.clone();
            async move { client.book(start).await }
        }))
        .await;

        assert_winners(&answers, 201, 1);
    }

    async fn overlapping_times_never_both_win(salon: &mut Salon) {
        let (client, first) = (salon.client(), times::slot(0));

        let answers = all((0..count(90, 450)).map(|index| {
            let client = client.clone();
            let minutes = i64::try_from(index % 45).expect("few") * 10;
            async move { client.book(first + Span::minutes(minutes)).await }
        }))
        .await;

        let mut starts = Vec::new();
        for answer in &answers {
            match answer.status.as_u16() {
                201 => starts.push(start_of(answer)),
                _ => answer.expect_taken(),
            }
        }
        starts.sort_unstable();
        assert!(!starts.is_empty());
        let apart = |pair: &[DateTime<Utc>]| Span::minutes(30) <= pair[1] - pair[0];
        assert!(starts.windows(2).all(apart), "{starts:?}");
    }

    async fn one_of_two_overlapping_pendings_is_confirmed(salon: &mut Salon) {
        let settings = json!({
            "slug": "pending",
            "confirmationPolicy": {"type": "always", "blockUnconfirmedBookingsInBooker": false},
        });
        let mut client = salon.client();
        client.event_type = salon.event_type(settings).await;
        for index in 0..count(5, 20) {
            let start = times::slot(index * 2);
            let mut pending = Vec::new();
            for minutes in [0, 10] {
                let answer = client.book(start + Span::minutes(minutes)).await.expect(201);
                assert_eq!(answer.data()["status"], "pending");
                pending.push(answer.uid());
            }

            let answers = all(pending.into_iter().map(|uid| {
                let (client, key) = (client.clone(), salon.tenant.provider_key.clone());
                async move { client.confirm(&uid, &key).await }
            }))
            .await;

            let confirmed = answers.iter().filter(|answer| answer.status == 200).count();
            let refused = answers.iter().filter(|answer| matches!(answer.status.as_u16(), 400 | 409));
            assert_eq!((confirmed, refused.count()), (1, 1), "{answers:?}");
        }
    }

    async fn one_of_many_moves_onto_the_target(salon: &mut Salon) {
        let client = salon.client();
        let target = times::slot(0);
        let mut uids = Vec::new();
        for index in 0..count(15, 60) {
            uids.push(client.book(times::slot(16 + index)).await.expect(201).uid());
        }

        let answers = all(uids.into_iter().map(|uid| {
            let client = client.clone();
            async move { client.reschedule(&uid, target).await }
        }))
        .await;

        assert_winners(&answers, 201, 1);
    }

    async fn a_released_or_expired_hold_frees_its_slot_for_one(salon: &mut Salon) {
        let settings = json!({"slug": "held", "metadata": {"daybookHolds": "exclusive"}});
        let mut client = salon.client();
        client.event_type = salon.event_type(settings).await;
        let start = times::slot(0);
        let body = json!({
            "eventTypeId": client.event_type,
            "slotStart": times::text(start),
            "reservationDuration": 1,
        });
        let reserve = client
            .request(Method::POST, "/v2/slots/reservations")
            .header("cal-api-version", "2024-09-04")
            .bearer_auth(&salon.tenant.provider_key)
            .json(&body);
        let hold = client.send(reserve).await.expect(201).data()["reservationUid"].clone();
        let hold = hold.as_str().expect("a reservation has a uid");
        client.book(start).await.expect_taken();

        // A hold lasts at least a minute: only the large run waits for it, the small one gives it up.
        if count(0, 1) == 0 {
            let path = format!("/v2/slots/reservations/{hold}");
            let release = client.request(Method::DELETE, &path).header("cal-api-version", "2024-09-04");
            client.send(release).await.expect(200);
        }
        let won = within(Duration::from_secs(90), "the hold is over", async || {
            let answers = all((0..20).map(|_| {
                let client = client.clone();
                async move { client.book(start).await }
            }))
            .await;
            let won = answers.iter().any(|answer| answer.status == 201);
            assert_winners(&answers, 201, usize::from(won));
            won.then_some(())
        });
        won.await;
        client.book(start).await.expect_taken();
    }
}
