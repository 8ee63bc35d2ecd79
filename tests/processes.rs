//! The promises again, with three server processes on one Postgres.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::Duration as Span;
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

use crate::harness::program::Server;
use crate::harness::salon::Client;
use crate::harness::{Answer, Kind, Salon, count, run, times, until};
use crate::race::{all, assert_winners, start_of};

const PROCESSES: usize = 3;

/// A revoked key is believed for this long at most.
const CACHED: Duration = Duration::from_secs(5);

/// Starts two more servers, keeps the promise with a client of each, and stops them.
pub(crate) fn on_three(promise: impl AsyncFnOnce(&mut Salon, &mut Vec<Server>, Vec<Client>)) {
    run(Kind::Postgres, async |salon: &mut Salon| {
        let mut others: Vec<Server> = (1..PROCESSES).map(|_| salon.program().serve()).collect();
        let mut clients = vec![salon.client()];
        clients.extend(others.iter().map(|server| salon.client_of(server)));
        promise(salon, &mut others, clients).await;
        others.into_iter().for_each(Server::stop);
        assert_no_broken_invariant(salon);
    });
}

/// The overlap guard of the database never fires: the rules and the fence come first.
pub(crate) fn assert_no_broken_invariant(salon: &Salon) {
    let log = salon.database().log();
    let broken: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("invariant broken"))
        .collect();
    assert!(broken.is_empty(), "{broken:?}");
}

/// The client whose turn it is.
fn turn(clients: &[Client], index: usize) -> Client {
    clients[index % clients.len()].clone()
}

#[test]
fn one_of_many_gets_the_slot() {
    on_three(async |_salon, _others, clients| {
        let start = times::slot(0);
        let answers = all((0..count(150, 500)).map(|index| {
            let client = turn(&clients, index);
            async move { client.book(start).await }
        }))
        .await;
        assert_winners(&answers, 201, 1);
    });
}

#[test]
fn overlapping_times_never_both_win() {
    on_three(async |_salon, _others, clients| {
        let first = times::slot(0);
        let answers = all((0..count(90, 450)).map(|index| {
            let client = turn(&clients, index);
            let minutes = i64::try_from(index % 45).expect("few") * 10;
            async move { client.book(first + Span::minutes(minutes)).await }
        }))
        .await;
        let mut starts = Vec::new();
        for answer in &answers {
            match answer.status.as_u16() {
                201 => starts.push(start_of(answer)),
                _ => answer.expect_taken(),
            }
        }
        starts.sort_unstable();
        assert!(!starts.is_empty());
        assert!(
            starts
                .windows(2)
                .all(|pair| Span::minutes(30) <= pair[1] - pair[0]),
            "{starts:?}"
        );
    });
}

#[test]
fn one_of_two_overlapping_pendings_is_confirmed() {
    on_three(async |salon, _others, mut clients| {
        let settings = json!({
            "slug": "pending",
            "confirmationPolicy": {"type": "always", "blockUnconfirmedBookingsInBooker": false},
        });
        let event_type = salon.event_type(settings).await;
        for client in &mut clients {
            client.event_type = event_type;
        }
        for round in 0..count(5, 20) {
            let start = times::slot(round * 2);
            let mut pending = Vec::new();
            for (index, minutes) in [0, 10].into_iter().enumerate() {
                let client = turn(&clients, round + index);
                let answer = client
                    .book(start + Span::minutes(minutes))
                    .await
                    .expect(201);
                pending.push((index, answer.uid()));
            }
            let answers = all(pending.into_iter().map(|(index, uid)| {
                let (client, key) = (
                    turn(&clients, round + index),
                    salon.tenant.provider_key.clone(),
                );
                async move { client.confirm(&uid, &key).await }
            }))
            .await;
            let confirmed = answers.iter().filter(|answer| answer.status == 200).count();
            let refused = answers
                .iter()
                .filter(|answer| matches!(answer.status.as_u16(), 400 | 409));
            assert_eq!((confirmed, refused.count()), (1, 1), "{answers:?}");
        }
    });
}

#[test]
fn one_of_many_moves_onto_the_target() {
    on_three(async |_salon, _others, clients| {
        let mut uids = Vec::new();
        for index in 0..count(15, 60) {
            let answer = turn(&clients, index).book(times::slot(16 + index)).await;
            uids.push(answer.expect(201).uid());
        }
        let target = times::slot(0);
        let answers = all(uids.into_iter().enumerate().map(|(index, uid)| {
            let client = turn(&clients, index + 1);
            async move { client.reschedule(&uid, target).await }
        }))
        .await;
        assert_winners(&answers, 201, 1);
    });
}

