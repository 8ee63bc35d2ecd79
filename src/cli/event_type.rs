//! `daybook event-type add`.

use std::io::Write;

use super::{CliError, create, find, output::Answer};
use crate::domain::event_type::hosts;
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::TenantId;
use crate::domain::time::TimeSlot;
use crate::service::Service;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Create a service that can be booked with a provider
    Add(Add),
}

/// How several providers are booked.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Scheduling {
    /// All of them together
    Collective,
    /// One of them, by turns
    RoundRobin,
}

impl From<Scheduling> for hosts::Scheduling {
    fn from(scheduling: Scheduling) -> Self {
        match scheduling {
            Scheduling::Collective => Self::Collective,
            Scheduling::RoundRobin => Self::RoundRobin,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// Whose
    #[arg(long, value_name = "ID")]
    tenant: TenantId,
    /// Username or uid; several are booked together, or by turns
    #[arg(long, visible_alias = "host", required = true)]
    provider: Vec<String>,
    /// How several are booked
    #[arg(long, value_enum, default_value_t = Scheduling::Collective)]
    scheduling: Scheduling,
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
    let mut providers = Vec::with_capacity(add.provider.len());
    for name in &add.provider {
        providers.push(find::provider(service, add.tenant, name).await?);
    }
    let settings = EventTypeSettings::plain(add.title, add.slug.clone(), add.minutes);
    let number = create::event_type(
        service,
        add.tenant,
        &providers,
        add.scheduling.into(),
        settings,
    )
    .await?;
    Answer::new()
        .with("id", number.get())
        .with("slug", add.slug)
        .print(add.json, out)?;
    Ok(())
}
