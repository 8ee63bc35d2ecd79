//! Organizations by their wire number.

use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::event_types::number_in_path;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing, failed};
use crate::domain::id::{TenantId, TenantNumber};
use crate::domain::tenant::TenantCommand;
use crate::domain::{Command, State};
use crate::ledger::record::{Addressed, StreamKey};
use crate::ledger::unit::NameKind;
use crate::ledger::{LedgerError, NumberKind};

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

    /// The wire number of a tenant. One created before there were any gets it now.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub async fn organization_number(
        &self,
        caller: &Caller,
        tenant: TenantId,
    ) -> Result<Option<i32>, Failure> {
        let asked = Asked::new(Doing::Read);
        let stream = StreamKey::tenant(tenant);
        let seen = self.ledger.state_seen(stream).await;
        let seen = number_of(seen.map_err(|error| failed(error, &asked))?.as_deref());
        if seen.is_some() {
            return Ok(seen);
        }
        let number = self.draw(NumberKind::Tenant, &asked).await?;
        let command = Addressed {
            stream,
            command: Command::Tenant(TenantCommand::Number(TenantNumber::new(number))),
        };
        let context = caller.context(tenant, None);
        match self.ledger.execute(context, vec![command]).await {
            Ok(_) => Ok(Some(number)),
            // Another request was faster.
            Err(LedgerError::Refused { .. }) => {
                let state = self.ledger.state(stream).await;
                Ok(number_of(
                    state.map_err(|error| failed(error, &asked))?.as_deref(),
                ))
            }
            Err(error) => Err(failed(error, &asked)),
        }
    }
}

fn number_of(state: Option<&State>) -> Option<i32> {
    match state {
        Some(State::Tenant(found)) => found.number.map(TenantNumber::get),
        Some(
            State::Provider(_) | State::EventType(_) | State::Webhook(_) | State::Composite(_),
        )
        | None => None,
    }
}
