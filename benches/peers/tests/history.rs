//! postgres-es reads Daybook's history of one provider, completely and in order, through the columns that both have.
//!
//! `benches/run.sh` names the database, the tenant and the provider; it fills them first.

use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{PersistedEventRepository as _, PersistedEventStore};
use cqrs_es::{Aggregate, DomainEvent, EventStore as _};
use postgres_es::PostgresEventRepository;
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

/// Any payload: what Daybook's events mean is Daybook's business.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct Recorded(serde_json::Value);

impl DomainEvent for Recorded {
    fn event_type(&self) -> String {
        unreachable!("only a writer is asked")
    }

    fn event_version(&self) -> String {
        unreachable!("only a writer is asked")
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Provider {
    events: usize,
}

impl Aggregate for Provider {
    const TYPE: &'static str = "provider";
    type Command = ();
    type Event = Recorded;
    type Error = std::fmt::Error;
    type Services = ();

    async fn handle(&mut self, (): (), (): &(), _: &EventSink<Self>) -> Result<(), Self::Error> {
        Ok(())
    }

    fn apply(&mut self, _: Recorded) {
        self.events += 1;
    }
}

fn variable(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: this test is run by benches/run.sh"))
}

/// A session as Daybook's row-level security wants it: the runtime role, one tenant admitted.
async fn session() -> PgPool {
    let options: PgConnectOptions = variable("PEERS_DATABASE_URL")
        .parse()
        .expect("a database URL");
    let settings = [
        ("role", "daybook_runtime".to_owned()),
        ("daybook.tenants", variable("PEERS_TENANT")),
    ];
    PgPoolOptions::new()
        .max_connections(2)
        .connect_with(options.options(settings))
        .await
        .expect("the server takes the options")
}

#[tokio::test]
async fn a_providers_history_is_read_completely_and_in_order() {
    let pool = session().await;
    let provider = variable("PEERS_PROVIDER");
    let expected: i64 =
        sqlx::query_scalar("select version from streams where kind = 'provider' and id = $1::uuid")
            .bind(&provider)
            .fetch_one(&pool)
            .await
            .expect("the stream is admitted");
    assert!(0 < expected, "nothing is read when no tenant is admitted");
    let expected = usize::try_from(expected).expect("it is positive");

    let repository = PostgresEventRepository::new(pool.clone());
    let events = repository
        .get_events::<Provider>(&provider)
        .await
        .expect("the columns are those of postgres-es");
    let sequences: Vec<_> = events.iter().map(|event| event.sequence).collect();
    assert_eq!(sequences, (1..=expected).collect::<Vec<_>>());
    assert_eq!(events[0].event_type, "ProviderCreated");
    assert!(events.iter().all(|event| event.payload.is_object()));

    let store = PersistedEventStore::<_, Provider>::new_event_store(repository);
    let envelopes = store
        .load_events(&provider)
        .await
        .expect("payload and metadata are read");
    assert_eq!(envelopes.len(), expected);
    assert!(
        envelopes
            .iter()
            .all(|envelope| envelope.metadata.contains_key("role"))
    );
}
