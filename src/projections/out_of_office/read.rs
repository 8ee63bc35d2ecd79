//! The queries over days out of office.

use crate::domain::id::{OutOfOfficeNumber, ProviderId, TenantId};
use crate::ledger::database::{Database, DatabaseError, Param, Row};
use crate::projections::Part;
use crate::projections::cell::{in_table, parsed, version_of};
use crate::projections::row::OutOfOffice;

use super::table::EntryDocument;

/// What a list is narrowed and sorted by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of one provider; absent: of all of the tenant.
    pub provider: Option<ProviderId>,
    /// Of providers with this address.
    pub email: Option<String>,
    /// By start.
    pub by_start: Option<Order>,
    /// By end, after the start.
    pub by_end: Option<Order>,
}

/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Earliest first.
    Ascending,
    /// Latest first.
    Descending,
}

/// The entries that match; in the order they were entered where nothing else is asked.
///
/// # Errors
/// [`DatabaseError`].
pub async fn list(
    database: &Database,
    tenant: TenantId,
    filter: &Filter,
    part: Part,
) -> Result<Vec<OutOfOffice>, DatabaseError> {
    let sign = |order: Option<Order>| match order {
        None => 0_i64,
        Some(Order::Ascending) => 1,
        Some(Order::Descending) => -1,
    };
    let params = vec![
        tenant.into(),
        Param::Uuid(filter.provider.map(ProviderId::as_uuid)),
        filter.email.clone().into(),
        sign(filter.by_start).into(),
        sign(filter.by_end).into(),
        i64::from(part.take).into(),
        i64::from(part.skip).into(),
    ];
    let rows = database
        .fetch(tenant, sql!("out_of_office/list"), params)
        .await?;
    all(&rows)
}

/// One entry of a provider; `None` when it is absent or removed.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_number(
    database: &Database,
    tenant: TenantId,
    provider: ProviderId,
    number: OutOfOfficeNumber,
) -> Result<Option<OutOfOffice>, DatabaseError> {
    let params = vec![
        tenant.into(),
        Param::Uuid(Some(provider.as_uuid())),
        i64::from(number.get()).into(),
    ];
    let rows = database
        .fetch(tenant, sql!(both "out_of_office/by_number"), params)
        .await?;
    Ok(all(&rows)?.pop())
}

fn all(rows: &[Row]) -> Result<Vec<OutOfOffice>, DatabaseError> {
    rows.iter()
        .map(|row| entry(row).map_err(|error| in_table("out_of_office", error)))
        .collect()
}

fn entry(row: &Row) -> Result<OutOfOffice, DatabaseError> {
    let document: EntryDocument = parsed("doc", &row.text("doc")?)?;
    Ok(OutOfOffice {
        provider: ProviderId::from_uuid(row.uuid("provider")?),
        entry: document.entry,
        notes: document.notes,
        version: version_of(row)?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}
