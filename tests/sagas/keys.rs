//! The same `Idempotency-Key` never begins a second composite booking.

use daybook::domain::composite::Phase;
use daybook::ledger::LedgerError;
use daybook::sagas::Path;
use std::sync::Arc;
use tokio::task::JoinSet;

use super::stage::{PATHS, Stage};
use crate::harness::{Salon, count};

on_both_databases! {
    async fn a_repeated_request_is_the_same_composite_booking(salon: &mut Salon) {
        let stage = Stage::set(salon).await;
        for (index, path) in PATHS.into_iter().enumerate() {
            let sagas = stage.sagas(path);
            let key = format!("key-{index}");
            let first = stage.requested(stage.start(index), 3).await;
            let made = sagas.request(stage.context(Some(&key)), first.clone()).await.unwrap();
            let second = stage.requested(stage.start(index), 3).await;
            let again = sagas.request(stage.context(Some(&key)), second).await.unwrap();

            assert!(!made.replayed && again.replayed);
            assert_eq!((made.composite, again.composite), (first.composite, first.composite));
            assert_eq!(made.state, again.state);
            assert_eq!(stage.settled(&first).await, Phase::Confirmed);
        }
        assert_eq!(stage.requests(salon).await, 2);
        stage.library.close().await;
    }

    async fn many_at_once_are_one_composite_booking(salon: &mut Salon) {
        let stage = Stage::set(salon).await;
        for (index, path) in PATHS.into_iter().enumerate() {
            let sagas = stage.sagas(path);
            let mut asked = JoinSet::new();
            for _ in 0..count(20, 100) {
                let requested = stage.requested(stage.start(index), 3).await;
                let (sagas, context) = (Arc::clone(&sagas), stage.context(Some(&format!("key-{index}"))));
                asked.spawn(async move {
                    let answered = sagas.request(context, requested.clone()).await.unwrap();
                    (requested, answered)
                });
            }
            let answers = asked.join_all().await;
            let mut begun = answers.iter().filter(|(_, answered)| !answered.replayed);
            let (requested, first) = begun.next().unwrap();
            assert!(begun.next().is_none());
            assert!(answers.iter().all(|(_, answered)| answered.composite == first.composite));
            assert_eq!(stage.settled(requested).await, Phase::Confirmed);
        }
        assert_eq!(stage.requests(salon).await, 2);
        assert_eq!(stage.claims().await.len(), 6);
        stage.library.close().await;
    }

    async fn a_refusal_is_the_same_refusal_and_writes_nothing(salon: &mut Salon) {
        let stage = Stage::set(salon).await;
        let sagas = stage.sagas(Path::Linked);
        let taken = stage.requested(stage.start(0), 3).await;
        sagas.request(stage.context(None), taken.clone()).await.unwrap();
        let mut refusals = Vec::new();
        for _ in 0..2 {
            let requested = stage.requested(stage.start(0), 3).await;
            let refused = sagas.request(stage.context(Some("key")), requested).await.unwrap_err();
            let LedgerError::Refused { rejection, replayed, .. } = refused else {
                panic!("{refused}");
            };
            refusals.push((rejection.to_string(), replayed));
        }
        assert_eq!(refusals[0].0, refusals[1].0);
        assert!(refusals[0].0.starts_with("segment 0: slot"), "{refusals:?}");
        assert!(!refusals[0].1 && refusals[1].1);
        assert_eq!(stage.requests(salon).await, 1);
        assert_eq!(stage.claims().await.len(), 3);
        stage.library.close().await;
    }
}
