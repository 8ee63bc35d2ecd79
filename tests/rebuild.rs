//! Read models are rebuilt while bookings arrive, by a process that may be killed, and nobody writes past a flip.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use reqwest::Method;
use tokio::task::JoinSet;

use crate::harness::salon::Client;
use crate::harness::{Kind, Salon, count, times, until};

const CLIENTS: usize = 4;

/// What the clients of one test share.
#[derive(Debug, Default)]
struct Load {
    next: AtomicUsize,
    done: AtomicUsize,
    is_over: AtomicBool,
}

/// Books slot after slot and reads back at once, from another server where there are two: by uid, in a list, and after
/// a change. Every request must succeed.
async fn book_and_read(client: Client, reader: Client, load: Arc<Load>) {
    while !load.is_over.load(Ordering::Relaxed) {
        let index = load.next.fetch_add(1, Ordering::Relaxed);
        let uid = client.book(times::slot(index)).await.expect(201).uid();
        let booking = reader.booking_of(&uid).await.expect(200).data();
        assert_eq!(booking["status"], "accepted");
        assert!(is_listed(&reader, &uid).await, "{uid} is not listed");
        if index.is_multiple_of(5) {
            client.cancel(&uid).await.expect(200);
            let cancelled = reader.booking_of(&uid).await.expect(200).data();
            assert_eq!(cancelled["status"], "cancelled");
        }
        load.done.fetch_add(1, Ordering::Relaxed);
    }
}

async fn is_listed(client: &Client, uid: &str) -> bool {
    let request = client.bookings(Method::GET, &format!("?bookingUid={uid}"));
    let listed = client.send(request.bearer_auth(&client.owner_key)).await;
    let listed = listed.expect(200).data();
    let listed = listed.as_array().expect("a list");
    listed.iter().any(|booking| booking["uid"] == uid)
}

fn start(salon: &Salon, reader: &Client, load: &Arc<Load>) -> JoinSet<()> {
    let client = |_| book_and_read(salon.client(), reader.clone(), Arc::clone(load));
    (0..CLIENTS).map(client).collect()
}

async fn wait_for(load: &Load, more: usize) {
    let before = load.done.load(Ordering::Relaxed);
    for enough in (1..=more).map(|booking| before + booking) {
        until("a booking arrives", async || {
            (enough <= load.done.load(Ordering::Relaxed)).then_some(())
        })
        .await;
    }
}

/// Each read model once: nothing is left of any other version.
async fn names(salon: &Salon) -> Vec<String> {
    let listed = salon.program().stdout(&["projections", "list"]).await;
    let mut names = Vec::new();
    for line in listed.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        assert_eq!(words[1], "live", "{listed}");
        names.push(words[0].to_owned());
    }
    names
}

/// What /readyz says.
async fn readiness(client: &Client) -> (u16, String) {
    let ready = client.send(client.request(Method::GET, "/readyz")).await;
    (ready.status.as_u16(), ready.text)
}

