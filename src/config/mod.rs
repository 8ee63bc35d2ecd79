//! Configuration: flags or `DAYBOOK_*` variables, typed at start, shown without secrets.
//!
//! Reads no file but the master key's and knows no other layer. A variable of the prefix that nobody reads is an
//! error: a setting that is misspelt must not be ignored.

mod database_url;
mod master_key;
mod secret;
mod rate_limit;
mod trusted_proxies;

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use database_url::DatabaseUrl;
pub use master_key::MasterKey;
pub use rate_limit::{Allowance, RateLimit, RateLimitError};
pub use secret::Secret;
pub use trusted_proxies::{TrustedProxies, TrustedProxiesError};

/// Every variable of the environment that is ours begins with this.
pub const PREFIX: &str = "DAYBOOK_";

/// Shortest secret that signs tokens, bytes: HS256 needs a key as long as its hash (RFC 7518 § 3.2).
pub const JWT_SECRET_BYTES_MIN: usize = 32;

/// Settings as they are given; secrets are checked in [`Config::new`], so that no message repeats them.
#[derive(Clone, Debug, clap::Args)]
pub struct Settings {
    /// `sqlite://PATH` or `postgres://…`
    #[arg(
        long,
        global = true,
        env = "DAYBOOK_DATABASE_URL",
        default_value = "sqlite://daybook.db",
        hide_env_values = true
    )]
    pub database_url: Secret<String>,
    /// Where `serve` listens; port 0 takes a free one
    #[arg(
        long,
        global = true,
        env = "DAYBOOK_LISTEN",
        default_value = "127.0.0.1:3001"
    )]
    pub listen: SocketAddr,
    /// How clients reach the server [default: `http://LISTEN`]
    #[arg(long, global = true, env = "DAYBOOK_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Wraps the keys of personal data: 32 bytes in base64 [SQLite: created beside the database]
    #[arg(
        long,
        global = true,
        env = "DAYBOOK_MASTER_KEY",
        hide_env_values = true
    )]
    pub master_key: Option<Secret<String>>,
    /// Checks bearer tokens (HS256), at least 32 bytes; without it tokens are refused
    #[arg(
        long,
        global = true,
        env = "DAYBOOK_JWT_SECRET",
        hide_env_values = true
    )]
    pub jwt_secret: Option<Secret<String>>,
    /// `iss` of bearer tokens
    #[arg(long, global = true, env = "DAYBOOK_JWT_ISSUER")]
    pub jwt_issuer: Option<String>,
    /// `aud` of bearer tokens
    #[arg(long, global = true, env = "DAYBOOK_JWT_AUDIENCE")]
    pub jwt_audience: Option<String>,
    /// Postgres as the owner of the tables, for migrations [default: the database URL]
    #[arg(
        long,
        global = true,
        env = "DAYBOOK_MIGRATION_URL",
        hide_env_values = true
    )]
    pub migration_url: Option<Secret<String>>,
    /// Connections to the database at most
    #[arg(long, global = true, env = "DAYBOOK_DATABASE_CONNECTIONS", default_value_t = 16, value_parser = clap::value_parser!(u32).range(2..=500))]
    pub database_connections: u32,
    /// Connections of clients at most
    #[arg(long, global = true, env = "DAYBOOK_CONNECTIONS", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub connections: u32,
    /// `off`, or requests of a caller at most: `REQUESTS/SECONDS` [default: 120/60, and 500/60 with a bearer token]
    #[arg(long, global = true, env = "DAYBOOK_RATE_LIMIT")]
    pub rate_limit: Option<RateLimit>,
    /// Proxies whose `X-Forwarded-For` is believed: addresses or networks, comma-separated
    #[arg(
        long,
        global = true,
        env = "DAYBOOK_TRUSTED_PROXIES",
        default_value = ""
    )]
    pub trusted_proxies: TrustedProxies,
    /// Seconds that open requests may take after SIGTERM
    #[arg(long, global = true, env = "DAYBOOK_DRAIN_SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub drain_seconds: u64,
    /// Seconds between two looks for finished bookings and expired holds of idle providers
    #[arg(long, global = true, env = "DAYBOOK_LAPSE_SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub lapse_seconds: u64,
    /// How a request goes about a composite booking: by two linked commands, or step by step as recovery does
    #[arg(
        long,
        global = true,
        env = "DAYBOOK_COMPOSITE_PATH",
        default_value = "linked"
    )]
    pub composite_path: CompositePath,
    /// Hosts that webhooks may go to although they are private: names or addresses, separated by commas
    #[arg(
        long,
        global = true,
        env = "DAYBOOK_WEBHOOK_ALLOW_HOSTS",
        value_delimiter = ','
    )]
    pub webhook_allow_hosts: Vec<String>,
    /// How logs are written, to stderr
    #[arg(
        long,
        global = true,
        env = "DAYBOOK_LOG_FORMAT",
        default_value = "pretty"
    )]
    pub log_format: LogFormat,
    /// What is logged: a level, or directives such as `info,daybook::ledger=debug`
    #[arg(long, global = true, env = "DAYBOOK_LOG_LEVEL", default_value = "info")]
    pub log_level: String,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object per line.
    Json,
}

