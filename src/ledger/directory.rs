//! The directory: what must be found before the tenant is known, and names that must be unique.
//!
//! Entries are derived from events here and written in the append transaction. Positive answers are cached for at most
//! [`CACHE_SECONDS`]: a revoked key works nowhere longer than that. Wire numbers of providers and event types lead to the
//! same stream for ever: what was found once stays found.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::Duration;
use serde_json::json;

use super::DirectoryEntry;
use super::record::RecordedEvent;
use super::unit::{NameChange, NameKind, NameUse};
use crate::domain::Event;
use crate::domain::event_type::EventTypeEvent;
use crate::domain::id::{BookingId, ClaimId, ProviderId, SeatId};
use crate::domain::provider::event::{
    BookingArrived, BookingPlaced, ProfileChanged, ProviderCreated, ProviderEvent, SeriesPlace,
};
use crate::domain::tenant::{ApiKeyIssued, TenantEvent};
use crate::domain::time::Timestamp;
use crate::domain::webhook::{Definition, WebhookEvent};

/// Longest time an entry is believed without looking, seconds.
pub const CACHE_SECONDS: i64 = 5;
/// Entries cached at most.
const CACHED_MAX: usize = 65_536;

type Name = (NameKind, String, String);

/// Recently found entries.
#[derive(Debug, Default)]
pub(super) struct DirectoryCache {
    found: Mutex<BTreeMap<Name, (DirectoryEntry, Timestamp)>>,
}

impl DirectoryCache {
    pub(super) fn get(
        &self,
        now: Timestamp,
        kind: NameKind,
        scope: &str,
        name: &str,
    ) -> Option<DirectoryEntry> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let (entry, seen_at) = found.get(&(kind, scope.to_owned(), name.to_owned()))?;
        let fresh = leads_for_ever(kind)
            || *seen_at <= now && now < *seen_at + Duration::seconds(CACHE_SECONDS);
        fresh.then(|| entry.clone())
    }

    pub(super) fn put(
        &self,
        now: Timestamp,
        kind: NameKind,
        scope: &str,
        name: &str,
        entry: DirectoryEntry,
    ) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if CACHED_MAX <= found.len() {
            found.clear();
        }
        found.insert((kind, scope.to_owned(), name.to_owned()), (entry, now));
    }

    /// Forgets what a commit of this process changed.
    pub(super) fn forget(&self, changes: &[NameChange]) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        for change in changes {
            match &change.change {
                NameUse::Claim(_) => {}
                NameUse::Point(_) | NameUse::Release => {
                    found.remove(&(change.kind, change.scope.clone(), change.name.clone()));
                    found.remove(&(change.kind, String::new(), change.name.clone()));
                }
            }
        }
    }
}

/// Whether an entry of this kind is never pointed elsewhere nor released.
const fn leads_for_ever(kind: NameKind) -> bool {
    matches!(kind, NameKind::Provider | NameKind::EventType)
}

/// What an event changes in the directory.
pub(super) fn names(recorded: &RecordedEvent) -> Vec<NameChange> {
    match &recorded.event {
        Event::Tenant(event) => tenant_names(recorded, event),
        Event::Provider(event) => provider_names(recorded, event),
        Event::EventType(event) => event_type_names(recorded, event),
        Event::Webhook(event) => webhook_names(recorded, event),
        Event::Composite(_) => Vec::new(),
    }
}

fn claim(kind: NameKind, scope: String, name: String, target: &serde_json::Value) -> NameChange {
    NameChange {
        kind,
        scope,
        name,
        change: NameUse::Claim(target.to_string()),
    }
}

fn point(kind: NameKind, name: String, target: &serde_json::Value) -> NameChange {
    NameChange {
        kind,
        scope: String::new(),
        name,
        change: NameUse::Point(target.to_string()),
    }
}

fn release(kind: NameKind, scope: String, name: String) -> NameChange {
    NameChange {
        kind,
        scope,
        name,
        change: NameUse::Release,
    }
}

