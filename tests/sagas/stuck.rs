//! An undo that fails for good: stuck, visible to operators, and undone once an operator says so.

use std::sync::Arc;

use daybook::domain::Command;
use daybook::domain::composite::Phase;
use daybook::domain::composite::command::CompositeCommand;
use daybook::ledger::record::Addressed;
use daybook::sagas::Path;
use reqwest::Method;

use super::faulty::{Fault, Faulty, Writing};
use super::stage::Stage;
use crate::harness::Salon;

/// A sample of `/metrics`.
fn sample(page: &str, name: &str) -> i64 {
    let line = page.lines().find(|line| line.starts_with(name));
    let line = line.unwrap_or_else(|| panic!("{name} is not in\n{page}"));
    line[name.len()..].trim().parse().expect("is a number")
}

async fn metrics(salon: &mut Salon) -> String {
    salon.start();
    let client = salon.client();
    let page = client
        .send(client.request(Method::GET, "/metrics"))
        .await
        .expect(200)
        .text;
    salon.take_server().stop();
    page
}

async fn doctor(salon: &Salon) -> String {
    let (_status, printed, _) = salon.program().output(&["doctor"]).await;
    printed
}

on_both_databases! {
    async fn an_undo_that_fails_is_stuck_until_an_operator_retries_it(salon: &mut Salon) {
        let stage = Stage::set(salon).await;
        // The last segment cannot be confirmed, the first one not be undone.
        let steps = Faulty::new(&stage.library.ledger, |writing| {
            matches!(writing, Writing::Confirm(2) | Writing::Compensate(0)).then_some(Fault::Unavailable)
        });
        let sagas = stage.sagas_through(Path::Stepwise, steps);
        let requested = stage.requested(stage.start(0), 3).await;
        let answered = sagas.request(stage.context(None), requested.clone()).await.unwrap();
        let is_stuck = |phase: &Phase| {
            matches!(phase, Phase::Stuck { segment: 0, reason, .. } if reason == "unavailable")
        };
        assert!(is_stuck(answered.composite().unwrap().phase()), "{:?}", answered.state);
        assert_eq!(stage.claims().await.len(), 1, "the first segment is still there");
        assert_eq!(stage.recover().await, 0, "nobody touches what is stuck");

        let unwell = sagas.unwell(10).await.unwrap();
        assert_eq!(unwell.iter().map(|saga| saga.composite).collect::<Vec<_>>(), [requested.composite]);
        let printed = doctor(salon).await;
        let named = |told: &str| {
            let id = requested.composite.to_string();
            told.lines().any(|line| line.starts_with("PROBLEM") && line.contains(&id))
        };
        assert!(named(&printed), "{printed}");
        let page = metrics(salon).await;
        assert_eq!(sample(&page, "daybook_composites_unsettled{state=\"stuck\"}"), 1, "{page}");

        let retry = Addressed {
            stream: stage.stream(requested.composite),
            command: Command::Composite(CompositeCommand::Retry),
        };
        stage.library.ledger.execute(stage.context(None), vec![retry]).await.unwrap();
        let mended = Arc::clone(&stage.sagas(Path::Linked));
        let driven = mended.drive(stage.tenant, requested.composite).await.unwrap();
        assert!(matches!(driven.composite().unwrap().phase(), Phase::RolledBack(_)));
        stage.settled(&requested).await;
        assert!(mended.unwell(10).await.unwrap().is_empty());
        let later = doctor(salon).await;
        assert!(!named(&later), "{later}");
        let page_later = metrics(salon).await;
        assert_eq!(sample(&page_later, "daybook_composites_unsettled{state=\"stuck\"}"), 0, "{page_later}");
        stage.library.close().await;
    }

    async fn what_is_given_up_is_no_longer_listed(salon: &mut Salon) {
        let stage = Stage::set(salon).await;
        let steps = Faulty::new(&stage.library.ledger, |writing| {
            matches!(writing, Writing::Confirm(1) | Writing::Compensate(1)).then_some(Fault::Database)
        });
        let sagas = stage.sagas_through(Path::Stepwise, steps);
        let requested = stage.requested(stage.start(0), 2).await;
        sagas.request(stage.context(None), requested.clone()).await.unwrap();
        assert_eq!(sagas.unwell(10).await.unwrap().len(), 1);
        let abandon = Addressed {
            stream: stage.stream(requested.composite),
            command: Command::Composite(CompositeCommand::Abandon),
        };
        stage.library.ledger.execute(stage.context(None), vec![abandon]).await.unwrap();
        assert!(sagas.unwell(10).await.unwrap().is_empty());
        assert!(sagas.open().await.unwrap().is_empty());
        let abandoned = stage.composite(requested.composite).await;
        assert_eq!(*abandoned.phase(), Phase::Abandoned);
        stage.library.close().await;
    }
}
