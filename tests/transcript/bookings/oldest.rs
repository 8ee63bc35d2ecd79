//! § 4.9: the oldest shape.

use serde_json::{Value, json};

use super::{By, Desk, offer};
use crate::harness::Salon;
use reqwest::Method;

fn body(event_type: i64, start: &str) -> Value {
    json!({"start": start, "eventTypeId": event_type, "timeZone": "Europe/Riga", "language": "lv", "metadata": {"crmId": "D-778"},
        "responses": {"name": "Ilze Berga", "email": "ilze@example.org", "guests": ["karlis@example.org"], "notes": "by bike",
            "location": {"value": "attendeeInPerson", "optionValue": "the park"}}})
}

on_both_databases! {
    async fn the_oldest_shape_is_booked_read_and_cancelled(salon: &mut Salon) {
        let intro = offer(salon, "a", json!({})).await;
        let mut desk = Desk::of(salon);
        desk.version = "2024-04-15";
        let placed = desk.post("POST", "", body(intro, "2031-03-04T09:00:00Z")).await.expect(201).data();
        let uid = placed["uid"].as_str().expect("text").to_owned();
        desk.get("GET: data.bookings", "?filters[status]=upcoming&limit=10").await.expect(200);
        desk.get("GET one", &format!("/{uid}")).await.expect(200);
        desk.get("to reschedule", &format!("/{uid}/reschedule")).await.expect(200);
        let mut moved = body(intro, "2031-03-05T09:00:00Z");
        moved["rescheduleUid"] = json!(uid);
        moved["responses"]["rescheduleReason"] = json!("train strike");
        let moved = desk.post("rescheduleUid", "", moved).await.expect(201).data();
        let number = format!("/{}/cancel", moved["id"]);
        desk.post("mark-no-show before the start", &format!("/{}/mark-no-show", moved["uid"].as_str().expect("text")),
            json!({"noShowHost": true})).await.expect(400);
        desk.post("cancel by number", &number, json!({"cancellationReason": "no longer needed"})).await.expect(201);
        desk.post("instant", "/instant", body(intro, "2031-03-04T09:00:00Z")).await.expect(400);
        let new = json!({"eventTypeId": intro, "start": "2031-03-04T09:00:00Z",
            "attendee": {"name": "I", "email": "i@example.org", "timeZone": "UTC"}});
        desk.post("the new shape without its version", "", new).await.expect(400);
        desk.post("everything is missing", "", json!({})).await.expect(400);
        assert_told!("bookings_oldest", desk);
    }

    async fn a_series_in_the_oldest_shape_is_all_or_nothing(salon: &mut Salon) {
        let recurrence = json!({"interval": 1, "occurrences": 4, "frequency": "weekly"});
        let weekly = offer(salon, "a", json!({"recurrence": recurrence})).await;
        let mut desk = Desk::of(salon);
        desk.version = "2024-06-14";
        let series = json!([body(weekly, "2031-03-04T09:00:00Z"), body(weekly, "2031-03-11T09:00:00Z")]);
        desk.post("recurring", "/recurring", series.clone()).await.expect(201);
        desk.post("one occurrence taken", "/recurring", series).await.expect(400);
        let odd = json!([body(weekly, "2031-03-04T11:00:00Z"), body(weekly, "2031-03-12T11:00:00Z")]);
        desk.post("not the recurrence", "/recurring", odd).await.expect(400);
        desk.post("no array", "/recurring", json!({})).await.expect(400);
        assert_told!("bookings_oldest_series", desk);
    }

    async fn older_paths_move_and_cancel(salon: &mut Salon) {
        let intro = offer(salon, "a", json!({})).await;
        let mut desk = Desk::of(salon);
        let placed = desk.book("book", intro, "2031-03-04T09:00:00Z", json!({})).await.expect(201).data();
        let to = json!({"start": "2031-03-05T09:00:00Z"});
        let path = format!("/{}", placed["id"]);
        let moved = desk.ask("PATCH moves", By::Owner, Method::PATCH, &path, to).await.expect(200).uid();
        desk.ask("DELETE cancels", By::Nobody, Method::DELETE, &format!("/{moved}"), Value::Null).await.expect(200);
        desk.ask("numbers are for the tenant's people", By::Nobody, Method::DELETE, &path, Value::Null).await.expect(404);
        assert_told!("bookings_older_paths", desk);
    }
}
