//! Reservations of an event type with several hosts: they keep the time of everybody that the booking will take.

use chrono::{DateTime, Duration as Span, Utc};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Team, act, hosts_of, is_offered};
use crate::harness::salon::{Client, merge};
use crate::harness::{Answer, Salon, count, times};
use crate::race::all;

const HELD: &str =
    "This time slot is already reserved by another user. Please choose a different time.";
const CLAIMS: &str = "select count(*) from claims";

/// An event type whose reservations keep others from booking.
async fn exclusive(team: &Team, scheduling: &str, settings: Value) -> Client {
    let mut body = json!({"schedulingType": scheduling, "metadata": {"daybookHolds": "exclusive"}});
    merge(&mut body, settings);
    team.booking(team.event_type(body).await)
}

fn at(client: &Client, method: Method, path: &str) -> RequestBuilder {
    let path = format!("/v2/slots/reservations{path}");
    client
        .request(method, &path)
        .header("cal-api-version", "2024-09-04")
}

async fn reserve(client: &Client, start: DateTime<Utc>) -> Answer {
    let body = json!({"eventTypeId": client.event_type, "slotStart": times::text(start)});
    client.send(at(client, Method::POST, "").json(&body)).await
}

async fn reserved(client: &Client, start: DateTime<Utc>) -> String {
    let answer = reserve(client, start).await.expect(201);
    let uid = answer.data()["reservationUid"].as_str().map(str::to_owned);
    uid.expect("a reservation has a uid")
}

async fn redeem(client: &Client, start: DateTime<Utc>, hold: &str) -> Answer {
    let request = client.book_request(start).header("X-Daybook-Hold", hold);
    client.send(request).await
}

/// Which of the hosts can be booked alone; nothing stays booked.
async fn free(team: &Team, start: DateTime<Utc>) -> Vec<bool> {
    let mut free = Vec::new();
    for host in 0..team.hosts.len() {
        let answer = team.alone(host).book(start).await;
        free.push(answer.status == 201);
        if answer.status == 201 {
            team.client.cancel(&answer.uid()).await.expect(200);
        } else {
            answer.expect_taken();
        }
    }
    free
}

