//! Several hosts, wanted by many at once.

use std::collections::BTreeSet;

use serde_json::json;

use super::{NOT_AVAILABLE, Team, claims_per_booking, hosts_of};
use crate::harness::salon::Client;
use crate::harness::{Answer, Salon, count, times};
use crate::processes::on_three;
use crate::race::all;

const CLAIMS: &str = "select count(*) from claims";

/// Clients of every server that books, in turn.
fn of(clients: &[Client], index: usize, event_type: i64) -> Client {
    let mut client = clients[index % clients.len()].clone();
    client.event_type = event_type;
    client
}

fn booked(answers: &[Answer]) -> Vec<&Answer> {
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    for answer in lost {
        answer.clone().expect(400);
    }
    won
}

/// How many answers have a status; the others say that the time is not available.
fn booked_or_confirmed(answers: &[Answer], status: u16) -> usize {
    let (won, lost): (Vec<_>, Vec<_>) = answers
        .iter()
        .partition(|answer| answer.status.as_u16() == status);
    assert!(
        lost.iter()
            .all(|answer| matches!(answer.status.as_u16(), 400 | 409))
    );
    won.len()
}

/// Collective bookings of two pairs of hosts that share one, and bookings of each host alone, at overlapping times.
async fn all_hosts_or_none(salon: &Salon, clients: &[Client]) {
    let team = Team::of(salon).await;
    let pair = |one: usize, other: usize, slug: &str| {
        json!({
            "schedulingType": "collective", "slug": slug,
            "hosts": [{"userId": team.hosts[one]}, {"userId": team.hosts[other]}],
        })
    };
    let first = team.event_type(pair(0, 1, "first")).await;
    let second = team.event_type(pair(2, 1, "second")).await;
    let answers = all((0..count(200, 600)).map(|index| {
        let client = of(clients, index, if index % 2 == 0 { first } else { second });
        let minutes = i64::try_from(index % 9).expect("few") * 10;
        let start = times::slot(index % 3) + chrono::Duration::minutes(minutes);
        async move { client.book(start).await }
    }))
    .await;
    let won = booked(&answers);
    assert!(!won.is_empty());
    // Every booking claims two hosts; the closing check of the salon sees that no two claims of one overlap.
    assert_eq!(claims_per_booking(salon).await, Some(2));
    let claims = i64::try_from(won.len()).expect("few") * 2;
    assert_eq!(salon.database().integer(CLAIMS).await, claims);

    let uids: Vec<String> = won.iter().map(|answer| answer.uid()).collect();
    let cancelled = all(uids.into_iter().enumerate().map(|(index, uid)| {
        let client = of(clients, index, first);
        async move { client.cancel(&uid).await }
    }))
    .await;
    assert!(cancelled.iter().all(|answer| answer.status == 200));
    assert_eq!(salon.database().integer(CLAIMS).await, 0);
}

/// One slot of three hosts in turn: three bookings, each of another host.
async fn as_many_as_there_are_hosts(salon: &Salon, clients: &[Client]) {
    let team = Team::of(salon).await;
    let event_type = team
        .event_type(json!({"schedulingType": "roundRobin"}))
        .await;
    let answers = all((0..count(200, 600)).map(|index| {
        let client = of(clients, index, event_type);
        async move { client.book(times::slot(0)).await }
    }))
    .await;
    let won = booked(&answers);
    let hosts: BTreeSet<i64> = won
        .iter()
        .flat_map(|answer| hosts_of(&answer.data()))
        .collect();
    assert_eq!((won.len(), hosts.len()), (3, 3));
    let lost = answers.iter().filter(|answer| answer.status != 201);
    assert!(
        lost.clone()
            .all(|answer| answer.message().starts_with(NOT_AVAILABLE))
    );
}

/// Everything at once on the same slots: alone, together, by turns.
async fn mixed(salon: &Salon, clients: &[Client]) {
    let team = Team::of(salon).await;
    let together = team
        .event_type(json!({"schedulingType": "collective", "slug": "all"}))
        .await;
    let turns = team
        .event_type(json!({"schedulingType": "roundRobin", "slug": "turns"}))
        .await;
    let kinds = [together, turns, team.own[0], team.own[1], team.own[2]];
    let slots = 4;
    let answers = all((0..count(200, 600)).map(|index| {
        let client = of(clients, index, kinds[index % kinds.len()]);
        async move { client.book(times::slot(index % slots)).await }
    }))
    .await;
    let taken: usize = booked(&answers)
        .iter()
        .map(|answer| hosts_of(&answer.data()).len())
        .sum();
    // Where nobody alone was quick enough the turns fill the rest: no host is left free.
    assert_eq!(taken, 3 * slots);
    let claims = salon.database().integer(CLAIMS).await;
    assert_eq!(claims, i64::try_from(taken).expect("few"));
}

