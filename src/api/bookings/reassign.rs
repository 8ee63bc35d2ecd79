//! `POST /v2/bookings/{uid}/reassign[/{userId}]`: a booking goes to another host, in one linked command over all of them.
//!
//! Where the host who is replaced is the booking's first, the booking moves to the other's stream; a share changes hands
//! in place.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::hosts;
use super::request::BookingRequest;
use super::segment::changed;
use super::successor::{named, no_host, nobody_free, others};
use super::{facts, opening};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::envelope::success;
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::idempotency;
use crate::api::payload::Payload;
use crate::api::rejection::{Asked, Doing, failed};
use crate::api::turns::{Linked, addressed};
use crate::api::validation::{Members, Style, value};
use crate::api::version::Version;
use crate::domain::Event;
use crate::domain::composite::command::SegmentChange;
use crate::domain::id::{BookingUid, ProviderId, TenantId};
use crate::domain::personal::Personal;
use crate::domain::provider::command::{
    BookingFacts, ChangeCoHosts, Demand, Depart, Disengage, ProviderCommand, Receive,
};
use crate::domain::provider::event::{CoHost, Host, ProviderEvent};
use crate::ledger::LedgerError;
use crate::ledger::record::{Addressed, Executed};
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
        alone: false,
    };
    answer(request, &uid, Some(&user), &body).await
}

