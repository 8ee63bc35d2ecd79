//! What goes with something else: the webhooks of an event type that is deleted, or all of them at once.

use uuid::Uuid;

use super::watching::opened;
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing, failed};
use crate::domain::Command;
use crate::domain::id::TenantId;
use crate::domain::personal::{Personal, Subscription};
use crate::domain::webhook::{DeleteWebhook, WebhookCommand};
use crate::domain::{Sealable, id::KeyId};
use crate::ledger::record::{Addressed, SealedPersonal, StreamKey};
use crate::projections::{Part, row, webhooks};

/// Streams of one linked command, less the event type's own.
const AT_ONCE: Part = Part { skip: 0, take: 99 };
/// Commands of one sweep: who still creates webhooks while all of them are removed is not waited for.
const SWEEPS_MAX: u32 = 16;

/// The commands that remove the webhooks of a scope: linked with the command that removes what they watch.
///
/// # Errors
/// 503 when the database does not answer.
pub(in crate::api) async fn removals(
    api: &Api,
    tenant: TenantId,
    scope: Uuid,
) -> Result<Vec<Addressed>, Failure> {
    let rows = webhooks::of_scope(api.ledger.database(), tenant, scope, AT_ONCE)
        .await
        .map_err(|error| failed(error.into(), &Asked::new(Doing::Webhook)))?;
    let sealed: Vec<SealedPersonal> = rows.iter().map(|row| row.sealed.clone()).collect();
    let opened = opened(api, tenant, &sealed).await?;
    let removals = rows.iter().zip(opened);
    Ok(removals
        .map(|(row, subscription)| removal(tenant, row, subscription))
        .collect())
}

/// Removes what is left of a scope: those created while [`removals`] were on their way, and more than go at once. None is
/// left of a scope that can get no more webhooks.
///
/// # Errors
/// As [`removals`], and those of [`Api::execute`].
pub(in crate::api) async fn sweep(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    scope: Uuid,
) -> Result<(), Failure> {
    let asked = Asked::new(Doing::Webhook);
    for _ in 0..SWEEPS_MAX {
        let is_empty = attempted(async || {
            let left = removals(api, tenant, scope).await?;
            if left.is_empty() {
                return Ok(true);
            }
            let context = caller.context(tenant, None);
            api.execute(context, left, &asked).await?;
            Ok(false)
        });
        if is_empty.await? {
            break;
        }
    }
    Ok(())
}

/// The command that removes a webhook as it was read.
pub(super) fn removal(
    tenant: TenantId,
    row: &row::Webhook,
    subscription: Subscription,
) -> Addressed {
    let delete = DeleteWebhook {
        expected: Some(row.version),
        sealable: sealable(row.sealed.key, false, subscription),
    };
    Addressed {
        stream: StreamKey::webhook(tenant, row.webhook),
        command: Command::Webhook(WebhookCommand::Delete(Box::new(delete))),
    }
}

/// What is sealed beside an event of a webhook.
pub(super) fn sealable(key: KeyId, key_is_new: bool, subscription: Subscription) -> Sealable {
    Sealable {
        key,
        key_is_new,
        personal: Personal {
            subscription: Some(subscription),
            ..Personal::default()
        },
    }
}
