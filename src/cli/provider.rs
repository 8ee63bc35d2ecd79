//! `daybook provider add`.

use std::io::Write;

use chrono_tz::Tz;

use super::{CliError, create, find, output::Answer};
use crate::domain::id::TenantId;
use crate::domain::provider::event::Profile;
use crate::service::Service;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Create somebody who can be booked Monday to Friday, 09:00 to 17:00; prints a key that acts as them, once
    Add(Add),
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// Whose
    #[arg(long, value_name = "ID")]
    tenant: TenantId,
    /// Display name
    #[arg(long)]
    name: String,
    /// Contact address
    #[arg(long)]
    email: String,
    /// Unique in the tenant
    #[arg(long)]
    username: String,
    /// IANA zone, for example Europe/Riga
    #[arg(long)]
    time_zone: Tz,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(
    service: &Service,
    command: Command,
    out: &mut impl Write,
) -> Result<(), CliError> {
    let Command::Add(add) = command;
    find::tenant(service, add.tenant).await?;
    let profile = Profile::new(add.name, add.email, add.username.clone(), add.time_zone);
    let provider = create::provider(service, add.tenant, profile).await?;
    Answer::new()
        .with("id", provider.number.get())
        .with("uid", provider.id.to_string())
        .with("username", add.username)
        .with("apiKey", provider.api_key)
        .print(add.json, out)?;
    Ok(())
}
