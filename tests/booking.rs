//! A slot is booked once; a booking moves, is cancelled, and says how it came to be.

use serde_json::Value;

use crate::harness::{Salon, times};

on_both_databases! {
    async fn a_taken_slot_is_refused(salon: &mut Salon) {
        let start = times::slot(0);

        let booked = salon.book(start).await.expect(201).data();
        let refused = salon.book(start).await;

        assert_eq!(booked["status"], "accepted");
        assert_eq!(booked["start"], times::answered(start));
        assert_eq!(booked["hosts"][0]["id"], salon.tenant.provider_number);
        refused.expect(400).expect_taken();
    }

    async fn back_to_back_bookings_all_succeed(salon: &mut Salon) {
        for index in 0..16 {
            salon.book(times::slot(index)).await.expect(201);
        }
        salon.book(times::slot(7)).await.expect_taken();
    }

    async fn a_booked_slot_is_no_longer_offered(salon: &mut Salon) {
        let start = times::slot(2);
        let day = start.date_naive().to_string();
        let client = salon.client();
        let offers = |answer: Value| -> usize {
            answer.get(&day).and_then(Value::as_array).map_or(0, Vec::len)
        };

        let before = client.slots(&day, &day).await.expect(200).data();
        let uid = client.book(start).await.expect(201).uid();
        let booked = client.slots(&day, &day).await.expect(200).data();
        client.cancel(&uid).await.expect(200);
        let cancelled = client.slots(&day, &day).await.expect(200).data();

        assert_eq!(offers(before.clone()), 16, "{before}");
        assert_eq!(offers(booked.clone()), 15, "{booked}");
        assert_eq!(cancelled, before);
    }

    async fn a_moved_booking_frees_its_slot_and_takes_the_other(salon: &mut Salon) {
        let (first, second) = (times::slot(0), times::slot(4));
        let client = salon.client();
        let uid = client.book(first).await.expect(201).uid();

        let moved = client.reschedule(&uid, second).await.expect(201).data();

        assert_eq!(moved["rescheduledFromUid"], uid.as_str());
        assert_eq!(moved["start"], times::answered(second));
        client.book(second).await.expect_taken();
        client.book(first).await.expect(201);
        let old = client.booking_of(&uid).await.expect(200).data();
        assert_eq!(old["status"], "cancelled");
        assert_eq!(old["rescheduledToUid"], moved["uid"]);
    }

    async fn a_booking_cannot_move_onto_another(salon: &mut Salon) {
        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        client.book(times::slot(1)).await.expect(201);

        client.reschedule(&uid, times::slot(1)).await.expect_taken();

        let still = client.booking_of(&uid).await.expect(200).data();
        assert_eq!(still["status"], "accepted");
    }

    async fn a_cancelled_slot_is_free_and_stays_cancelled(salon: &mut Salon) {
        let start = times::slot(0);
        let client = salon.client();
        let uid = client.book(start).await.expect(201).uid();

        let cancelled = client.cancel(&uid).await.expect(200).data();
        let again = client.cancel(&uid).await.expect(400);

        assert_eq!(cancelled["status"], "cancelled");
        assert_eq!(cancelled["cancellationReason"], "feeling better");
        let text = format!("Can't cancel booking with uid={uid} because it has been cancelled already.");
        assert!(again.message().starts_with(&text), "{}", again.text);
        client.book(start).await.expect(201);
    }

    async fn a_history_says_who_did_what_and_why(salon: &mut Salon) {
        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        let moved = client.reschedule(&uid, times::slot(2)).await.expect(201).uid();
        client.cancel(&moved).await.expect(200);

        let history = client.history(&moved).await.expect(200).json();
        let entries = history["data"].as_array().expect("a list");
        let members = |name: &str| -> Vec<Value> {
            entries.iter().map(|entry| entry[name].clone()).collect()
        };

        let kinds = ["BookingPlaced", "BookingRescheduled", "BookingCancelled"];
        assert_eq!(members("type"), kinds);
        assert_eq!(members("reason")[1..], ["train strike", "feeling better"]);
        assert_eq!(members("actor"), ["anonymous"; 3]);
        assert!(members("ip").iter().all(|ip| ip == "127.0.0.0/24"), "{history}");
        assert!(members("hash").iter().all(|hash| hash.as_str().map(str::len) == Some(64)));
        assert_eq!(client.history(&uid).await.expect(200).json()["data"], history["data"]);
    }
}
