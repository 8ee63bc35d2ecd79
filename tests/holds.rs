//! Holds (Cal.com: reservations): advisory ones hide a slot, exclusive ones keep it.

use chrono::{DateTime, Duration as Span, Utc};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::harness::salon::Client;
use crate::harness::{Answer, Salon, count, times, until};
use crate::race::all;

const HELD: &str =
    "This time slot is already reserved by another user. Please choose a different time.";
const BOOKED: &str = "Can't reserve a slot if the event is already booked.";
/// Holds that one caller may have open with one provider.
const HOLDS_PER_CALLER: usize = 50;

fn at(client: &Client, method: Method, path: &str) -> RequestBuilder {
    let path = format!("/v2/slots/reservations{path}");
    client
        .request(method, &path)
        .header("cal-api-version", "2024-09-04")
}

fn reservation(client: &Client, start: DateTime<Utc>) -> Value {
    json!({"eventTypeId": client.event_type, "slotStart": times::text(start)})
}

async fn reserve(client: &Client, start: DateTime<Utc>) -> Answer {
    let request = at(client, Method::POST, "").json(&reservation(client, start));
    client.send(request).await
}

fn uid_of(answer: &Answer) -> String {
    let uid = answer.data()["reservationUid"].as_str().map(str::to_owned);
    uid.expect("a reservation has a uid")
}

/// The salon's client with an event type of such holds.
async fn with_holds(salon: &Salon, kind: &str, more: Value) -> Client {
    let mut settings = json!({"slug": kind, "metadata": {"daybookHolds": kind}});
    crate::harness::salon::merge(&mut settings, more);
    let mut client = salon.client();
    client.event_type = salon.event_type(settings).await;
    client
}

async fn is_listed(client: &Client, start: DateTime<Utc>, hold: Option<&str>) -> bool {
    let day = start.date_naive();
    let path = format!(
        "/v2/slots?eventTypeId={}&start={day}&end={day}",
        client.event_type
    );
    let mut request = client
        .request(Method::GET, &path)
        .header("cal-api-version", "2024-09-04");
    if let Some(hold) = hold {
        request = request.header("X-Daybook-Hold", hold);
    }
    let data = client.send(request).await.expect(200).data();
    let slots = data[day.to_string()]
        .as_array()
        .cloned()
        .unwrap_or_default();
    slots
        .iter()
        .any(|slot| slot["start"] == times::answered(start))
}

