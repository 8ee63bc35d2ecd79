//! § 4.7: series; § 4.8: seats.

#![expect(
    clippy::shadow_unrelated,
    reason = "the requests of a transcript are read one by one"
)]

use serde_json::{Value, json};

use super::{By, Desk, offer, seats};
use crate::harness::Salon;
use reqwest::Method;

on_both_databases! {
    async fn a_series_is_booked_read_and_cancelled(salon: &mut Salon) {
        let recurrence = json!({"interval": 1, "occurrences": 4, "frequency": "weekly"});
        let weekly = offer(salon, "a", json!({"recurrence": recurrence})).await;
        let mut desk = Desk::of(salon);
        let more = json!({"recurrenceCount": 3});
        let series = desk.book("4.7 over the spring change", weekly, "2031-03-27T10:00:00Z", more).await.expect(201).data();
        let of = |index: usize, name: &str| series[index][name].as_str().expect("text").to_owned();
        desk.get("a series uid returns an array", &format!("/{}", of(0, "recurringBookingUid"))).await.expect(200);
        desk.get("status=recurring", "?status=recurring&take=1").await.expect(200);
        let path = format!("/{}/reschedule", of(0, "uid"));
        desk.post("one occurrence moves", &path, json!({"start": "2031-03-28T10:00:00Z"})).await.expect(201);
        let whole = format!("/{}/cancel", of(0, "recurringBookingUid"));
        desk.post("cancelSubsequentBookings with the series uid", &whole, json!({"cancelSubsequentBookings": true})).await.expect(400);
        let last = format!("/{}/cancel", of(2, "uid"));
        desk.post("this and later ones", &last, json!({"cancelSubsequentBookings": true})).await.expect(200);
        desk.post("every remaining occurrence", &whole, json!({"cancellationReason": "done"})).await.expect(200);
        assert_told!("bookings_series", desk);
    }

    async fn seats_are_taken_seen_and_given_up(salon: &mut Salon) {
        let shown = offer(salon, "a", json!({"seats": seats(true)})).await;
        let hidden = offer(salon, "b", json!({"seats": seats(false)})).await;
        let mut desk = Desk::of(salon);
        let start = "2031-03-04T09:00:00Z";
        let first = desk.book("first booker", shown, start, json!({"metadata": {"k": "v"}})).await.expect(201).data();
        let other = json!({"attendee": {"name": "Uldis", "email": "uldis@example.org", "timeZone": "UTC"}});
        let second = desk.book("joins: same uid, new seatUid", shown, start, other.clone()).await.expect(201).data();
        assert_eq!(first["uid"], second["uid"]);
        desk.book("seats exhausted", shown, start, json!({})).await.expect(409);
        let uid = first["uid"].as_str().expect("text").to_owned();
        desk.ask("attendees are shown: without seats", By::Nobody, Method::GET, &format!("/{uid}"), Value::Null).await.expect(200);
        desk.get("the host sees seats", &format!("/{uid}")).await.expect(200);
        let seat = second["seatUid"].as_str().expect("text").to_owned();
        desk.ask("by seat", By::Nobody, Method::GET, &format!("/by-seat/{seat}"), Value::Null).await.expect(200);
        desk.ask("by seat: none", By::Nobody, Method::GET, "/by-seat/01890000-0000-7000-8000-000000000000", Value::Null).await.expect(404);
        let path = format!("/{uid}/reschedule");
        let to = "2031-03-04T11:00:00Z";
        desk.ask("without seatUid", By::Nobody, Method::POST, &path, json!({"start": to})).await.expect(400);
        let none = json!({"start": to, "seatUid": "01890000-0000-7000-8000-000000000000"});
        desk.ask("seat does not exist", By::Nobody, Method::POST, &path, none).await.expect(404);
        let moved = json!({"start": to, "seatUid": seat});
        desk.ask("one seat moves", By::Nobody, Method::POST, &path, moved).await.expect(201);
        let first_seat = json!({"seatUid": first["seatUid"]});
        let path = format!("/{uid}/cancel");
        desk.ask("cancel without seatUid", By::Nobody, Method::POST, &path, json!({})).await.expect(400);
        desk.ask("only that seat", By::Nobody, Method::POST, &path, first_seat).await.expect(200);
        desk.version = "2026-02-25";
        desk.get("2026-02-25: cancelled seats stay in output", &format!("/{uid}")).await.expect(200);
        desk.version = "2024-08-13";
        let unseen = desk.book("attendees are hidden", hidden, "2031-03-05T09:00:00Z", json!({})).await.expect(201).uid();
        desk.ask("hidden from strangers", By::Nobody, Method::GET, &format!("/{unseen}"), Value::Null).await.expect(200);
        desk.get("not from the host", &format!("/{unseen}")).await.expect(200);
        assert_told!("bookings_seats", desk);
    }
}