on_both_databases! {
    async fn collective_bookings_take_all_hosts_or_none(salon: &mut Salon) {
        let clients = [salon.client()];
        all_hosts_or_none(salon, &clients).await;
    }

    async fn round_robin_books_as_many_as_there_are_hosts(salon: &mut Salon) {
        let clients = [salon.client()];
        as_many_as_there_are_hosts(salon, &clients).await;
    }

    async fn bookings_of_every_kind_never_overlap(salon: &mut Salon) {
        let clients = [salon.client()];
        mixed(salon, &clients).await;
    }

    async fn one_of_two_pendings_that_share_a_host_is_confirmed(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let waits = |one: usize, slug: &str| json!({
            "schedulingType": "collective", "slug": slug,
            "hosts": [{"userId": team.hosts[one]}, {"userId": team.hosts[1]}],
            "confirmationPolicy": {"type": "always", "blockUnconfirmedBookingsInBooker": false},
        });
        let kinds = [team.event_type(waits(0, "first")).await, team.event_type(waits(2, "second")).await];
        for round in 0..count(5, 20) {
            let mut pending = Vec::new();
            for (kind, minutes) in kinds.into_iter().zip([0, 10]) {
                let start = times::slot(round * 2) + chrono::Duration::minutes(minutes);
                pending.push(team.booking(kind).book(start).await.expect(201).uid());
            }
            let answers = all(pending.into_iter().map(|uid| {
                let client = team.booking(kinds[0]);
                async move { client.confirm(&uid, &client.owner_key).await }
            }))
            .await;
            assert_eq!(booked_or_confirmed(&answers, 200), 1, "{answers:?}");
            assert_eq!(claims_per_booking(salon).await, Some(2));
        }
    }

    async fn never_one_seat_too_many_of_several_hosts(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let seats = json!({"seatsPerTimeSlot": 4, "showAttendeeInfo": true, "showAvailabilityCount": true});
        let event_type = team.event_type(json!({"schedulingType": "collective", "seats": seats})).await;
        let client = team.booking(event_type);
        let answers = all((0..count(100, 300)).map(|_| {
            let client = client.clone();
            async move { client.book(times::slot(0)).await }
        }))
        .await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
        assert_eq!(won.len(), 4);
        assert!(lost.iter().all(|answer| answer.status == 409), "{lost:?}");
        assert!(won.iter().all(|answer| answer.uid() == won[0].uid()));
        assert_eq!(claims_per_booking(salon).await, Some(3));
    }

    async fn a_key_is_one_booking_of_one_host(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = team.booking(team.event_type(json!({"schedulingType": "roundRobin"})).await);
        for round in 0..count(3, 20) {
            let answers = all((0..20).map(|_| {
                let client = client.clone();
                async move { client.book_once(times::slot(round), &format!("k-{round}")).await.expect("answers") }
            }))
            .await;
            assert!(answers.iter().all(|answer| answer.text == answers[0].text && answer.status == 201));
        }
        let claims = salon.database().integer(CLAIMS).await;
        assert_eq!(claims, i64::try_from(count(3, 20)).expect("few"));
        // A refusal is bound as well, and only the last one of those whose turn it was.
        let start = times::slot(0);
        for _ in 0..2 {
            client.book(start).await.expect(201);
        }
        let refused = client.book_once(start, "late").await.expect("answers").expect(400);
        let uid = client.list().await.expect(200).data()[0]["uid"].as_str().expect("a uid").to_owned();
        client.cancel(&uid).await.expect(200);
        let again = client.book_once(start, "late").await.expect("answers").expect(400);
        assert_eq!(again.message(), refused.message());
        // Also when nothing but the key is left to know of it.
        let path = format!("/v2/teams/{}/event-types/{}", team.number, client.event_type);
        let gone = client.request(reqwest::Method::DELETE, &path).bearer_auth(&client.owner_key);
        client.send(gone).await.expect(200);
        let late = client.book_once(start, "late").await.expect("answers").expect(400);
        assert_eq!(late.message(), refused.message());
    }
}

#[test]
fn collective_bookings_of_three_processes_take_all_hosts_or_none() {
    on_three(async |salon, _others, clients| all_hosts_or_none(salon, &clients).await);
}

#[test]
fn round_robin_of_three_processes_books_as_many_as_there_are_hosts() {
    on_three(async |salon, _others, clients| as_many_as_there_are_hosts(salon, &clients).await);
}

#[test]
fn bookings_of_every_kind_in_three_processes_never_overlap() {
    on_three(async |salon, _others, clients| mixed(salon, &clients).await);
}
