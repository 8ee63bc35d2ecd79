//! A fresh database per test, and units to write into it.

use std::path::PathBuf;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use uuid::Uuid;

use super::rebuilding::Samples;
use crate::domain::AggregateKind;
use crate::domain::ClaimChange;
use crate::domain::id::{ClaimId, CommandId, EventId, ProviderId, TenantId};
use crate::domain::time::Timestamp;
use crate::ledger::database::{Database, Sql};
use crate::ledger::live_tables::ReadModel;
use crate::ledger::record::StreamKey;
use crate::ledger::store::Store;
use crate::ledger::store::connect::OpenOptions;
use crate::ledger::store::migration::migrate;
use crate::ledger::unit::{
    EventRow, KeyRow, NameChange, NameKind, NameUse, StreamWrite, Unit, UnitOutcome,
};

/// Runs each promise on both databases.
macro_rules! promises {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let fixture = $crate::ledger::store::tests::fixture::Fixture::sqlite().await;
                super::$name(&fixture).await;
                fixture.remove().await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                let fixture = $crate::ledger::store::tests::fixture::Fixture::postgres().await;
                let Some(fixture) = fixture else { return };
                super::$name(&fixture).await;
                fixture.remove().await;
            })*
        }
    };
}
pub(super) use promises;

pub(super) struct Fixture {
    pub(super) store: Store,
    /// The migration's URL: the owner of the tables.
    pub(super) url: String,
    server: Option<String>,
    path: Option<PathBuf>,
}

impl Fixture {
    pub(super) async fn sqlite() -> Self {
        let path = std::env::temp_dir().join(format!("daybook-store-{}.db", drawn()));
        let url = format!("sqlite://{}", path.display());
        Self::open(url, None, Some(path)).await
    }

    /// `None` where no server is named.
    pub(super) async fn postgres() -> Option<Self> {
        let server = super::server::postgres_url()?;
        let name = format!("daybook_store_{}", drawn().simple());
        let mut admin = PgConnection::connect(&server).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(format!("create database {name}")))
            .execute(&mut admin)
            .await
            .unwrap();
        admin.close().await.unwrap();
        let (base, _) = server.rsplit_once('/').unwrap();
        Some(Self::open(format!("{base}/{name}"), Some(server.clone()), None).await)
    }

    async fn open(url: String, server: Option<String>, path: Option<PathBuf>) -> Self {
        let read_models = vec![ReadModel::of(&Samples)];
        migrate(&url, &read_models).await.unwrap();
        let options = OpenOptions {
            connections_max: 4,
            read_models,
            ..OpenOptions::default()
        };
        let database = Database::open(&url, &options).await.unwrap();
        Self {
            store: Store::new(database),
            url,
            server,
            path,
        }
    }

    pub(super) async fn remove(self) {
        self.store.database().close().await;
        if let Some(server) = self.server {
            let (_, name) = self.url.rsplit_once('/').unwrap();
            let mut admin = PgConnection::connect(&server).await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(format!("drop database {name} with (force)")))
                .execute(&mut admin)
                .await
                .unwrap();
            admin.close().await.unwrap();
        }
        if let Some(path) = self.path {
            for suffix in ["", "-wal", "-shm"] {
                let file = PathBuf::from(format!("{}{suffix}", path.display()));
                if file.exists() {
                    std::fs::remove_file(file).unwrap();
                }
            }
        }
    }

    /// Appends a batch that must be written, and gives its outcomes.
    pub(super) async fn append(&self, units: &[Unit]) -> Vec<UnitOutcome> {
        self.store.append(units, at(1_000)).await.unwrap()
    }

    /// Rows of a statement as the runtime role, for one tenant (all of SQLite's rows).
    pub(super) async fn count(&self, tenant: TenantId, from: &'static str) -> i64 {
        let rows = self
            .store
            .database()
            .fetch(tenant, Sql::both(from), Vec::new())
            .await
            .unwrap();
        rows.first().unwrap().int("n").unwrap()
    }

    /// Runs a statement as the owner of the tables.
    pub(super) async fn as_owner(&self, sql: &'static str) {
        match self.store.database() {
            Database::Postgres { .. } => {
                let mut owner = PgConnection::connect(&self.url).await.unwrap();
                sqlx::raw_sql(sql).execute(&mut owner).await.unwrap();
                owner.close().await.unwrap();
            }
            Database::Sqlite { writer, .. } => {
                sqlx::raw_sql(sql).execute(writer).await.unwrap();
            }
        }
    }

    /// Runs a statement by hand, as whoever writes; the error's text where it fails.
    pub(super) async fn by_hand(&self, tenant: TenantId, sql: &'static str) -> Result<u64, String> {
        let done = match self.store.database() {
            Database::Postgres { pool, .. } => {
                let begin = format!("begin; set local daybook.tenants = '{tenant}'");
                let mut transaction = pool.begin_with(AssertSqlSafe(begin)).await.unwrap();
                let done = sqlx::query(sql).execute(&mut *transaction).await;
                if done.is_ok() {
                    transaction.commit().await.unwrap();
                }
                done.map(|done| done.rows_affected())
            }
            Database::Sqlite { writer, .. } => sqlx::query(sql)
                .execute(writer)
                .await
                .map(|done| done.rows_affected()),
        };
        done.map_err(|error| error.to_string())
    }
}

