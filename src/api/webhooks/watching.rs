//! Whose webhooks a path is about: the caller's own, or those of an event type that the caller speaks for.

use uuid::Uuid;

use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::event_types::{not_owner, number_in_path};
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing, failed, webhook_not_found};
use crate::domain::id::{ProviderId, ProviderNumber, TenantId, WebhookId};
use crate::domain::personal::Subscription;
use crate::domain::webhook::WatchedEventType;
use crate::ledger::record::SealedPersonal;
use crate::projections::{row, webhooks};

/// What a path names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'a> {
    /// The caller.
    Own,
    /// An event type, by the number in the path.
    EventType(&'a str),
}

impl Target<'_> {
    /// The event type's number, for texts; 0 for none.
    pub(super) fn number(self) -> i32 {
        match self {
            Self::Own => 0,
            Self::EventType(id) => id.parse().unwrap_or_default(),
        }
    }
}

/// What the webhooks of a path watch.
#[derive(Clone, Debug)]
pub(super) struct Watching {
    pub(super) tenant: TenantId,
    pub(super) owner: ProviderId,
    pub(super) owner_number: ProviderNumber,
    pub(super) event_type: Option<WatchedEventType>,
    /// The version of the event type's stream that was read.
    pub(super) event_type_version: Option<u64>,
}

impl Watching {
    /// Finds what a path names.
    ///
    /// # Errors
    /// 404 when it is absent, 403 when it is another user's.
    pub(super) async fn of(
        api: &Api,
        caller: &Caller,
        target: Target<'_>,
    ) -> Result<Self, Failure> {
        let id = match target {
            Target::Own => return Self::own(api, caller).await,
            Target::EventType(id) => id,
        };
        let absent = || Failure::not_found(format!("Event type with id {id} not found"));
        let number = number_in_path(id)?.ok_or_else(absent)?;
        let found = api
            .event_type_by_number(caller, number)
            .await?
            .ok_or_else(absent)?;
        if !caller.speaks_for(found.tenant, found.current.owner) {
            return Err(not_owner(api, caller, found.tenant, number).await);
        }
        Ok(Self {
            tenant: found.tenant,
            owner: found.current.owner,
            owner_number: found.current.owner_number,
            event_type: Some(WatchedEventType {
                id: found.id,
                number: found.current.number,
            }),
            event_type_version: Some(found.version),
        })
    }

    async fn own(api: &Api, caller: &Caller) -> Result<Self, Failure> {
        let (tenant, provider) = (caller.tenant()?, caller.acting_provider()?);
        let user = api.provider_row(tenant, provider).await?;
        let user = user.ok_or_else(|| Failure::not_found("User not found"))?;
        Ok(Self {
            tenant,
            owner: provider,
            owner_number: user.number,
            event_type: None,
            event_type_version: None,
        })
    }

    /// As [`crate::domain::webhook::Definition::scope`].
    pub(super) fn scope(&self) -> Uuid {
        self.event_type
            .map_or_else(|| self.owner.as_uuid(), |watched| watched.id.as_uuid())
    }

    /// One of the webhooks, with what is sealed of it.
    ///
    /// # Errors
    /// 404 when it is absent, or watches something else.
    pub(super) async fn webhook(
        &self,
        api: &Api,
        id: &str,
    ) -> Result<(row::Webhook, Subscription), Failure> {
        let absent = || webhook_not_found(id);
        let webhook: WebhookId = id.parse().map_err(|_source| absent())?;
        let row = webhooks::by_id(api.ledger.database(), self.tenant, webhook)
            .await
            .map_err(|error| failed(error.into(), &Asked::new(Doing::Read)))?
            .filter(|row| row.definition.scope() == self.scope())
            .ok_or_else(absent)?;
        let sealed = std::slice::from_ref(&row.sealed);
        let opened = opened(api, self.tenant, sealed).await?.pop();
        Ok((row, opened.ok_or_else(Failure::internal)?))
    }
}

/// What is sealed of webhooks, in their order.
///
/// # Errors
/// 410 when a key is destroyed; 503 when the database does not answer.
pub(super) async fn opened(
    api: &Api,
    tenant: TenantId,
    sealed: &[SealedPersonal],
) -> Result<Vec<Subscription>, Failure> {
    let asked = Asked::new(Doing::Webhook);
    let opened = api
        .ledger
        .vault()
        .open(api.ledger.database(), tenant, sealed)
        .await
        .map_err(|error| failed(error.into(), &asked))?;
    let subscriptions = opened
        .into_iter()
        .map(|personal| personal.and_then(|personal| personal.subscription));
    subscriptions
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| failed(crate::ledger::LedgerError::Erased, &asked))
}
