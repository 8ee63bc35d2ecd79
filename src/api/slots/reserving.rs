//! Holds, made and ended: what the reservations of every version have in common.

use chrono::Duration;

use super::holders::{Holders, are_hosts, holders, ways};
use super::wire::Reservation;
use super::{length_of, single_length};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::directory::FoundEventType;
use crate::api::envelope::{done, instant};
use crate::api::execution::attempted;
use crate::api::failure::{Failure, Standing};
use crate::api::idempotency::marked;
use crate::api::payload::Payload;
use crate::api::rejection::{Asked, Doing};
use crate::api::turns::addressed;
use crate::domain::Event;
use crate::domain::id::{HoldId, ProviderId, TenantId};
use crate::domain::provider::command::{PlaceHold, ProviderCommand};
use crate::domain::provider::event::ProviderEvent;
use crate::domain::tenant::Role;
use crate::domain::time::{TimeSlot, Timestamp};
use crate::ledger::record::{Executed, StreamKey};
use crate::ledger::unit::NameKind;
use axum::http::StatusCode;
use axum::response::Response;

/// How long a reservation lasts unless its maker says so, minutes.
const DURATION_MINUTES: u32 = 5;

/// What is asked for.
#[derive(Debug)]
pub(super) struct Asking {
    pub(super) event_type: i32,
    pub(super) start: Timestamp,
    pub(super) length: Length,
    /// Until it lapses, minutes; only for people of the tenant.
    pub(super) duration_minutes: Option<u32>,
}

/// How long the slot is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Length {
    /// As the event type has it.
    Default,
    /// One of several, minutes: refused where there is nothing to choose from.
    Chosen(u32),
    /// As its start and end say, minutes: the event type must offer it.
    Spanned(u32),
}

/// Places a hold; the reservation, and whether it is the recorded answer to an earlier request.
///
/// # Errors
/// 404 when there is no such event type; 400, 401, 403, 422 as `reference` § 3.3 says.
pub(super) async fn reserve(
    api: &Api,
    caller: &Caller,
    payload: &Payload,
    asking: &Asking,
) -> Result<(Reservation, bool), Failure> {
    let outcome = attempted(|| place(api, caller, payload, asking, None)).await;
    let asked = Asked::new(Doing::Hold);
    let executed = settled(api, caller, payload, asked, asking, outcome).await?;
    Ok((recorded(&executed, asking)?, executed.replayed))
}

/// Gives a hold up, if there is one: what is not there is as good as released.
///
/// # Errors
/// 503 when the database does not answer.
pub(super) async fn release(
    api: &Api,
    caller: &Caller,
    uid: &str,
    payload: &Payload,
) -> Result<Response, Failure> {
    let outcome = release_once(api, caller, uid, payload).await;
    let asked = Asked::new(Doing::ChangeHold).uid(uid);
    let outcome = api
        .settled(caller, payload, caller.tenant, &asked, outcome)
        .await;
    match outcome {
        Ok(executed) => Ok(marked(done(), executed.replayed)),
        Err(failure) if failure.refusal().status == StatusCode::NOT_FOUND => {
            let replayed = failure.refusal().standing == Standing::Replayed;
            Ok(marked(done(), replayed))
        }
        Err(failure) => Err(failure),
    }
}

async fn release_once(
    api: &Api,
    caller: &Caller,
    uid: &str,
    payload: &Payload,
) -> Result<Executed, Failure> {
    let held = named(api, caller, uid).await?;
    let idempotency = payload.idempotency(api, caller, held.tenant)?;
    let release = |provider| (provider, ProviderCommand::ReleaseHold(held.hold));
    let commands = addressed(held.tenant, held.providers().map(release).collect());
    let asked = Asked::new(Doing::ChangeHold).uid(uid);
    let context = caller.context(held.tenant, idempotency);
    api.execute(context, commands, &asked).await
}

pub(super) async fn change_once(
    api: &Api,
    caller: &Caller,
    uid: &str,
    payload: &Payload,
    asking: &Asking,
) -> Result<Executed, Failure> {
    let held = named(api, caller, uid).await?;
    place(api, caller, payload, asking, Some(&held)).await
}