/// A UUID by chance: files and databases of concurrent tests never meet.
pub(super) fn drawn() -> Uuid {
    Uuid::from_u128(rand::random())
}

pub(super) fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(0xaaaa_0000 + number))
}

pub(super) fn at(micros: i64) -> Timestamp {
    Timestamp::from_timestamp_micros(micros).unwrap()
}

pub(super) fn provider(number: u128) -> ProviderId {
    ProviderId::from_uuid(Uuid::from_u128(0xbbbb_0000 + number))
}

pub(super) fn stream(tenant: TenantId, number: u128) -> StreamKey {
    StreamKey::provider(tenant, provider(number))
}

pub(super) fn event_type(tenant: TenantId, number: u128) -> StreamKey {
    StreamKey {
        tenant,
        kind: AggregateKind::EventType,
        id: Uuid::from_u128(0xcccc_0000 + number),
    }
}

/// A unit that writes nothing yet.
pub(super) fn unit(tenant: TenantId) -> Unit {
    Unit {
        tenant,
        command: CommandId::from_uuid(drawn()),
        reads: Vec::new(),
        writes: Vec::new(),
        key: None,
        names: Vec::new(),
        claims: Vec::new(),
        sagas: Vec::new(),
        keys_new: Vec::new(),
        keys_used: Vec::new(),
        terms: Vec::new(),
        rows: Vec::new(),
        bytes: 0,
    }
}

/// A unit that appends `count` events to a stream.
pub(super) fn writing(stream: StreamKey, expected: u64, count: u64) -> Unit {
    let mut unit = unit(stream.tenant);
    unit.writes
        .push(write(unit.command, stream, expected, count));
    unit
}

pub(super) fn write(
    command: CommandId,
    stream: StreamKey,
    expected: u64,
    count: u64,
) -> StreamWrite {
    let events = (1..=count)
        .map(|offset| event(command, stream, expected + offset))
        .collect();
    StreamWrite {
        stream,
        expected,
        events,
    }
}

/// Text that must come back byte for byte: escapes, non-ASCII, member order, a large integer.
pub(super) const PAYLOAD: &str =
    r#"{"z":"\u0000\"\\ \n é 🦀","a":9007199254740991,"m":[1, 2],"b":null}"#;

pub(super) fn event(command: CommandId, stream: StreamKey, sequence: u64) -> EventRow {
    let byte = u8::try_from(sequence % 251).unwrap();
    EventRow {
        stream,
        sequence,
        event_type: "BookingPlaced".to_owned(),
        event_version: "1.0".to_owned(),
        payload: PAYLOAD.to_owned(),
        metadata: r#"{"role":"owner"}"#.to_owned(),
        id: EventId::from_uuid(drawn()),
        command,
        correlation: drawn(),
        causation: None,
        actor: "system".to_owned(),
        decided_at: at(500),
        key: None,
        sealed: None,
        subject: None,
        previous_hash: [byte; 32],
        hash: [byte + 1; 32],
    }
}

pub(super) fn key(text: &str) -> KeyRow {
    KeyRow {
        key: text.to_owned(),
        fingerprint: "f".to_owned(),
        outcome: "{}".to_owned(),
        bound_at: at(700),
    }
}

pub(super) fn name(name: &str, change: NameUse) -> NameChange {
    NameChange {
        kind: NameKind::TenantSlug,
        scope: String::new(),
        name: name.to_owned(),
        change,
    }
}

pub(super) fn claim(number: u128, start: i64, end: i64) -> ClaimChange {
    let id = Uuid::from_u128(0xdddd_0000 + number);
    ClaimChange::Insert {
        claim: ClaimId::from_uuid(id),
        owner: id,
        start: at(start),
        end: at(end),
    }
}

pub(super) fn committed(last_position: u64) -> UnitOutcome {
    UnitOutcome::Committed { last_position }
}
