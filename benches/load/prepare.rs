//! The tenant under load: a thousand providers with an event type each, made through the library in seconds.

use std::sync::Arc;

use daybook::cli::create::{self, NewTenant};
use daybook::clock::{Clock as _, SystemClock};
use daybook::config::Config;
use daybook::domain::id::TenantId;
use daybook::domain::tenant::TenantSettings;
use daybook::service::Service;
use tokio::task::JoinSet;

use super::Outcome;
use super::writer::Writer;

/// How many providers are made at once.
const AT_ONCE: usize = 64;

/// What clients need to know.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    /// Its id.
    pub(crate) id: TenantId,
    /// The owner's key.
    pub(crate) api_key: String,
    /// One event type per provider.
    pub(crate) event_types: Vec<i32>,
    /// Event types of two further providers each, for composite bookings.
    pub(crate) pairs: Vec<[i32; 2]>,
}

/// Pairs of providers who are booked together.
const PAIRS: u32 = 500;

/// Migrates the database and creates a tenant with `providers` providers.
pub(crate) async fn tenant(config: &Config, providers: u32) -> Outcome<Tenant> {
    let service = Service::open(config).await?;
    let settings = TenantSettings {
        name: "Load".to_owned(),
        slug: "load".to_owned(),
    };
    let created = create::tenant(&service, settings, create::OWNER.to_owned()).await?;
    let NewTenant { id, api_key } = created;
    service.close().await;

    let writer = Arc::new(Writer::open(config, id, SystemClock.now()).await?);
    let mut event_types = Vec::new();
    let mut making = JoinSet::new();
    for number in 0..providers + 2 * PAIRS {
        if AT_ONCE <= making.len()
            && let Some(made) = making.join_next().await
        {
            event_types.push(made??);
        }
        making.spawn(event_type(Arc::clone(&writer), number));
    }
    while let Some(made) = making.join_next().await {
        event_types.push(made??);
    }
    if let Some(writer) = Arc::into_inner(writer) {
        writer.close().await;
    }
    let singles = event_types
        .len()
        .saturating_sub(2 * usize::try_from(PAIRS)?);
    let pairs = event_types.split_off(singles);
    let pairs = pairs.chunks_exact(2).map(|pair| [pair[0], pair[1]]);
    Ok(Tenant {
        id,
        api_key,
        pairs: pairs.collect(),
        event_types,
    })
}

async fn event_type(writer: Arc<Writer>, number: u32) -> Outcome<i32> {
    let (_, terms) = writer.provider(&format!("provider-{number}")).await?;
    Ok(terms.number.get())
}
