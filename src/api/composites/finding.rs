//! Which composite booking a path names, and who may see it.

use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing, failed, refused};
use crate::domain::State;
use crate::domain::composite::Composite;
use crate::domain::id::{BookingUid, CompositeId, TenantId};
use crate::domain::rejection::Rejection;
use crate::domain::tenant::Role;
use crate::ledger::LedgerError;
use crate::ledger::record::StreamKey;
use crate::projections::{bookings, composites, row};
use std::sync::Arc;

/// 404: unknown, or not the caller's.
pub(super) fn absent() -> Failure {
    refused(&Rejection::CompositeNotFound, &Asked::new(Doing::Composite))
}

/// The composite booking of the caller's tenant that a path names. A provider sees those in which it has a segment.
///
/// # Errors
/// 404 when there is none for this caller.
pub(super) async fn row(
    api: &Api,
    caller: &Caller,
    uid: &str,
) -> Result<(TenantId, row::Composite), Failure> {
    let tenant = caller.tenant()?;
    let composite: CompositeId = uid.parse().map_err(|_not_a_uuid| absent())?;
    let row = by_id(api, tenant, composite).await?;
    if may_see(caller, &row) {
        return Ok((tenant, row));
    }
    Err(absent())
}

/// The composite booking of an id.
///
/// # Errors
/// 404 when there is none.
pub(super) async fn by_id(
    api: &Api,
    tenant: TenantId,
    composite: CompositeId,
) -> Result<row::Composite, Failure> {
    composites::by_id(api.ledger.database(), tenant, composite)
        .await
        .map_err(|error| unread(error.into()))?
        .ok_or_else(absent)
}

fn may_see(caller: &Caller, row: &row::Composite) -> bool {
    match caller.role {
        Role::Owner | Role::Agent | Role::Auditor => true,
        Role::Provider => {
            let mut segments = row.segments.iter();
            segments.any(|segment| Some(segment.provider) == caller.provider)
        }
        Role::Anonymous => false,
    }
}

/// A composite booking as the rules know it, for building commands.
#[derive(Clone, Debug)]
pub(crate) struct Known(Arc<State>);

impl Known {
    /// The one of a stream.
    ///
    /// # Errors
    /// 404 when there is none; 500 or 503 when it cannot be read.
    pub(crate) async fn read(
        api: &Api,
        tenant: TenantId,
        composite: CompositeId,
    ) -> Result<Self, Failure> {
        let stream = StreamKey::composite(tenant, composite);
        let state = api.ledger.state(stream).await.map_err(unread)?;
        state.map(Self).ok_or_else(absent)
    }

    /// The composite booking.
    ///
    /// # Errors
    /// 404 when the stream is of another kind, which its key rules out.
    pub(crate) fn composite(&self) -> Result<&Composite, Failure> {
        match self.0.as_ref() {
            State::Composite(composite) => Ok(composite),
            State::Tenant(_) | State::Provider(_) | State::EventType(_) | State::Webhook(_) => {
                Err(absent())
            }
        }
    }
}

/// The bookings of all segments, in their order; `None` where a segment has none.
///
/// # Errors
/// 500 or 503 when they cannot be read.
pub(crate) async fn booked(
    api: &Api,
    tenant: TenantId,
    composite: &Composite,
) -> Result<Vec<Option<row::Booking>>, Failure> {
    let uids: Vec<BookingUid> = composite
        .segments()
        .iter()
        .map(|segment| segment.uid.clone())
        .collect();
    let rows = bookings::by_uids(api.ledger.database(), tenant, &uids)
        .await
        .map_err(|error| unread(error.into()))?;
    let of = |uid: &BookingUid| rows.iter().find(|row| row.uid == *uid).cloned();
    Ok(uids.iter().map(of).collect())
}

pub(super) fn unread(error: LedgerError) -> Failure {
    failed(error, &Asked::new(Doing::Read))
}
