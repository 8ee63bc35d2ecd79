//! Where the database is.

use std::fmt;
use std::path::{Path, PathBuf};

use super::ConfigError;

/// The address of one of the two databases; shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite://<path>`: one file.
    Sqlite {
        /// The file, named as it was typed: nothing is decoded.
        path: PathBuf,
    },
    /// `postgres://…`, as libpq and sqlx read it.
    Postgres {
        /// As given, with the password.
        url: String,
    },
}

impl DatabaseUrl {
    /// # Errors
    /// [`ConfigError::Invalid`]: another scheme, or SQLite without a file (what is only in memory is lost) or with
    /// parameters.
    pub fn parse(setting: &'static str, text: &str) -> Result<Self, ConfigError> {
        let invalid = |reason| ConfigError::Invalid { setting, reason };
        if let Some(rest) = text.strip_prefix("sqlite:") {
            let rest = rest.strip_prefix("//").unwrap_or(rest);
            if rest.is_empty() || rest == ":memory:" {
                return Err(invalid("names no file: sqlite://PATH is needed"));
            }
            if rest.contains('?') {
                return Err(invalid(
                    "has parameters, which an SQLite file does not take",
                ));
            }
            return Ok(Self::Sqlite {
                path: PathBuf::from(rest),
            });
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres {
                url: text.to_owned(),
            });
        }
        Err(invalid("begins with neither sqlite:// nor postgres://"))
    }

    /// The whole address, with the password, for the driver.
    pub fn to_connect(&self) -> String {
        match self {
            Self::Sqlite { path } => format!("sqlite://{}", path.display()),
            Self::Postgres { url } => url.clone(),
        }
    }

    /// The file of an SQLite database.
    pub fn sqlite_path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite { path } => Some(path),
            Self::Postgres { .. } => None,
        }
    }

    /// A file beside the SQLite database: its name with a suffix.
    pub fn beside(&self, suffix: &str) -> Option<PathBuf> {
        self.sqlite_path().map(|path| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            PathBuf::from(name)
        })
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { path } => write!(formatter, "sqlite://{}", path.display()),
            Self::Postgres { url } => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                // Parameters may hold a password, too: what follows `?` is left out.
                let (rest, parameters) = rest.split_once('?').unwrap_or((rest, ""));
                if parameters.contains('@') {
                    // More likely the `?` is one of a password that was not encoded.
                    return write!(formatter, "{scheme}://***");
                }
                match rest.rsplit_once('@') {
                    Some((user, host)) => {
                        let user = user.split(':').next().unwrap_or_default();
                        write!(formatter, "{scheme}://{user}@{host}")
                    }
                    None => write!(formatter, "{scheme}://{rest}"),
                }
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::DatabaseUrl;

    #[test]
    fn a_password_is_never_shown() {
        let url = "postgres://ada:secret@db:5432/daybook?password=secret";
        let url = DatabaseUrl::parse("database-url", url).unwrap();
        assert_eq!(format!("{url} {url:?}").matches("secret").count(), 0);
        assert_eq!(url.to_string(), "postgres://ada@db:5432/daybook");
    }

    #[test]
    fn a_password_that_was_not_encoded_is_not_shown_in_part() {
        for url in [
            "postgres://ada:sec?ret@db/daybook",
            "postgres://ada:sec@sec?ret@db/daybook",
            "postgres://ada:sec/ret#sec@db/daybook",
        ] {
            let shown = DatabaseUrl::parse("database-url", url).unwrap().to_string();
            assert!(!shown.contains("sec") && !shown.contains("ret"), "{shown}");
        }
    }

    #[test]
    fn files_lie_beside_the_database() {
        let url = DatabaseUrl::parse("database-url", "sqlite:///var/lib/a%20 b.db").unwrap();
        let beside = url.beside(".key").unwrap();
        assert_eq!(beside.to_str(), Some("/var/lib/a%20 b.db.key"));
        assert_eq!(url.to_connect(), "sqlite:///var/lib/a%20 b.db");
    }

    #[test]
    fn what_would_be_lost_or_dropped_is_refused() {
        let read_only = "sqlite://day.db?mode=ro";
        for url in ["sqlite::memory:", "sqlite://", read_only, "mysql://x", ""] {
            assert!(DatabaseUrl::parse("database-url", url).is_err(), "{url}");
        }
    }
}
