//! What nobody drives any more is driven on: by any process, from the log alone, also when what was typed is erased.

use chrono::Duration;
use daybook::domain::composite::Phase;
use daybook::domain::composite::event::Cause;
use daybook::sagas::recovery::{Recovery, TICK};
use daybook::sagas::{Path, Requested};

use super::faulty::{Fault, Faulty, Writing};
use super::stage::Stage;
use crate::harness::{Library, Salon};

/// Requests a chain; from what `until` says on nothing is written any more, as if the process had died.
async fn left(
    stage: &Stage,
    index: usize,
    path: Path,
    until: impl Fn(Writing) -> bool + Send + Sync + 'static,
) -> Requested {
    let dead = std::sync::atomic::AtomicBool::new(false);
    let steps = Faulty::new(&stage.library.ledger, move |writing| {
        use std::sync::atomic::Ordering::Relaxed;
        let is_dead = dead.load(Relaxed) || until(writing);
        dead.store(is_dead, Relaxed);
        is_dead.then_some(Fault::Unavailable)
    });
    let sagas = stage.sagas_through(path, steps);
    let requested = stage.requested(stage.start(index), 3).await;
    let answered = sagas
        .request(stage.context(None), requested.clone())
        .await
        .unwrap();
    assert_eq!(
        *answered.composite().unwrap().phase(),
        Phase::Requested,
        "it is under way"
    );
    requested
}

on_both_databases! {
    async fn a_saga_is_left_alone_while_it_is_leased_and_driven_on_afterwards(salon: &mut Salon) {
        let stage = Stage::set(salon).await;
        let requested = left(&stage, 0, Path::Linked, |writing| writing == Writing::Together).await;
        let recovery = Recovery { sagas: stage.sagas(Path::Linked), every: TICK };
        assert_eq!(recovery.sweep().await.unwrap(), 0, "its lease runs");
        assert_eq!(stage.recover().await, 1);
        assert_eq!(stage.settled(&requested).await, Phase::Confirmed);
        assert_eq!(stage.recover().await, 0);
        stage.library.close().await;
    }

    async fn after_the_deadline_it_is_undone(salon: &mut Salon) {
        let stage = Stage::set(salon).await;
        let held = left(&stage, 0, Path::Linked, |writing| writing == Writing::Together).await;
        let half = left(&stage, 1, Path::Stepwise, |writing| writing == Writing::Confirm(1)).await;
        stage.library.clock.advance(Duration::seconds(20));
        assert_eq!(stage.recover().await, 2);
        for requested in [held, half] {
            assert_eq!(stage.settled(&requested).await, Phase::RolledBack(Cause::DeadlinePassed));
        }
        assert!(stage.claims().await.is_empty());
        stage.library.close().await;
    }

    async fn days_later_a_segment_is_undone_although_its_provider_has_forgotten_it(salon: &mut Salon) {
        let stage = Stage::set(salon).await;
        let requested =
            left(&stage, 0, Path::Stepwise, |writing| writing == Writing::Confirm(1)).await;
        stage.library.clock.advance(Duration::days(4));
        // Whatever is asked of the provider next records that the booking is over.
        stage.veteran(0).book(&stage.library, stage.start(0) + Duration::days(6)).await;
        assert_eq!(stage.recover().await, 1);
        let cause = Phase::RolledBack(Cause::DeadlinePassed);
        assert_eq!(stage.settled(&requested).await, cause);
        stage.library.close().await;
    }

    async fn two_processes_that_drive_the_same_sagas_settle_each_once(salon: &mut Salon) {
        let stage = Stage::set(salon).await;
        let mut requests = Vec::new();
        for index in 0..6 {
            let stop_at = u32::try_from(index % 3).unwrap();
            requests.push(left(&stage, index, Path::Stepwise, move |writing| writing == Writing::Confirm(stop_at)).await);
        }
        stage.library.clock.advance(Duration::seconds(6));
        let now = daybook::clock::Clock::now(&*stage.library.clock);
        let other = Library::open(salon, now).await;
        let others = std::sync::Arc::new(other.sagas(Path::Linked));
        let sagas = stage.sagas(Path::Linked);
        // Leases aside: both drive all of them.
        let drives = async |driver: &std::sync::Arc<daybook::sagas::Sagas>| {
            for requested in &requests {
                driver.drive(stage.tenant, requested.composite).await.unwrap();
            }
        };
        tokio::join!(drives(&sagas), drives(&others));
        for requested in &requests {
            assert_eq!(stage.settled(requested).await, Phase::Confirmed);
        }
        other.close().await;
        stage.library.close().await;
    }

    async fn what_was_typed_is_opened_from_the_log_and_undone_when_it_is_erased(salon: &mut Salon) {
        let stage = Stage::set(salon).await;
        let kept = left(&stage, 0, Path::Stepwise, |writing| writing == Writing::Confirm(1)).await;
        let erased = left(&stage, 1, Path::Stepwise, |writing| writing == Writing::Confirm(1)).await;
        let destroy = format!(
            "update attendee_keys set wrapped = null, destroyed_at = 1 where key_id = '{}'",
            erased.sealable.key
        );
        salon.database().execute(&destroy).await.unwrap();
        // Another process, which has no key at hand.
        let now = daybook::clock::Clock::now(&*stage.library.clock) + Duration::seconds(6);
        let other = Library::open(salon, now).await;
        let sagas = std::sync::Arc::new(other.sagas(Path::Linked));
        let recovery = Recovery { sagas, every: TICK };
        assert_eq!(recovery.sweep().await.unwrap(), 2);
        stage.library.wait_until(now);
        assert_eq!(stage.settled(&kept).await, Phase::Confirmed);
        let cause = Cause::Unavailable { segment: 1, reason: "erased".to_owned() };
        assert_eq!(stage.settled(&erased).await, Phase::RolledBack(cause));
        other.close().await;
        stage.library.close().await;
    }
}
