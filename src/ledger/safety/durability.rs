//! What a database must be like, or it loses or corrupts acknowledged bookings: the one place that says it.

/// Settings of Postgres that lose acknowledged writes when they are off.
pub const POSTGRES_SETTINGS: [&str; 3] = ["fsync", "full_page_writes", "synchronous_commit"];
/// Oldest Postgres that is tested, as `server_version_num`.
const POSTGRES_OLDEST: i64 = 150_000;
/// Oldest SQLite whose write-ahead log cannot be corrupted by concurrent checkpoints.
const SQLITE_OLDEST: [u32; 3] = [3, 51, 3];
/// `FULL`: a commit is on the disk before it is answered.
const SQLITE_SYNCHRONOUS_LEAST: i64 = 2;

/// Why a database is not trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Danger {
    /// It is too old.
    #[error("{database} {found} is older than {oldest}")]
    TooOld {
        /// Which of the two.
        database: &'static str,
        /// Its version.
        found: String,
        /// The oldest that will do.
        oldest: &'static str,
    },
    /// A setting can lose acknowledged bookings.
    #[error("the database runs with {setting} = {value}, which loses acknowledged writes")]
    UnsafeSetting {
        /// Its name.
        setting: &'static str,
        /// Its value.
        value: String,
    },
}

/// Refuses a Postgres that is too old, by `server_version_num`.
///
/// # Errors
/// [`Danger::TooOld`].
pub fn check_postgres_version(number: i64) -> Result<(), Danger> {
    if POSTGRES_OLDEST <= number {
        return Ok(());
    }
    Err(Danger::TooOld {
        database: "PostgreSQL",
        found: number.to_string(),
        oldest: "15",
    })
}

/// Refuses one of [`POSTGRES_SETTINGS`] that is off.
///
/// # Errors
/// [`Danger::UnsafeSetting`].
pub fn check_postgres_setting(setting: &'static str, value: String) -> Result<(), Danger> {
    if value == "off" {
        Err(Danger::UnsafeSetting { setting, value })
    } else {
        Ok(())
    }
}

/// Refuses an SQLite that is too old.
///
/// # Errors
/// [`Danger::TooOld`].
pub fn check_sqlite_version(version: &str) -> Result<(), Danger> {
    let numbers: Vec<u32> = version
        .split('.')
        .map_while(|part| part.parse().ok())
        .collect();
    if SQLITE_OLDEST.as_slice() <= numbers.as_slice() {
        return Ok(());
    }
    Err(Danger::TooOld {
        database: "SQLite",
        found: version.to_owned(),
        oldest: "3.51.3",
    })
}

/// What is wrong with the pragmas of an SQLite connection: opening sets them, a file system may refuse them.
pub fn sqlite_dangers(journal_mode: String, synchronous: i64) -> Vec<Danger> {
    let mut dangers = Vec::new();
    if journal_mode != "wal" {
        dangers.push(Danger::UnsafeSetting {
            setting: "journal_mode",
            value: journal_mode,
        });
    }
    if synchronous < SQLITE_SYNCHRONOUS_LEAST {
        dangers.push(Danger::UnsafeSetting {
            setting: "synchronous",
            value: synchronous.to_string(),
        });
    }
    dangers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number_and_not_by_text() {
        let is_old = |version| check_sqlite_version(version).is_err();
        assert!(is_old("3.9.0") && is_old("3.51.2"));
        assert!(!is_old("3.51.3") && !is_old("3.100.0") && !is_old("4.0"));
        assert!(check_postgres_version(140_011).is_err());
        assert!(check_postgres_version(150_000).is_ok());
    }

    #[test]
    fn what_loses_writes_is_named() {
        let off = check_postgres_setting("fsync", "off".to_owned()).unwrap_err();
        let said = "the database runs with fsync = off, which loses acknowledged writes";
        assert_eq!(off.to_string(), said);
        assert!(check_postgres_setting("fsync", "on".to_owned()).is_ok());
        assert_eq!(sqlite_dangers("wal".to_owned(), 2), []);
        assert_eq!(sqlite_dangers("delete".to_owned(), 1).len(), 2);
    }
}
