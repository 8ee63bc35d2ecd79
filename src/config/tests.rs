//! What settings are refused, and what is shown of them.

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
