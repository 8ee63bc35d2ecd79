//! `GET /v2/slots`: which slots can be booked (`reference` § 2).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::{Duration, NaiveTime};
use chrono_tz::Tz;
use serde::Serialize;

use super::own_hold;
use super::selection::{self, Selector, Wanted};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::envelope::{instant, success};
use crate::api::failure::Failure;
use crate::api::provider_state::ProviderState;
use crate::api::validation::{Broken, Members, Read, Style, query_members, value};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::ProviderId;
use crate::domain::slots::{FreeSlot, Hosts, SlotQuery, free_slots_of, free_slots_redirected};
use crate::domain::time::Timestamp;

/// Longest window of one query (DESIGN § 13).
const WINDOW_MAX_DAYS: i64 = 366;
/// Starts of one query, those of every host counted: half an hour by half an hour, 28 hosts for a year.
const STARTS_MAX: u64 = 500_000;
/// People of one ad-hoc meeting.
const USERNAMES_MAX: usize = 50;

/// One slot, as either format shows it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Slot {
    pub(super) start: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end: Option<String>,
    #[serde(flatten)]
    pub(super) seats: Option<Seats>,
}

/// How many seats of a slot are taken.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "Cal.com's names")]
pub(super) struct Seats {
    pub(super) seats_booked: u32,
    seats_remaining: u32,
    seats_total: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) booking_uid: Option<BookingUidText>,
}

type BookingUidText = String;

/// What the query asks for.
#[derive(Debug)]
pub(super) struct Asking {
    pub(super) selector: Selector,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    pub(super) zone: Tz,
    pub(super) duration: Option<u32>,
    pub(super) with_end: bool,
    pub(super) moving: Option<String>,
}

/// Lists the slots that can be booked, by local day.
#[utoipa::path(get, path = "/v2/slots", operation_id = "listSlots", tag = "Slots", params(
    ("cal-api-version" = String, Header, description = "`2024-09-04`"),
    ("start" = String, Query, description = "Day or instant"),
    ("end" = String, Query, description = "Day or instant, at most 366 days later"),
    ("eventTypeId" = Option<i32>, Query), ("eventTypeSlug" = Option<String>, Query), ("username" = Option<String>, Query),
    ("teamSlug" = Option<String>, Query), ("usernames" = Option<String>, Query, description = "Comma list of at least two"),
    ("rescheduleWithSameHost" = Option<bool>, Query, description = "Accepted: a booking always moves with its hosts"),
    ("organizationSlug" = Option<String>, Query), ("timeZone" = Option<String>, Query), ("duration" = Option<u32>, Query),
    ("format" = Option<String>, Query, description = "`time` or `range`"), ("bookingUidToReschedule" = Option<String>, Query)),
    responses((status = 200, description = "Slots by local day", body = BTreeMap<String, Vec<Slot>>),
        (status = 400, description = "Not valid"), (status = 404, description = "No such event type")))]