on_both_databases! {
    async fn a_reservation_keeps_the_time_of_all_hosts(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = exclusive(&team, "collective", json!({})).await;
        let (first, second) = (times::slot(0), times::slot(4));
        let hold = reserved(&client, first).await;
        assert_eq!(salon.database().integer(CLAIMS).await, 3);
        assert_eq!(free(&team, first).await, [false; 3]);
        client.book(first).await.expect(400);
        assert_eq!(reserve(&client, first).await.expect(422).message(), HELD);
        assert!(!is_offered(&client, first).await);

        let change = |event_type: i64, start| {
            let body = json!({"eventTypeId": event_type, "slotStart": times::text(start)});
            client.send(at(&client, Method::PATCH, &format!("/{hold}")).json(&body))
        };
        let moved = change(client.event_type, second).await.expect(200);
        assert_eq!(moved.data()["slotStart"], times::answered(second));
        assert_eq!((free(&team, first).await, free(&team, second).await), (vec![true; 3], vec![false; 3]));
        let seen = client.send(at(&client, Method::GET, &format!("/{hold}"))).await.expect(200);
        assert_eq!(seen.data()["slotStart"], times::answered(second));

        // Not onto the time of one of them alone.
        team.alone(2).book(times::slot(8)).await.expect(201);
        change(client.event_type, times::slot(8)).await.expect(422);
        reserve(&client, times::slot(8)).await.expect(422);
        change(team.own[0], second).await.expect(400);

        client.send(at(&client, Method::DELETE, &format!("/{hold}"))).await.expect(200);
        assert_eq!(free(&team, second).await, [true; 3]);
        assert_eq!(salon.database().integer(CLAIMS).await, 1);
    }

    async fn a_redeemed_reservation_books_all_hosts(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = exclusive(&team, "collective", json!({})).await;
        let hold = reserved(&client, times::slot(0)).await;
        let booked = redeem(&client, times::slot(0), &hold).await.expect(201).data();
        assert_eq!(hosts_of(&booked), team.hosts);
        assert_eq!(salon.database().integer(CLAIMS).await, 3);
        redeem(&client, times::slot(2), &hold).await.expect(404);
        assert_eq!(client.send(at(&client, Method::GET, &format!("/{hold}"))).await.expect(200).data(), Value::Null);

        // A booking moves onto it with all of them, too.
        let (uid, next) = (booked["uid"].as_str().expect("a uid"), times::slot(2));
        let own = reserved(&client, next).await;
        let moving = |named: &str| {
            let body = json!({"start": times::text(next)});
            let request = client.bookings(Method::POST, &format!("/{uid}/reschedule")).json(&body);
            request.header("X-Daybook-Hold", named)
        };
        client.send(moving(&hold)).await.expect(404);
        client.send(moving(&own)).await.expect(201);
        assert_eq!(salon.database().integer(CLAIMS).await, 3);
        assert_eq!(free(&team, times::slot(0)).await, [true; 3]);
        assert_eq!(free(&team, next).await, [false; 3]);
    }

    async fn an_advisory_reservation_hides_the_slot_of_all_hosts(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = team.booking(team.event_type(json!({"schedulingType": "collective"})).await);
        let hold = reserved(&client, times::slot(0)).await;
        for host in 0..3 {
            assert!(!is_offered(&team.alone(host), times::slot(0)).await);
        }
        assert_eq!(salon.database().integer(CLAIMS).await, 0);
        client.send(at(&client, Method::DELETE, &format!("/{hold}"))).await.expect(200);
        for host in 0..3 {
            assert!(is_offered(&team.alone(host), times::slot(0)).await);
        }
    }

    async fn by_turns_a_reservation_keeps_one_host_and_books_it(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = exclusive(&team, "roundRobin", json!({})).await;
        let start = times::slot(0);
        let mut kept = Vec::new();
        for round in 0..3 {
            let before = free(&team, start).await;
            assert_eq!(before.iter().filter(|free| **free).count(), 3 - round);
            let hold = reserved(&client, start).await;
            let after = free(&team, start).await;
            let host = (0..3).find(|host| before[*host] && !after[*host]).expect("one of them");
            kept.push((hold, team.hosts[host]));
        }
        assert_eq!(reserve(&client, start).await.expect(422).message(), HELD);
        client.book(start).await.expect(400);
        // Not in the order in which they would be booked.
        kept.rotate_left(1);
        for (hold, host) in &kept {
            assert_eq!(hosts_of(&redeem(&client, start, hold).await.expect(201).data()), [*host]);
        }
        assert_eq!(salon.database().integer(CLAIMS).await, 3);
    }

    async fn a_fixed_host_is_kept_with_whose_turn_it_is(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let [ana, berta, cilla] = [team.hosts[0], team.hosts[1], team.hosts[2]];
        let hosts = json!([{"userId": ana, "mandatory": true}, {"userId": berta}, {"userId": cilla, "priority": "highest"}]);
        let client = exclusive(&team, "roundRobin", json!({"hosts": hosts})).await;
        let hold = reserved(&client, times::slot(0)).await;
        assert_eq!(free(&team, times::slot(0)).await, [false, true, false]);
        let booked = redeem(&client, times::slot(0), &hold).await.expect(201).data();
        assert_eq!(hosts_of(&booked), [ana, cilla]);
        assert_eq!(free(&team, times::slot(0)).await, [false, true, false]);
    }

    async fn held_seats_of_several_hosts_are_taken_seats(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let seats = json!({"seats": {"seatsPerTimeSlot": 3, "showAttendeeInfo": true, "showAvailabilityCount": true}});
        let client = exclusive(&team, "collective", seats).await;
        let start = times::slot(0);
        let first = reserved(&client, start).await;
        assert_eq!(free(&team, start).await, [false; 3]);
        // Beside a held seat another one is booked, and beside that another one is held.
        let booked = client.book(start).await.expect(201).data();
        let second = reserved(&client, start).await;
        client.book(start).await.expect(409);
        assert!(!is_offered(&client, start).await);
        for hold in [&first, &second] {
            let joined = redeem(&client, start, hold).await.expect(201).data();
            assert_eq!(joined["uid"], booked["uid"]);
        }
        client.book(start).await.expect(409);
        let cancel = json!({"cancellationReason": "closed"});
        let request = client.bookings(Method::POST, &format!("/{}/cancel", booked["uid"].as_str().unwrap()));
        client.send(request.bearer_auth(&client.owner_key).json(&cancel)).await.expect(200);
        // No share of a hold is left behind.
        assert_eq!(free(&team, start).await, [true; 3]);
    }

    async fn one_of_many_reservations_of_a_collective_slot_wins(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = exclusive(&team, "collective", json!({})).await;
        let backwards: Vec<Value> = team.hosts.iter().rev().map(|host| json!({"userId": host})).collect();
        let other = json!({"slug": "backwards", "hosts": backwards});
        let other = exclusive(&team, "collective", other).await;
        let answers = all((0..count(24, 120)).map(|index| {
            let client = if index % 2 == 0 { client.clone() } else { other.clone() };
            let minutes = i64::try_from(index % 3).expect("few") * 10;
            async move { reserve(&client, times::slot(0) + Span::minutes(minutes)).await }
        }))
        .await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
        assert_eq!(won.len(), 1);
        for answer in lost {
            assert_eq!((answer.status.as_u16(), answer.message().as_str()), (422, HELD));
        }
        assert_eq!(salon.database().integer(CLAIMS).await, 3);
    }

    async fn by_turns_as_many_reservations_win_as_there_are_hosts(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = exclusive(&team, "roundRobin", json!({})).await;
        let answers = all((0..count(12, 60)).map(|_| {
            let client = client.clone();
            async move { reserve(&client, times::slot(0)).await }
        }))
        .await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 3);
        assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 201 | 422)));
    }

    async fn a_hold_that_its_host_outlived_is_not_in_the_way(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = exclusive(&team, "collective", json!({})).await;
        let hold = reserved(&client, times::slot(0)).await;
        // Cilla hosts no more: whoever redeems it books the others, and Cilla is free.
        let path = format!("/v2/teams/{}/event-types/{}", team.number, client.event_type);
        let two = json!({"assignAllTeamMembers": false, "hosts": [{"userId": team.hosts[0]}, {"userId": team.hosts[1]}]});
        let change = client.request(Method::PATCH, &path).header("cal-api-version", "2024-06-14").json(&two);
        client.send(change.bearer_auth(&client.owner_key)).await.expect(200);
        let booked = redeem(&client, times::slot(0), &hold).await.expect(201).data();
        assert_eq!(hosts_of(&booked), team.hosts[..2]);
        assert_eq!(free(&team, times::slot(0)).await, [false, false, true]);
        act(&client, booked["uid"].as_str().unwrap(), "cancel", &json!({})).await.expect(200);
        assert_eq!(salon.database().integer(CLAIMS).await, 0);
    }
}
