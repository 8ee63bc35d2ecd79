//! The queries over providers.

use crate::domain::id::{ProviderId, ProviderNumber, ScheduleNumber, TenantId};
use crate::ledger::database::{Database, DatabaseError, Param, Row};
use crate::projections::cell::{in_table, number_of, parsed, version_of};
use crate::projections::row::{Provider, ScheduleRow};

use super::table::ProviderDocument;

/// One provider.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_id(
    database: &Database,
    tenant: TenantId,
    provider: ProviderId,
) -> Result<Option<Provider>, DatabaseError> {
    Ok(by_ids(database, tenant, &[provider]).await?.pop())
}

/// Several providers, by wire number; ids that are absent are left out.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_ids(
    database: &Database,
    tenant: TenantId,
    providers: &[ProviderId],
) -> Result<Vec<Provider>, DatabaseError> {
    let ids = providers.iter().map(|id| Some(id.as_uuid()));
    let params = vec![tenant.into(), Param::Uuids(ids.collect())];
    all(&database
        .fetch(tenant, sql!("providers/by_ids"), params)
        .await?)
}

/// Providers with a wire number above `after`, ascending, at most `limit`; users that cannot be booked are left out.
///
/// # Errors
/// [`DatabaseError`].
pub async fn list(
    database: &Database,
    tenant: TenantId,
    after: i32,
    limit: u32,
) -> Result<Vec<Provider>, DatabaseError> {
    let params = vec![
        tenant.into(),
        i64::from(after).into(),
        i64::from(limit).into(),
    ];
    all(&database
        .fetch(tenant, sql!("providers/list"), params)
        .await?)
}

/// Rows come per schedule, those of one provider beside each other.
fn all(rows: &[Row]) -> Result<Vec<Provider>, DatabaseError> {
    let mut providers: Vec<Provider> = Vec::new();
    for row in rows {
        add(&mut providers, row).map_err(|error| in_table("providers", error))?;
    }
    Ok(providers)
}

fn add(providers: &mut Vec<Provider>, row: &Row) -> Result<(), DatabaseError> {
    let id = ProviderId::from_uuid(row.uuid("provider")?);
    if providers.last().is_none_or(|last| last.provider != id) {
        providers.push(provider(id, row)?);
    }
    if let (Some(last), Some(schedule)) = (providers.last_mut(), schedule(row)?) {
        last.schedules.push(schedule);
    }
    Ok(())
}

fn provider(id: ProviderId, row: &Row) -> Result<Provider, DatabaseError> {
    let document: ProviderDocument = parsed("doc", &row.text("doc")?)?;
    Ok(Provider {
        provider: id,
        number: ProviderNumber::new(number_of(row, "number")?),
        profile: document.profile,
        bookable: row.int("bookable")? == 1,
        schedules: Vec::new(),
        version: version_of(row)?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}

fn schedule(row: &Row) -> Result<Option<ScheduleRow>, DatabaseError> {
    let Some(definition) = row.text_or_null("schedule_doc")? else {
        return Ok(None);
    };
    Ok(Some(ScheduleRow {
        schedule: ScheduleNumber::new(number_of(row, "schedule")?),
        is_default: row.int("is_default")? == 1,
        definition: parsed("schedule_doc", &definition)?,
    }))
}