on_both_databases! {
    async fn an_advisory_hold_only_hides_its_slot(salon: &mut Salon) {
        let (client, start) = (with_holds(salon, "advisory", json!({})).await, times::slot(0));
        let held = reserve(&client, start).await.expect(201);
        let uid = uid_of(&held);
        assert!(!is_listed(&client, start, None).await);
        assert!(is_listed(&client, start, Some(&uid)).await);

        let again = reserve(&client, start + Span::minutes(15)).await.expect(422);
        assert_eq!(again.message(), HELD);
        reserve(&client, start + Span::minutes(30)).await.expect(201);
        client.book(start).await.expect(201);

        let moved = at(&client, Method::PATCH, &format!("/{uid}")).json(&reservation(&client, start));
        assert_eq!(client.send(moved).await.expect(422).message(), BOOKED);
    }

    async fn an_exclusive_hold_is_redeemed_by_its_holder_alone(salon: &mut Salon) {
        let client = with_holds(salon, "exclusive", json!({})).await;
        let (first, second) = (times::slot(0), times::slot(1));
        let holds = [reserve(&client, first).await.expect(201), reserve(&client, second).await.expect(201)];
        let [hold, other] = holds.map(|answer| uid_of(&answer));
        client.book(first).await.expect_taken();
        let mut unrelated = client.clone();
        unrelated.event_type = salon.tenant.event_type;
        unrelated.book(first).await.expect_taken();
        // Another's hold, or one of another slot, opens nothing.
        let wrong = client.book_request(first).header("X-Daybook-Hold", &other);
        client.send(wrong).await.expect(404);

        let redeemed = client.book_request(first).header("X-Daybook-Hold", &hold);
        client.send(redeemed).await.expect(201);
        let mut body = client.booking(second);
        body["metadata"] = json!({"reservationUid": other});
        client.send(client.bookings(Method::POST, "").json(&body)).await.expect(201);

        for uid in [&hold, &other] {
            let gone = client.send(at(&client, Method::GET, &format!("/{uid}"))).await.expect(200);
            assert_eq!(gone.data(), Value::Null);
        }
        let twice = client.book_request(times::slot(2)).header("X-Daybook-Hold", &hold);
        client.send(twice).await.expect(404);
    }

    async fn a_booking_moves_onto_its_own_exclusive_hold(salon: &mut Salon) {
        let client = with_holds(salon, "exclusive", json!({})).await;
        let (first, second, third) = (times::slot(0), times::slot(1), times::slot(2));
        let booked = client.book(first).await.expect(201).uid();
        let hold = uid_of(&reserve(&client, second).await.expect(201));
        let other = uid_of(&reserve(&client, third).await.expect(201));
        let moving = |own: &str| {
            let body = json!({"start": times::text(second)});
            let request = client.bookings(Method::POST, &format!("/{booked}/reschedule")).json(&body);
            request.header("X-Daybook-Hold", own).header("Idempotency-Key", format!("\"{own}\""))
                .bearer_auth(&client.owner_key)
        };
        client.reschedule(&booked, second).await.expect(400);
        client.send(moving(&other)).await.expect(404);
        client.send(moving("mine")).await.expect(400);
        let moved = client.send(moving(&hold)).await.expect(201);
        assert_eq!(moved.data()["start"], times::answered(second));
        assert_eq!(client.send(moving(&hold)).await.expect(201).text, moved.text);
        let gone = client.send(at(&client, Method::GET, &format!("/{hold}"))).await.expect(200);
        assert_eq!(gone.data(), Value::Null);
        client.book(second).await.expect_taken();
        client.book(first).await.expect(201);
    }

    async fn a_seat_moves_onto_its_own_exclusive_hold(salon: &mut Salon) {
        let seats = json!({"seatsPerTimeSlot": 2, "showAttendeeInfo": true, "showAvailabilityCount": true});
        let client = with_holds(salon, "exclusive", json!({"seats": seats})).await;
        let (first, second) = (times::slot(0), times::slot(1));
        client.book(first).await.expect(201);
        let booked = client.book(first).await.expect(201).data();
        client.book(second).await.expect(201);
        let hold = uid_of(&reserve(&client, second).await.expect(201));
        let path = format!("/{}/reschedule", booked["uid"].as_str().expect("a uid"));
        let body = json!({"start": times::text(second), "seatUid": booked["seatUid"]});
        let moving = || client.bookings(Method::POST, &path).json(&body);
        client.send(moving()).await.expect(409);
        client.send(moving().header("X-Daybook-Hold", &hold)).await.expect(201);
        client.book(second).await.expect(409);
    }

    async fn one_of_many_holders_gets_the_slot(salon: &mut Salon) {
        let (client, start) = (with_holds(salon, "exclusive", json!({})).await, times::slot(0));
        let answers = all((0..count(40, 200)).map(|index| {
            let client = client.clone();
            let minutes = i64::try_from(index % 3).expect("few") * 10;
            async move { reserve(&client, start + Span::minutes(minutes)).await }
        }))
        .await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
        assert_eq!(won.len(), 1);
        for answer in lost {
            assert_eq!((answer.status.as_u16(), answer.message().as_str()), (422, HELD));
        }
    }

    async fn a_hold_and_a_booking_never_both_win(salon: &mut Salon) {
        let client = with_holds(salon, "exclusive", json!({})).await;
        for round in 0..count(8, 40) {
            let start = times::slot(round);
            let answers = all((0..8).map(|index| {
                let client = client.clone();
                async move {
                    match index % 2 {
                        0 => client.book(start).await,
                        _ => reserve(&client, start).await,
                    }
                }
            }))
            .await;
            let won = answers.iter().filter(|answer| answer.status == 201).count();
            assert_eq!(won, 1, "{answers:?}");
            for answer in answers.iter().filter(|answer| answer.status != 201) {
                assert!(matches!(answer.status.as_u16(), 400 | 422), "{}", answer.text);
            }
        }
    }

    async fn a_hold_that_expires_while_it_is_redeemed_is_one_booking(salon: &mut Salon) {
        let (client, start) = (with_holds(salon, "exclusive", json!({})).await, times::slot(0));
        let (uid, expires_at) = crate::race::hold(salon, client.event_type, start).await;
        let nearly = expires_at - Span::milliseconds(15);
        until("the hold is about to expire", async || (nearly <= times::now()).then_some(())).await;
        let mut answers = Vec::new();
        until("somebody has the slot", async || {
            let round = all((0..count(20, 100)).map(|index| {
                let mut request = client.book_request(start);
                if index % 2 == 0 {
                    request = request.header("X-Daybook-Hold", &uid);
                }
                let client = client.clone();
                async move { client.send(request).await }
            }))
            .await;
            let is_won = round.iter().any(|answer| answer.status == 201);
            answers.extend(round);
            is_won.then_some(())
        })
        .await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            // Gone, or taken by another.
            assert!(matches!(answer.status.as_u16(), 400 | 404), "{}", answer.text);
        }
        client.book(start).await.expect_taken();
    }

    async fn held_seats_are_taken_seats(salon: &mut Salon) {
        let seats = json!({"seatsPerTimeSlot": 3, "showAttendeeInfo": true, "showAvailabilityCount": true});
        let client = with_holds(salon, "exclusive", json!({"seats": seats})).await;
        let start = times::slot(0);
        client.book(start).await.expect(201);
        let hold = uid_of(&reserve(&client, start).await.expect(201));
        reserve(&client, start).await.expect(201);
        let full = reserve(&client, start).await.expect(422);
        assert!(full.message().ends_with("has no more seats left."), "{}", full.text);
        assert!(!is_listed(&client, start, None).await);

        let refused = client.book(start).await.expect(409);
        assert_eq!(refused.message(), "No more seats left at this seated booking.");
        let redeemed = client.book_request(start).header("X-Daybook-Hold", &hold);
        client.send(redeemed).await.expect(201);
    }

    async fn open_holds_of_a_caller_are_bounded(salon: &mut Salon) {
        let client = salon.client();
        for index in 0..HOLDS_PER_CALLER {
            reserve(&client, times::slot(index)).await.expect(201);
        }
        let refused = reserve(&client, times::slot(HOLDS_PER_CALLER)).await.expect(422);
        assert_eq!(refused.message(), "More than 50 slots are reserved already.");
        // Somebody else is not in the way.
        let body = reservation(&client, times::slot(HOLDS_PER_CALLER));
        let other = at(&client, Method::POST, "").json(&body).bearer_auth(&salon.tenant.provider_key);
        client.send(other).await.expect(201);
    }

    async fn a_hold_of_an_older_version_is_the_same_hold(salon: &mut Salon) {
        let (client, start) = (salon.client(), times::slot(0));
        let older = |method: Method, path: &str| {
            client.request(method, path).header("cal-api-version", "2024-08-13")
        };
        let body = json!({"eventTypeId": client.event_type, "slotUtcStartDate": times::text(start),
            "slotUtcEndDate": times::text(start + Span::minutes(30))});
        let once = |sent: &Value| {
            older(Method::POST, "/v2/slots/reserve").json(sent).header("Idempotency-Key", "\"k-1\"")
                .bearer_auth(&client.owner_key)
        };
        let held = client.send(once(&body)).await.expect(201);
        let again = client.send(once(&body)).await.expect(201);
        assert_eq!((&again.text, &again.headers["set-cookie"]), (&held.text, &held.headers["set-cookie"]));
        let uid = held.data().as_str().expect("data is the uid").to_owned();
        let cookie = held.headers["set-cookie"].to_str().expect("text").to_owned();
        assert!(cookie.starts_with(&format!("uid={uid};")), "{cookie}");
        assert!(!is_listed(&client, start, None).await);
        let seen = client.send(at(&client, Method::GET, &format!("/{uid}"))).await.expect(200);
        assert_eq!(seen.data()["slotStart"], times::answered(start));

        let by_cookie = older(Method::DELETE, "/v2/slots/selected-slot").header("Cookie", format!("a=b; uid={uid}"));
        client.send(by_cookie).await.expect(200);
        assert!(is_listed(&client, start, None).await);
        for path in ["/v2/slots/selected-slot?uid=", "/v2/slots/reserve/"] {
            let next = client.send(older(Method::POST, "/v2/slots/reserve").json(&body)).await.expect(201);
            let next = next.data().as_str().expect("data is the uid").to_owned();
            let released = client.send(older(Method::DELETE, &format!("{path}{next}"))).await.expect(200);
            assert_eq!(released.text, r#"{"status":"success"}"#);
            assert!(is_listed(&client, start, None).await);
        }
        let mut longer = body.clone();
        longer["slotUtcEndDate"] = json!(times::text(start + Span::minutes(45)));
        let longer = older(Method::POST, "/v2/slots/reserve").json(&longer);
        client.send(longer).await.expect(400);
    }
}