on_both_databases! {
    async fn bookings_and_reads_go_on_during_every_rebuild(salon: &mut Salon) {
        let load = Arc::new(Load::default());
        // A server that only reads does not hear of a flip from its own writes.
        let second = (salon.kind() == Kind::Postgres).then(|| salon.program().serve());
        let client = salon.client();
        let reader = second.as_ref().map_or_else(|| client.clone(), |server| client.of(server));
        let clients = start(salon, &reader, &load);
        wait_for(&load, count(40, 400)).await;
        for round in 0..2 {
            for name in names(salon).await {
                let told = salon.program().stdout(&["projections", "rebuild", &name]).await;
                assert!(told.contains("equals that of the live rows"), "{told}");
                assert!(told.contains(&format!("version {} is live", round + 2)), "{told}");
                wait_for(&load, 8).await;
                // Also while bookings arrive.
                salon.program().stdout(&["projections", "check", &name]).await;
            }
        }
        load.is_over.store(true, Ordering::Relaxed);
        clients.join_all().await;
        let placed = salon
            .database()
            .integer("select count(*) from events where event_type = 'BookingPlaced'")
            .await;
        assert_eq!(usize::try_from(placed).expect("a count"), load.done.load(Ordering::Relaxed));
        assert_eq!(readiness(&client).await.0, 200);
        assert_eq!(readiness(&reader).await.0, 200);
        if let Some(server) = second {
            server.stop();
        }
    }

    async fn a_rebuild_killed_at_any_moment_can_be_run_again(salon: &mut Salon) {
        let load = Arc::new(Load::default());
        let clients = start(salon, &salon.client(), &load);
        wait_for(&load, count(30, 200)).await;
        let started = Instant::now();
        salon.program().stdout(&["projections", "rebuild", "bookings"]).await;
        let whole = started.elapsed();
        for _ in 0..count(3, 10) {
            let mut killed = salon.program().begin(&["projections", "rebuild", "bookings"]);
            let moment: u32 = rand::random_range(0..1_000);
            let moment = Instant::now() + whole * moment / 1_000;
            until("the moment has come", async || (moment < Instant::now()).then_some(())).await;
            killed.kill().expect("the rebuild is our child");
            let ended = killed.wait().expect("it has ended");
            wait_for(&load, 8).await;
            let again = salon.program().stdout(&["projections", "rebuild", "bookings"]).await;
            assert!(again.contains("equals that of the live rows"), "{ended}: {again}");
            assert_eq!(names(salon).await.len(), daybook::projections::all().len());
        }
        load.is_over.store(true, Ordering::Relaxed);
        clients.join_all().await;
    }

    async fn an_older_process_cannot_write_past_a_flip(salon: &mut Salon) {
        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        let database = salon.database();
        let by_hand = async |statement| database.execute(statement).await.expect("it is done");
        let events = async || database.integer("select count(*) from events").await;
        let before = events().await;

        // The heads know an epoch that no registry explains: the database itself refuses the append.
        by_hand("update heads set projection_epoch = 1").await;
        client.book(times::slot(1)).await.expect(503);
        assert_eq!(events().await, before);
        // A flip of the same layout: the process follows, and the request does not notice.
        by_hand("update read_models set epoch = 1 where name = 'bookings'").await;
        client.book(times::slot(1)).await.expect(201);

        // A flip to a layout that only another program knows.
        let written = events().await;
        by_hand("update read_models set layout = 'another', epoch = 2 where name = 'bookings'").await;
        by_hand("update heads set projection_epoch = 2").await;
        client.book(times::slot(2)).await.expect(503);
        client.booking_of(&uid).await.expect(503);
        let (status, why) = readiness(&client).await;
        assert_eq!(status, 503);
        assert!(why.contains("read model bookings") && why.contains("layout"), "{why}");
        assert_eq!(events().await, written);

        // This program's layout is live again: the process goes on by itself.
        let told = salon.program().stdout(&["projections", "rebuild", "bookings"]).await;
        assert!(told.contains("equal a fold of the log"), "{told}");
        client.booking_of(&uid).await.expect(200);
        client.book(times::slot(2)).await.expect(201);
        assert_eq!(readiness(&client).await.0, 200);
    }

    async fn a_table_that_came_with_a_newer_program_is_filled_by_a_rebuild(salon: &mut Salon) {
        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        let by_hand = async |statement| salon.database().execute(statement).await.expect("it is done");
        // As a program left it that knew nothing of shares.
        by_hand("drop table booking_shares").await;
        by_hand("update read_models set layout = 'older', epoch = 1 where name = 'bookings'").await;
        by_hand("update heads set projection_epoch = 1").await;
        let told = salon.program().stdout(&["projections", "rebuild", "bookings"]).await;
        assert!(told.contains("equal a fold of the log"), "{told}");
        assert!(is_listed(&client, &uid).await);
        client.book(times::slot(2)).await.expect(201);
        assert_eq!(readiness(&client).await.0, 200);
    }

    async fn a_spoiled_read_model_is_found_and_mended(salon: &mut Salon) {
        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        let spoil = "update bookings set status = 'cancelled'";
        salon.database().execute(spoil).await.expect("it is done");
        let (status, stdout, stderr) = salon.program().output(&["projections", "check", "bookings"]).await;
        assert!(!status.success() && stdout.contains("column status"), "{stdout}{stderr}");
        let told = salon.program().stdout(&["projections", "rebuild", "bookings"]).await;
        assert!(told.contains("the new ones equal a fold of the log"), "{told}");
        assert_eq!(client.booking_of(&uid).await.expect(200).data()["status"], "accepted");
    }
}
