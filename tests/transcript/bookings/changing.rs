//! § 4.4 and § 4.5: moving and cancelling; § 4.6: confirming, declining, absence.

#![expect(
    clippy::shadow_unrelated,
    reason = "the requests of a transcript are read one by one"
)]

use serde_json::{Value, json};

use super::{By, Desk, offer};
use crate::harness::Salon;
use reqwest::Method;

const NONE: &str = "zzzzzzzzzzzzzzzzzzzzz9";

fn asking() -> Value {
    json!({"confirmationPolicy": {"type": "always", "blockUnconfirmedBookingsInBooker": true}})
}

on_both_databases! {
    async fn a_booking_moves(salon: &mut Salon) {
        let intro = offer(salon, "a", json!({})).await;
        let pending = offer(salon, "b", asking()).await;
        let mut desk = Desk::of(salon);
        let first = desk.book("book", intro, "2031-03-04T09:00:00Z", json!({})).await.uid();
        let path = format!("/{first}/reschedule");
        let body = json!({"start": "2031-03-05T09:00:00Z", "rescheduledBy": "ilze@example.org", "reschedulingReason": "train strike"});
        let moved = desk.ask("4.4 the example", By::Nobody, Method::POST, &path, body).await.expect(201).uid();
        desk.get("the replaced one", &format!("/{first}")).await.expect(200);
        let again = json!({"start": "2031-03-06T09:00:00Z"});
        desk.post("target already moved", &path, again.clone()).await.expect(400);
        let path = format!("/{moved}/reschedule");
        desk.post("new time not available", &path, json!({"start": "2031-03-05T03:00:00Z"})).await.expect(400);
        desk.post("unknown key", &path, json!({"start": "2031-03-05T10:00:00Z", "surprise": 1})).await.expect(400);
        desk.post("emailVerificationCode", &path, json!({"start": "2031-03-05T10:00:00Z", "emailVerificationCode": "1"})).await.expect(201);
        desk.post("not found", &format!("/{NONE}/reschedule"), again.clone()).await.expect(404);
        let waiting = desk.book("book", pending, "2031-03-06T09:00:00Z", json!({})).await.uid();
        desk.post("confirm", &format!("/{waiting}/confirm"), Value::Null).await.expect(200);
        let body = json!({"start": "2031-03-06T10:00:00Z"});
        let path = format!("/{waiting}/reschedule");
        let again_pending = desk.ask("back to pending", By::Nobody, Method::POST, &path, body).await.expect(201).uid();
        let body = json!({"start": "2031-03-06T11:00:00Z", "rescheduledBy": "ana@example.org"});
        let by_host = desk.post("by the host: stays accepted", &format!("/{again_pending}/reschedule"), body).await.expect(201).uid();
        desk.post("cancel", &format!("/{by_host}/cancel"), json!({})).await.expect(200);
        desk.post("target cancelled", &format!("/{by_host}/reschedule"), json!({"start": "2031-03-06T12:00:00Z"})).await.expect(400);
        assert_told!("bookings_reschedule", desk);
    }

    async fn an_event_type_may_forbid_it(salon: &mut Salon) {
        let fixed = offer(salon, "a", json!({"disableRescheduling": {"disabled": true}, "disableCancelling": {"disabled": true}})).await;
        let late = offer(salon, "b", json!({"disableRescheduling": {"minutesBefore": 5_256_000}})).await;
        let again = offer(salon, "c", json!({"allowReschedulingCancelledBookings": true})).await;
        let mut desk = Desk::of(salon);
        let uid = desk.book("book", fixed, "2031-03-04T09:00:00Z", json!({})).await.uid();
        let to = json!({"start": "2031-03-04T16:00:00Z"});
        for (row, path, body) in [("disableRescheduling", "reschedule", to.clone()), ("disableCancelling", "cancel", json!({}))] {
            let path = format!("/{uid}/{path}");
            desk.ask(row, By::Nobody, Method::POST, &path, body).await.expect(400);
        }
        let uid = desk.book("book", late, "2031-03-04T10:00:00Z", json!({})).await.uid();
        let path = format!("/{uid}/reschedule");
        desk.ask("minutesBefore", By::Nobody, Method::POST, &path, to.clone()).await.expect(400);
        desk.post("never for the host", &path, to).await.expect(201);
        let uid = desk.book("book", again, "2031-03-04T11:00:00Z", json!({})).await.uid();
        desk.post("cancel", &format!("/{uid}/cancel"), json!({})).await.expect(200);
        let to = json!({"start": "2031-03-04T12:00:00Z"});
        desk.post("allowReschedulingCancelledBookings", &format!("/{uid}/reschedule"), to).await.expect(201);
        assert_told!("bookings_policies", desk);
    }

    async fn a_booking_is_cancelled(salon: &mut Salon) {
        let intro = offer(salon, "a", json!({})).await;
        let mut desk = Desk::of(salon);
        let uid = desk.book("book", intro, "2031-03-04T09:00:00Z", json!({})).await.uid();
        let path = format!("/{uid}/cancel");
        desk.post("seat unknown", &path, json!({"seatUid": "01890000-0000-7000-8000-000000000000"})).await.expect(400);
        desk.post("cancelSubsequentBookings on a single one", &path, json!({"cancelSubsequentBookings": true})).await.expect(400);
        desk.post("unknown key", &path, json!({"surprise": 1})).await.expect(400);
        desk.post("4.5 the example", &path, json!({"cancellationReason": "no longer needed"})).await.expect(200);
        desk.post("already cancelled", &path, json!({})).await.expect(400);
        desk.post("not found", &format!("/{NONE}/cancel"), json!({})).await.expect(404);
        assert_told!("bookings_cancel", desk);
    }

    async fn a_person_answers_a_request(salon: &mut Salon) {
        let pending = offer(salon, "b", asking()).await;
        let mut desk = Desk::of(salon);
        let first = desk.book("book", pending, "2031-03-04T09:00:00Z", json!({})).await.uid();
        let confirm = format!("/{first}/confirm");
        desk.ask("1.2 without credentials", By::Nobody, Method::POST, &confirm, Value::Null).await.expect(403);
        desk.post("confirm", &confirm, Value::Null).await.expect(200);
        desk.post("already confirmed", &confirm, Value::Null).await.expect(400);
        let second = desk.book("book", pending, "2031-03-04T10:00:00Z", json!({})).await.uid();
        desk.post("decline", &format!("/{second}/decline"), json!({"reason": "on holiday"})).await.expect(200);
        desk.post("declined already", &format!("/{second}/decline"), json!({})).await.expect(400);
        desk.post("confirm: not found", &format!("/{NONE}/confirm"), Value::Null).await.expect(404);
        desk.post("decline: not found", &format!("/{NONE}/decline"), json!({})).await.expect(404);
        let absent = json!({"host": true, "attendees": [{"email": "ilze@example.org", "absent": true}]});
        desk.post("mark-absent before the start", &format!("/{first}/mark-absent"), absent).await.expect(400);
        desk.post("mark-absent: nobody", &format!("/{first}/mark-absent"), json!({})).await.expect(400);
        desk.post("mark-absent: not found", &format!("/{NONE}/mark-absent"), json!({"host": true})).await.expect(404);
        assert_told!("bookings_answer", desk);
    }
}
