//! The sample clinic: three providers in two zones, four event types. Every step looks first, so a start that was
//! interrupted is completed by the next one.

use chrono_tz::Tz;

use crate::cli::{CliError, create, find};
use crate::domain::State;
use crate::domain::event_type::hosts::Scheduling;
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::{EventTypeNumber, TenantId};
use crate::domain::provider::event::Profile;
use crate::domain::tenant::{Role, TenantSettings};
use crate::domain::terms::{Confirmation, Seats, Terms};
use crate::ledger::api_key::secret_of;
use crate::ledger::record::StreamKey;
use crate::ledger::unit::NameKind;
use crate::projections::row;
use crate::service::Service;

const NAME: &str = "Sample Clinic";
const SLUG: &str = "sample-clinic";
const KEY_LABEL: &str = "demo";

/// Name, username, zone.
const PROVIDERS: [(&str, &str, Tz); 3] = [
    ("Ana Roze", "ana", Tz::Europe__Riga),
    ("Janis Kalns", "janis", Tz::Europe__Riga),
    ("Maya Lind", "maya", Tz::America__New_York),
];

/// The clinic as it stands.
#[derive(Debug)]
pub(super) struct Clinic {
    pub(super) tenant: TenantId,
    pub(super) owner_key: String,
    pub(super) providers: Vec<row::Provider>,
    pub(super) event_types: Vec<Offer>,
}

/// One event type of the clinic.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) number: EventTypeNumber,
    pub(super) slug: String,
    pub(super) username: String,
    pub(super) terms: Terms,
}

/// Finds the clinic, creating what is missing.
pub(super) async fn ensure(service: &Service) -> Result<Clinic, CliError> {
    let tenant = if let Some(tenant) = find::target(service, NameKind::TenantSlug, "", SLUG).await?
    {
        TenantId::from_uuid(tenant)
    } else {
        let settings = TenantSettings {
            name: NAME.to_owned(),
            slug: SLUG.to_owned(),
        };
        let created = create::tenant(service, settings, KEY_LABEL.to_owned()).await?;
        created.id
    };
    let mut providers = Vec::new();
    for (name, username, zone) in PROVIDERS {
        providers.push(provider(service, tenant, name, username, zone).await?);
    }
    let mut event_types = Vec::new();
    for (username, settings) in offers() {
        let owner = providers
            .iter()
            .find(|row| row.profile.username == username);
        if let Some(owner) = owner {
            event_types.push(offer(service, tenant, owner, settings).await?);
        }
    }
    Ok(Clinic {
        tenant,
        owner_key: owner_key(service, tenant).await?,
        providers,
        event_types,
    })
}

/// Whose, and what: the four event types.
fn offers() -> [(&'static str, EventTypeSettings); 4] {
    let plain = |title: &str, slug: &str, minutes| {
        EventTypeSettings::plain(title.to_owned(), slug.to_owned(), minutes)
    };
    let consultation = plain("Consultation", "consultation", 30);
    let follow_up = EventTypeSettings {
        before_minutes: 5,
        after_minutes: 10,
        ..plain("Follow-up", "follow-up", 15)
    };
    let group_class = EventTypeSettings {
        seats: Some(Seats {
            per_slot: 8,
            show_attendees: false,
            show_availability: true,
        }),
        ..plain("Group class", "group-class", 60)
    };
    let home_visit = EventTypeSettings {
        confirmation: Confirmation::Always { blocks_slot: true },
        locations_json: r#"[{"type":"attendeeAddress"}]"#.to_owned(),
        ..plain("Home visit", "home-visit", 90)
    };
    [
        ("ana", consultation),
        ("ana", follow_up),
        ("janis", group_class),
        ("maya", home_visit),
    ]
}

async fn provider(
    service: &Service,
    tenant: TenantId,
    name: &str,
    username: &str,
    zone: Tz,
) -> Result<row::Provider, CliError> {
    match find::provider(service, tenant, username).await {
        Err(CliError::NotFound { .. }) => {}
        found => return found,
    }
    let email = format!("{username}@{SLUG}.example");
    let profile = Profile::new(name.to_owned(), email, username.to_owned(), zone);
    create::provider(service, tenant, profile).await?;
    find::provider(service, tenant, username).await
}

async fn offer(
    service: &Service,
    tenant: TenantId,
    owner: &row::Provider,
    settings: EventTypeSettings,
) -> Result<Offer, CliError> {
    let scope = owner.provider.to_string();
    let slug = settings.slug.clone();
    let found = || find::target(service, NameKind::EventTypeSlug, &scope, &slug);
    if found().await?.is_none() {
        let owners = std::slice::from_ref(owner);
        create::event_type(service, tenant, owners, Scheduling::Collective, settings).await?;
    }
    let not_found = || CliError::NotFound {
        what: "event type",
        name: slug.clone(),
    };
    let id = found().await?.ok_or_else(not_found)?;
    let id = crate::domain::id::EventTypeId::from_uuid(id);
    let state = service
        .ledger
        .state(StreamKey::event_type(tenant, id))
        .await?;
    let Some(State::EventType(event_type)) = state.as_deref() else {
        return Err(not_found());
    };
    let current = event_type.current.as_ref().ok_or_else(not_found)?;
    Ok(Offer {
        number: current.number,
        username: owner.profile.username.clone(),
        terms: current
            .settings
            .terms(id, current.number, event_type.version),
        slug,
    })
}

/// The owner's key: issued once, its secret derived again from its id.
async fn owner_key(service: &Service, tenant: TenantId) -> Result<String, CliError> {
    let state = service.ledger.state(StreamKey::tenant(tenant)).await?;
    if let Some(State::Tenant(state)) = state.as_deref()
        && let Some(key) = state.api_keys.values().find(|key| key.label == KEY_LABEL)
    {
        return Ok(secret_of(service.ledger.vault(), tenant, key.key));
    }
    let owner = find::provider(service, tenant, create::OWNER).await?;
    let label = KEY_LABEL.to_owned();
    create::api_key(service, tenant, Role::Owner, owner.provider, label).await
}