#[test]
fn a_key_sent_to_all_processes_is_one_booking_and_one_answer() {
    on_three(async |salon, _others, clients| {
        for round in 0..count(5, 30) {
            let start = times::slot(round);
            let key = format!("k-{round}");
            let answers = all((0..30).map(|index| {
                let (client, key) = (turn(&clients, index), key.clone());
                async move {
                    client
                        .book_once(start, &key)
                        .await
                        .expect("answers")
                        .expect(201)
                }
            }))
            .await;
            assert!(answers.iter().all(|answer| answer.text == answers[0].text));
            let replayed = |answer: &&Answer| answer.headers.contains_key("idempotent-replayed");
            assert_eq!(answers.iter().filter(replayed).count(), 29);
        }
        let list = salon.client().list().await.expect(200).data();
        assert_eq!(list.as_array().map_or(0, Vec::len), count(5, 30));
    });
}

#[test]
fn what_one_process_answered_the_others_read_at_once() {
    on_three(async |_salon, _others, clients| {
        for round in 0..count(15, 100) {
            let start = times::slot(round);
            let uid = turn(&clients, round).book(start).await.expect(201).uid();
            let read = turn(&clients, round + 1).booking_of(&uid).await.expect(200);
            assert_eq!(read.data()["status"], "accepted");
            turn(&clients, round + 2).book(start).await.expect_taken();
            turn(&clients, round + 1).cancel(&uid).await.expect(200);
            turn(&clients, round + 2).book(start).await.expect(201);
        }
    });
}

#[test]
fn an_event_type_changed_in_one_process_is_changed_in_all() {
    on_three(async |salon, _others, clients| {
        // Every slot is closer than a year.
        let year = 366 * 24 * 60;
        for round in 0..count(4, 20) {
            let change = async |minutes: usize| {
                let path = format!("/v2/event-types/{}", salon.tenant.event_type);
                let request = turn(&clients, round)
                    .request(Method::PATCH, &path)
                    .header("cal-api-version", "2024-06-14")
                    .bearer_auth(&salon.tenant.provider_key)
                    .json(&json!({"minimumBookingNotice": minutes}));
                clients[0].send(request).await.expect(200);
            };
            // The others have seen the event type as it was, and believe it: their rules refuse, their commits compare.
            change(0).await;
            for (index, client) in clients.iter().enumerate() {
                client
                    .book(times::slot(6 * round + index))
                    .await
                    .expect(201);
            }
            change(year).await;
            for client in &clients {
                let refused = client.book(times::slot(6 * round + 3)).await;
                assert_eq!(refused.status, 400, "{refused:?}");
            }
            change(0).await;
            for (index, client) in clients.iter().enumerate() {
                client
                    .book(times::slot(6 * round + 3 + index))
                    .await
                    .expect(201);
            }
        }
    });
}

#[test]
fn tenants_stay_apart_in_every_process() {
    on_three(async |salon, _others, clients| {
        let neighbour = salon.neighbour("neighbour").await;
        for (index, client) in clients.iter().enumerate() {
            let uid = client.book(times::slot(index)).await.expect(201).uid();
            let other = turn(&clients, index + 1).of_tenant(&neighbour);
            let path = format!("/{uid}");
            let theirs = other
                .bookings(Method::GET, &path)
                .bearer_auth(&other.owner_key);
            other.send(theirs).await.expect(404);
            other.history(&uid).await.expect(404);
            assert_eq!(other.list().await.expect(200).data(), json!([]));
        }
    });
}

