//! One segment alone: refused unless it is asked for, and then recorded as such.

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Clinic, PATH, booking_uid, each, minutes, problem};
use crate::harness::{Answer, Salon, times};

/// Acts on the booking of a segment as the owner, alone or not.
async fn on_booking(clinic: &Clinic, uid: &str, action: &str, body: &Value, alone: bool) -> Answer {
    let request = clinic
        .client
        .bookings(Method::POST, &format!("/{uid}/{action}"));
    let request = request.bearer_auth(&clinic.client.owner_key).json(body);
    let request = if alone {
        request.header("X-Daybook-Segment", "alone")
    } else {
        request
    };
    clinic.client.send(request).await
}

fn to(start: DateTime<Utc>) -> Value {
    json!({"start": times::text(start)})
}

on_both_databases! {
    async fn a_segment_is_not_changed_alone_by_accident(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let booked = clinic.book(times::slot(0)).await;
        let uid = booking_uid(&booked, 1);
        let composite = booked["uid"].as_str().unwrap();
        for (action, body) in [("cancel", json!({})), ("reschedule", to(times::slot(8)))] {
            let refused = on_booking(&clinic, &uid, action, &body, false).await.expect(409);
            assert!(refused.message().contains(composite), "{}", refused.text);
            assert_eq!(refused.json()["error"]["code"], "ConflictException");
        }
        assert_eq!(clinic.shown(&booked).await, booked);
    }

    async fn one_segment_is_cancelled_alone_when_that_is_asked_for(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let start = times::slot(0);
        let booked = clinic.book(start).await;
        let uid = booking_uid(&booked, 0);
        let cancelled = on_booking(&clinic, &uid, "cancel", &json!({}), true).await.expect(200);
        assert_eq!(cancelled.data()["status"], "cancelled");
        let left = clinic.shown(&booked).await;
        assert_eq!(left["status"], "confirmed");
        assert_eq!(each(&left, "status"), ["cancelled", "confirmed"]);
        assert!(clinic.is_free(0, start).await);

        let moved = clinic.act(&booked, "reschedule", &to(start + minutes(180))).await.expect(200).json();
        assert_eq!(each(&moved, "status"), ["cancelled", "confirmed"]);
        assert_eq!(each(&moved, "start"), [json!(times::answered(start)), json!(times::answered(start + minutes(180)))]);
        let last = booking_uid(&moved, 1);
        on_booking(&clinic, &last, "cancel", &json!({}), true).await.expect(200);
        assert_eq!(clinic.shown(&booked).await["status"], "cancelled");
    }

    async fn one_segment_moves_alone_when_that_is_asked_for(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let booked = clinic.book(times::slot(0)).await;
        let apart = times::slot(8);
        let uid = booking_uid(&booked, 1);
        let moved = on_booking(&clinic, &uid, "reschedule", &to(apart), true).await.expect(201);
        let shown = clinic.shown(&booked).await;
        assert_eq!(each(&shown, "status"), ["confirmed", "moved"]);
        assert_eq!(booking_uid(&shown, 1), moved.uid());
        assert_eq!(shown["segments"][1]["start"], times::answered(apart));
        assert_eq!(moved.data()["compositeBooking"]["uid"], booked["uid"]);
        let cancelled = clinic.act(&booked, "cancel", &json!({})).await.expect(200).json();
        assert_eq!(each(&cancelled, "status"), ["cancelled"; 2]);
        assert!(clinic.is_free(1, apart).await);
    }

    async fn a_segment_that_is_reassigned_stays_part_of_the_whole(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let hosts: Vec<i64> = clinic.hosts.iter().map(|host| host.number).collect();
        let team = json!({"name": "Team", "slug": "team", "members": hosts});
        let team = clinic.post("/v2/teams", &team).await.expect(201).data();
        let shared = json!({
            "title": "Shared", "slug": "shared", "lengthInMinutes": 30, "minimumBookingNotice": 0,
            "schedulingType": "roundRobin", "assignAllTeamMembers": true,
        });
        let path = format!("/v2/teams/{}/event-types", team["id"]);
        let shared = clinic.post(&path, &shared).await.expect(201).data();
        let mut chain = clinic.chain(times::slot(0), 2);
        chain["segments"][1]["eventTypeId"] = shared["id"].clone();
        let booked = clinic.post(PATH, &chain).await.expect(201).json();
        let had = clinic.hosts.iter().position(|host| each(&booked, "providerUid")[1] == host.uid);
        let other = (had.unwrap() + 1) % 3;
        let action = format!("reassign/{}", clinic.hosts[other].number);
        let uid = booking_uid(&booked, 1);
        on_booking(&clinic, &uid, &action, &json!({}), false).await.expect(200);
        let shown = clinic.shown(&booked).await;
        assert_eq!(each(&shown, "providerUid")[1], clinic.hosts[other].uid);
        assert_eq!(booking_uid(&shown, 1), uid);
        let booking = clinic.booking(&shown, 1).await;
        assert_eq!(booking["compositeBooking"]["uid"], booked["uid"]);
        let cancelled = clinic.act(&booked, "cancel", &json!({})).await.expect(200).json();
        assert_eq!(cancelled["status"], "cancelled");
        let again = clinic.act(&booked, "confirm", &json!({})).await.expect(409);
        assert_eq!(problem(&again), "transition-not-allowed");
    }
}
