//! Days out of office: they hide slots and refuse new bookings, from their answer on, and leave alone what stands. Who
//! stands in is offered and booked instead.

use chrono::{DateTime, Days, Duration, Utc};
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

/// Berta, who can stand in for the salon's provider: her wire number, and an event type of her own.
async fn berta(salon: &Salon) -> (i64, Client) {
    let client = salon.client();
    let post = async |path: &str, body: Value| {
        let request = client
            .request(Method::POST, path)
            .header("cal-api-version", "2024-06-14")
            .json(&body);
        let request = request
            .header("Idempotency-Key", format!("\"{path}\""))
            .bearer_auth(&salon.tenant.owner_key);
        let created = client.send(request).await.expect(201).json();
        let created = created.get("data").unwrap_or(&created);
        created["id"].as_i64().expect("a number")
    };
    let berta = json!({"name": "Berta", "email": "berta@example.org", "username": "berta", "timeZone": "UTC"});
    let number = post("/v2/providers", berta).await;
    let alone = json!({
        "title": "Alone", "slug": "alone", "lengthInMinutes": 30, "minimumBookingNotice": 0, "ownerId": number,
    });
    let event_type = post("/v2/event-types", alone).await;
    let mut own = salon.client();
    own.event_type = event_type;
    (number, own)
}

/// Days out of office with somebody who stands in.
fn with_stand_in(first: DateTime<Utc>, last: DateTime<Utc>, stand_in: i64) -> Value {
    let mut body = days(first, last);
    body["toUserId"] = json!(stand_in);
    body
}

fn hosts_of(booking: &Value) -> Vec<i64> {
    let hosts = booking["hosts"].as_array().expect("a booking has hosts");
    let numbers = hosts.iter().map(|host| host["id"].as_i64());
    numbers.map(|number| number.expect("a number")).collect()
}

