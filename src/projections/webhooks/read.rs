//! The queries over webhooks.

use uuid::Uuid;

use crate::domain::id::{TenantId, WebhookId};
use crate::ledger::database::{Database, DatabaseError, Param, Row};
use crate::projections::Part;
use crate::projections::cell::{in_table, parsed, version_of};
use crate::projections::row::Webhook;

use super::table::WebhookDocument;

/// The webhooks of a scope (a user's own, or an event type's), by creation.
///
/// # Errors
/// [`DatabaseError`].
pub async fn of_scope(
    database: &Database,
    tenant: TenantId,
    scope: Uuid,
    part: Part,
) -> Result<Vec<Webhook>, DatabaseError> {
    let params = vec![
        tenant.into(),
        Param::Uuid(Some(scope)),
        i64::from(part.take).into(),
        i64::from(part.skip).into(),
    ];
    let rows = database
        .fetch(tenant, sql!(both "webhooks/of_scope"), params)
        .await?;
    all(&rows)
}

/// One webhook; `None` when it is absent or deleted.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_id(
    database: &Database,
    tenant: TenantId,
    webhook: WebhookId,
) -> Result<Option<Webhook>, DatabaseError> {
    let params = vec![tenant.into(), Param::Uuid(Some(webhook.as_uuid()))];
    let rows = database
        .fetch(tenant, sql!(both "webhooks/by_id"), params)
        .await?;
    Ok(all(&rows)?.pop())
}

/// How many webhooks a scope has.
///
/// # Errors
/// [`DatabaseError`].
pub async fn count(
    database: &Database,
    tenant: TenantId,
    scope: Uuid,
) -> Result<u32, DatabaseError> {
    let params = vec![tenant.into(), Param::Uuid(Some(scope))];
    let rows = database
        .fetch(tenant, sql!(both "webhooks/count"), params)
        .await?;
    let count = rows.first().map_or(Ok(0), |row| row.int("count"))?;
    u32::try_from(count).map_err(|error| DatabaseError::corrupt("count", error))
}

fn all(rows: &[Row]) -> Result<Vec<Webhook>, DatabaseError> {
    rows.iter()
        .map(|row| webhook(row).map_err(|error| in_table("webhooks", error)))
        .collect()
}

fn webhook(row: &Row) -> Result<Webhook, DatabaseError> {
    let document: WebhookDocument = parsed("doc", &row.text("doc")?)?;
    Ok(Webhook {
        webhook: WebhookId::from_uuid(row.uuid("webhook")?),
        definition: document.definition,
        sealed: document.sealed,
        version: version_of(row)?,
        created_at: row.instant("created_at")?,
    })
}
