//! One seat of a booking with several hosts moves: the hosts go with it, or stay, as the bookings need them.

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Team, act, claims_per_booking, hosts_of};
use crate::harness::salon::{Client, merge};
use crate::harness::{Answer, Salon, count, times};
use crate::race::all;

const CLAIMS: &str = "select count(*) from claims";

async fn seated(team: &Team, settings: Value) -> Client {
    let mut body = json!({
        "schedulingType": "collective",
        "seats": {"seatsPerTimeSlot": 3, "showAttendeeInfo": true, "showAvailabilityCount": true},
    });
    merge(&mut body, settings);
    team.booking(team.event_type(body).await)
}

/// A seat: the uid of its booking and its own.
async fn taken(client: &Client, start: DateTime<Utc>) -> (String, String) {
    seat_of(&client.book(start).await.expect(201).data())
}

fn seat_of(booking: &Value) -> (String, String) {
    let text = |name: &str| booking[name].as_str().expect("is text").to_owned();
    (text("uid"), text("seatUid"))
}

async fn shift(client: &Client, (uid, seat): &(String, String), start: DateTime<Utc>) -> Answer {
    let body = json!({"start": times::text(start), "seatUid": seat});
    let request = client.bookings(Method::POST, &format!("/{uid}/reschedule"));
    client.send(request.json(&body)).await
}

on_both_databases! {
    async fn a_seat_begins_a_booking_with_the_same_hosts(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = seated(&team, json!({})).await;
        let (from, to) = (times::slot(0), times::slot(2));
        let (_, moving) = (taken(&client, from).await, taken(&client, from).await);
        team.alone(2).book(times::slot(4)).await.expect(201);
        // One of the hosts is busy: nothing moves.
        shift(&client, &moving, times::slot(4)).await.expect(400);
        assert_eq!(salon.database().integer(CLAIMS).await, 4);

        let moved = shift(&client, &moving, to).await.expect(201).data();
        assert_eq!(hosts_of(&moved), team.hosts);
        assert_eq!(salon.database().integer(CLAIMS).await, 7);
        for host in 0..3 {
            team.alone(host).book(from).await.expect_taken();
            team.alone(host).book(to).await.expect_taken();
        }
    }

    async fn a_seat_joins_a_booking_that_has_its_hosts(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = seated(&team, json!({})).await;
        let (from, to) = (times::slot(0), times::slot(2));
        let (stays, moving) = (taken(&client, from).await, taken(&client, from).await);
        let there = taken(&client, to).await;
        let joined = shift(&client, &moving, to).await.expect(201).data();
        assert_eq!(joined["uid"], *there.0);
        assert_eq!((claims_per_booking(salon).await, salon.database().integer(CLAIMS).await), (Some(3), 6));

        // The last one joins, too: the booking it leaves has ended, for all hosts.
        let last = shift(&client, &stays, to).await.expect(201).data();
        assert_eq!(last["uid"], *there.0);
        assert_eq!(salon.database().integer(CLAIMS).await, 3);
        assert_eq!(client.booking_of(&stays.0).await.expect(200).data()["status"], "cancelled");
        for host in 0..3 {
            team.alone(host).book(from).await.expect(201);
        }
    }

    async fn the_last_seat_takes_the_booking_and_its_hosts_along(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = seated(&team, json!({})).await;
        let only = taken(&client, times::slot(0)).await;
        let moved = shift(&client, &only, times::slot(2)).await.expect(201).data();
        assert_eq!(hosts_of(&moved), team.hosts);
        assert_eq!((claims_per_booking(salon).await, salon.database().integer(CLAIMS).await), (Some(3), 3));
        for host in 0..3 {
            team.alone(host).book(times::slot(0)).await.expect(201);
            team.alone(host).book(times::slot(2)).await.expect_taken();
        }
    }

    async fn a_seat_moves_onto_its_own_reservation_with_several_hosts(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = seated(&team, json!({"metadata": {"daybookHolds": "exclusive"}})).await;
        let (from, to) = (times::slot(0), times::slot(2));
        let (last, other) = (taken(&client, from).await, taken(&client, from).await);
        for seat in [other, last] {
            let body = json!({"eventTypeId": client.event_type, "slotStart": times::text(to)});
            let request = client.request(Method::POST, "/v2/slots/reservations").header("cal-api-version", "2024-09-04");
            let held = client.send(request.json(&body)).await.expect(201).data();
            let hold = held["reservationUid"].as_str().expect("a uid");
            let there = json!({"start": times::text(to), "seatUid": seat.1});
            let moving = client.bookings(Method::POST, &format!("/{}/reschedule", seat.0)).json(&there);
            client.send(moving.header("X-Daybook-Hold", hold)).await.expect(201);
        }
        assert_eq!((claims_per_booking(salon).await, salon.database().integer(CLAIMS).await), (Some(3), 3));
        let request = client.bookings(Method::GET, "?status=upcoming").bearer_auth(&client.owner_key);
        let uid = client.send(request).await.expect(200).data()[0]["uid"].as_str().expect("a uid").to_owned();
        act(&client, &uid, "cancel", &json!({})).await.expect(200);
        // No share of a hold is left behind.
        for host in 0..3 {
            team.alone(host).book(to).await.expect(201);
        }
    }

    async fn seats_that_move_at_once_leave_no_host_behind(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = seated(&team, json!({})).await;
        for round in 0..count(3, 12) {
            let (from, to) = (times::slot(4 * round), times::slot(4 * round + 2));
            let mut seats = Vec::new();
            for _ in 0..3 {
                seats.push(taken(&client, from).await);
            }
            let moves = seats.into_iter().map(|seat| {
                let client = client.clone();
                async move { shift(&client, &seat, to).await }
            });
            let answers = all(moves).await;
            assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 201 | 409 | 503)), "{answers:?}");
            assert!(answers.iter().any(|answer| answer.status == 201), "{answers:?}");
            assert_eq!(claims_per_booking(salon).await, Some(3));
        }
    }
}