/// The recorded outcome where the event type or the hold is not what it was. The event type's number leads to its
/// tenant, also without credentials.
pub(super) async fn settled(
    api: &Api,
    caller: &Caller,
    payload: &Payload,
    asked: Asked<'_>,
    asking: &Asking,
    outcome: Result<Executed, Failure>,
) -> Result<Executed, Failure> {
    let tenant = match (&outcome, payload.is_keyed()) {
        (Err(_), true) => {
            let number = asking.event_type.to_string();
            let found = api.look_up(caller, NameKind::EventType, "", &number);
            found.await?.map(|(tenant, _)| tenant)
        }
        (Ok(_), _) | (Err(_), false) => None,
    };
    let asked = asked.number(asking.event_type);
    api.settled(caller, payload, tenant, &asked, outcome).await
}

/// Where a hold is.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) tenant: TenantId,
    /// Where it is at home.
    pub(super) provider: ProviderId,
    /// Who else keeps the slot.
    pub(super) others: Vec<ProviderId>,
    pub(super) hold: HoldId,
}

impl Held {
    /// Everybody who keeps the slot.
    pub(super) fn providers(&self) -> impl Iterator<Item = ProviderId> + '_ {
        std::iter::once(self.provider).chain(self.others.iter().copied())
    }
}

async fn named(api: &Api, caller: &Caller, uid: &str) -> Result<Held, Failure> {
    find(api, caller, uid)
        .await?
        .ok_or_else(|| Failure::not_found(format!("Slot with uid={uid} not found")))
}

pub(super) async fn find(api: &Api, caller: &Caller, uid: &str) -> Result<Option<Held>, Failure> {
    let Ok(hold) = uid.parse::<HoldId>() else {
        return Ok(None);
    };
    let found = api
        .provider_named(caller, NameKind::Hold, &hold.to_string())
        .await?;
    let Some((tenant, provider)) = found else {
        return Ok(None);
    };
    Ok(Some(Held {
        tenant,
        provider,
        others: api.others_holding(tenant, provider, Some(hold)).await?,
        hold,
    }))
}

/// Only people of the tenant choose how long a reservation lasts.
fn check_duration(caller: &Caller, asking: &Asking) -> Result<(), Failure> {
    if asking.duration_minutes.is_none() {
        return Ok(());
    }
    if !caller.has_credentials() {
        return Err(Failure::unauthenticated(
            "reservationDuration can only be used for authenticated requests.",
        ));
    }
    match caller.role {
        Role::Owner | Role::Provider | Role::Agent => Ok(()),
        Role::Auditor | Role::Anonymous => Err(Failure::forbidden(
            "reservationDuration can only be used by the owner of the event type or a team mate.",
        )),
    }
}

async fn place(
    api: &Api,
    caller: &Caller,
    payload: &Payload,
    asking: &Asking,
    held: Option<&Held>,
) -> Result<Executed, Failure> {
    let found = api
        .event_type_by_number(caller, asking.event_type)
        .await?
        .ok_or_else(|| {
            Failure::not_found(format!(
                "Event Type with ID={} not found",
                asking.event_type
            ))
        })?;
    check_duration(caller, asking)?;
    let minutes = match asking.length {
        Length::Default => length_of(&found, None, "slotDuration")?,
        Length::Chosen(_) if !found.current.settings.has_length_options => {
            return Err(single_length(&found, "slotDuration"));
        }
        Length::Chosen(minutes) => length_of(&found, Some(minutes), "slotDuration")?,
        Length::Spanned(minutes) => length_of(&found, Some(minutes), "slotUtcEndDate")?,
    };
    let slot = TimeSlot::starting(asking.start, minutes)
        .map_err(|error| Failure::bad_request(format!("slotStart: {error}")))?;
    let holders = holders(&found)?;
    let hold = held.map_or_else(|| HoldId::from_uuid(api.ids.uuid()), |held| held.hold);
    let place = placing(api, caller, asking, &found, hold, slot);
    let idempotency = payload.idempotency(api, caller, found.tenant)?;
    let mut context = caller.context(found.tenant, idempotency);
    let uid = hold.to_string();
    let asked = |doing| Asked::new(doing).uid(&uid).number(asking.event_type);
    let Some(held) = held else {
        let asked = asked(Doing::Hold);
        return match holders {
            Holders::One(host) => {
                let command = |_| ProviderCommand::Hold(place.clone());
                let slots = [slot];
                let executed = api.execute_or_redirect(context, host, &slots, command, &asked);
                executed.await
            }
            Holders::Several(assignment) => {
                let ways = ways(api, &found, assignment, &place).await?;
                let ways = ways.into_iter().map(|way| addressed(found.tenant, way));
                let ways = ways.collect();
                let executed = api.execute_first(caller, payload, found.tenant, ways, &asked);
                executed.await
            }
        };
    };
    let read = kept_by(api, held, &found, holders, slot).await?;
    context.reads.extend(read);
    let change = |provider| (provider, ProviderCommand::ChangeHold(place.clone()));
    let commands = addressed(held.tenant, held.providers().map(change).collect());
    api.execute(context, commands, &asked(Doing::ChangeHold))
        .await
}

