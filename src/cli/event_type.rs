//! `daybook event-type add`.

use std::io::Write;

use super::{CliError, create, find, output::Answer};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::TenantId;
use crate::domain::time::TimeSlot;
use crate::service::Service;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Create a service that can be booked with a provider
    Add(Add),
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// Whose
    #[arg(long, value_name = "ID")]
    tenant: TenantId,
    /// Username or uid
    #[arg(long)]
    provider: String,
    /// Name in addresses, unique among the provider's
    #[arg(long)]
    slug: String,
    /// Display title
    #[arg(long)]
    title: String,
    /// Length
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=TimeSlot::LENGTH_MAX_MINUTES))]
    minutes: u32,
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
    let owner = find::provider(service, add.tenant, &add.provider).await?;
    let settings = EventTypeSettings::plain(add.title, add.slug.clone(), add.minutes);
    let number = create::event_type(service, add.tenant, &owner, settings).await?;
    Answer::new()
        .with("id", number.get())
        .with("slug", add.slug)
        .print(add.json, out)?;
    Ok(())
}