/// How a request goes about a composite booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum CompositePath {
    /// Everything held by one command, everything confirmed by a second one.
    Linked,
    /// Segment by segment: for tests and drills.
    Stepwise,
}

/// What checks bearer tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JwtConfig {
    /// Shared secret (HS256).
    pub secret: Secret<String>,
    /// `iss` must equal it.
    pub issuer: String,
    /// `aud` must hold it.
    pub audience: String,
}

/// The settings, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The database.
    pub database: DatabaseUrl,
    /// The database as the owner of its tables.
    pub migration: Option<DatabaseUrl>,
    /// Connections to the database at most.
    pub database_connections: u32,
    /// Where `serve` listens.
    pub listen: SocketAddr,
    /// Connections of clients at most.
    pub connections: usize,
    /// Requests of a caller at most.
    pub rate_limit: RateLimit,
    /// Proxies whose word about the client's address counts.
    pub trusted_proxies: TrustedProxies,
    /// How long open requests may take after SIGTERM.
    pub drain: Duration,
    /// How often lapses of idle providers are looked for.
    pub lapse_every: Duration,
    /// How a request goes about a composite booking.
    pub composite_path: CompositePath,
    /// Hosts that webhooks may go to although they are private.
    pub webhook_allow_hosts: Vec<String>,
    /// Bearer tokens; absent: refused.
    pub jwt: Option<JwtConfig>,
    /// How logs are written.
    pub log_format: LogFormat,
    /// What is logged.
    pub log_level: String,
    public_url: Option<String>,
    master_key: Option<MasterKey>,
}

/// Why the program cannot start with these settings. No message repeats a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A variable that nobody reads.
    #[error("unknown variable {name}")]
    UnknownVariable {
        /// Its name.
        name: String,
    },
    /// A value that cannot be.
    #[error("{setting} {reason}")]
    Invalid {
        /// The flag, without dashes.
        setting: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// Postgres without a master key.
    #[error(
        "master-key is needed on Postgres: 32 random bytes in base64, the same for every process"
    )]
    MasterKeyMissing,
    /// The database is there, its key is not.
    #[error("the database is there, but its master key {} is not: without it nothing personal can be read", path.display())]
    MasterKeyLost {
        /// Where the key should be.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("cannot use file {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl Config {
    /// Checks the settings and the names of the environment's variables.
    ///
    /// # Errors
    /// See [`ConfigError`]; the first that is found.
    pub fn new(
        settings: Settings,
        variables: impl Iterator<Item = OsString>,
    ) -> Result<Self, ConfigError> {
        refuse_unknown(variables)?;
        let database = DatabaseUrl::parse("database-url", settings.database_url.expose())?;
        let migration = settings
            .migration_url
            .map(|url| DatabaseUrl::parse("migration-url", url.expose()))
            .transpose()?;
        let master_key = settings
            .master_key
            .map(|key| master_key::parse(key.expose()))
            .transpose()?;
        if let Some(url) = &settings.public_url
            && !(url.starts_with("http://") || url.starts_with("https://"))
        {
            return Err(ConfigError::Invalid {
                setting: "public-url",
                reason: "begins with neither http:// nor https://",
            });
        }
        Ok(Self {
            database,
            migration,
            database_connections: settings.database_connections,
            listen: settings.listen,
            connections: usize::try_from(settings.connections).unwrap_or(usize::MAX),
            rate_limit: settings.rate_limit.unwrap_or(RateLimit::Standard),
            trusted_proxies: settings.trusted_proxies,
            drain: Duration::from_secs(settings.drain_seconds),
            lapse_every: Duration::from_secs(settings.lapse_seconds),
            composite_path: settings.composite_path,
            webhook_allow_hosts: settings.webhook_allow_hosts,
            jwt: jwt(
                settings.jwt_secret,
                settings.jwt_issuer,
                settings.jwt_audience,
            )?,
            log_format: settings.log_format,
            log_level: settings.log_level,
            public_url: settings.public_url,
            master_key,
        })
    }

    /// How clients reach a server bound to `address`, without a slash at the end.
    pub fn public_url(&self, address: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{address}"),
        }
    }

    /// The master key; on SQLite made from `fresh` bytes when there is none yet.
    ///
    /// # Errors
    /// [`ConfigError::MasterKeyMissing`], [`ConfigError::MasterKeyLost`], [`ConfigError::File`].
    pub fn master_key(&self, fresh: impl FnOnce() -> [u8; 32]) -> Result<MasterKey, ConfigError> {
        match &self.master_key {
            Some(key) => Ok(key.clone()),
            None => master_key::beside(&self.database, fresh),
        }
    }
}

