//! `GET /v2/bookings/{uid}/history`: every recorded event of a booking, over all its moves. Daybook's own resource.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{cursor, hosts, target};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::envelope::instant;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing, failed};
use crate::api::validation::{Members, Style, query_members, value};
use crate::domain::Event;
use crate::domain::id::TenantId;
use crate::domain::tenant::Role;
use crate::ledger::database::hex;
use crate::ledger::record::Logged;
use crate::projections::row;

const LIMIT_DEFAULT: u32 = 100;
const LIMIT_MAX: u32 = 250;

/// Where the history goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct HistoryQuery {
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Events at most, 1 to 250; 100 by default.
    limit: Option<u32>,
}

/// A page of a booking's history.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// The events, oldest first.
    pub data: Vec<HistoryEntry>,
    /// Where the next page begins; null on the last.
    pub next_cursor: Option<String>,
}

/// One recorded event.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Place in the tenant's log.
    pub position: u64,
    /// Place in the provider's stream.
    pub sequence: u64,
    /// The event's id.
    pub id: Uuid,
    /// For example `BookingPlaced`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Version of its payload.
    pub version: String,
    /// The ledger's id of the booking, the same over all moves.
    pub booking_id: Uuid,
    /// The provider's UUID.
    pub provider_id: Uuid,
    /// When the rules decided it.
    pub decided_at: String,
    /// When it was appended.
    pub recorded_at: String,
    /// Who: an API key, a token's subject, `anonymous`, `system`.
    pub actor: String,
    /// As what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// From where, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// With what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// `X-Request-Id` of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What a person gave as the reason; absent when there is none or it is erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The event as it is read now.
    #[schema(value_type = Object)]
    pub payload: Value,
    /// The command it came from.
    pub command_id: Uuid,
    /// Joins everything that one request or saga caused.
    pub correlation_id: Uuid,
    /// The event that caused the command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<Uuid>,
    /// SHA-256 over the stored event, lower-case hex.
    pub hash: String,
    /// The hash of the event before it in the provider's stream.
    pub previous_hash: String,
}

/// Answers every recorded event of a booking, over all its moves and providers.
#[utoipa::path(
    get,
    path = "/v2/bookings/{uid}/history",
    tag = "Bookings",
    params(
        ("uid" = String, Path, description = "Any wire uid of the booking"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before"),
        ("limit" = Option<u32>, Query, description = "Events at most, 1 to 250; 100 by default"),
    ),
    responses(
        (status = 200, description = "The events, oldest first", body = History),
        (status = 400, description = "The cursor or limit is not valid (problem document)"),
        (status = 401, description = "No credentials (problem document)"),
        (status = 403, description = "The role may not read history (problem document)"),
        (status = 404, description = "No such booking, or not the caller's (problem document)"),
    )
)]
pub(crate) async fn history(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(uid): Path<String>,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = read(&uri)?;
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT);
    let not_found = || Failure::not_found("There is no such booking.");
    let reading = |error| failed(error, &Asked::new(Doing::Read));
    let target = target::find(&api, &caller, &uid).await?;
    let target = target.ok_or_else(not_found)?;
    let row = target.single().ok_or_else(not_found)?;
    if !may_read(&caller, target.tenant, row) {
        return Err(not_found());
    }
    let list = format!("history:{}", row.booking);
    let vault = api.ledger.vault();
    let after = match query.cursor.as_deref() {
        None => 0,
        Some(text) => cursor::opened(vault, target.tenant, &list, text)
            .and_then(|position| position.parse().ok())
            .ok_or_else(|| Failure::malformed("The cursor is not one of this list."))?,
    };
    let one_more = limit.saturating_add(1);
    let mut page = api
        .ledger
        .booking_events_after(target.tenant, row.booking, after, one_more)
        .await
        .map_err(reading)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = limit < page.len();
    page.truncate(limit);
    let next_cursor = page
        .last()
        .filter(|_| has_more)
        .map(|last| cursor::sealed(vault, target.tenant, &list, &last.position.to_string()));
    let data = entries(&api, target.tenant, row, page).await?;
    Ok(Json(History { data, next_cursor }).into_response())
}