/// Checks that the hold is with whom the event type asks; what says so where somebody stands in for its host.
///
/// # Errors
/// 400 when it is not.
async fn kept_by(
    api: &Api,
    held: &Held,
    found: &FoundEventType,
    holders: Holders<'_>,
    slot: TimeSlot,
) -> Result<Option<(StreamKey, u64)>, Failure> {
    let foreign = || Failure::bad_request("The reservation belongs to another user's event type.");
    if held.tenant != found.tenant {
        return Err(foreign());
    }
    let host = match holders {
        Holders::Several(assignment) if are_hosts(held, assignment) => return Ok(None),
        Holders::One(host) if held.others.is_empty() => host,
        Holders::Several(_) | Holders::One(_) => return Err(foreign()),
    };
    if held.provider == host {
        return Ok(None);
    }
    let stand_in = api.stand_in(found.tenant, host, &[slot]).await?;
    let stand_in = stand_in.filter(|stand_in| stand_in.provider == held.provider);
    Ok(Some(stand_in.ok_or_else(foreign)?.read))
}

fn placing(
    api: &Api,
    caller: &Caller,
    asking: &Asking,
    found: &FoundEventType,
    hold: HoldId,
    slot: TimeSlot,
) -> PlaceHold {
    let minutes = asking.duration_minutes.unwrap_or(DURATION_MINUTES);
    PlaceHold {
        hold,
        terms: found.terms(),
        slot,
        expires_at: api.clock.now() + Duration::minutes(i64::from(minutes)),
        caller: caller.holder_hash(api, found.tenant),
        others: Vec::new(),
        claim: None,
    }
}

/// The reservation as the events have it: a replay shows the same.
pub(super) fn recorded(executed: &Executed, asking: &Asking) -> Result<Reservation, Failure> {
    let minutes = asking.duration_minutes.unwrap_or(DURATION_MINUTES);
    executed
        .events
        .iter()
        .find_map(|recorded| {
            let Event::Provider(event) = &recorded.event else {
                return None;
            };
            let (ProviderEvent::HoldPlaced(hold) | ProviderEvent::HoldChanged(hold)) =
                event.as_ref()
            else {
                return None;
            };
            Some(shown(
                hold.event_type_number.get(),
                hold.hold,
                hold.slot,
                hold.expires_at,
                Some(minutes),
            ))
        })
        .ok_or_else(Failure::internal)
}

pub(super) fn shown(
    event_type_id: i32,
    hold: HoldId,
    slot: TimeSlot,
    expires_at: Timestamp,
    reservation_duration: Option<u32>,
) -> Reservation {
    Reservation {
        event_type_id,
        slot_start: instant(slot.start()),
        slot_end: instant(slot.end()),
        slot_duration: slot.minutes(),
        reservation_uid: hold.to_string(),
        reservation_duration,
        reservation_until: instant(expires_at),
    }
}
