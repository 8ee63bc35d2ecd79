//! `daybook demo`: a sample clinic, created once and found again, and six lines that try it.

mod clinic;
mod curl;

use std::io::Write;

use super::CliError;
use crate::config::{Config, RateLimit};
use crate::service::Server;

/// Creates what is missing of the clinic, prints how to use it, and serves.
pub(super) async fn run(config: &Config, out: &mut (impl Write + Send)) -> Result<(), CliError> {
    // What is tried out by hand, or by a script in a loop, is not to be refused for its haste.
    let mut config = config.clone();
    config.rate_limit = RateLimit::Off;
    let server = Server::start(&config).await?;
    let clinic = clinic::ensure(server.service()).await?;
    let times = curl::two_free_times(server.service(), &clinic).await?;
    print(&clinic, server.public_url(), times, out)?;
    Ok(server.run(&config, out).await?)
}

fn print(
    clinic: &clinic::Clinic,
    url: &str,
    times: curl::Times,
    out: &mut impl Write,
) -> Result<(), CliError> {
    writeln!(out, "tenant     {}", clinic.tenant)?;
    writeln!(out, "owner key  {}", clinic.owner_key)?;
    for provider in &clinic.providers {
        let (number, profile) = (provider.number, &provider.profile);
        writeln!(
            out,
            "provider   {:10} id {number}  uid {}  {}",
            profile.username, provider.provider, profile.zone
        )?;
    }
    for event_type in &clinic.event_types {
        writeln!(
            out,
            "event type {:14} id {}  with {}",
            event_type.slug, event_type.number, event_type.username
        )?;
    }
    writeln!(out, "API        {url}/docs")?;
    writeln!(
        out,
        "\nTry it: book, book the same slot again (refused), move, cancel, look at the history, book two at once.\n"
    )?;
    for line in curl::lines(clinic, url, times) {
        writeln!(out, "{line}\n")?;
    }
    out.flush()?;
    Ok(())
}
