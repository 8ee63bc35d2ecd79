//! A world of its own for every test: an empty database, the real program, a client with verbs.
//!
//! A test that ends well is not over yet: the server is stopped, every read model is compared with its events, and
//! what must always hold is asserted by SQL ([`invariants`]).

pub(crate) mod answer;
pub(crate) mod database;
pub(crate) mod invariants;
pub(crate) mod library;
pub(crate) mod postgres;
pub(crate) mod program;
pub(crate) mod proxy;
pub(crate) mod rows;
pub(crate) mod salon;
pub(crate) mod socket;
pub(crate) mod times;

use std::time::Duration;

pub(crate) use answer::Answer;
pub(crate) use database::Kind;
pub(crate) use library::{Library, Veteran};
pub(crate) use salon::Salon;
pub(crate) use socket::Socket;

/// Longest wait for anything that a test waits for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// `small` by default, `large` with `FULL=1`.
#[expect(clippy::disallowed_methods, reason = "tests have no Config")]
pub(crate) fn count(small: usize, large: usize) -> usize {
    match std::env::var("FULL") {
        Ok(full) if full == "1" => large,
        Ok(_) | Err(_) => small,
    }
}

/// Makes two tests of one promise: `name::sqlite` and `name::postgres`.
macro_rules! on_both_databases {
    ($(async fn $name:ident($salon:ident: &mut Salon) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn promise($salon: &mut Salon) $body

            #[test]
            fn sqlite() {
                $crate::harness::run($crate::harness::Kind::Sqlite, promise);
            }

            #[test]
            fn postgres() {
                $crate::harness::run($crate::harness::Kind::Postgres, promise);
            }
        }
    )+};
}

/// Opens a salon on an empty database, keeps the promise, and checks what must always hold.
pub(crate) fn run(kind: Kind, promise: impl AsyncFnOnce(&mut Salon)) {
    run_in(async || Salon::open(kind).await, promise);
}

/// As [`run`], in a salon that is opened in another way.
pub(crate) fn run_in(open: impl AsyncFnOnce() -> Salon, promise: impl AsyncFnOnce(&mut Salon)) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(async {
        let mut salon = open().await;
        promise(&mut salon).await;
        salon.close().await;
    });
}

/// Asks again and again, at most [`PATIENCE`] long.
pub(crate) async fn until<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    within(PATIENCE, what, ask).await
}

/// Asks again and again, at most `patience` long.
pub(crate) async fn within<T>(
    patience: Duration,
    what: &str,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> T {
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    let asking = async {
        loop {
            tick.tick().await;
            if let Some(answer) = ask().await {
                return answer;
            }
        }
    };
    tokio::time::timeout(patience, asking)
        .await
        .unwrap_or_else(|_elapsed| panic!("waited {patience:?} in vain for: {what}"))
}
