//! SIGTERM: what was accepted is answered, then the process ends well; a second server never starts beside the first.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;

use crate::harness::{Kind, Salon, Socket, count, times, until};

on_both_databases! {
    async fn no_accepted_request_fails_when_the_server_is_stopped(salon: &mut Salon) {
        let next = Arc::new(AtomicUsize::new(0));
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let mut clients = JoinSet::new();
        for _ in 0..8 {
            let client = salon.client();
            let (next, acknowledged) = (Arc::clone(&next), Arc::clone(&acknowledged));
            clients.spawn(async move {
                loop {
                    let start = times::slot(next.fetch_add(1, Ordering::Relaxed));
                    match client.try_send(client.book_request(start)).await {
                        Ok(answer) => drop(answer.expect(201)),
                        // The listener is gone: this request was never accepted.
                        Err(error) if error.is_connect() => return,
                        Err(error) => panic!("an accepted request failed: {error:?}"),
                    }
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        until("the load runs", async || {
            (count(50, 500) <= acknowledged.load(Ordering::Relaxed)).then_some(())
        })
        .await;

        salon.take_server().stop();
        clients.join_all().await;

        salon.start();
        let placed = salon
            .database()
            .integer("select count(*) from events where event_type = 'BookingPlaced'")
            .await;
        let acknowledged = acknowledged.load(Ordering::Relaxed);
        assert_eq!(usize::try_from(placed).expect("a count"), acknowledged);
    }

    async fn an_idle_server_stops_at_once(salon: &mut Salon) {
        salon.take_server().stop();
        // Longer than anybody waits here: that it ends at all shows that it did not wait.
        salon.start_with("DAYBOOK_DRAIN_SECONDS", "600");
        salon.client().book(times::slot(0)).await.expect(201);
        salon.take_server().stop();
    }

    async fn a_second_signal_waits_for_nothing(salon: &mut Salon) {
        salon.take_server().stop();
        salon.start_with("DAYBOOK_DRAIN_SECONDS", "600");
        let mut socket = Socket::to(salon.server()).await;
        socket.begin("/v2/bookings").await;

        salon.server().signal("TERM");
        until("it drains: nobody is accepted any more", async || {
            let url = salon.server().url().trim_start_matches("http://");
            tokio::net::TcpStream::connect(url).await.is_err().then_some(())
        })
        .await;
        salon.server().signal("TERM");
        let status = salon.take_server().wait();

        assert_eq!(status.code(), Some(1));
    }

    async fn what_takes_longer_than_the_drain_time_is_cut_off(salon: &mut Salon) {
        salon.take_server().stop();
        salon.start_with("DAYBOOK_DRAIN_SECONDS", "1");
        let mut socket = Socket::to(salon.server()).await;
        socket.begin("/v2/bookings").await;

        salon.server().signal("TERM");
        let status = salon.take_server().wait();

        assert_eq!(status.code(), Some(1));
        assert_eq!(socket.status().await, None);
    }
}

#[test]
fn a_second_server_on_one_file_is_refused() {
    crate::harness::run(Kind::Sqlite, async |salon: &mut Salon| {
        let (status, _stdout, stderr) = salon.program().output(&["serve"]).await;

        assert_eq!(status.code(), Some(1));
        assert!(
            stderr.contains("another server is using this database"),
            "{stderr}"
        );
        salon.book(times::slot(0)).await.expect(201);
    });
}
