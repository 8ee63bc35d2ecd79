//! Organizations by their wire number.

use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::event_types::number_in_path;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing, failed};
use crate::domain::State;
use crate::domain::id::{TenantId, TenantNumber};
use crate::ledger::record::StreamKey;
use crate::ledger::unit::NameKind;

impl Api {
    /// The tenant that a path names: the caller's own.
    ///
    /// # Errors
    /// 400 when it is no number; 404 when it is absent, or another one; 503 when the database does not answer.
    pub async fn organization(&self, caller: &Caller, id: &str) -> Result<TenantId, Failure> {
        let absent = || Failure::not_found(format!("Organization with id {id} not found"));
        let number = number_in_path(id)?.ok_or_else(absent)?;
        let found = self
            .look_up(caller, NameKind::TenantNumber, "", &number.to_string())
            .await?;
        found.map(|(tenant, _)| tenant).ok_or_else(absent)
    }

    /// The wire number of a tenant; `None` on one created before there were any.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub async fn organization_number(&self, tenant: TenantId) -> Result<Option<i32>, Failure> {
        let state = self
            .ledger
            .state_seen(StreamKey::tenant(tenant))
            .await
            .map_err(|error| failed(error, &Asked::new(Doing::Read)))?;
        Ok(match state.as_deref() {
            Some(State::Tenant(found)) => found.number.map(TenantNumber::get),
            Some(
                State::Provider(_) | State::EventType(_) | State::Webhook(_) | State::Composite(_),
            )
            | None => None,
        })
    }
}
