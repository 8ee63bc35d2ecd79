//! Collective bookings: what one host has, all have.

use serde_json::json;

use super::{NOT_AVAILABLE, Team, act, claims_per_booking, hosts_of, is_offered, offered};
use crate::harness::{Salon, times};

const CLAIMS: &str = "select count(*) from claims";

on_both_databases! {
    async fn a_collective_booking_takes_all_hosts(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let event_type = team.event_type(json!({"schedulingType": "collective"})).await;
        let client = team.booking(event_type);
        let booked = client.book(times::slot(0)).await.expect(201).data();
        assert_eq!(hosts_of(&booked), team.hosts);
        assert_eq!(booked["status"], "accepted");

        for host in 0..3 {
            team.alone(host).book(times::slot(0)).await.expect_taken();
            assert!(!is_offered(&team.alone(host), times::slot(0)).await);
            team.alone(host).book(times::slot(1)).await.expect(201);
        }
        assert!(!is_offered(&client, times::slot(0)).await);
        let read = client.booking_of(booked["uid"].as_str().unwrap()).await.expect(200);
        assert_eq!(hosts_of(&read.data()), team.hosts);
    }

    async fn one_busy_host_keeps_all_free(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let event_type = team.event_type(json!({"schedulingType": "collective"})).await;
        let client = team.booking(event_type);
        team.alone(2).book(times::slot(0)).await.expect(201);

        let refused = client.book(times::slot(0)).await.expect(400);
        assert!(refused.message().starts_with(NOT_AVAILABLE), "{refused:?}");
        assert!(!is_offered(&client, times::slot(0)).await);
        assert!(is_offered(&client, times::slot(1)).await);
        team.alone(0).book(times::slot(0)).await.expect(201);
        team.alone(1).book(times::slot(0)).await.expect(201);
    }

    async fn a_cancelled_booking_frees_all_hosts(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let event_type = team.event_type(json!({"schedulingType": "collective"})).await;
        let client = team.booking(event_type);
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        let cancelled = client.cancel(&uid).await.expect(200).data();
        assert_eq!(hosts_of(&cancelled), team.hosts);
        assert_eq!(salon.database().integer(CLAIMS).await, 0);
        for host in 0..3 {
            team.alone(host).book(times::slot(0)).await.expect(201);
        }
    }

    async fn a_booking_moves_with_all_its_hosts_or_stays(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let event_type = team.event_type(json!({"schedulingType": "collective"})).await;
        let client = team.booking(event_type);
        team.alone(1).book(times::slot(4)).await.expect(201);
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        let refused = client.reschedule(&uid, times::slot(4)).await.expect(400);
        assert!(refused.message().starts_with(NOT_AVAILABLE), "{refused:?}");

        // Over itself, too: its own shares are not in its way.
        let half = times::slot(0) + chrono::Duration::minutes(15);
        let moved = client.reschedule(&uid, half).await.expect(201).data();
        assert_eq!(hosts_of(&moved), team.hosts);
        let onward = moved["uid"].as_str().unwrap();
        client.reschedule(onward, times::slot(6)).await.expect(201);
        for host in 0..3 {
            team.alone(host).book(times::slot(6)).await.expect_taken();
            team.alone(host).book(times::slot(0)).await.expect(201);
        }
    }

    async fn a_pending_booking_is_confirmed_and_declined_with_all_hosts(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let waits = json!({
            "schedulingType": "collective",
            "confirmationPolicy": {"type": "always", "blockUnconfirmedBookingsInBooker": false},
        });
        let client = team.booking(team.event_type(waits).await);
        let first = client.book(times::slot(0)).await.expect(201);
        assert_eq!(first.data()["status"], "pending");
        let second = client.book(times::slot(0)).await.expect(201).uid();
        let third = client.book(times::slot(2)).await.expect(201).uid();
        assert_eq!(salon.database().integer(CLAIMS).await, 0);
        team.alone(2).book(times::slot(2)).await.expect(201);

        let confirmed = act(&client, &first.uid(), "confirm", &json!({})).await.expect(200).data();
        assert_eq!((confirmed["status"].as_str(), hosts_of(&confirmed)), (Some("accepted"), team.hosts.clone()));
        for host in 0..3 {
            team.alone(host).book(times::slot(0)).await.expect_taken();
        }
        act(&client, &second, "confirm", &json!({})).await.expect(400);
        // Only one of its hosts is busy.
        act(&client, &third, "confirm", &json!({})).await.expect(400);
        act(&client, &second, "decline", &json!({"reason": "full"})).await.expect(200);
        assert_eq!(salon.database().integer(CLAIMS).await, 4);
    }

    async fn every_host_speaks_for_the_booking(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let hosts = json!([{"userId": team.hosts[1]}, {"userId": team.hosts[0]}]);
        let waits = json!({
            "schedulingType": "collective", "hosts": hosts,
            "confirmationPolicy": {"type": "always", "blockUnconfirmedBookingsInBooker": true},
        });
        let client = team.booking(team.event_type(waits).await);
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        assert_eq!(claims_per_booking(salon).await, Some(2));
        team.alone(0).book(times::slot(0)).await.expect_taken();
        // Ana is not the first of them.
        let confirmed = client.confirm(&uid, &salon.tenant.provider_key).await.expect(200).data();
        assert_eq!(hosts_of(&confirmed), [team.hosts[1], team.hosts[0]]);
    }

    async fn a_series_of_several_hosts_is_whole_or_not_at_all(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let weekly = json!({
            "schedulingType": "collective",
            "recurrence": {"interval": 1, "occurrences": 3, "frequency": "weekly"},
        });
        let client = team.booking(team.event_type(weekly).await);
        team.alone(1).book(times::slot(0) + chrono::Duration::weeks(2)).await.expect(201);
        client.book(times::slot(0)).await.expect(400);
        assert_eq!(salon.database().integer(CLAIMS).await, 1);
        let booked = client.book(times::slot(1)).await.expect(201).data();
        let booked = booked.as_array().expect("a series");
        assert_eq!(booked.len(), 3);
        assert!(booked.iter().all(|one| hosts_of(one) == team.hosts));
        let series = booked[0]["recurringBookingUid"].as_str().unwrap();
        client.cancel(series).await.expect(200);
        assert_eq!(salon.database().integer(CLAIMS).await, 1);
    }

    async fn seats_of_several_hosts_are_counted_once(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let seats = json!({
            "schedulingType": "collective",
            "seats": {"seatsPerTimeSlot": 2, "showAttendeeInfo": true, "showAvailabilityCount": true},
        });
        let client = team.booking(team.event_type(seats).await);
        let first = client.book(times::slot(0)).await.expect(201).data();
        assert!(is_offered(&client, times::slot(0)).await);
        let second = client.book(times::slot(0)).await.expect(201).data();
        assert_eq!(first["uid"], second["uid"]);
        assert!(!is_offered(&client, times::slot(0)).await);
        client.book(times::slot(0)).await.expect(409);
        assert_eq!(claims_per_booking(salon).await, Some(3));

        let uid = first["uid"].as_str().unwrap();
        for seat in [&first["seatUid"], &second["seatUid"]] {
            let claims = salon.database().integer(CLAIMS).await;
            assert_eq!(claims, 3);
            act(&client, uid, "cancel", &json!({"seatUid": seat})).await.expect(200);
        }
        assert_eq!(salon.database().integer(CLAIMS).await, 0);
    }

    async fn an_event_type_without_hosts_is_not_booked(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let nobody = json!({"schedulingType": "roundRobin", "hosts": []});
        let client = team.booking(team.event_type(nobody).await);
        let refused = client.book(times::slot(0)).await.expect(422);
        assert!(refused.message().starts_with("Can't book this team event type because it has no hosts."));
        assert!(offered(&client, times::slot(0)).await.is_empty());
    }
}