/// Owners and auditors of the tenant, and the hosts of the booking.
fn may_read(caller: &Caller, tenant: TenantId, row: &row::Booking) -> bool {
    let is_auditor = caller.role == Role::Auditor && caller.tenant == Some(tenant);
    is_auditor || hosts::speaks_for(caller, tenant, row)
}

fn read(uri: &Uri) -> Result<HistoryQuery, Failure> {
    let members = query_members(uri)?;
    let mut query = Members::new(&members);
    let read = HistoryQuery {
        cursor: query.optional("cursor", value::line),
        limit: query.optional("limit", value::count_text(1..=LIMIT_MAX)),
    };
    query.finish(Style::Own)?;
    Ok(read)
}

async fn entries(
    api: &Api,
    tenant: TenantId,
    row: &row::Booking,
    events: Vec<Logged>,
) -> Result<Vec<HistoryEntry>, Failure> {
    let sealed: Vec<_> = events
        .iter()
        .filter_map(|logged| logged.event.personal.clone())
        .collect();
    let opened = api
        .ledger
        .vault()
        .open(api.ledger.database(), tenant, &sealed)
        .await
        .map_err(|error| failed(error.into(), &Asked::new(Doing::Read)))?;
    let mut opened = opened.into_iter();
    Ok(events
        .into_iter()
        .map(|logged| {
            let personal = match logged.event.personal {
                Some(_) => opened.next().flatten(),
                None => None,
            };
            let reason = personal.and_then(|personal| personal.reason);
            entry(logged, row, reason)
        })
        .collect())
}

fn entry(logged: Logged, row: &row::Booking, reason: Option<String>) -> HistoryEntry {
    let event = logged.event;
    let said = |name: &str| member(&event.metadata, name);
    HistoryEntry {
        position: logged.position,
        sequence: event.sequence,
        id: event.id.as_uuid(),
        booking_id: row.booking.as_uuid(),
        provider_id: event.stream.id,
        decided_at: instant(event.decided_at),
        recorded_at: instant(logged.recorded_at),
        role: said("role"),
        ip: said("ip"),
        user_agent: said("userAgent"),
        request_id: said("requestId"),
        reason,
        payload: payload(&event.event),
        command_id: event.command.as_uuid(),
        correlation_id: event.correlation,
        causation_id: event.causation,
        hash: hex(&event.hash),
        previous_hash: hex(&event.previous_hash),
        actor: event.actor,
        kind: event.event_type,
        version: event.event_version,
    }
}

fn member(metadata: &BTreeMap<String, String>, name: &str) -> Option<String> {
    metadata.get(name).cloned()
}

/// The event without its name, which is beside it.
fn payload(event: &Event) -> Value {
    let named = match event {
        Event::Tenant(event) => serde_json::to_value(event),
        Event::Provider(event) => serde_json::to_value(event),
        Event::EventType(event) => serde_json::to_value(event),
        Event::Webhook(event) => serde_json::to_value(event),
        Event::Composite(event) => serde_json::to_value(event),
    };
    match named {
        Ok(Value::Object(members)) => members.into_iter().next().map_or(Value::Null, |(_, it)| it),
        Ok(_) | Err(_) => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::provider::event::{BookingMark, ProviderEvent};
    use serde_json::json;

    #[test]
    fn the_payload_is_the_event_without_its_name() {
        let row = super::super::samples::row();
        let mark = BookingMark {
            booking: row.booking,
            uid: row.uid,
        };
        let event = Event::Provider(Box::new(ProviderEvent::BookingCompleted(mark)));
        assert_eq!(
            payload(&event),
            json!({"booking":"00000000-0000-0000-0000-000000000007","uid":"p4Tq8xWnKe2RzVbHs6Yc1d"})
        );
    }

    #[test]
    fn a_page_has_1_to_250_events() {
        let limit = |text: &str| {
            let uri = format!("/v2/bookings/u/history?{text}").parse().unwrap();
            read(&uri).map(|query| query.limit)
        };
        assert_eq!(limit("").unwrap(), None);
        assert_eq!(limit("limit=250").unwrap(), Some(250));
        for text in ["limit=0", "limit=251", "limit=-1", "limit=x", "skip=1"] {
            assert!(limit(text).is_err(), "{text}");
        }
    }
}
