//! A framework of cqrs-es runs over the log: what it executes is what the server serves, and neither overtakes the
//! other.

use std::sync::Arc;

use chrono::Duration;
use cqrs_es::{AggregateError, CqrsFramework, EventStore as _};
use daybook::clock::Clock;
use daybook::domain::id::BlockId;
use daybook::domain::provider::command::{Block, ProviderCommand};
use daybook::domain::provider::event::BlockKind;
use daybook::ledger::aggregate::ProviderStream;
use daybook::ledger::event_store::ProviderStore;

use crate::harness::{Library, Salon, times};

fn block(slot: usize) -> ProviderCommand {
    ProviderCommand::Block(Block {
        block: BlockId::from_uuid(uuid::Uuid::from_u128(rand::random())),
        start: times::slot(slot),
        end: times::slot(slot) + Duration::minutes(30),
        kind: BlockKind::Manual,
    })
}

fn framework(own: &Library, salon: &Salon) -> CqrsFramework<ProviderStream, ProviderStore> {
    let store = ProviderStore::new(Arc::clone(&own.ledger), salon.tenant_id());
    let clock: Arc<dyn Clock> = Arc::clone(&own.clock) as _;
    CqrsFramework::new(store, Vec::new(), clock)
}

on_both_databases! {
    async fn a_framework_executes_what_the_server_serves(salon: &mut Salon) {
        let client = salon.client();
        client.book(times::slot(0)).await.expect(201);
        let own = Library::open(salon, times::now()).await;
        let framework = framework(&own, salon);
        let provider = &salon.tenant.provider_uid;

        framework.execute(provider, block(1)).await.expect("nothing is in its way");

        // The server, which had this provider in memory, sees it: at the very next command.
        client.book(times::slot(1)).await.expect_taken();
        client.book(times::slot(2)).await.expect(201);
        let store = ProviderStore::new(Arc::clone(&own.ledger), salon.tenant_id());
        let events = store.load_events(provider).await.expect("the database answers");
        let sequences: Vec<_> = events.iter().map(|event| event.sequence).collect();
        assert_eq!(sequences, (1..=events.len()).collect::<Vec<_>>());
        own.close().await;
    }

    async fn a_framework_refuses_what_the_rules_refuse(salon: &mut Salon) {
        let own = Library::open(salon, times::now()).await;
        let framework = framework(&own, salon);
        let unknown = ProviderCommand::Unblock(BlockId::from_uuid(uuid::Uuid::from_u128(rand::random())));

        let refused = framework.execute(&salon.tenant.provider_uid, unknown).await;

        assert!(matches!(refused, Err(AggregateError::UserError(_))), "{refused:?}");
        own.close().await;
    }

    async fn a_framework_is_told_of_a_conflict(salon: &mut Salon) {
        use cqrs_es::event_sink::EventSink;
        use cqrs_es::{Aggregate as _, AggregateContext as _};

        let own = Library::open(salon, times::now()).await;
        let store = ProviderStore::new(Arc::clone(&own.ledger), salon.tenant_id());
        let provider = &salon.tenant.provider_uid;
        let mut loaded = store.load_aggregate(provider).await.expect("the database answers");
        // Between loading and committing, somebody books over the API.
        salon.book(times::slot(0)).await.expect(201);
        let clock: Arc<dyn Clock> = Arc::clone(&own.clock) as _;
        let sink = EventSink::default();
        let handled = loaded.aggregate().handle(block(1), &clock, &sink).await;
        handled.expect("the rules allow it");
        let events = sink.collect().await;

        let conflict = store.commit(events, loaded, std::iter::empty().collect()).await;

        assert!(matches!(conflict, Err(AggregateError::AggregateConflict)), "{conflict:?}");
        salon.book(times::slot(1)).await.expect(201);
        own.close().await;
    }
}
