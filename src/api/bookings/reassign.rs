//! `POST /v2/bookings/{uid}/reassign/{userId}`: a booking goes to another host, in one linked command over both.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::request::BookingRequest;
use super::{facts, opening};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::envelope::success;
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::idempotency;
use crate::api::payload::Payload;
use crate::api::rejection::{Asked, Doing, failed};
use crate::api::validation::{Members, Style, value};
use crate::api::version::Version;
use crate::domain::Event;
use crate::domain::id::{ProviderId, TenantId};
use crate::domain::personal::Personal;
use crate::domain::provider::command::{Depart, ProviderCommand, Receive};
use crate::domain::provider::event::{BookingPlaced, ProviderEvent};
use crate::ledger::LedgerError;
use crate::ledger::record::Executed;
use crate::ledger::unit::NameKind;
use crate::projections::row;

/// Why a booking is given to another host.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ReassignBody {
    /// Why; recorded.
    pub reason: Option<String>,
}

/// Who has the booking now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reassigned {
    /// The booking's uid, unchanged.
    pub booking_uid: String,
    /// Its host.
    pub reassigned_to: NewHost,
}

/// The host a booking was given to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewHost {
    /// Wire number.
    pub id: i32,
    /// Display name.
    pub name: String,
    /// Contact address.
    pub email: String,
    /// The same.
    pub display_email: String,
}

/// Gives a booking to another host of its event type. Its uid stays; it leaves one host and reaches the other, or
/// neither happens.
#[utoipa::path(
    post,
    path = "/v2/bookings/{uid}/reassign/{userId}",
    tag = "Bookings",
    params(
        ("uid" = String, Path, description = "Of a booking"),
        ("userId" = i32, Path, description = "Wire number of the new host"),
    ),
    request_body = ReassignBody,
    responses(
        (status = 200, description = "Who has it now", body = Reassigned),
        (status = 400, description = "Not a host of the event type, or not free"),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn reassign(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    Path((uid, user)): Path<(String, String)>,
    payload: Payload,
) -> Result<Response, Failure> {
    let members = payload.object_or_empty()?;
    let mut reader = Members::new(&members);
    let body = ReassignBody {
        reason: reader.optional("reason", value::text),
    };
    reader.finish(Style::Dropping)?;
    let request = BookingRequest {
        api: &api,
        caller: &caller,
        payload: &payload,
        version,
    };
    let outcome = attempted(|| attempt(request, &uid, &user, &body)).await;
    let asked = Asked::new(Doing::Reassign).uid(&uid);
    let executed = api
        .settled(&caller, &payload, caller.tenant, &asked, outcome)
        .await?;
    let placed = received_by(&executed).ok_or_else(Failure::internal)?;
    let host = &placed.host;
    let data = Reassigned {
        booking_uid: placed.uid.to_string(),
        reassigned_to: NewHost {
            id: host.number.get(),
            name: host.name.clone(),
            email: host.email.clone(),
            display_email: host.email.clone(),
        },
    };
    Ok(idempotency::marked(success(data), executed.replayed))
}

async fn attempt(
    request: BookingRequest<'_>,
    uid: &str,
    user: &str,
    body: &ReassignBody,
) -> Result<Executed, Failure> {
    let asked = Asked::new(Doing::Reassign).uid(uid);
    let (tenant, row) = request.booking(&asked).await?;
    if !request.caller.speaks_for(tenant, row.provider) {
        return Err(Failure::forbidden(
            "You do not have permission to reassign this booking",
        ));
    }
    let to = host(request, tenant, &row, user).await?;
    let commands = commands(request, tenant, &row, to, body).await?;
    request.execute(tenant, commands, &asked).await
}

/// The new host: one of the event type's.
async fn host(
    request: BookingRequest<'_>,
    tenant: TenantId,
    row: &row::Booking,
    user: &str,
) -> Result<ProviderId, Failure> {
    let no_host = || {
        Failure::bad_request(format!(
            "User with id={user} is not one of the round-robin hosts of event type with id={}.",
            row.terms.number
        ))
    };
    let (api, caller) = (request.api, request.caller);
    let named = api.provider_named(caller, NameKind::Provider, user).await?;
    let (_, provider) = named.ok_or_else(no_host)?;
    let event_type = api.event_type(tenant, row.terms.event_type).await?;
    event_type
        .filter(|event_type| event_type.current.hosts.contains(&provider))
        .map(|_| provider)
        .ok_or_else(no_host)
}

async fn commands(
    request: BookingRequest<'_>,
    tenant: TenantId,
    row: &row::Booking,
    to: ProviderId,
    body: &ReassignBody,
) -> Result<Vec<(ProviderId, ProviderCommand)>, Failure> {
    let asked = Asked::new(Doing::Reassign).uid(row.uid.as_str());
    let erased = || failed(LedgerError::Erased, &asked);
    let facts = facts::of(row).ok_or_else(erased)?;
    let typed = opening::open_one(&request.api.ledger, tenant, row.placed.as_ref())
        .await
        .map_err(|error| failed(error.into(), &asked))?
        .ok_or_else(erased)?;
    let depart = Depart {
        facts: facts.clone(),
        to,
        personal: Some(Personal {
            reason: body.reason.clone().filter(|reason| !reason.is_empty()),
            acted_by: request.acting_email(tenant).await?,
            ..Personal::default()
        })
        .filter(|personal| *personal != Personal::default()),
    };
    let receive = Receive {
        facts,
        from: row.provider,
        from_host: row.host.clone(),
        personal: Personal {
            reason: None,
            acted_by: None,
            ..typed
        },
    };
    let received = (to, ProviderCommand::Receive(receive));
    if to == row.provider {
        // Alone it is refused, or finds the recorded outcome of an earlier request with the same key.
        return Ok(vec![received]);
    }
    Ok(vec![
        (row.provider, ProviderCommand::Depart(depart)),
        received,
    ])
}

/// The booking as recorded when it arrived.
fn received_by(executed: &Executed) -> Option<&BookingPlaced> {
    executed.events.iter().find_map(|event| {
        let Event::Provider(event) = &event.event else {
            return None;
        };
        let ProviderEvent::BookingArrived(arrived) = &**event else {
            return None;
        };
        Some(&arrived.placed)
    })
}
