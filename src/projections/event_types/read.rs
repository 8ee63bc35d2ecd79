//! The queries over event types.

use crate::domain::id::{EventTypeId, EventTypeNumber, ProviderId, TeamId, TenantId};
use crate::ledger::database::{Database, DatabaseError, Param, Row};
use crate::projections::cell::{in_table, number_of, parsed, version_of};
use crate::projections::row::EventType;

use super::table::EventTypeDocument;

/// Event types of one list: more than a tenant has.
const LIST_MAX: i64 = 1_000;

/// What a list may be narrowed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Owned by (any of), see [`Self::of_team`]; empty for those of all people of the tenant, of no team.
    pub owners: Vec<ProviderId>,
    /// With this slug.
    pub slug: Option<String>,
    /// Hidden ones too.
    pub hidden: bool,
    /// Newest first instead of oldest first.
    pub descending: bool,
}

impl Filter {
    /// All of a team, hidden or not.
    pub fn of_team(team: TeamId) -> Self {
        Self {
            owners: vec![ProviderId::from_uuid(team.as_uuid())],
            hidden: true,
            ..Self::default()
        }
    }
}

/// The event types that match, at most [`LIST_MAX`], by creation.
///
/// # Errors
/// [`DatabaseError`].
pub async fn list(
    database: &Database,
    tenant: TenantId,
    filter: &Filter,
) -> Result<Vec<EventType>, DatabaseError> {
    let owners = filter.owners.iter().map(|owner| Some(owner.as_uuid()));
    let params = vec![
        tenant.into(),
        Param::Uuids(owners.collect()),
        filter.slug.clone().into(),
        i64::from(filter.hidden).into(),
        i64::from(filter.descending).into(),
        LIST_MAX.into(),
    ];
    all(&database
        .fetch(tenant, sql!("event_types/list"), params)
        .await?)
}

/// Several event types, by wire number; ids that are absent or deleted are left out.
///
/// # Errors
/// [`DatabaseError`].
pub async fn by_ids(
    database: &Database,
    tenant: TenantId,
    event_types: &[EventTypeId],
) -> Result<Vec<EventType>, DatabaseError> {
    let ids = event_types.iter().map(|id| Some(id.as_uuid()));
    let params = vec![tenant.into(), Param::Uuids(ids.collect())];
    all(&database
        .fetch(tenant, sql!("event_types/by_ids"), params)
        .await?)
}

fn all(rows: &[Row]) -> Result<Vec<EventType>, DatabaseError> {
    rows.iter()
        .map(|row| event_type(row).map_err(|error| in_table("event_types", error)))
        .collect()
}

fn event_type(row: &Row) -> Result<EventType, DatabaseError> {
    let document: EventTypeDocument = parsed("doc", &row.text("doc")?)?;
    let owner = row.uuid("owner")?;
    Ok(EventType {
        event_type: EventTypeId::from_uuid(row.uuid("event_type")?),
        number: EventTypeNumber::new(number_of(row, "number")?),
        owner: document.maker.unwrap_or(ProviderId::from_uuid(owner)),
        team: document.maker.map(|_| TeamId::from_uuid(owner)),
        assignment: document.assignment,
        owner_number: document.owner_number,
        hosts: document.hosts,
        settings: document.settings,
        version: version_of(row)?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}