fn jwt(
    secret: Option<Secret<String>>,
    issuer: Option<String>,
    audience: Option<String>,
) -> Result<Option<JwtConfig>, ConfigError> {
    match (secret, issuer, audience) {
        (None, None, None) => Ok(None),
        (Some(secret), Some(issuer), Some(audience)) => {
            if secret.expose().len() < JWT_SECRET_BYTES_MIN {
                return Err(ConfigError::Invalid {
                    setting: "jwt-secret",
                    reason: "is shorter than 32 bytes",
                });
            }
            Ok(Some(JwtConfig {
                secret,
                issuer,
                audience,
            }))
        }
        (Some(_) | None, Some(_) | None, Some(_) | None) => Err(ConfigError::Invalid {
            setting: "jwt-secret",
            reason: "needs jwt-issuer and jwt-audience, and they need it",
        }),
    }
}

/// The variables that are read, from the flags themselves: the list cannot be forgotten.
fn known_variables() -> Vec<OsString> {
    use clap::Args as _;
    Settings::augment_args(clap::Command::new("daybook"))
        .get_arguments()
        .filter_map(|argument| argument.get_env().map(ToOwned::to_owned))
        .collect()
}

fn refuse_unknown(variables: impl Iterator<Item = OsString>) -> Result<(), ConfigError> {
    let known = known_variables();
    for name in variables {
        if name.to_string_lossy().starts_with(PREFIX) && !known.contains(&name) {
            return Err(ConfigError::UnknownVariable {
                name: name.to_string_lossy().into_owned(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::{Args as _, FromArgMatches as _};

    use super::{Config, ConfigError, Settings};

    fn config(flags: &[&str], variables: &[&str]) -> Result<Config, ConfigError> {
        let command = Settings::augment_args(clap::Command::new("daybook"));
        let matches = command
            .try_get_matches_from(std::iter::once(&"daybook").chain(flags))
            .unwrap();
        let settings = Settings::from_arg_matches(&matches).unwrap();
        Config::new(settings, variables.iter().map(OsString::from))
    }

    #[test]
    fn a_variable_that_nobody_reads_is_named() {
        let refused = config(&[], &["HOME", "DAYBOOK_LISTEN", "DAYBOOK_LISTNE"]).unwrap_err();
        assert_eq!(refused.to_string(), "unknown variable DAYBOOK_LISTNE");
    }

    #[test]
    fn weak_token_secrets_are_refused_and_not_repeated() {
        let flags = ["--jwt-secret=hunter2", "--jwt-issuer=i", "--jwt-audience=a"];
        let refused = config(&flags, &[]).unwrap_err();
        assert_eq!(refused.to_string(), "jwt-secret is shorter than 32 bytes");
        let alone = config(&flags[..1], &[]).unwrap_err();
        assert!(!alone.to_string().contains("hunter2"));
    }

    #[test]
    fn postgres_needs_a_master_key() {
        let config = config(&["--database-url=postgres://db/daybook"], &[]).unwrap();
        let refused = config.master_key(|| [0; 32]);
        assert!(matches!(refused, Err(ConfigError::MasterKeyMissing)));
    }

    #[test]
    fn no_setting_shows_a_secret() {
        let config = config(
            &[
                "--database-url=postgres://u:topsecret@db/daybook",
                "--master-key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "--jwt-secret=topsecrettopsecrettopsecrettopsecret",
                "--jwt-issuer=i",
                "--jwt-audience=a",
            ],
            &[],
        );
        let shown = format!("{:?}", config.unwrap());
        assert!(
            !shown.contains("topsecret") && !shown.contains("AAAA"),
            "{shown}"
        );
    }
}