fn tenant_names(recorded: &RecordedEvent, event: &TenantEvent) -> Vec<NameChange> {
    let global = String::new;
    match event {
        TenantEvent::TenantCreated(settings) => vec![
            claim(
                NameKind::Tenant,
                global(),
                recorded.stream.tenant.to_string(),
                &json!({}),
            ),
            claim(
                NameKind::TenantSlug,
                global(),
                settings.slug.clone(),
                &json!({}),
            ),
        ],
        TenantEvent::TenantNumbered(numbered) => {
            let number = numbered.number.to_string();
            vec![claim(NameKind::TenantNumber, global(), number, &json!({}))]
        }
        TenantEvent::TenantChanged(changed) => match &changed.previous_slug {
            None => Vec::new(),
            Some(previous) => vec![
                release(NameKind::TenantSlug, global(), previous.clone()),
                claim(
                    NameKind::TenantSlug,
                    global(),
                    changed.settings.slug.clone(),
                    &json!({}),
                ),
            ],
        },
        TenantEvent::ApiKeyIssued(issued) => {
            vec![claim(
                NameKind::ApiKey,
                global(),
                issued.hash.clone(),
                &api_key_target(issued),
            )]
        }
        TenantEvent::ApiKeyRevoked(revoked) => {
            vec![release(NameKind::ApiKey, global(), revoked.hash.clone())]
        }
        TenantEvent::TeamCreated(team) => {
            let (number, slug) = (team.number.to_string(), team.slug.clone());
            let target = json!({ "team": team.team });
            vec![
                claim(NameKind::Team, global(), number, &target),
                claim(
                    NameKind::TeamSlug,
                    recorded.stream.tenant.to_string(),
                    slug,
                    &target,
                ),
            ]
        }
    }
}

fn api_key_target(issued: &ApiKeyIssued) -> serde_json::Value {
    json!({
        "key": issued.key,
        "role": issued.role,
        "provider": issued.provider,
        "expiresAt": issued.expires_at,
    })
}

fn event_type_names(recorded: &RecordedEvent, event: &EventTypeEvent) -> Vec<NameChange> {
    let target = json!({ "eventType": recorded.stream.id });
    match event {
        EventTypeEvent::EventTypeCreated(created) => vec![
            claim(
                NameKind::EventType,
                String::new(),
                created.number.to_string(),
                &target,
            ),
            claim(
                NameKind::EventTypeSlug,
                created.slug_scope(),
                created.settings.slug.clone(),
                &target,
            ),
        ],
        EventTypeEvent::EventTypeChanged(changed) => match &changed.previous_slug {
            None => Vec::new(),
            Some(previous) => vec![
                release(
                    NameKind::EventTypeSlug,
                    changed.slug_scope(),
                    previous.clone(),
                ),
                claim(
                    NameKind::EventTypeSlug,
                    changed.slug_scope(),
                    changed.settings.slug.clone(),
                    &target,
                ),
            ],
        },
        // The number, which is never drawn again, leads to the deleted one: a request that is repeated after the
        // deletion finds its tenant, and by that its recorded outcome.
        EventTypeEvent::EventTypeDeleted(deleted) => vec![release(
            NameKind::EventTypeSlug,
            deleted.slug_scope(),
            deleted.slug.clone(),
        )],
        // Found under the number of their event type.
        EventTypeEvent::PrivateLinkSet(_) | EventTypeEvent::PrivateLinkRemoved(_) => Vec::new(),
    }
}

fn webhook_names(recorded: &RecordedEvent, event: &WebhookEvent) -> Vec<NameChange> {
    let taken = |definition: &Definition| {
        let target = json!({ "webhook": recorded.stream.id });
        let (scope, name) = (definition.scope().to_string(), definition.url_hash.clone());
        claim(NameKind::SubscriberUrl, scope, name, &target)
    };
    let freed = |definition: &Definition, name: &String| {
        let scope = definition.scope().to_string();
        release(NameKind::SubscriberUrl, scope, name.clone())
    };
    match event {
        WebhookEvent::WebhookCreated(definition) => vec![taken(definition)],
        WebhookEvent::WebhookChanged(changed) => match &changed.previous_url_hash {
            None => Vec::new(),
            Some(previous) => vec![
                freed(&changed.definition, previous),
                taken(&changed.definition),
            ],
        },
        WebhookEvent::WebhookDeleted(definition) => vec![freed(definition, &definition.url_hash)],
    }
}

/// A share of a hold has no name: it is found by way of its home.
fn unless_shared(share: Option<ClaimId>, change: NameChange) -> Vec<NameChange> {
    share.is_none().then_some(change).into_iter().collect()
}

