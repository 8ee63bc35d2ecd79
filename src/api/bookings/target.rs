//! Which booking a path names: a wire uid, the uid of a series, or a seat.

use super::hosts;
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing, failed};
use crate::domain::id::{BookingNumber, BookingUid, SeatId, TenantId};
use crate::domain::tenant::Role;
use crate::ledger::database::DatabaseError;
use crate::ledger::unit::NameKind;
use crate::projections::{bookings, row};

/// What a uid names.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Whose it is.
    pub tenant: TenantId,
    /// One booking, or the occurrences of a series in order; never empty.
    pub rows: Vec<row::Booking>,
    /// Whether the uid is a series'.
    pub is_series: bool,
}

impl Target {
    /// The only booking; `None` for a series.
    pub(crate) fn single(&self) -> Option<&row::Booking> {
        if self.is_series {
            return None;
        }
        self.rows.first()
    }
}

/// Looks a uid up; `None` when there is none that the caller may see.
///
/// # Errors
/// 500 or 503 when the database does not answer.
pub(crate) async fn find(api: &Api, caller: &Caller, uid: &str) -> Result<Option<Target>, Failure> {
    if BookingUid::LENGTH_MAX < uid.len() {
        return Ok(None);
    }
    if let (Some(tenant), true) = (caller.tenant, is_number(uid) && may_count(caller.role)) {
        let found = by_number(api, tenant, uid).await?;
        if let Some(row) = found.filter(|row| manages(caller, tenant, row)) {
            return Ok(Some(Target {
                tenant,
                rows: vec![row],
                is_series: false,
            }));
        }
    }
    let wanted = BookingUid::from_text(uid);
    for (kind, is_series) in [(NameKind::Booking, false), (NameKind::Series, true)] {
        let Some((tenant, _)) = api.look_up(caller, kind, "", uid).await? else {
            continue;
        };
        let database = api.ledger.database();
        let rows = if is_series {
            bookings::by_series(database, tenant, &wanted).await
        } else {
            let row = bookings::by_uid(database, tenant, &wanted).await;
            row.map(|row| row.into_iter().collect())
        };
        let rows = rows.map_err(unread)?;
        if !rows.is_empty() {
            return Ok(Some(Target {
                tenant,
                rows,
                is_series,
            }));
        }
    }
    Ok(None)
}

/// Whether a path may name a booking by its wire number, as older clients do: no uid is that short.
pub(crate) fn is_number(uid: &str) -> bool {
    (1..=10).contains(&uid.len()) && uid.bytes().all(|byte| byte.is_ascii_digit())
}

/// Who may name bookings by number at all. A uid is a secret that opens its booking; numbers are counted up, so to
/// anybody else they are no names.
const fn may_count(role: Role) -> bool {
    match role {
        Role::Owner | Role::Agent | Role::Provider => true,
        Role::Auditor | Role::Anonymous => false,
    }
}

/// Whether a caller may do with a booking what it may without its uid: the tenant's owners and agents, and its hosts.
pub(crate) fn manages(caller: &Caller, tenant: TenantId, row: &row::Booking) -> bool {
    let is_agent = caller.role == Role::Agent && caller.tenant == Some(tenant);
    is_agent || hosts::speaks_for(caller, tenant, row)
}

/// The caller's own tenant's booking of a number. Numbers have no index: whoever has a uid asks by that.
async fn by_number(
    api: &Api,
    tenant: TenantId,
    text: &str,
) -> Result<Option<row::Booking>, Failure> {
    let Ok(number) = text.parse() else {
        return Ok(None);
    };
    let number = BookingNumber::new(number);
    let row = bookings::by_number(api.ledger.database(), tenant, number).await;
    row.map_err(unread)
}

/// The tenant of a booking or series, which is known for as long as its log is.
///
/// # Errors
/// 500 or 503 when the database does not answer.
pub(crate) async fn tenant_of(
    api: &Api,
    caller: &Caller,
    uid: &str,
) -> Result<Option<TenantId>, Failure> {
    for kind in [NameKind::Booking, NameKind::Series] {
        if let Some((tenant, _)) = api.look_up(caller, kind, "", uid).await? {
            return Ok(Some(tenant));
        }
    }
    Ok(None)
}

/// The booking that holds a seat.
///
/// # Errors
/// 500 or 503 when the database does not answer.
pub(crate) async fn find_by_seat(
    api: &Api,
    caller: &Caller,
    seat: SeatId,
) -> Result<Option<Target>, Failure> {
    let name = seat.to_string();
    let Some((tenant, _)) = api.look_up(caller, NameKind::Seat, "", &name).await? else {
        return Ok(None);
    };
    let row = bookings::by_seat(api.ledger.database(), tenant, seat).await;
    Ok(row.map_err(unread)?.map(|row| Target {
        tenant,
        rows: vec![row],
        is_series: false,
    }))
}

fn unread(error: DatabaseError) -> Failure {
    failed(error.into(), &Asked::new(Doing::Read))
}