#[test]
fn a_revoked_key_stops_working_in_every_process() {
    on_three(async |_salon, _others, clients| {
        let issue = json!({"label": "Desk", "role": "owner"});
        let issue = clients[0]
            .request(Method::POST, "/v2/api-keys")
            .json(&issue);
        let issue = issue
            .bearer_auth(&clients[0].owner_key)
            .header("Idempotency-Key", "\"issue\"");
        let issued = clients[0].send(issue).await.expect(201).json();
        let issued = issued.get("data").unwrap_or(&issued).clone();
        let secret = issued["secret"]
            .as_str()
            .expect("the answer has the secret")
            .to_owned();
        let list = |client: &Client| client.bookings(Method::GET, "?take=1").bearer_auth(&secret);
        for client in &clients {
            client.send(list(client)).await.expect(200);
        }

        let path = format!(
            "/v2/api-keys/{}",
            issued["id"].as_str().expect("a key has an id")
        );
        let revoke = clients[0].request(Method::DELETE, &path);
        let revoked = clients[0]
            .send(revoke.bearer_auth(&clients[0].owner_key))
            .await;
        assert!(revoked.status.is_success(), "{revoked:?}");
        let at = Instant::now();

        clients[0].send(list(&clients[0])).await.expect(401);
        for client in &clients[1..] {
            until("the key is refused", async || {
                let asked = Instant::now();
                let answer = client.send(list(client)).await;
                if answer.status == 401 {
                    return Some(());
                }
                assert!(
                    asked < at + CACHED,
                    "a revoked key works after {:?}",
                    at.elapsed()
                );
                None
            })
            .await;
        }
    });
}

#[test]
fn the_others_serve_when_one_is_killed() {
    on_three(async |salon, others, clients| {
        let doomed = others.pop().expect("a third process");
        let mut load = JoinSet::new();
        for worker in 0..6 {
            let client = turn(&clients, worker);
            load.spawn(async move {
                let mut uids = Vec::new();
                for index in 0..count(40, 300) {
                    let start = times::slot(6 * index + worker);
                    match client.try_send(client.book_request(start)).await {
                        Ok(answer) => uids.push(answer.expect(201).uid()),
                        Err(error) => return (worker, uids, Some(error)),
                    }
                }
                (worker, uids, None)
            });
        }
        let enough = i64::try_from(count(60, 400)).expect("few");
        until("the load runs", async || {
            let placed = "select count(*) from events where event_type = 'BookingPlaced'";
            (enough <= salon.database().integer(placed).await).then_some(())
        })
        .await;
        doomed.kill();

        for (worker, uids, broken) in load.join_all().await {
            assert!(broken.is_none() || worker % PROCESSES == 2, "{broken:?}");
            for uid in uids {
                clients[worker % 2].booking_of(&uid).await.expect(200);
            }
        }
    });
}

#[test]
fn a_rolling_restart_fails_no_request() {
    run(Kind::Postgres, async |salon: &mut Salon| {
        let mut servers = vec![salon.take_server(), salon.program().serve()];
        let clients: Vec<_> = servers
            .iter()
            .map(|server| salon.client_of(server))
            .collect();
        let up = Arc::new(Mutex::new(clients));
        let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let mut load = JoinSet::new();
        for worker in 0..6 {
            let (up, stop) = (Arc::clone(&up), Arc::clone(&stop));
            load.spawn(async move {
                let mut booked = 0_usize;
                while !stop.load(std::sync::atomic::Ordering::Acquire) {
                    let start = times::slot(6 * booked + worker);
                    for attempt in 0.. {
                        let client = turn(
                            &up.lock().unwrap_or_else(PoisonError::into_inner),
                            worker + attempt,
                        );
                        match client.try_send(client.book_request(start)).await {
                            Ok(answer) => {
                                answer.expect(201);
                                break;
                            }
                            // The one that is stopped refuses: the other one, then.
                            Err(error) => assert!(error.is_connect(), "{error:?}"),
                        }
                    }
                    booked += 1;
                }
                booked
            });
        }
        for _ in 0..count(2, 10) {
            for index in 0..servers.len() {
                let placed = "select count(*) from events where event_type = 'BookingPlaced'";
                let enough = 20 + salon.database().integer(placed).await;
                until("the load runs", async || {
                    (enough <= salon.database().integer(placed).await).then_some(())
                })
                .await;
                servers.remove(index).stop();
                servers.insert(index, salon.program().serve());
                up.lock().unwrap_or_else(PoisonError::into_inner)[index] =
                    salon.client_of(&servers[index]);
            }
        }
        stop.store(true, std::sync::atomic::Ordering::Release);
        let booked: usize = load.join_all().await.into_iter().sum();
        let placed = salon
            .database()
            .integer("select count(*) from events where event_type = 'BookingPlaced'")
            .await;
        assert_eq!(usize::try_from(placed).expect("a count"), booked);
        servers.into_iter().for_each(Server::stop);
    });
}