fn provider_names(recorded: &RecordedEvent, event: &ProviderEvent) -> Vec<NameChange> {
    let provider = ProviderId::from_uuid(recorded.stream.id);
    let scope = recorded.stream.tenant.to_string();
    let target = json!({ "provider": provider });
    match event {
        ProviderEvent::ProviderCreated(created) => created_names(scope, created, &target),
        ProviderEvent::ProfileChanged(changed) => username_names(scope, changed, &target),
        ProviderEvent::ScheduleSet(set) => {
            vec![point(NameKind::Schedule, set.schedule.to_string(), &target)]
        }
        ProviderEvent::ScheduleRemoved(removed) => {
            let number = removed.schedule.to_string();
            vec![release(NameKind::Schedule, String::new(), number)]
        }
        ProviderEvent::BookingPlaced(placed) | ProviderEvent::BookingRequested(placed) => {
            booking_names(provider, placed)
        }
        ProviderEvent::BookingRescheduled(moved) => vec![booking_name(provider, &moved.to)],
        ProviderEvent::SeatTaken(taken) => {
            let moved = taken.moved_from.is_some();
            vec![seat_name(provider, taken.booking, taken.seat, moved)]
        }
        ProviderEvent::BookingArrived(arrived) => arrived_names(provider, arrived),
        ProviderEvent::HoldPlaced(placed) => {
            let name = placed.hold.to_string();
            let begun = claim(NameKind::Hold, String::new(), name, &target);
            unless_shared(placed.claim, begun)
        }
        ProviderEvent::HoldReleased(ended)
        | ProviderEvent::HoldExpired(ended)
        | ProviderEvent::HoldRedeemed(ended) => {
            let name = ended.hold.to_string();
            unless_shared(ended.claim, release(NameKind::Hold, String::new(), name))
        }
        ProviderEvent::HoldChanged(_)
        | ProviderEvent::BookingConfirmed(_)
        | ProviderEvent::BookingDeclined(_)
        | ProviderEvent::SeatReleased(_)
        | ProviderEvent::BookingCancelled(_)
        | ProviderEvent::BookingCompensated(_)
        | ProviderEvent::AttendanceMarked(_)
        | ProviderEvent::AttendeesAdded(_)
        | ProviderEvent::AttendeeRemoved(_)
        | ProviderEvent::LocationChanged(_)
        | ProviderEvent::BookingCompleted(_)
        | ProviderEvent::BookingFinished(_)
        | ProviderEvent::BookingDeparted(_)
        | ProviderEvent::ProviderEngaged(_)
        | ProviderEvent::ProviderDisengaged(_)
        | ProviderEvent::EngagementFinished(_)
        | ProviderEvent::CoHostsChanged(_)
        | ProviderEvent::SegmentBarred(_)
        | ProviderEvent::TimeBlocked(_)
        | ProviderEvent::TimeUnblocked(_)
        | ProviderEvent::OutOfOfficeEntered(_)
        | ProviderEvent::OutOfOfficeChanged(_)
        | ProviderEvent::OutOfOfficeRemoved(_) => Vec::new(),
    }
}

fn created_names(
    scope: String,
    created: &ProviderCreated,
    target: &serde_json::Value,
) -> Vec<NameChange> {
    let (number, username) = (created.number.to_string(), created.profile.username.clone());
    vec![
        claim(NameKind::Provider, String::new(), number, target),
        claim(NameKind::Username, scope, username, target),
    ]
}

fn username_names(
    scope: String,
    changed: &ProfileChanged,
    target: &serde_json::Value,
) -> Vec<NameChange> {
    let username = changed.profile.username.clone();
    match changed.previous_username.clone() {
        None => Vec::new(),
        Some(previous) => vec![
            release(NameKind::Username, scope.clone(), previous),
            claim(NameKind::Username, scope, username, target),
        ],
    }
}

/// The booking and its seats lead to another provider now.
fn arrived_names(provider: ProviderId, arrived: &BookingArrived) -> Vec<NameChange> {
    let placed = &arrived.placed;
    let target = json!({ "provider": provider, "booking": placed.booking });
    let seats = arrived.seats.iter().chain(&placed.seat);
    std::iter::once(point(NameKind::Booking, placed.uid.to_string(), &target))
        .chain(seats.map(|seat| point(NameKind::Seat, seat.to_string(), &target)))
        .collect()
}

fn booking_names(provider: ProviderId, placed: &BookingPlaced) -> Vec<NameChange> {
    let mut names = vec![booking_name(provider, placed)];
    let moved = placed.moved_from.is_some();
    if let Some(seat) = placed.seat {
        names.push(seat_name(provider, placed.booking, seat, moved));
    }
    let begins = |series: &&SeriesPlace| series.index == 0 && !moved;
    if let Some(series) = placed.series.as_ref().filter(begins) {
        let target = json!({ "provider": provider });
        let uid = series.uid.to_string();
        names.push(claim(NameKind::Series, String::new(), uid, &target));
    }
    names
}

fn booking_name(provider: ProviderId, placed: &BookingPlaced) -> NameChange {
    let target = json!({ "provider": provider, "booking": placed.booking });
    let uid = placed.uid.to_string();
    claim(NameKind::Booking, String::new(), uid, &target)
}

/// A seat that moved leads to another booking now; a new one is claimed.
fn seat_name(provider: ProviderId, booking: BookingId, seat: SeatId, moved: bool) -> NameChange {
    let target = json!({ "provider": provider, "booking": booking });
    if moved {
        return point(NameKind::Seat, seat.to_string(), &target);
    }
    claim(NameKind::Seat, String::new(), seat.to_string(), &target)
}
