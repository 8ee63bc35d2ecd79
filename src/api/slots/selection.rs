//! What a query of slots selects: an event type with its hosts, or several people.

use chrono::Duration;
use uuid::Uuid;

use super::length_of;
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::directory::FoundEventType;
use crate::api::failure::Failure;
use crate::api::provider_state::ProviderState;
use crate::api::rejection::{Asked, Doing, failed};
use crate::domain::event_type::Assigned;
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::{
    BookingId, BookingUid, EventTypeId, EventTypeNumber, ProviderId, TenantId,
};
use crate::domain::provider::Provider;
use crate::domain::slots::{Hosts, SlotQuery};
use crate::domain::terms::Terms;
use crate::projections::bookings;

/// Length of an ad-hoc meeting, minutes, where none is asked for.
const LENGTH_MINUTES: u32 = 30;

/// Longest slot, days (DESIGN § 13): how far one may reach beyond the window.
const SLOT_MAX_DAYS: i64 = 31;

/// How a query names what is to be booked.
#[derive(Debug)]
pub(super) enum Selector {
    /// `eventTypeId`.
    Number(i32),
    /// `eventTypeSlug` and `username`.
    OfUser {
        slug: String,
        username: String,
        organization: Option<String>,
    },
    /// `eventTypeSlug` and `teamSlug`.
    OfTeam {
        slug: String,
        team: String,
        organization: Option<String>,
    },
    /// `usernames`: an ad-hoc meeting.
    Several {
        usernames: Vec<String>,
        organization: Option<String>,
    },
    /// None of them.
    Nothing,
}

/// What is selected.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) tenant: TenantId,
    pub(super) terms: Terms,
    pub(super) length_minutes: u32,
    /// The booking to be moved.
    pub(super) moving: Option<BookingId>,
    fixed: Vec<ProviderId>,
    by_turns: Vec<ProviderId>,
}

impl Wanted {
    /// Every host, each once.
    pub(super) fn everybody(&self) -> Vec<ProviderId> {
        self.fixed.iter().chain(&self.by_turns).copied().collect()
    }

    /// Who stands in for the one host while it is out of office, in the window: nobody where there are several, or where a
    /// booking moves, which it does with its host.
    pub(super) async fn stand_ins(
        &self,
        api: &Api,
        states: &[(ProviderId, ProviderState)],
        query: &SlotQuery<'_>,
    ) -> Result<Vec<(ProviderId, ProviderState)>, Failure> {
        let ([host], [], None) = (&*self.fixed, &*self.by_turns, query.moving) else {
            return Ok(Vec::new());
        };
        let mut known = states.iter().filter(|(known, _)| known == host);
        let named = known.next().and_then(|(_, state)| state.provider());
        let end = query.end + Duration::days(SLOT_MAX_DAYS);
        let named = named.map(|absent| absent.stand_ins(query.start, end));
        let named: Vec<ProviderId> = named.into_iter().flatten().collect();
        if named.is_empty() {
            return Ok(Vec::new());
        }
        api.provider_states(self.tenant, &named).await
    }

    /// The hosts as they stand; `None` when there are none, or a fixed one is not there.
    pub(super) fn hosts<'a>(&self, states: &'a [(ProviderId, ProviderState)]) -> Option<Hosts<'a>> {
        let state = |wanted: &ProviderId| -> Option<&'a Provider> {
            let found = states.iter().find(|(known, _)| known == wanted);
            found.and_then(|(_, state)| state.provider())
        };
        let fixed: Vec<_> = self.fixed.iter().filter_map(state).collect();
        let is_complete = fixed.len() == self.fixed.len();
        let nobody = self.fixed.is_empty() && self.by_turns.is_empty();
        (is_complete && !nobody).then(|| Hosts {
            fixed,
            by_turns: self.by_turns.iter().filter_map(state).collect(),
        })
    }
}

