//! How a SQLite file is opened; what Postgres refuses is in `isolation`.

use super::fixture::{Fixture, drawn, promises, tenant};
use crate::ledger::database::Database;
use crate::ledger::store::connect::{ConnectError, OpenOptions};
use crate::ledger::store::migration::migrate;

#[tokio::test]
async fn a_file_is_durable_private_and_written_by_one() {
    let fixture = Fixture::sqlite().await;
    let Database::Sqlite {
        writer, readers, ..
    } = fixture.store.database()
    else {
        unreachable!()
    };
    for (pragma, expected) in [
        ("select journal_mode from pragma_journal_mode", "wal"),
        (
            "select cast(synchronous as text) from pragma_synchronous",
            "2",
        ),
        (
            "select cast(foreign_keys as text) from pragma_foreign_keys",
            "1",
        ),
        (
            "select cast(secure_delete as text) from pragma_secure_delete",
            "1",
        ),
    ] {
        let value: String = sqlx::query_scalar(pragma).fetch_one(writer).await.unwrap();
        assert_eq!(value, expected, "{pragma}");
    }
    assert_eq!(writer.options().get_max_connections(), 1);
    let written = sqlx::query("delete from claims").execute(readers).await;
    assert!(written.unwrap_err().to_string().contains("readonly"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let path = fixture.url.trim_start_matches("sqlite://");
        for suffix in ["", "-wal"] {
            let meta = std::fs::metadata(format!("{path}{suffix}")).unwrap();
            assert_eq!(meta.permissions().mode() & 0o777, 0o600, "{suffix}");
        }
    }
    migrate(&fixture.url, &[]).await.unwrap();
    fixture.remove().await;
}

promises! { a_program_starts_on_what_a_newer_one_has_migrated }

async fn a_program_starts_on_what_a_newer_one_has_migrated(fixture: &Fixture) {
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                 values (9999, 'newer', true, '', 0)";
    fixture.as_owner(newer).await;

    migrate(&fixture.url, &[]).await.unwrap();

    let events = "select count(*) as n from events";
    assert_eq!(fixture.count(tenant(1), events).await, 0);
}

#[tokio::test]
async fn a_file_has_the_name_that_was_typed() {
    let path = std::env::temp_dir().join(format!("daybook store%20{}.db", drawn()));
    let url = format!("sqlite://{}", path.display());
    migrate(&url, &[]).await.unwrap();
    assert!(path.exists());
    for suffix in ["", "-wal", "-shm"] {
        // SQLite removes what it needs no more.
        drop(std::fs::remove_file(format!("{}{suffix}", path.display())));
    }
}

#[tokio::test]
async fn what_is_no_ledger_is_not_opened() {
    let options = OpenOptions::default();
    let nowhere = format!("sqlite:///nonesuch/{}.db", drawn());
    for (url, expected) in [
        ("mysql://x", "must start with"),
        ("sqlite::memory:", "in memory"),
        ("sqlite://x.db?immutable=1", "no parameters"),
        (nowhere.as_str(), "cannot create database file"),
        ("postgres://127.0.0.1:1/x", "cannot connect to Postgres"),
    ] {
        let error: ConnectError = Database::open(url, &options).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}
