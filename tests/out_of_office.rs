//! Days out of office: they hide slots and refuse new bookings, from their answer on, and leave alone what stands.

use chrono::{DateTime, Days, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::salon::{Client, organization};
use crate::harness::{Answer, Salon, count, times};

/// The out-of-office resource of the salon's provider.
#[derive(Clone)]
struct Desk {
    client: Client,
    key: String,
    path: String,
}

impl Desk {
    async fn of(salon: &Salon) -> Self {
        let client = salon.client();
        let organization = organization(&client, &salon.tenant.owner_key).await;
        let user = salon.tenant.provider_number;
        Self {
            key: salon.tenant.provider_key.clone(),
            path: format!("/v2/organizations/{organization}/users/{user}/ooo"),
            client,
        }
    }

    async fn ask(&self, method: Method, suffix: &str, body: Value) -> Answer {
        let path = format!("{}{suffix}", self.path);
        let request = self.client.request(method, &path).bearer_auth(&self.key);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        self.client.send(request).await
    }

    async fn enter(&self, first: DateTime<Utc>, last: DateTime<Utc>) -> Answer {
        self.ask(Method::POST, "", days(first, last)).await
    }
}

fn days(first: DateTime<Utc>, last: DateTime<Utc>) -> Value {
    json!({"start": times::text(first), "end": times::text(last), "reason": "vacation", "notes": "summer"})
}

/// Whether anything is offered on the UTC day of an instant.
async fn is_offered(salon: &Salon, at: DateTime<Utc>) -> bool {
    let day = at.date_naive().to_string();
    let slots = salon.client().slots(&day, &day).await.expect(200).data();
    slots[&day]
        .as_array()
        .is_some_and(|slots| !slots.is_empty())
}

on_both_databases! {
    async fn days_hide_slots_and_refuse_bookings_and_leave_alone_what_stands(salon: &mut Salon) {
        let desk = Desk::of(salon).await;
        let at = times::slot(30);
        let booked = salon.book(at).await.expect(201).uid();
        assert!(is_offered(salon, at).await);
        let entered = desk.enter(at, at).await.expect(201).data();
        assert!(!is_offered(salon, at).await);
        salon.book(at + chrono::Duration::minutes(30)).await.expect_taken();
        assert_eq!(salon.client().booking_of(&booked).await.data()["status"], "accepted");

        // Moved a week on, the day is free again; taken back, the other one is.
        let later = at + Days::new(7);
        let suffix = format!("/{}", entered["id"]);
        desk.ask(Method::PATCH, &suffix, days(later, later)).await.expect(200);
        assert!(is_offered(salon, at).await);
        assert!(!is_offered(salon, later).await);
        desk.ask(Method::DELETE, &suffix, Value::Null).await.expect(200);
        assert!(is_offered(salon, later).await);
        desk.ask(Method::DELETE, &suffix, Value::Null).await.expect(404);
        salon.book(at + chrono::Duration::minutes(30)).await.expect(201);
    }

    async fn nothing_is_booked_after_the_answer_even_under_race(salon: &mut Salon) {
        let desk = Desk::of(salon).await;
        let first = times::slot(0);
        let mut booking = JoinSet::new();
        for index in 0..count(30, 100) {
            let client = salon.client();
            booking.spawn(async move { client.book(times::slot(index)).await });
        }
        let last = first + Days::new(60);
        desk.enter(first, last).await.expect(201);
        // Begun after the 201: each is refused.
        for index in 100..count(110, 140) {
            salon.book(times::slot(index)).await.expect_taken();
        }
        for answer in booking.join_all().await {
            assert!([201, 400].contains(&answer.status.as_u16()), "{}", answer.text);
        }
        // In the provider's stream no booking comes after the entry.
        let after = "select count(*) from events b join events o
            on o.aggregate_id = b.aggregate_id and o.event_type = 'OutOfOfficeEntered' and o.sequence < b.sequence
            where b.event_type = 'BookingPlaced'";
        assert_eq!(salon.database().integer(after).await, 0);
    }

    async fn the_same_days_are_entered_once_even_under_race(salon: &mut Salon) {
        let desk = Desk::of(salon).await;
        let at = times::slot(0);
        let mut asked = JoinSet::new();
        for _ in 0..count(8, 50) {
            let desk = desk.clone();
            asked.spawn(async move { desk.enter(at, at).await });
        }
        let mut answers = asked.join_all().await;
        answers.sort_unstable_by_key(|answer| answer.status);
        let (won, lost) = answers.split_first().expect("some were sent");
        assert_eq!(won.status, 201, "{}", won.text);
        for answer in lost {
            assert_eq!((answer.status.as_u16(), answer.message().as_str()), (409, "Ooo entry already exists."));
        }
    }

    async fn changes_at_the_same_time_are_all_kept(salon: &mut Salon) {
        let desk = Desk::of(salon).await;
        let entered = desk.enter(times::slot(0), times::slot(0)).await.expect(201).data();
        let suffix = format!("/{}", entered["id"]);
        let changes = [json!({"reason": "sick"}), json!({"notes": "winter"}), json!({"toUserId": 1})];
        let mut asked = JoinSet::new();
        for change in changes {
            let (desk, suffix) = (desk.clone(), suffix.clone());
            asked.spawn(async move { (change.clone(), desk.ask(Method::PATCH, &suffix, change).await) });
        }
        let answers = asked.join_all().await;
        let now = desk.ask(Method::GET, "", Value::Null).await.expect(200).data()[0].clone();
        for (change, answer) in answers {
            answer.expect(200);
            for (name, value) in change.as_object().expect("an object") {
                assert_eq!(now[name], *value, "lost {name}");
            }
        }
    }

    async fn repeated_requests_get_their_recorded_answers(salon: &mut Salon) {
        let desk = Desk::of(salon).await;
        let send = async |method: Method, suffix: &str, once: &str, body: Value| {
            let path = format!("{}{suffix}", desk.path);
            let request = desk.client.request(method, &path).bearer_auth(&desk.key).header("Idempotency-Key", once);
            desk.client.send(if body.is_null() { request } else { request.json(&body) }).await
        };
        let at = times::slot(0);
        let enter = async || send(Method::POST, "", "enter", days(at, at)).await.expect(201);
        let entered = enter().await;
        let suffix = format!("/{}", entered.data()["id"]);
        let change = async || send(Method::PATCH, &suffix, "change", json!({"notes": null})).await.expect(200);
        let changed = change().await;
        assert!(changed.data().get("notes").is_none());
        let remove = async || send(Method::DELETE, &suffix, "remove", Value::Null).await.expect(200);
        let removed = remove().await;
        assert_eq!(removed.data(), changed.data());
        assert_eq!(enter().await.text, entered.text);
        assert_eq!(change().await.text, changed.text);
        assert_eq!(remove().await.text, removed.text);
    }
}