/// Starts that are offered on the UTC day of an instant.
async fn offered(client: &Client, at: DateTime<Utc>) -> Vec<String> {
    let day = at.date_naive().to_string();
    let slots = client.slots(&day, &day).await.expect(200).data();
    let slots = slots[&day].as_array().cloned().unwrap_or_default();
    let starts = slots.iter().map(|slot| slot["start"].as_str());
    starts
        .map(|start| start.expect("text").to_owned())
        .collect()
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
        salon.book(at + Duration::minutes(30)).await.expect_taken();
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
        salon.book(at + Duration::minutes(30)).await.expect(201);
    }

    async fn who_stands_in_is_offered_and_booked(salon: &mut Salon) {
        let (desk, client, (number, own)) = (Desk::of(salon).await, salon.client(), berta(salon).await);
        let (at, later) = (times::slot(16), times::slot(16) + Days::new(7));
        let before = offered(&client, later).await;
        own.book(at + Duration::minutes(30)).await.expect(201);
        let entered = desk.ask(Method::POST, "", with_stand_in(at, at, number)).await.expect(201).data();
        // Exactly Berta's time on that day, the provider's own on others.
        let free = offered(&client, at).await;
        assert_eq!(free, offered(&own, at).await);
        assert!(free.contains(&times::answered(at)), "{free:?}");
        assert!(!free.contains(&times::answered(at + Duration::minutes(30))));
        assert_eq!(offered(&client, later).await, before);
        client.book(at + Duration::minutes(30)).await.expect_taken();

        let once = || client.book_request(at).header("Idempotency-Key", "\"k-1\"").bearer_auth(&client.owner_key);
        let booked = client.send(once()).await.expect(201);
        assert_eq!(hosts_of(&booked.data()), [number]);
        assert_eq!(client.send(once()).await.expect(201).text, booked.text);
        own.book(at).await.expect_taken();
        client.book(at).await.expect_taken();
        let on = client.book(later).await.expect(201).data();
        assert_eq!(hosts_of(&on), [salon.tenant.provider_number]);
        // It is moved as a booking of hers, to a day on which the provider is there.
        let moved = client.reschedule(&booked.uid(), later).await.expect(201).data();
        assert_eq!(hosts_of(&moved), [number]);

        // Refused as it was without anybody; so it stays under its key.
        let refused = || client.book_request(at + Duration::minutes(30)).header("Idempotency-Key", "\"k-2\"")
            .bearer_auth(&client.owner_key);
        client.send(refused()).await.expect_taken();
        let suffix = format!("/{}", entered["id"]);
        desk.ask(Method::DELETE, &suffix, Value::Null).await.expect(200);
        client.send(refused()).await.expect_taken();
        let back = client.book(at + Duration::minutes(30)).await.expect(201).data();
        assert_eq!(hosts_of(&back), [salon.tenant.provider_number]);
    }

    async fn nobody_stands_in_for_a_stand_in(salon: &mut Salon) {
        let (desk, client, (number, own)) = (Desk::of(salon).await, salon.client(), berta(salon).await);
        let at = times::slot(16);
        desk.ask(Method::POST, "", with_stand_in(at, at, number)).await.expect(201);
        let (organization, ana) = (desk.path.clone(), salon.tenant.provider_number);
        let hers = Desk {
            key: salon.tenant.owner_key.clone(),
            path: organization.replace(&format!("/users/{ana}/"), &format!("/users/{number}/")),
            ..desk.clone()
        };
        hers.ask(Method::POST, "", with_stand_in(at, at, ana)).await.expect(201);
        for asked in [&client, &own] {
            assert_eq!(offered(asked, at).await, Vec::<String>::new());
            asked.book(at).await.expect_taken();
        }
    }

    async fn a_series_goes_to_a_stand_in_whole_or_not_at_all(salon: &mut Salon) {
        let (desk, (number, _)) = (Desk::of(salon).await, berta(salon).await);
        let weekly = json!({"slug": "weekly", "recurrence": {"interval": 1, "occurrences": 2, "frequency": "weekly"}});
        let mut client = salon.client();
        client.event_type = salon.event_type(weekly).await;
        let at = times::slot(16);
        let one_day = desk.ask(Method::POST, "", with_stand_in(at, at, number)).await.expect(201).data();
        client.book(at).await.expect_taken();
        let suffix = format!("/{}", one_day["id"]);
        desk.ask(Method::PATCH, &suffix, days(at, at + Days::new(7))).await.expect(200);
        let booked = client.book(at).await.expect(201).data();
        let booked = booked.as_array().expect("a series");
        assert_eq!(booked.len(), 2);
        assert!(booked.iter().all(|one| hosts_of(one) == [number]));
    }

    async fn a_reservation_is_with_who_stands_in(salon: &mut Salon) {
        let (desk, (number, own)) = (Desk::of(salon).await, berta(salon).await);
        let mut client = salon.client();
        client.event_type = salon.event_type(json!({"slug": "kept", "metadata": {"daybookHolds": "exclusive"}})).await;
        let at = times::slot(16);
        desk.ask(Method::POST, "", with_stand_in(at, at, number)).await.expect(201);
        let reservations = |method: Method, suffix: &str| {
            let path = format!("/v2/slots/reservations{suffix}");
            client.request(method, &path).header("cal-api-version", "2024-09-04")
        };
        let keep = |start: DateTime<Utc>| json!({"eventTypeId": client.event_type, "slotStart": times::text(start)});
        let held = client.send(reservations(Method::POST, "").json(&keep(at))).await.expect(201).data();
        let uid = held["reservationUid"].as_str().expect("a uid").to_owned();
        own.book(at).await.expect_taken();
        let at = at + Duration::minutes(30);
        let change = reservations(Method::PATCH, &format!("/{uid}")).json(&keep(at));
        client.send(change).await.expect(200);
        own.book(at).await.expect_taken();
        let redeemed = client.book_request(at).header("X-Daybook-Hold", &uid);
        assert_eq!(hosts_of(&client.send(redeemed).await.expect(201).data()), [number]);
    }

    async fn nobody_stands_in_for_who_is_back_even_under_race(salon: &mut Salon) {
        let (desk, client, (number, _)) = (Desk::of(salon).await, salon.client(), berta(salon).await);
        let first = times::slot(0);
        let away = with_stand_in(first, first + Days::new(60), number);
        let entered = desk.ask(Method::POST, "", away).await.expect(201).data();
        let mut booking = JoinSet::new();
        for index in 0..count(30, 100) {
            let client = client.clone();
            booking.spawn(async move { client.book(times::slot(index)).await });
        }
        desk.ask(Method::DELETE, &format!("/{}", entered["id"]), Value::Null).await.expect(200);
        for answer in booking.join_all().await {
            // Whoever lost every race is told to try again.
            assert!([201, 409].contains(&answer.status.as_u16()), "{}", answer.text);
        }
        let after = "select count(*) from events b join events o
            on o.event_type = 'OutOfOfficeRemoved' and o.aggregate_id <> b.aggregate_id and o.position < b.position
            where b.event_type = 'BookingPlaced'";
        assert_eq!(salon.database().integer(after).await, 0);
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