/// Finds what a query names.
///
/// # Errors
/// 404 for what is not there, 400 for a length that is not offered, or without a selector.
pub(super) async fn wanted(
    api: &Api,
    caller: &Caller,
    selector: &Selector,
    duration: Option<u32>,
    moving: Option<&str>,
) -> Result<Wanted, Failure> {
    if let Selector::Several {
        usernames,
        organization,
    } = selector
    {
        return ad_hoc(api, caller, usernames, organization.as_deref(), duration).await;
    }
    let found = event_type(api, caller, selector).await?;
    let (fixed, by_turns) = match found.current.assigned() {
        Assigned::Several(assignment) => (
            assignment.fixed().collect(),
            assignment.by_turns().map(|host| host.provider).collect(),
        ),
        Assigned::One(provider) => (vec![provider], Vec::new()),
        Assigned::Nobody => (vec![found.current.owner], Vec::new()),
    };
    let mut wanted = Wanted {
        tenant: found.tenant,
        terms: found.terms(),
        length_minutes: length_of(&found, duration, "duration")?,
        moving: None,
        fixed,
        by_turns,
    };
    if let Some(uid) = moving {
        let uid = BookingUid::from_text(uid);
        let row = bookings::by_uid(api.ledger.database(), found.tenant, &uid)
            .await
            .map_err(|error| failed(error.into(), &Asked::new(Doing::Read)))?;
        wanted.moving = row.as_ref().map(|row| row.booking);
        // A booking moves with its hosts, and keeps its length.
        let hosted = row.filter(|row| row.terms.event_type == found.id);
        if let Some(booking) = hosted {
            let own = u32::try_from(booking.slot.minutes()).ok();
            wanted.length_minutes = duration.or(own).unwrap_or(wanted.length_minutes);
            wanted.fixed = booking.hosts().map(|(provider, _)| provider).collect();
            wanted.by_turns = Vec::new();
        }
    }
    Ok(wanted)
}

async fn event_type(
    api: &Api,
    caller: &Caller,
    selector: &Selector,
) -> Result<FoundEventType, Failure> {
    let absent = || Failure::not_found("Event Type not found");
    let scope = match selector {
        Selector::Number(number) => {
            let found = api.event_type_by_number(caller, *number).await?;
            return found.ok_or_else(absent);
        }
        Selector::OfUser {
            slug,
            username,
            organization,
        } => {
            let (_, owner) = user(api, caller, username, organization.as_deref()).await?;
            (owner.to_string(), slug)
        }
        Selector::OfTeam {
            slug,
            team,
            organization,
        } => {
            let found = api.team_by_slug(caller, team, organization.as_deref());
            let (_, found) = found
                .await?
                .ok_or_else(|| Failure::not_found(format!("Team with slug {team} not found")))?;
            (found.to_string(), slug)
        }
        Selector::Several { .. } | Selector::Nothing => {
            return Err(Failure::bad_request(
                "Either eventTypeId or eventTypeSlug + username or eventTypeSlug + teamSlug must be provided",
            ));
        }
    };
    let (scope, slug) = scope;
    api.event_type_by_slug(caller, &scope, slug)
        .await?
        .ok_or_else(absent)
}

async fn user(
    api: &Api,
    caller: &Caller,
    username: &str,
    organization: Option<&str>,
) -> Result<(TenantId, ProviderId), Failure> {
    api.provider_by_username(caller, username, organization)
        .await?
        .ok_or_else(|| Failure::not_found(format!("User with username {username} not found")))
}

/// A meeting of several people of one tenant, of any length, with Cal.com's defaults.
async fn ad_hoc(
    api: &Api,
    caller: &Caller,
    usernames: &[String],
    organization: Option<&str>,
    duration: Option<u32>,
) -> Result<Wanted, Failure> {
    let mut tenant: Option<TenantId> = None;
    let mut fixed = Vec::with_capacity(usernames.len());
    for username in usernames {
        let (of, provider) = user(api, caller, username, organization).await?;
        if *tenant.get_or_insert(of) != of {
            return Err(Failure::not_found(format!(
                "User with username {username} not found"
            )));
        }
        if !fixed.contains(&provider) {
            fixed.push(provider);
        }
    }
    let tenant = tenant.ok_or_else(|| Failure::not_found("Event Type not found"))?;
    let length_minutes = duration.unwrap_or(LENGTH_MINUTES);
    let settings =
        EventTypeSettings::plain("Meeting".to_owned(), "dynamic".to_owned(), length_minutes);
    let nobodys = EventTypeId::from_uuid(Uuid::nil());
    Ok(Wanted {
        tenant,
        terms: settings.terms(nobodys, EventTypeNumber::new(0), 0),
        length_minutes,
        moving: None,
        fixed,
        by_turns: Vec::new(),
    })
}
