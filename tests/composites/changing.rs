//! Cancelling and moving the whole: every segment, or none.

use reqwest::Method;
use serde_json::json;

use super::{Clinic, PATH, booking_uid, each, minutes, problem, uid};
use crate::harness::{Salon, times};

on_both_databases! {
    async fn cancelling_frees_every_provider(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let start = times::slot(0);
        let booked = clinic.book(start).await;
        let reason = json!({"cancellationReason": "feeling better"});
        let cancelled = clinic.act(&booked, "cancel", &reason).await.expect(200);
        assert_eq!(cancelled.json()["status"], "cancelled");
        assert_eq!(cancelled.json()["cancellationReason"], "feeling better");
        for segment in 0..2 {
            let booking = clinic.booking(&booked, segment).await;
            assert_eq!(booking["status"], "cancelled");
            assert_eq!(booking["cancellationReason"], "feeling better");
        }
        assert!(clinic.is_free(0, start).await && clinic.is_free(1, start + minutes(45)).await);
        let again = clinic.act(&booked, "cancel", &reason).await.expect(409);
        assert_eq!(problem(&again), "transition-not-allowed");
    }

    async fn a_repeated_cancellation_is_answered_again(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let booked = clinic.book(times::slot(0)).await;
        let path = format!("{PATH}/{}/cancel", uid(&booked));
        let once = || {
            let request = clinic.client.request(Method::POST, &path);
            request.header("Idempotency-Key", "\"cancel\"").bearer_auth(&clinic.client.owner_key)
        };
        let stale = once().header("If-Match", "\"1\"");
        let stale = clinic.client.send(stale).await.expect(412);
        assert_eq!(problem(&stale), "precondition-failed");
        let first = clinic.client.send(once().header("If-Match", format!("\"{}\"", booked["version"]))).await.expect(200);
        let again = clinic.client.send(once()).await.expect(200);
        assert_eq!(again.text, first.text);
        assert_eq!(again.headers["idempotent-replayed"], "true");
    }

    async fn a_move_takes_every_segment_along(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let start = times::slot(0);
        let booked = clinic.book(start).await;
        // Each segment goes where another one of it was: by half an hour they overlap themselves.
        let to = start + minutes(15);
        let body = json!({"start": times::text(to), "reschedulingReason": "train strike"});
        let moved = clinic.act(&booked, "reschedule", &body).await.expect(200).json();
        assert_eq!((&moved["status"], &moved["generation"]), (&json!("confirmed"), &json!(2)));
        assert_eq!(moved["reschedulingReason"], "train strike");
        let starts = [0, 45].map(|later| json!(times::answered(to + minutes(later))));
        assert_eq!(each(&moved, "start"), starts);
        assert_eq!(each(&moved, "bookingId"), each(&booked, "bookingId"));
        for (segment, expected) in starts.iter().enumerate() {
            let before = clinic.booking(&booked, segment).await;
            let after = clinic.booking(&moved, segment).await;
            assert_eq!(before["rescheduledToUid"], after["uid"]);
            assert_eq!(after["icsUid"], before["icsUid"]);
            assert_eq!((&after["status"], &after["start"]), (&json!("accepted"), expected));
            assert_eq!(after["attendees"], before["attendees"]);
        }
        let apart = json!({"segments": [
            {"start": times::text(times::slot(6))}, {"gapMinutes": 60},
        ]});
        let moved = clinic.act(&moved, "reschedule", &apart).await.expect(200).json();
        let second = times::slot(6) + minutes(90);
        assert_eq!(each(&moved, "start")[1], times::answered(second));
    }

    async fn one_blocked_segment_keeps_all_of_them_where_they_are(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let booked = clinic.book(times::slot(0)).await;
        let to = times::slot(6);
        assert!(clinic.is_free(1, to + minutes(45)).await);
        let body = json!({"start": times::text(to)});
        let refused = clinic.act(&booked, "reschedule", &body).await.expect(409);
        assert_eq!(problem(&refused), "slot-unavailable");
        assert_eq!(refused.json()["segment"], 1);
        assert_eq!(clinic.shown(&booked).await, booked);
        assert_eq!(clinic.booking(&booked, 0).await["status"], "accepted");
        assert!(clinic.is_free(0, to).await, "nothing is left where the first one would have gone");
        for wrong in [json!({}), json!({"start": null}), json!({"segments": [{"gapMinutes": 5}]}),
            json!({"segments": [{"start": times::text(to)}]}),
            json!({"segments": [{"start": times::text(to)}, {"start": times::text(to)}]})] {
            clinic.act(&booked, "reschedule", &wrong).await.expect(422);
        }
    }

    async fn two_segments_of_one_provider_move_together(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let event_type = clinic.hosts[0].event_type;
        let start = times::slot(0);
        let chain = json!({
            "segments": [
                {"eventTypeId": event_type, "start": times::text(start)},
                {"eventTypeId": event_type},
            ],
            "attendee": {"name": "Ilze Berga", "email": "ilze@example.org", "timeZone": "UTC"},
        });
        let booked = clinic.post(PATH, &chain).await.expect(201).json();
        for later in [30, 0] {
            let to = start + minutes(later);
            let body = json!({"start": times::text(to)});
            let moved = clinic.act(&booked, "reschedule", &body).await.expect(200).json();
            assert_eq!(each(&moved, "start")[1], times::answered(to + minutes(30)));
        }
        let shown = clinic.shown(&booked).await;
        assert_ne!(booking_uid(&shown, 0), booking_uid(&booked, 0));
        clinic.act(&booked, "cancel", &json!({})).await.expect(200);
    }
}