/// Gives a booking to the next host of its event type whose turn it is. Its uid stays.
#[utoipa::path(
    post,
    path = "/v2/bookings/{uid}/reassign",
    operation_id = "reassignToNext",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a booking")),
    responses(
        (status = 200, description = "Who has it now", body = Reassigned),
        (status = 400, description = "No other host is free"),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn reassign_to_next(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    Path(uid): Path<String>,
    payload: Payload,
) -> Result<Response, Failure> {
    let request = BookingRequest {
        api: &api,
        caller: &caller,
        payload: &payload,
        version,
        alone: false,
    };
    answer(request, &uid, None, &ReassignBody::default()).await
}

async fn answer(
    request: BookingRequest<'_>,
    uid: &str,
    user: Option<&str>,
    body: &ReassignBody,
) -> Result<Response, Failure> {
    let outcome = attempted(|| attempt(request, uid, user, body)).await;
    let asked = Asked::new(Doing::Reassign).uid(uid);
    let (caller, payload) = (request.caller, request.payload);
    let executed = request
        .api
        .settled(caller, payload, caller.tenant, &asked, outcome)
        .await?;
    let (same_uid, host) = received_by(&executed).ok_or_else(Failure::internal)?;
    let data = Reassigned {
        booking_uid: same_uid.to_string(),
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
    user: Option<&str>,
    body: &ReassignBody,
) -> Result<Executed, Failure> {
    let asked = Asked::new(Doing::Reassign).uid(uid);
    let (tenant, row) = request.booking(&asked).await?;
    if !hosts::speaks_for(request.caller, tenant, &row) {
        return Err(Failure::forbidden(
            "You do not have permission to reassign this booking",
        ));
    }
    let found = request.api.event_type(tenant, row.terms.event_type).await?;
    let (successors, from) = match (&found, user) {
        (None, Some(user)) => return Err(no_host(&row, user)),
        (None, None) => return Err(nobody_free(&row)),
        (Some(found), Some(user)) => {
            let (to, from) = named(request, &row, found, user).await?;
            (vec![to], from)
        }
        (Some(found), None) => others(request, tenant, &row, found).await?,
    };
    let states = request.api.provider_states(tenant, &successors).await?;
    let mut ways = Vec::with_capacity(successors.len());
    for provider in successors {
        let host = states.iter().find(|(known, _)| *known == provider);
        let host = host.and_then(|(_, state)| state.provider()?.host());
        let to = CoHost {
            provider,
            host: host.ok_or_else(|| nobody_free(&row))?,
        };
        ways.push(commands(request, tenant, &row, to, from, body).await?);
    }
    if user.is_none() {
        // Whom the rules would refuse now is not asked.
        let now = request.api.clock.now();
        ways.retain(|way| {
            way.iter().all(|(provider, command)| {
                let state = states.iter().find(|(known, _)| known == provider);
                state.is_none_or(|(_, state)| state.accepts(now, command.clone()))
            })
        });
    }
    if ways.is_empty() {
        return Err(nobody_free(&row));
    }
    let ways = ways
        .into_iter()
        .map(|way| recorded_in_whole(tenant, &row, way))
        .collect();
    request.execute_first(tenant, ways, &asked).await
}

/// The commands of a way; where the booking is a segment of a composite booking, this records who has it now.
fn recorded_in_whole(tenant: TenantId, row: &row::Booking, way: Linked) -> Vec<Addressed> {
    let to = way.iter().find_map(|(_, command)| {
        let ProviderCommand::Depart(depart) = command else {
            return None;
        };
        Some(depart.to)
    });
    let mut linked = addressed(tenant, way);
    if let (Some(place), Some(provider)) = (row.composite, to) {
        let change = SegmentChange::Reassigned { provider };
        linked.insert(0, changed(tenant, place, change));
    }
    linked
}

async fn commands(
    request: BookingRequest<'_>,
    tenant: TenantId,
    row: &row::Booking,
    to: CoHost,
    from: ProviderId,
    body: &ReassignBody,
) -> Result<Linked, Failure> {
    let asked = Asked::new(Doing::Reassign).uid(row.uid.as_str());
    let erased = || failed(LedgerError::Erased, &asked);
    let facts = facts::of(row).ok_or_else(erased)?;
    let personal = Some(Personal {
        reason: body.reason.clone().filter(|reason| !reason.is_empty()),
        acted_by: request.acting_email(tenant).await?,
        ..Personal::default()
    })
    .filter(|personal| *personal != Personal::default());
    if from != row.provider {
        return Ok(in_place(request.api, row, facts, to, from, personal));
    }
    let typed = opening::open_one(&request.api.ledger, tenant, row.placed.as_ref())
        .await
        .map_err(|error| failed(error.into(), &asked))?
        .ok_or_else(erased)?;
    let receive = Receive {
        facts: facts.clone(),
        from: row.provider,
        from_host: row.host.clone(),
        personal: Personal {
            reason: None,
            acted_by: None,
            ..typed
        },
    };
    let received = (to.provider, ProviderCommand::Receive(receive));
    if to.provider == row.provider {
        // Alone it is refused, or finds the recorded outcome of an earlier request with the same key.
        return Ok(vec![received]);
    }
    let depart = Depart {
        as_segment: row.composite.is_some(),
        facts,
        to: to.provider,
        personal,
    };
    Ok(vec![
        (row.provider, ProviderCommand::Depart(depart)),
        received,
    ])
}

/// A share changes hands; the booking stays at home where it is.
fn in_place(
    api: &Api,
    row: &row::Booking,
    facts: BookingFacts,
    to: CoHost,
    from: ProviderId,
    personal: Option<Personal>,
) -> Linked {
    let kept = row.co_hosts.iter().filter(|other| other.provider != from);
    let mut co_hosts: Vec<CoHost> = kept.cloned().collect();
    let provider = to.provider;
    co_hosts.push(to);
    let change = ChangeCoHosts {
        facts,
        co_hosts,
        personal,
    };
    let replaced = Disengage {
        bookings: vec![row.booking],
        replaced: true,
    };
    vec![
        (row.provider, ProviderCommand::ChangeCoHosts(change)),
        (from, ProviderCommand::Disengage(replaced)),
        hosts::engaged(api, row, provider, hosts::standing(row), Demand::Schedule),
    ]
}

/// The booking's uid, and who received it or a share in it.
fn received_by(executed: &Executed) -> Option<(&BookingUid, &Host)> {
    let engaged = executed.events.iter().find_map(|event| {
        let is_engaged = matches!(&event.event, Event::Provider(event)
            if matches!(&**event, ProviderEvent::ProviderEngaged(_)));
        is_engaged.then_some(ProviderId::from_uuid(event.stream.id))
    });
    executed.events.iter().find_map(|event| {
        let Event::Provider(event) = &event.event else {
            return None;
        };
        if let ProviderEvent::CoHostsChanged(changed) = &**event {
            let mut co_hosts = changed.co_hosts.iter();
            let new = co_hosts.find(|other| Some(other.provider) == engaged)?;
            return Some((&changed.uid, &new.host));
        }
        let ProviderEvent::BookingArrived(arrived) = &**event else {
            return None;
        };
        Some((&arrived.placed.uid, &arrived.placed.host))
    })
}
