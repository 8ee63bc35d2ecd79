//! Seats: never one too many, one moved alone, series in seats; and a series is booked whole or not at all.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::salon::Client;
use crate::harness::{Answer, Salon, count, times};

/// A client of an event type with so many seats a slot.
async fn seated(salon: &Salon, slug: &str, seats: u32, more: Value) -> Client {
    let mut settings = json!({"slug": slug, "seats":
        {"seatsPerTimeSlot": seats, "showAttendeeInfo": true, "showAvailabilityCount": true}});
    crate::harness::salon::merge(&mut settings, more);
    let mut client = salon.client();
    client.event_type = salon.event_type(settings).await;
    client
}

fn text(value: &Value) -> String {
    value.as_str().expect("is text").to_owned()
}

async fn shift(client: &Client, uid: &str, seat: Option<&str>, slot: usize) -> Answer {
    let mut body = json!({"start": times::text(times::slot(slot))});
    if let Some(seat) = seat {
        body["seatUid"] = json!(seat);
    }
    let request = client.bookings(Method::POST, &format!("/{uid}/reschedule"));
    client.send(request.json(&body)).await
}

/// Seats of a booking as its host sees them.
async fn seats(client: &Client, uid: &str) -> Vec<String> {
    let request = client
        .bookings(Method::GET, &format!("/{uid}"))
        .bearer_auth(&client.owner_key);
    let booking = client.send(request).await.expect(200).data();
    let attendees = booking["attendees"].as_array().expect("a list");
    attendees
        .iter()
        .map(|attendee| text(&attendee["seatUid"]))
        .collect()
}

on_both_databases! {
    async fn of_four_seats_exactly_four_are_taken(salon: &mut Salon) {
        let client = seated(salon, "four", 4, json!({})).await;
        let mut requests = JoinSet::new();
        for _ in 0..count(40, 200) {
            let client = client.clone();
            requests.spawn(async move { client.book(times::slot(0)).await });
        }
        let answers = requests.join_all().await;
        let taken: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert_eq!(taken.len(), 4);
        for refused in answers.iter().filter(|answer| answer.status != 201) {
            assert_eq!(refused.status, 409, "{}", refused.text);
            assert_eq!(refused.message(), "No more seats left at this seated booking.");
        }
        assert_eq!(seats(&client, &taken[0].uid()).await.len(), 4);
    }

    async fn one_seat_moves_alone(salon: &mut Salon) {
        let client = seated(salon, "alone", 3, json!({})).await;
        let first = client.book(times::slot(0)).await.expect(201).data();
        let second = client.book(times::slot(0)).await.expect(201).data();
        let there = client.book(times::slot(2)).await.expect(201).data();
        let (uid, seat) = (text(&second["uid"]), text(&second["seatUid"]));
        assert_eq!(first["uid"], second["uid"]);

        let unnamed = shift(&client, &uid, None, 2).await.expect(400);
        assert!(unnamed.message().contains("seatUid"));
        let nobodys = "01890000-0000-7000-8000-000000000000";
        let absent = shift(&client, &uid, Some(nobodys), 2).await.expect(404);
        assert_eq!(absent.message(), format!("Seat with uid={nobodys} does not exist."));

        let joined = shift(&client, &uid, Some(&seat), 2).await.expect(201).data();
        assert_eq!((&joined["uid"], &joined["seatUid"]), (&there["uid"], &json!(seat)));
        assert_eq!(seats(&client, &uid).await, [text(&first["seatUid"])]);
        assert_eq!(seats(&client, &text(&there["uid"])).await.len(), 2);
        let held = client.send(client.bookings(Method::GET, &format!("/by-seat/{seat}"))).await;
        assert_eq!(held.expect(200).data()["uid"], there["uid"]);

        let begun = shift(&client, &text(&there["uid"]), Some(&seat), 4).await.expect(201).data();
        assert_eq!(begun["rescheduledFromUid"], there["uid"]);
        assert_eq!(seats(&client, &text(&begun["uid"])).await, std::slice::from_ref(&seat));
        let cancelled = json!({"seatUid": seat});
        let request = client.bookings(Method::POST, &format!("/{}/cancel", text(&begun["uid"])));
        let cancelled = client.send(request.json(&cancelled)).await.expect(200).data();
        assert_eq!(cancelled["status"], "cancelled");
    }

    async fn racing_seats_never_exceed_the_slot_they_move_to(salon: &mut Salon) {
        let client = seated(salon, "racing", 4, json!({})).await;
        let mut requests = JoinSet::new();
        for slot in 0..3 {
            for _ in 0..3 {
                let booked = client.book(times::slot(slot)).await.expect(201).data();
                let client = client.clone();
                requests.spawn(async move {
                    shift(&client, &text(&booked["uid"]), Some(&text(&booked["seatUid"])), 6).await
                });
            }
        }
        let answers = requests.join_all().await;
        let moved: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert!(!moved.is_empty());
        // All but those who were refused sit in one booking.
        let uid = moved[0].uid();
        let there = seats(&client, &uid).await;
        assert!(there.len() <= 4, "{there:?}");
        assert_eq!(there.len(), moved.len());
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            assert!([400, 404, 409, 503].contains(&answer.status.as_u16()), "{}", answer.text);
        }
    }

    async fn a_series_takes_seats_in_every_occurrence(salon: &mut Salon) {
        let recurrence = json!({"interval": 1, "occurrences": 2, "frequency": "weekly"});
        let client = seated(salon, "both", 2, json!({"recurrence": recurrence})).await;
        let first = client.book(times::slot(0)).await.expect(201).data();
        let second = client.book(times::slot(0)).await.expect(201).data();
        for occurrence in 0..2 {
            let (one, other) = (&first[occurrence], &second[occurrence]);
            assert_eq!(one["uid"], other["uid"]);
            assert_ne!(one["seatUid"], other["seatUid"]);
            assert_eq!(seats(&client, &text(&one["uid"])).await.len(), 2);
        }
        assert!(first[0]["recurringBookingUid"].is_string());
        client.book(times::slot(0)).await.expect(409);
    }

    async fn a_series_with_one_taken_occurrence_writes_nothing(salon: &mut Salon) {
        let client = salon.client();
        let taken = times::slot(0) + chrono::Duration::weeks(2);
        client.book(taken).await.expect(201);
        let recurrence = json!({"interval": 1, "occurrences": 4, "frequency": "weekly"});
        let mut series = client.clone();
        series.event_type = salon.event_type(json!({"slug": "weekly", "recurrence": recurrence})).await;

        series.book(times::slot(0)).await.expect_taken();

        assert_eq!(client.list().await.expect(200).data().as_array().map(Vec::len), Some(1));
    }
}
