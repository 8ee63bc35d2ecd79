//! `daybook tenant add NAME`.

use std::io::Write;

use super::create::{self, NewTenant};
use super::{CliError, output::Answer};
use crate::domain::Rejection;
use crate::domain::rejection::UniqueName;
use crate::domain::tenant::TenantSettings;
use crate::ledger::LedgerError;
use crate::service::Service;

/// How many suffixes are tried for a slug that is made from a name.
const SLUGS_MAX: u32 = 50;

/// Longest slug made from a name, characters.
const SLUG_LENGTH_MAX: usize = 50;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Create an organisation; prints its id and its owner's key, once
    Add {
        /// Display name
        name: String,
        /// Name in addresses, unique [default: made from the name]
        #[arg(long)]
        slug: Option<String>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(
    service: &Service,
    command: Command,
    out: &mut impl Write,
) -> Result<(), CliError> {
    let Command::Add { name, slug, json } = command;
    let tenant = match slug {
        Some(slug) => create(service, TenantSettings { name, slug }).await?,
        None => with_free_slug(service, &name).await?,
    };
    Answer::new()
        .with("tenantId", tenant.id.to_string())
        .with("apiKey", tenant.api_key)
        .print(json, out)?;
    Ok(())
}

async fn create(service: &Service, settings: TenantSettings) -> Result<NewTenant, CliError> {
    create::tenant(service, settings, create::OWNER.to_owned()).await
}

/// Creates the tenant under the first free one of `name`, `name-2`, `name-3`, …
async fn with_free_slug(service: &Service, name: &str) -> Result<NewTenant, CliError> {
    let base = slug_of(name);
    let mut attempt = 1;
    loop {
        let slug = match attempt {
            1 => base.clone(),
            suffix => format!("{base}-{suffix}"),
        };
        let settings = TenantSettings {
            name: name.to_owned(),
            slug,
        };
        match create(service, settings).await {
            Err(CliError::Ledger(LedgerError::Refused {
                rejection:
                    Rejection::NameTaken {
                        what: UniqueName::TenantSlug,
                    },
                ..
            })) if attempt < SLUGS_MAX => attempt += 1,
            created => return created,
        }
    }
}

/// Lower-case letters, digits and single hyphens.
fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for character in name.to_lowercase().chars() {
        if SLUG_LENGTH_MAX <= slug.len() {
            break;
        }
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "tenant" } else { slug }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn a_slug_is_made_of_the_names_letters() {
        assert_eq!(slug_of("Ana & Partners, Ltd."), "ana-partners-ltd");
        assert_eq!(slug_of("  "), "tenant");
        assert_eq!(slug_of(&"x".repeat(200)).len(), 50);
    }
}
