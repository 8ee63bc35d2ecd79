//! Which booking a path names: a wire uid, the uid of a series, or a seat.

use crate::api::Api;
use crate::api::caller::Caller;
use crate::domain::id::{BookingUid, SeatId, TenantId};
use crate::ledger::LedgerError;
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
/// [`LedgerError::Database`].
pub(crate) async fn find(
    api: &Api,
    caller: &Caller,
    uid: &str,
) -> Result<Option<Target>, LedgerError> {
    if BookingUid::LENGTH_MAX < uid.len() {
        return Ok(None);
    }
    let wanted = BookingUid::from_text(uid);
    for (kind, is_series) in [(NameKind::Booking, false), (NameKind::Series, true)] {
        let Some(tenant) = seen(api, caller, kind, uid).await? else {
            continue;
        };
        let database = api.ledger.database();
        let rows = if is_series {
            bookings::by_series(database, tenant, &wanted).await?
        } else {
            let row = bookings::by_uid(database, tenant, &wanted).await?;
            row.into_iter().collect()
        };
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

/// The booking that holds a seat.
///
/// # Errors
/// [`LedgerError::Database`].
pub(crate) async fn find_by_seat(
    api: &Api,
    caller: &Caller,
    seat: SeatId,
) -> Result<Option<Target>, LedgerError> {
    let Some(tenant) = seen(api, caller, NameKind::Seat, &seat.to_string()).await? else {
        return Ok(None);
    };
    let row = bookings::by_seat(api.ledger.database(), tenant, seat).await?;
    Ok(row.map(|row| Target {
        tenant,
        rows: vec![row],
        is_series: false,
    }))
}

async fn seen(
    api: &Api,
    caller: &Caller,
    kind: NameKind,
    name: &str,
) -> Result<Option<TenantId>, LedgerError> {
    let entry = api.ledger.find(kind, "", name).await?;
    Ok(entry
        .map(|entry| entry.tenant)
        .filter(|tenant| caller.may_see(*tenant)))
}
