//! What creating something consists of: ids and numbers drawn, defaults filled in, one linked command executed.

use chrono_tz::Tz;

use super::CliError;
use crate::domain::Command;
use crate::domain::event_type::hosts::{AssignedHost, Assignment, Priority, Scheduling};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::event_type::{EventTypeCommand, EventTypeCreated};
use crate::domain::id::{
    ApiKeyId, EventTypeId, EventTypeNumber, ProviderId, ProviderNumber, ScheduleNumber, TenantId,
    TenantNumber,
};
use crate::domain::provider::command::{Create, ProviderCommand};
use crate::domain::provider::event::Profile;
use crate::domain::schedule::Schedule;
use crate::domain::tenant::{ApiKeyIssued, Role, TenantCommand, TenantSettings};
use crate::ledger::NumberKind;
use crate::ledger::api_key::{hash_of, secret_of};
use crate::ledger::record::{Actor, Addressed, CommandContext, Origin, StreamKey};
use crate::projections::row;
use crate::service::Service;

/// Username of the user that a tenant's owner key acts as.
pub const OWNER: &str = "owner";

/// A tenant that was created.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// Its UUID.
    pub id: TenantId,
    /// Its owner's key's secret.
    pub api_key: String,
}

/// Creates a tenant with its owner as a user that cannot be booked, and the owner's key: all or nothing.
///
/// # Errors
/// [`CliError::Ledger`]: the slug is taken, …
pub async fn tenant(
    service: &Service,
    settings: TenantSettings,
    label: String,
) -> Result<NewTenant, CliError> {
    let tenant = TenantId::from_uuid(service.ids.uuid());
    let owner = ProviderId::from_uuid(service.ids.uuid());
    let profile = Profile::new(
        settings.name.clone(),
        // Nobody's address (RFC 6761 § 6.4): the owner's own is not asked for.
        format!("{OWNER}@{}.invalid", settings.slug),
        OWNER.to_owned(),
        Tz::UTC,
    );
    let create_owner = Create {
        number: ProviderNumber::new(service.ledger.draw_number(NumberKind::Provider).await?),
        profile,
        schedule: None,
    };
    let number = service.ledger.draw_number(NumberKind::Tenant).await?;
    let (issued, api_key) = key(service, tenant, Role::Owner, owner, label);
    let commands = vec![
        to_tenant(tenant, TenantCommand::Create(settings)),
        to_tenant(tenant, TenantCommand::Number(TenantNumber::new(number))),
        to_tenant(tenant, TenantCommand::IssueApiKey(issued)),
        to_provider(tenant, owner, ProviderCommand::Create(create_owner)),
    ];
    execute(service, tenant, commands).await?;
    Ok(NewTenant {
        id: tenant,
        api_key,
    })
}

/// A provider that was created.
#[derive(Clone, Debug)]
pub struct NewProvider {
    /// Its UUID.
    pub id: ProviderId,
    /// Its wire number.
    pub number: ProviderNumber,
    /// Its key's secret.
    pub api_key: String,
}

/// Creates a provider with the default schedule, and a key that acts as it: both or neither.
///
/// # Errors
/// [`CliError::Ledger`]: the username is taken, …
pub async fn provider(
    service: &Service,
    tenant: TenantId,
    profile: Profile,
) -> Result<NewProvider, CliError> {
    let id = ProviderId::from_uuid(service.ids.uuid());
    let number = ProviderNumber::new(service.ledger.draw_number(NumberKind::Provider).await?);
    let schedule = ScheduleNumber::new(service.ledger.draw_number(NumberKind::Schedule).await?);
    let (issued, api_key) = key(
        service,
        tenant,
        Role::Provider,
        id,
        profile.username.clone(),
    );
    let create = Create {
        number,
        schedule: Some((schedule, Schedule::working_week(profile.zone))),
        profile,
    };
    let commands = vec![
        to_provider(tenant, id, ProviderCommand::Create(create)),
        to_tenant(tenant, TenantCommand::IssueApiKey(issued)),
    ];
    execute(service, tenant, commands).await?;
    Ok(NewProvider {
        id,
        number,
        api_key,
    })
}

