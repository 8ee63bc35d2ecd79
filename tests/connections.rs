//! Connections are bounded, in number and in the time for a request's head.

use std::time::Duration;

use reqwest::StatusCode;

use crate::harness::{Kind, Salon, Socket, run};

/// The bound is 30 seconds; this is against hanging.
const HEAD_PATIENCE: Duration = Duration::from_mins(5);

#[test]
fn no_more_connections_are_served_than_allowed() {
    run(Kind::Sqlite, async |salon: &mut Salon| {
        salon.take_server().stop();
        salon.start_with("DAYBOOK_CONNECTIONS", "2");
        let mut first = Socket::to(salon.server()).await;
        let mut second = Socket::to(salon.server()).await;
        for socket in [&mut first, &mut second] {
            socket.ask().await;
            assert_eq!(socket.status().await, Some(StatusCode::OK));
        }

        let mut third = Socket::to(salon.server()).await;
        third.ask().await;
        for _ in 0..20 {
            first.ask().await;
            assert_eq!(first.status().await, Some(StatusCode::OK));
        }
        assert!(third.is_silent(), "a third connection was served");

        drop(second);
        assert_eq!(third.status().await, Some(StatusCode::OK));
    });
}

#[test]
fn a_head_that_never_ends_is_given_up() {
    run(Kind::Sqlite, async |salon: &mut Salon| {
        let mut socket = Socket::to(salon.server()).await;
        socket
            .send("GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            .await;
        let ended = tokio::time::timeout(HEAD_PATIENCE, socket.status()).await;
        let status = ended.expect("the server gives up");
        assert!(
            matches!(status, None | Some(StatusCode::REQUEST_TIMEOUT)),
            "{status:?}"
        );
    });
}
