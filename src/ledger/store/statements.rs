//! The statements, each a file beside this one with the reason for its shape in its header.

use crate::ledger::database::Sql;

macro_rules! sql {
    ($name:literal) => {
        Sql {
            postgres: include_str!(concat!("sql/", $name, ".postgres.sql")),
            sqlite: include_str!(concat!("sql/", $name, ".sqlite.sql")),
        }
    };
    (both $name:literal) => {
        Sql::both(include_str!(concat!("sql/", $name, ".sql")))
    };
}

// The append transaction, in its order.
/// Postgres only: SQLite's writer is alone.
pub(super) const STREAMS_LOCK: &str = include_str!("sql/streams_lock.postgres.sql");
pub(super) const STREAMS_READ: Sql = sql!("streams_read");
pub(super) const KEYS_BIND: Sql = sql!("keys_bind");
pub(super) const KEYS_UNBIND: Sql = sql!("keys_unbind");
pub(super) const ATTENDEE_KEYS_ALIVE: Sql = sql!("attendee_keys_alive");
pub(super) const ATTENDEE_KEYS_ADD: Sql = sql!("attendee_keys_add");
pub(super) const PERSON_TERMS_ADD: Sql = sql!("person_terms_add");
pub(super) const NAMES_CLAIM: Sql = sql!("names_claim");
pub(super) const NAMES_POINT: Sql = sql!("names_point");
pub(super) const NAMES_RELEASE: Sql = sql!("names_release");
pub(super) const CLAIMS_DELETE: Sql = sql!("claims_delete");
pub(super) const CLAIMS_INSERT: Sql = sql!("claims_insert");
pub(super) const OPEN_SAGAS_DELETE: Sql = sql!("open_sagas_delete");
pub(super) const OPEN_SAGAS_PUT: Sql = sql!("open_sagas_put");
pub(super) const HEADS_ADD: Sql = sql!("heads_add");
/// Heads, events and streams in one statement.
pub(super) const LOG_APPEND_POSTGRES: &str = include_str!("sql/log_append.postgres.sql");
pub(super) const EVENTS_APPEND_SQLITE: &str = include_str!("sql/events_append.sqlite.sql");
pub(super) const STREAMS_ADVANCE_SQLITE: &str = include_str!("sql/streams_advance.sqlite.sql");
pub(super) const HEADS_ADVANCE_SQLITE: &str = include_str!("sql/heads_advance.sqlite.sql");

// After a lost COMMIT.
pub(super) const HEADS_LOCK: Sql = sql!("heads_lock");
pub(super) const COMMANDS_FIND: Sql = sql!("commands_find");

// Reads.
pub(super) const STREAM_ROWS: Sql = sql!("stream_rows");
pub(super) const SETTINGS_ROWS: Sql = sql!("settings_rows");
pub(super) const LOG_ROWS: Sql = sql!("log_rows");
pub(super) const SUBJECT_ROWS: Sql = sql!("subject_rows");
pub(super) const SUBJECT_LAST: Sql = sql!(both "subject_last");
pub(super) const COMMAND_ROWS: Sql = sql!("command_rows");
pub(super) const KEY_FIND: Sql = sql!(both "key_find");
pub(super) const KEYS_REUSED: Sql = sql!("keys_reused");
pub(super) const NAME_FIND: Sql = sql!("name_find");
pub(super) const NUMBERS_DRAW: Sql = sql!("numbers_draw");
pub(super) const ATTENDEE_KEYS_READ: Sql = sql!("attendee_keys_read");
pub(super) const TENANTS_READ: Sql = sql!("tenants_read");
pub(super) const HEAD_READ: Sql = sql!(both "head_read");
pub(super) const KEYS_EXPIRE: Sql = sql!("keys_expire");
pub(super) const CLAIMS_OVER: Sql = sql!("claims_over");

// Recovery of composite bookings.
pub(super) const OPEN_SAGAS_DUE_SQLITE: &str = include_str!("sql/open_sagas_due.sqlite.sql");
pub(super) const OPEN_SAGAS_LEASE: Sql = sql!("open_sagas_lease");
pub(super) const OPEN_SAGAS_COUNTED: Sql = sql!("open_sagas_counted");
pub(super) const OPEN_SAGAS_UNWELL: Sql = sql!("open_sagas_unwell");

// Snapshots, after the commit.
pub(super) const SNAPSHOT_READ: Sql = sql!("snapshot_read");
pub(super) const SNAPSHOT_PUT: Sql = sql!(both "snapshot_put");
pub(super) const SNAPSHOT_DELETE: Sql = sql!(both "snapshot_delete");
pub(super) const SNAPSHOTS_DELETE_UNFIT: Sql = sql!(both "snapshots_delete_unfit");
pub(super) const SNAPSHOTS_THIN: Sql = sql!(both "snapshots_thin");