/// Creates an event type of one provider, or of several: the first owns it.
///
/// # Errors
/// [`CliError::Ledger`]: the slug is taken, …
pub async fn event_type(
    service: &Service,
    tenant: TenantId,
    providers: &[row::Provider],
    scheduling: Scheduling,
    settings: EventTypeSettings,
) -> Result<EventTypeNumber, CliError> {
    let owner = providers.first().ok_or_else(|| CliError::NotFound {
        what: "provider",
        name: String::new(),
    })?;
    let assignment = (1 < providers.len()).then(|| Assignment {
        scheduling,
        hosts: providers.iter().map(assigned).collect(),
        all_members: false,
    });
    let id = EventTypeId::from_uuid(service.ids.uuid());
    let number = EventTypeNumber::new(service.ledger.draw_number(NumberKind::EventType).await?);
    let create = EventTypeCommand::Create(Box::new(EventTypeCreated {
        number,
        owner: owner.provider,
        owner_number: owner.number,
        hosts: providers.iter().map(|row| row.provider).collect(),
        team: None,
        assignment,
        settings,
    }));
    let command = Addressed {
        stream: StreamKey::event_type(tenant, id),
        command: Command::EventType(create),
    };
    execute(service, tenant, vec![command]).await?;
    Ok(number)
}

fn assigned(row: &row::Provider) -> AssignedHost {
    AssignedHost {
        provider: row.provider,
        fixed: false,
        priority: Priority::Medium,
    }
}

/// Issues a key that acts as a provider (or the owner's user); returns its secret.
///
/// # Errors
/// [`CliError::Ledger`].
pub async fn api_key(
    service: &Service,
    tenant: TenantId,
    role: Role,
    provider: ProviderId,
    label: String,
) -> Result<String, CliError> {
    let (issued, secret) = key(service, tenant, role, provider, label);
    let command = to_tenant(tenant, TenantCommand::IssueApiKey(issued));
    execute(service, tenant, vec![command]).await?;
    Ok(secret)
}

/// A key and its secret, not issued yet.
fn key(
    service: &Service,
    tenant: TenantId,
    role: Role,
    provider: ProviderId,
    label: String,
) -> (ApiKeyIssued, String) {
    let key = ApiKeyId::from_uuid(service.ids.uuid());
    let secret = secret_of(service.ledger.vault(), tenant, key);
    let issued = ApiKeyIssued {
        key,
        hash: hash_of(&secret),
        role,
        provider: Some(provider),
        label,
        expires_at: None,
    };
    (issued, secret)
}

fn to_tenant(tenant: TenantId, command: TenantCommand) -> Addressed {
    Addressed {
        stream: StreamKey::tenant(tenant),
        command: Command::Tenant(command),
    }
}

fn to_provider(tenant: TenantId, provider: ProviderId, command: ProviderCommand) -> Addressed {
    Addressed {
        stream: StreamKey::provider(tenant, provider),
        command: Command::Provider(Box::new(command)),
    }
}

/// Executes linked commands as the operator.
async fn execute(
    service: &Service,
    tenant: TenantId,
    commands: Vec<Addressed>,
) -> Result<(), CliError> {
    let correlation = service.ids.uuid();
    let context = CommandContext {
        tenant,
        actor: Actor {
            id: "cli".to_owned(),
            role: Role::Owner,
        },
        origin: Origin {
            request_id: correlation.to_string(),
            ip: None,
            user_agent: None,
        },
        idempotency: None,
        correlation,
        causation: None,
        reads: Vec::new(),
        parts: Vec::new(),
    };
    service.ledger.execute(context, commands).await?;
    Ok(())
}
