//! What a failed statement means for the batch it was part of.

use crate::ledger::database::DatabaseError;

/// Name of the overlap guard: a constraint on Postgres, what the trigger raises on SQLite.
const GUARD: &str = "claims_no_overlap";

/// Name of the check that refuses events of a stale projection epoch (`log_append`, `events_append`).
const EPOCH: &str = "events_position_positive";

/// What to do after a failure before COMMIT: nothing has been written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A race for locks was lost: the same again.
    Retry,
    /// The overlap guard refused a claim of the batch.
    Guard,
    /// A rebuild has flipped a read model since this process last looked: learn the new tables, then the same again.
    Flipped,
    /// The database refuses something in the batch, and will again: find out what.
    Refused,
    /// The database is out of reach, out of resources or read-only: no smaller batch would fare better.
    Unreachable,
}

/// Reads the error of a statement.
pub(super) fn meaning(error: &DatabaseError) -> Meaning {
    if error.is_table_gone() {
        return Meaning::Flipped;
    }
    match error {
        DatabaseError::Driver(sqlx::Error::Database(error)) => {
            let code = error.code().unwrap_or_default();
            if error.constraint() == Some(GUARD) || error.message() == GUARD {
                return Meaning::Guard;
            }
            if error.constraint() == Some(EPOCH) || error.message().ends_with(EPOCH) {
                return Meaning::Flipped;
            }
            if error
                .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                .is_some()
            {
                postgres_meaning(&code, error.constraint())
            } else {
                sqlite_meaning(&code)
            }
        }
        // A value that does not fit its table or parameter is the batch's own fault.
        DatabaseError::Corrupt { .. } | DatabaseError::Driver(sqlx::Error::Encode(_)) => {
            Meaning::Refused
        }
        DatabaseError::Driver(_) | DatabaseError::Outdated { .. } => Meaning::Unreachable,
    }
}

/// SQLSTATE, PostgreSQL documentation, appendix A.
fn postgres_meaning(code: &str, constraint: Option<&str>) -> Meaning {
    match (code, constraint) {
        // Deadlock, serialization failure, lock not available in time; and a stream that another process began at the
        // same moment, so that there was no row to lock: its fence held.
        ("40P01" | "40001" | "55P03", _) | ("23505", Some("events_pkey" | "streams_pkey")) => {
            Meaning::Retry
        }
        // Read-only transaction: a standby. 25P03: idle too long.
        ("25006" | "25P03", _) => Meaning::Unreachable,
        _ => match code.get(..2) {
            // Connection, resources, the operator (a cancelled statement, 57014, is the batch's own length).
            Some("08" | "53" | "58") => Meaning::Unreachable,
            Some("57") if code != "57014" => Meaning::Unreachable,
            _ => Meaning::Refused,
        },
    }
}

/// SQLite result codes; the low byte of an extended code is the primary one.
fn sqlite_meaning(code: &str) -> Meaning {
    match code.parse::<i32>().map(|code| code & 0xff) {
        // SQLITE_BUSY, SQLITE_LOCKED.
        Ok(5 | 6) => Meaning::Retry,
        // NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB.
        Ok(7 | 8 | 9 | 10 | 11 | 13 | 14 | 26) => Meaning::Unreachable,
        Ok(_) | Err(_) => Meaning::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_races_are_retried_and_only_refusals_are_halved() {
        for code in ["40P01", "40001", "55P03"] {
            assert_eq!(postgres_meaning(code, None), Meaning::Retry);
        }
        assert_eq!(
            postgres_meaning("23505", Some("events_pkey")),
            Meaning::Retry
        );
        assert_eq!(
            postgres_meaning("23505", Some("claims_pkey")),
            Meaning::Refused
        );
        assert_eq!(postgres_meaning("57P01", None), Meaning::Unreachable);
        assert_eq!(postgres_meaning("57014", None), Meaning::Refused);
        assert_eq!(sqlite_meaning("517"), Meaning::Retry);
        assert_eq!(sqlite_meaning("2067"), Meaning::Refused);
        assert_eq!(sqlite_meaning("13"), Meaning::Unreachable);
    }
}
