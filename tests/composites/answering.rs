//! Segments that a person confirms: all stand together, or none.

use serde_json::{Value, json};

use super::{Clinic, PATH, booking_uid, each, minutes, problem};
use crate::harness::salon::merge;
use crate::harness::{Salon, times};

/// The clinic, where the second and third host confirm.
async fn waiting(salon: &Salon) -> Clinic {
    let policy = json!({"confirmationPolicy": {"type": "always", "blockUnconfirmedBookingsInBooker": false}});
    Clinic::with(salon, policy).await
}

on_both_databases! {
    async fn it_stands_once_every_host_has_confirmed(salon: &mut Salon) {
        let clinic = waiting(salon).await;
        let start = times::slot(0);
        let chain = clinic.chain(start, 3);
        let booked = clinic.post(PATH, &chain).await.expect(201).json();
        assert_eq!(booked["status"], "pending");
        assert_eq!(each(&booked, "status"), ["pending"; 3]);
        assert_eq!(each(&booked, "requiresConfirmation"), [json!(false), json!(true), json!(true)]);
        for host in 0..3 {
            let later = start + minutes(45 * i64::try_from(host).unwrap());
            assert!(!clinic.is_free(host, later).await, "it occupies every provider");
        }

        let second = booking_uid(&booked, 1);
        let other = clinic.client.confirm(&second, &clinic.hosts[2].key).await;
        other.expect(401);
        let confirmed = clinic.client.confirm(&second, &clinic.hosts[1].key).await.expect(200).data();
        assert_eq!((&confirmed["uid"], &confirmed["status"]), (&json!(second), &json!("accepted")));
        let half = clinic.shown(&booked).await;
        assert_eq!(half["status"], "pending");
        assert_eq!(each(&half, "status"), ["pending", "confirmed", "pending"]);
        for action in ["confirm", "decline"] {
            let nothing = clinic.act_as(&clinic.hosts[1].key, &booked, action, &json!({})).await;
            assert_eq!(problem(&nothing.expect(409)), "transition-not-allowed");
        }
        assert_eq!(clinic.shown(&booked).await, half);

        let stands = clinic.act_as(&clinic.hosts[2].key, &booked, "confirm", &json!({})).await.expect(200).json();
        assert_eq!(stands["status"], "confirmed");
        assert_eq!(each(&stands, "status"), ["confirmed"; 3]);
        for segment in 0..3 {
            assert_eq!(clinic.booking(&stands, segment).await["status"], "accepted");
        }
        let again = clinic.act(&booked, "confirm", &json!({})).await.expect(409);
        assert_eq!(problem(&again), "transition-not-allowed");
    }

    async fn the_last_host_confirms_everything_that_still_waits(salon: &mut Salon) {
        let clinic = waiting(salon).await;
        let booked = clinic.book(times::slot(0)).await;
        assert_eq!(booked["status"], "pending");
        clinic.client.confirm(&booking_uid(&booked, 1), &clinic.hosts[1].key).await.expect(200);
        assert_eq!(clinic.shown(&booked).await["status"], "confirmed");
        assert_eq!(clinic.booking(&booked, 0).await["status"], "accepted");

        let other = clinic.book(times::slot(6)).await;
        let all = clinic.act(&other, "confirm", &json!({})).await.expect(200).json();
        assert_eq!(all["status"], "confirmed");
    }

    async fn one_host_who_declines_undoes_all_of_it(salon: &mut Salon) {
        let clinic = waiting(salon).await;
        let start = times::slot(0);
        let declined = clinic.post(PATH, &clinic.chain(start, 3)).await.expect(201).json();
        let reason = json!({"reason": "ill"});
        let uid = booking_uid(&declined, 1);
        let request = clinic.client.bookings(reqwest::Method::POST, &format!("/{uid}/decline"));
        let booking = clinic.client.send(request.bearer_auth(&clinic.hosts[1].key).json(&reason)).await;
        let booking = booking.expect(200).data();
        assert_eq!((&booking["uid"], &booking["status"]), (&json!(uid), &json!("rejected")));
        let undone = clinic.shown(&declined).await;
        assert_eq!(undone["status"], "rolledBack");
        assert_eq!(undone["cause"]["code"], "declined");
        assert_eq!(undone["cause"]["segment"], 1);
        assert_eq!(each(&undone, "status"), ["compensated"; 3]);
        for segment in [0, 2] {
            assert_eq!(clinic.booking(&declined, segment).await["status"], "cancelled");
        }

        let booked = clinic.post(PATH, &clinic.chain(start, 3)).await.expect(201).json();
        let by_whole = clinic.act_as(&clinic.hosts[2].key, &booked, "decline", &reason).await.expect(200).json();
        assert_eq!(by_whole["status"], "rolledBack");
        assert_eq!(by_whole["cause"]["segment"], 2);
        let again = clinic.act(&booked, "decline", &reason).await.expect(409);
        assert_eq!(problem(&again), "transition-not-allowed");
        assert!(clinic.is_free(0, start).await);
    }

    async fn a_segment_that_waits_is_neither_cancelled_nor_moved_alone(salon: &mut Salon) {
        let clinic = waiting(salon).await;
        let booked = clinic.book(times::slot(0)).await;
        let uid = booking_uid(&booked, 0);
        for (action, mut body) in [("cancel", json!({})), ("reschedule", json!({}))] {
            if action == "reschedule" {
                merge(&mut body, json!({"start": times::text(times::slot(9))}));
            }
            let request = clinic.client.bookings(reqwest::Method::POST, &format!("/{uid}/{action}"));
            let request = request.header("X-Daybook-Segment", "alone").json(&body);
            let refused = clinic.client.send(request.bearer_auth(&clinic.client.owner_key)).await;
            assert!(refused.expect(409).message().contains("has not settled"));
        }
        let cancelled = clinic.act(&booked, "cancel", &json!({})).await.expect(200).json();
        assert_eq!(each(&cancelled, "status"), [Value::from("cancelled"), Value::from("cancelled")]);
    }
}
