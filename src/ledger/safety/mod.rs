//! Whether the database keeps what it acknowledges: its version, its settings, its clock. What must hold is said in
//! [`durability`]; opening asserts it, and `doctor` asks again.

pub mod durability;

mod clock_watch;

use chrono::Duration;

use super::database::{Database, DatabaseError, Sql};
use crate::clock::Clock;
use durability::{
    Danger, POSTGRES_SETTINGS, check_postgres_setting, check_postgres_version,
    check_sqlite_version, sqlite_dangers,
};

pub use clock_watch::ClockWatch;

/// Largest difference between this machine's clock and the database's: instants of several processes must compare.
pub const CLOCK_SKEW_SECONDS_MAX: i64 = 2;

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
    fn note(&mut self, checked: Result<(), Danger>) {
        self.dangers
            .extend(checked.err().map(|danger| danger.to_string()));
    }

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
        Database::Postgres { .. } => {
            for setting in POSTGRES_SETTINGS {
                safety.note(check_postgres_setting(setting, row.text(setting)?));
            }
            safety.note(check_postgres_version(row.int("number")?));
            if row.text_or_null("privileged")?.as_deref() == Some("yes") {
                let warning = "the login may bypass row-level security: use one that may not";
                safety.warnings.push(warning.to_owned());
            }
            safety.version = format!("Postgres {}", safety.version);
        }
        Database::Sqlite { .. } => {
            for danger in sqlite_dangers(row.text("journal_mode")?, row.int("synchronous")?) {
                safety.note(Err(danger));
            }
            let checked = check_sqlite_version(&safety.version);
            safety.note(checked);
            safety.version = format!("SQLite {}", safety.version);
        }
    }
    Ok(safety)
}
