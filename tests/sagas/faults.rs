//! A provider that is not there, a database that fails, an answer that never comes: in every step, on both paths.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::Duration;
use daybook::domain::composite::Phase;
use daybook::domain::composite::event::Cause;
use daybook::ledger::LedgerError;
use daybook::sagas::{Answered, Path, Requested};
use tokio::task::JoinSet;

use super::faulty::{Fault, Faulty, Writing};
use super::stage::{PATHS, Stage};
use crate::harness::{Salon, until};

const SEGMENTS: u32 = 3;

/// Every step that makes a composite booking of three segments.
fn doing() -> impl Iterator<Item = (u32, Writing)> {
    (0..SEGMENTS).flat_map(|segment| {
        [
            (segment, Writing::Hold(segment)),
            (segment, Writing::Confirm(segment)),
        ]
    })
}

/// The segment that a composite booking was undone for, and the code of why.
fn blamed(phase: &Phase) -> (u32, String) {
    let Phase::RolledBack(Cause::Unavailable { segment, reason }) = phase else {
        panic!("{phase:?}")
    };
    (*segment, reason.clone())
}

fn phase(answered: &Answered) -> Phase {
    answered.composite().unwrap().phase().clone()
}

/// Requests the `index`-th chain step by step while one kind of step always fails in one way.
async fn failing(
    stage: &Stage,
    index: usize,
    broken: Writing,
    fault: Fault,
) -> (Requested, Answered) {
    let steps = Faulty::new(&stage.library.ledger, move |writing| {
        (writing == broken).then_some(fault)
    });
    let sagas = stage.sagas_through(Path::Stepwise, steps);
    let requested = stage.requested(stage.start(index), 3).await;
    let answered = sagas.request(stage.context(None), requested.clone()).await;
    (requested, answered.unwrap())
}

on_both_databases! {
    async fn a_step_that_keeps_failing_undoes_everything_and_the_answer_names_its_segment(salon: &mut Salon) {
        let stage = Stage::set(salon).await;
        let faults = [
            (Fault::Unavailable, "unavailable"),
            (Fault::Database, "databaseError"),
            (Fault::Lost, "timeout"),
        ];
        for (index, (fault, reason)) in faults.into_iter().enumerate() {
            for (segment, step) in doing() {
                let (requested, answered) = failing(&stage, index, step, fault).await;
                let settled = stage.settled(&requested).await;
                assert_eq!(settled, phase(&answered), "{step:?} {fault:?}");
                assert_eq!(blamed(&settled), (segment, reason.to_owned()), "{step:?} {fault:?}");
            }
        }
        assert!(stage.claims().await.is_empty());
        stage.library.close().await;
    }

    async fn a_step_that_never_answers_undoes_everything(salon: &mut Salon) {
        let stage = Arc::new(Stage::set(salon).await);
        let mut asked = JoinSet::new();
        for (index, (segment, step)) in doing().enumerate() {
            let stage = Arc::clone(&stage);
            asked.spawn(async move { (segment, failing(&stage, index, step, Fault::Silence).await) });
        }
        let answers = asked.join_all().await;
        for (_, (requested, answered)) in &answers {
            assert_eq!(phase(answered), Phase::Requested, "it is still under way");
            until("the step is given up", async || {
                let now = stage.composite(requested.composite).await;
                (*now.phase() != Phase::Requested).then_some(())
            })
            .await;
        }
        stage.recover().await;
        for (segment, (requested, _)) in answers {
            let settled = stage.settled(&requested).await;
            assert_eq!(blamed(&settled), (segment, "timeout".to_owned()));
        }
        assert!(stage.claims().await.is_empty());
        Arc::into_inner(stage).unwrap().library.close().await;
    }

    async fn what_fails_twice_is_done_all_the_same(salon: &mut Salon) {
        let stage = Stage::set(salon).await;
        let every = [Writing::Record, Writing::Together].into_iter().chain(doing().map(|(_, step)| step));
        for (index, broken) in every.enumerate() {
            for (path_index, path) in PATHS.into_iter().enumerate() {
                for (fault_index, fault) in [Fault::Unavailable, Fault::Lost].into_iter().enumerate() {
                    let left = AtomicU32::new(2);
                    let steps = Faulty::new(&stage.library.ledger, move |writing| {
                        let fails = writing == broken
                            && left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
                        fails.then_some(fault)
                    });
                    let sagas = stage.sagas_through(path, steps);
                    let start = stage.start(4 * index + 2 * path_index + fault_index);
                    let requested = stage.requested(start, 3).await;
                    let answered = sagas.request(stage.context(None), requested.clone()).await.unwrap();
                    assert_eq!(phase(&answered), Phase::Confirmed, "{broken:?} {path:?} {fault:?}");
                    assert_eq!(stage.settled(&requested).await, Phase::Confirmed);
                }
            }
        }
        stage.library.close().await;
    }

    async fn a_request_that_cannot_be_written_leaves_nothing(salon: &mut Salon) {
        let stage = Stage::set(salon).await;
        for path in PATHS {
            let steps = Faulty::new(&stage.library.ledger, |writing| {
                (writing == Writing::Request).then_some(Fault::Unavailable)
            });
            let requested = stage.requested(stage.start(0), 3).await;
            let refused = stage.sagas_through(path, steps).request(stage.context(None), requested.clone()).await;
            assert!(matches!(refused, Err(LedgerError::Unavailable)), "{refused:?}");
            assert_eq!(stage.settled(&requested).await, Phase::Absent);
        }
        stage.library.close().await;
    }

    async fn a_slot_that_is_taken_leaves_nothing_and_its_segment_is_named(salon: &mut Salon) {
        let stage = Stage::set(salon).await;
        for taken in 0..5 {
            let start = stage.start(taken);
            let later = Duration::minutes(15 * i64::try_from(taken).unwrap());
            stage.veteran(taken).book(&stage.library, start + later).await;
            let before = stage.claims().await;
            let segment = u32::try_from(taken).unwrap();

            let linked = stage.requested(start, 5).await;
            let refused = stage.sagas(Path::Linked).request(stage.context(None), linked.clone()).await;
            let Err(LedgerError::Refused { rejection, .. }) = refused else {
                panic!("{refused:?}");
            };
            assert!(rejection.to_string().starts_with(&format!("segment {segment}: slot")), "{rejection}");
            assert_eq!(stage.settled(&linked).await, Phase::Absent);

            let stepwise = stage.requested(start, 5).await;
            let answered = stage.sagas(Path::Stepwise).request(stage.context(None), stepwise.clone()).await.unwrap();
            let settled = stage.settled(&stepwise).await;
            assert_eq!(settled, phase(&answered));
            assert!(
                matches!(settled, Phase::RolledBack(Cause::Refused { segment: named, .. }) if named == segment),
                "{settled:?}"
            );
            assert_eq!(stage.claims().await, before);
        }
        stage.library.close().await;
    }
}
