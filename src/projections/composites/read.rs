//! Rows as structs, and the look-up of one composite booking.

use crate::domain::id::{CompositeId, TenantId};
use crate::ledger::database::{Database, DatabaseError, Row, Sql};
use crate::projections::cell::{in_table, parsed, version_of};
use crate::projections::row::{Composite, CompositeStatus};

use super::marks::Marks;
use super::table::CompositeDocument;

const ONE: Sql = Sql::both(concat!(
    include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/projections/composites/read.sql"
    )),
    "where c.tenant = $1 and c.composite = $2"
));

/// One composite booking; `None` when it is absent.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_id(
    database: &Database,
    tenant: TenantId,
    composite: CompositeId,
) -> Result<Option<Composite>, DatabaseError> {
    let params = vec![tenant.into(), composite.as_uuid().into()];
    let rows = database.fetch(tenant, ONE, params).await?;
    Ok(all(&rows)?.pop())
}

/// Reads rows of `composites/read`.
pub(super) fn all(rows: &[Row]) -> Result<Vec<Composite>, DatabaseError> {
    rows.iter()
        .map(|row| composite(row).map_err(|error| in_table("composites", error)))
        .collect()
}

fn composite(row: &Row) -> Result<Composite, DatabaseError> {
    let text = row.text("doc")?;
    let document: CompositeDocument = parsed("doc", &text)?;
    let status = row.text("status")?;
    let status = CompositeStatus::from_text(&status)
        .ok_or_else(|| DatabaseError::corrupt("status", format!("{status:?} is no status")))?;
    let mut composite = Composite {
        composite: CompositeId::from_uuid(row.uuid("composite")?),
        status,
        generation: document.generation,
        segments: document.segments,
        waits_for_person: document.waits_for_person,
        everything_held: document.everything_held,
        deadline: document.deadline,
        cause: document.cause,
        stuck: document.stuck,
        requested: document.requested,
        moved: document.moved,
        cancelled: document.cancelled,
        version: version_of(row)?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    };
    Marks::of(&text)?.fold_into(&mut composite);
    Ok(composite)
}
