//! Whether the database keeps what it acknowledges: its version, its settings, its clock.

use chrono::Duration;

use super::database::{Database, DatabaseError, Sql};
use crate::clock::Clock;

/// Largest difference between this machine's clock and the database's: instants of several processes must compare.
pub const CLOCK_SKEW_SECONDS_MAX: i64 = 2;

/// Oldest Postgres that is tested.
const POSTGRES_MIN: i64 = 150_000;

/// Oldest SQLite whose write-ahead log cannot be corrupted by concurrent checkpoints.
const SQLITE_MIN: [u32; 3] = [3, 51, 3];

const FACTS: Sql = Sql {
    postgres: include_str!("postgres.sql"),
    sqlite: include_str!("sqlite.sql"),
};

/// What is known of the database.
#[derive(Clone, Debug)]
pub struct Safety {
    /// For example `Postgres 15.6`.
    pub version: String,
    /// The database's clock minus this machine's.
    pub clock_skew: Duration,
    /// What could lose or corrupt acknowledged bookings: the server refuses to start.
    pub dangers: Vec<String>,
    /// What weakens a second line of defence.
    pub warnings: Vec<String>,
}

impl Safety {
    /// Whether the clocks are close enough.
    pub fn clock_is_close(&self) -> bool {
        self.clock_skew.abs() <= Duration::seconds(CLOCK_SKEW_SECONDS_MAX)
    }
}

/// Asks the database.
///
/// # Errors
/// [`DatabaseError`].
pub async fn inspect(database: &Database, clock: &dyn Clock) -> Result<Safety, DatabaseError> {
    let asked_at = clock.now();
    let rows = database.fetch_untenanted(FACTS, Vec::new()).await?;
    let answered_at = clock.now();
    let row = rows
        .first()
        .ok_or_else(|| DatabaseError::corrupt("version", "is absent"))?;
    // The database read its clock somewhere between the two: half the round trip is the best guess.
    let here = asked_at + (answered_at - asked_at) / 2;
    let mut safety = Safety {
        version: row.text("version")?,
        clock_skew: row.instant("now")? - here,
        dangers: Vec::new(),
        warnings: Vec::new(),
    };
    match database {
        Database::Postgres(..) => {
            for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
                if row.text(setting)? == "off" {
                    safety.dangers.push(format!("{setting} is off"));
                }
            }
            if row.int("number")? < POSTGRES_MIN {
                safety.dangers.push("older than Postgres 15".to_owned());
            }
            if row.text_or_null("privileged")?.as_deref() == Some("yes") {
                let warning = "the login may bypass row-level security: use one that may not";
                safety.warnings.push(warning.to_owned());
            }
            safety.version = format!("Postgres {}", safety.version);
        }
        Database::Sqlite { .. } => {
            let journal = row.text("journal_mode")?;
            if journal != "wal" {
                safety.dangers.push(format!("journal_mode is {journal}"));
            }
            // 2 is FULL, 3 EXTRA: a commit is on the disk before it is answered.
            if row.int("synchronous")? < 2 {
                safety.dangers.push("synchronous is below FULL".to_owned());
            }
            if older(&safety.version, SQLITE_MIN) {
                safety.dangers.push("older than SQLite 3.51.3".to_owned());
            }
            safety.version = format!("SQLite {}", safety.version);
        }
    }
    Ok(safety)
}

fn older(version: &str, minimum: [u32; 3]) -> bool {
    let numbers: Vec<u32> = version
        .split('.')
        .map_while(|part| part.parse().ok())
        .collect();
    numbers.as_slice() < minimum.as_slice()
}

#[cfg(test)]
mod tests {
    use super::{SQLITE_MIN, older};

    #[test]
    fn versions_compare_by_number_and_not_by_text() {
        assert!(older("3.9.0", SQLITE_MIN));
        assert!(older("3.51.2", SQLITE_MIN));
        assert!(!older("3.51.3", SQLITE_MIN));
        assert!(!older("3.100.0", SQLITE_MIN));
        assert!(!older("4.0", SQLITE_MIN));
    }
}