pub(super) async fn slots(
    State(api): State<Arc<Api>>,
    caller: Caller,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Failure> {
    let asking = read(&uri)?;
    Ok(success(listed(&api, &caller, &headers, &asking).await?))
}

/// The slots asked for, by local day.
///
/// # Errors
/// 404 when there is no such event type; 400 for a length that is not offered.
pub(super) async fn listed(
    api: &Api,
    caller: &Caller,
    headers: &HeaderMap,
    asking: &Asking,
) -> Result<BTreeMap<String, Vec<Slot>>, Failure> {
    let moving = asking.moving.as_deref();
    let wanted = selection::wanted(api, caller, &asking.selector, asking.duration, moving).await?;
    let query = SlotQuery {
        terms: &wanted.terms,
        start: asking.start,
        end: asking.end,
        length_minutes: wanted.length_minutes,
        zone: asking.zone,
        now: api.clock.now(),
        moving: wanted.moving,
        own_hold: own_hold(headers),
    };
    let everybody = wanted.everybody();
    let states = api.provider_states(wanted.tenant, &everybody).await?;
    let stand_ins = wanted.stand_ins(api, &states, &query).await?;
    check_cost(&query, everybody.len().saturating_add(stand_ins.len()))?;
    let free = wanted
        .hosts(&states)
        .map(|hosts| free(&hosts, &stand_ins, &query))
        .unwrap_or_default();
    Ok(by_day(asking, &wanted, free))
}

fn free(
    hosts: &Hosts<'_>,
    stand_ins: &[(ProviderId, ProviderState)],
    query: &SlotQuery<'_>,
) -> Vec<FreeSlot> {
    match &*hosts.fixed {
        [host] if !stand_ins.is_empty() => {
            let known = stand_ins.iter();
            let known = known.filter_map(|(id, state)| Some((*id, state.provider()?)));
            let known: Vec<_> = known.collect();
            free_slots_redirected(host, &known, query)
        }
        _ => free_slots_of(hosts, query),
    }
}

fn read(uri: &Uri) -> Result<Asking, Failure> {
    let query = query_members(uri)?;
    let mut members = Members::new(&query);
    let (start, _) = members.required("start", value::instant_or_day);
    let end = end_of(members.required("end", value::instant_or_day));
    let zone = members.optional("timeZone", value::zone).unwrap_or(Tz::UTC);
    let duration = members.optional(
        "duration",
        value::count_text(1..=EventTypeSettings::MINUTES_MAX),
    );
    let with_end = members.optional("format", format).unwrap_or(false);
    let moving = members.optional("bookingUidToReschedule", value::line);
    members.optional("rescheduleWithSameHost", value::boolean_text);
    let number = members.optional("eventTypeId", value::wire_number_text);
    let slug = members.optional("eventTypeSlug", value::line);
    let username = members.optional("username", value::line);
    let team = members.optional("teamSlug", value::line);
    let usernames = members.optional("usernames", value::list_text(USERNAMES_MAX, value::line));
    let organization = members.optional("organizationSlug", value::line);
    if usernames
        .as_ref()
        .is_some_and(|usernames| usernames.len() < 2)
    {
        let text = "must contain at least 2 elements";
        members.fault("usernames", "arrayMinSize", text);
    }
    let selector = match (number, slug, username, team, usernames) {
        (Some(number), ..) => Selector::Number(number),
        (None, Some(slug), Some(username), ..) => Selector::OfUser {
            slug,
            username,
            organization,
        },
        (None, Some(slug), None, Some(team), _) => Selector::OfTeam {
            slug,
            team,
            organization,
        },
        (None, _, _, _, Some(usernames)) => Selector::Several {
            usernames,
            organization,
        },
        (None, ..) => Selector::Nothing,
    };
    members.finish(Style::Rejecting)?;
    check_window(start, end, "start", "end")?;
    Ok(Asking {
        selector,
        start,
        end,
        zone,
        duration,
        with_end,
        moving,
    })
}

/// So many hosts are asked for every start of the window, by anybody.
pub(super) fn check_cost(query: &SlotQuery<'_>, hosts: usize) -> Result<(), Failure> {
    let hosts = u64::try_from(hosts).unwrap_or(u64::MAX);
    if query.starts_max().saturating_mul(hosts) <= STARTS_MAX {
        return Ok(());
    }
    Err(Failure::bad_request(format!(
        "The slots asked for are more than {STARTS_MAX} starts of all hosts - ask for a shorter time range or fewer hosts."
    )))
}

/// A window runs forward and is not longer than a year.
pub(super) fn check_window(
    start: Timestamp,
    end: Timestamp,
    from: &str,
    to: &str,
) -> Result<(), Failure> {
    let hint = format!("check the '{from}' and '{to}' query parameters.");
    if end < start {
        let text = format!("Invalid time range given - {hint}");
        return Err(Failure::bad_request(text));
    }
    if Duration::days(WINDOW_MAX_DAYS) < end - start {
        return Err(Failure::bad_request(format!(
            "The time range given is longer than {WINDOW_MAX_DAYS} days - {hint}"
        )));
    }
    Ok(())
}

/// A day, and an explicit midnight too, ends at its last second.
pub(super) fn end_of((end, is_day): (Timestamp, bool)) -> Timestamp {
    if is_day || end.time() == NaiveTime::MIN {
        end + Duration::seconds(86_399)
    } else {
        end
    }
}

/// Whether the end of every slot is wanted.
pub(super) fn format(value: &serde_json::Value) -> Read<bool> {
    match value.as_str().map(str::to_ascii_lowercase).as_deref() {
        Some("time") => Ok(false),
        Some("range") => Ok(true),
        Some(_) | None => Err(Broken::new(
            "isEnum",
            "must be one of the following values: range, time",
        )),
    }
}

fn by_day(asking: &Asking, wanted: &Wanted, free: Vec<FreeSlot>) -> BTreeMap<String, Vec<Slot>> {
    let total = wanted.terms.seats.as_ref().map(|seats| seats.per_slot);
    let mut days: BTreeMap<String, Vec<Slot>> = BTreeMap::new();
    for FreeSlot { slot, seated } in free {
        let day = slot
            .start()
            .with_timezone(&asking.zone)
            .format("%Y-%m-%d")
            .to_string();
        let seats = total.map(|total| {
            let (booking, taken) = seated.unwrap_or((None, 0));
            Seats {
                seats_booked: taken,
                seats_remaining: total.saturating_sub(taken),
                seats_total: total,
                booking_uid: booking.map(|uid| uid.to_string()),
            }
        });
        days.entry(day).or_default().push(Slot {
            start: shown(slot.start(), asking.zone),
            end: asking.with_end.then(|| shown(slot.end(), asking.zone)),
            seats,
        });
    }
    days
}

/// UTC with `Z`; elsewhere local wall time with its offset.
pub(super) fn shown(at: Timestamp, zone: Tz) -> String {
    if zone == Tz::UTC {
        instant(at)
    } else {
        at.with_timezone(&zone)
            .format("%Y-%m-%dT%H:%M:%S%.3f%:z")
            .to_string()
    }
}
