//! `daybook key add`.

use std::io::Write;

use super::{CliError, create, find, output::Answer};
use crate::domain::id::TenantId;
use crate::domain::tenant::Role;
use crate::service::Service;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Issue a key; prints it, once
    Add(Add),
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// Whose
    #[arg(long, value_name = "ID")]
    tenant: TenantId,
    /// What it may do
    #[arg(long)]
    role: KeyRole,
    /// Whom it acts as: username or uid [default: the owner's user]
    #[arg(long, required_if_eq("role", "provider"))]
    provider: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Roles that a key can have: an anonymous caller has none.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum KeyRole {
    /// Everything of the tenant
    Owner,
    /// Its own bookings, schedules and event types
    Provider,
    /// Books for others
    Agent,
    /// Reads history
    Auditor,
}

impl KeyRole {
    const fn role(self) -> Role {
        match self {
            Self::Owner => Role::Owner,
            Self::Provider => Role::Provider,
            Self::Agent => Role::Agent,
            Self::Auditor => Role::Auditor,
        }
    }
}

pub(super) async fn run(
    service: &Service,
    command: Command,
    out: &mut impl Write,
) -> Result<(), CliError> {
    let Command::Add(add) = command;
    find::tenant(service, add.tenant).await?;
    let name = add.provider.as_deref().unwrap_or(create::OWNER);
    let provider = find::provider(service, add.tenant, name).await?;
    let label = "command line".to_owned();
    let role = add.role.role();
    let api_key = create::api_key(service, add.tenant, role, provider.provider, label).await?;
    Answer::new().with("apiKey", api_key).print(add.json, out)?;
    Ok(())
}
