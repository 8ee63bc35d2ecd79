//! Booking: every segment stands, or nothing is left of any.

use serde_json::{Value, json};

use super::{Clinic, PATH, booking_uid, each, minutes, problem, uid};
use crate::harness::{Salon, times};

on_both_databases! {
    async fn a_composite_booking_stands_with_all_of_its_segments(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let start = times::slot(0);
        let answer = clinic.post(PATH, &clinic.chain(start, 3)).await.expect(201);
        let booked = answer.json();
        let location = format!("{}{PATH}/{}", salon.server().url(), uid(&booked));
        assert_eq!(answer.headers["location"], location);
        assert_eq!(answer.headers["etag"], format!("\"{}\"", booked["version"]));
        assert_eq!(booked["status"], "confirmed");
        assert_eq!(each(&booked, "status"), ["confirmed"; 3]);
        let starts = [0, 45, 90].map(|later| json!(times::answered(start + minutes(later))));
        assert_eq!(each(&booked, "start"), starts);
        assert_eq!(booked["attendee"]["email"], "ilze@example.org");
        assert_eq!(booked["metadata"], json!({"crmId": "D-778"}));
        assert_eq!(clinic.shown(&booked).await, booked);

        for segment in 0..3 {
            let booking = clinic.booking(&booked, segment).await;
            assert_eq!(booking["status"], "accepted");
            assert_eq!(booking["start"], starts[segment]);
            let place = json!({"uid": booked["uid"], "segment": segment, "count": 3});
            assert_eq!(booking["compositeBooking"], place);
            assert_eq!(booking["bookingId"], booked["segments"][segment]["bookingId"]);
            assert_eq!(booking["attendees"][0]["email"], "ilze@example.org");
        }
        let listed = clinic.client.list().await.expect(200).data();
        assert_eq!(listed.as_array().unwrap().len(), 3);
    }

    async fn a_refused_segment_is_named_and_leaves_nothing(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let start = times::slot(0);
        assert!(clinic.is_free(2, start + minutes(90)).await);
        let events = salon.database().integer("select count(*) from events").await;
        let refused = clinic.post(PATH, &clinic.chain(start, 3)).await.expect(409);
        assert_eq!(problem(&refused), "slot-unavailable");
        assert_eq!(refused.json()["segment"], 2);
        assert_eq!(refused.headers["content-type"], "application/problem+json");
        let after = salon.database().integer("select count(*) from events").await;
        assert_eq!(after, events, "nothing is written");
        assert!(clinic.is_free(0, start).await && clinic.is_free(1, start + minutes(45)).await);
        let page = clinic.get("", &clinic.client.owner_key).await.expect(200).json();
        assert_eq!(page["data"], json!([]));
    }

    async fn step_by_step_a_refused_segment_is_named_too_and_everything_is_undone(salon: &mut Salon) {
        salon.take_server().stop();
        salon.start_with("DAYBOOK_COMPOSITE_PATH", "stepwise");
        let clinic = Clinic::of(salon).await;
        let start = times::slot(0);
        assert!(clinic.is_free(1, start + minutes(45)).await);
        let chain = clinic.chain(start, 3);
        let once = |body: &Value| {
            let request = clinic.client.request(reqwest::Method::POST, PATH);
            request.header("Idempotency-Key", "\"chain\"").bearer_auth(&clinic.client.owner_key).json(body)
        };
        let refused = clinic.client.send(once(&chain)).await.expect(409);
        assert_eq!(problem(&refused), "slot-unavailable");
        assert_eq!(refused.json()["segment"], 1);
        let again = clinic.client.send(once(&chain)).await.expect(409);
        assert_eq!(again.text, refused.text);
        assert_eq!(again.headers["idempotent-replayed"], "true");

        let undone = json!({"uid": refused.json()["compositeUid"]});
        let undone = clinic.shown(&undone).await;
        assert_eq!(undone["status"], "rolledBack");
        assert_eq!(undone["cause"]["code"], "segmentRefused");
        assert_eq!(undone["cause"]["segment"], 1);
        assert_eq!(each(&undone, "bookingUid"), [Value::Null, Value::Null, Value::Null]);
        assert!(clinic.is_free(0, start).await);
        let booked = clinic.book(start + minutes(120)).await;
        assert_eq!(booked["status"], "confirmed");
    }

    async fn a_repeated_request_is_answered_again_and_begins_no_second_one(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let chain = clinic.chain(times::slot(0), 2);
        let once = |body: &Value| {
            let request = clinic.client.request(reqwest::Method::POST, PATH);
            request.header("Idempotency-Key", "\"chain\"").bearer_auth(&clinic.client.owner_key).json(body)
        };
        let first = clinic.client.send(once(&chain)).await.expect(201);
        assert!(first.headers.get("idempotent-replayed").is_none());
        let cancelled = clinic.act(&first.json(), "cancel", &json!({})).await.expect(200);
        assert_eq!(cancelled.json()["status"], "cancelled");
        let again = clinic.client.send(once(&chain)).await.expect(201);
        assert_eq!(again.text, first.text, "whatever has happened since");
        assert_eq!(again.headers["etag"], first.headers["etag"]);
        assert_eq!(again.headers["location"], first.headers["location"]);
        assert_eq!(again.headers["idempotent-replayed"], "true");
        let other = clinic.client.send(once(&clinic.chain(times::slot(4), 2))).await.expect(422);
        assert_eq!(problem(&other), "idempotency-key-reused");
        let requests = "select count(*) from events where event_type = 'CompositeRequested'";
        assert_eq!(salon.database().integer(requests).await, 1);

        let refused = once(&chain).header("Idempotency-Key", "\"other\"");
        clinic.client.send(refused).await.expect(400);
        let without = clinic.client.request(reqwest::Method::POST, PATH).json(&chain);
        let without = clinic.client.send(without).await.expect(400);
        assert_eq!(problem(&without), "idempotency-key-missing");
    }

    async fn whoever_may_book_every_event_type_may_book_the_chain(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let anonymous = |body: &Value| {
            let request = clinic.client.request(reqwest::Method::POST, PATH);
            request.header("Idempotency-Key", "\"stranger\"").json(body)
        };
        let chain = clinic.chain(times::slot(0), 2);
        let booked = clinic.client.send(anonymous(&chain)).await.expect(201);
        let again = clinic.client.send(anonymous(&chain)).await.expect(201);
        assert_eq!(again.text, booked.text);

        let closed = salon
            .event_type(json!({"slug": "closed", "bookingRequiresAuthentication": true}))
            .await;
        let mut closing = clinic.chain(times::slot(8), 2);
        closing["segments"][1] = json!({"eventTypeId": closed, "gapMinutes": 0});
        let request = clinic.client.request(reqwest::Method::POST, PATH);
        let request = request.header("Idempotency-Key", "\"closed\"").json(&closing);
        let refused = clinic.client.send(request).await.expect(401);
        assert_eq!(problem(&refused), "unauthenticated");
        clinic.post(PATH, &closing).await.expect(201);
    }

    async fn the_history_of_a_segment_is_joined_by_its_composite_booking(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let booked = clinic.book(times::slot(0)).await;
        clinic.act(&booked, "reschedule", &json!({"start": times::text(times::slot(6))})).await.expect(200);
        let moved = clinic.shown(&booked).await;
        clinic.act(&moved, "cancel", &json!({})).await.expect(200);
        for segment in 0..2 {
            let history = clinic.client.history(&booking_uid(&moved, segment)).await.expect(200).json();
            let events = history["data"].as_array().unwrap();
            let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
            assert_eq!(kinds, ["BookingPlaced", "BookingRescheduled", "BookingCancelled"]);
            for event in events {
                assert_eq!(event["correlationId"], booked["uid"]);
            }
            assert!(events[0]["causationId"].is_string(), "the event that caused it");
        }
    }
}
