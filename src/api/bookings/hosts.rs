//! Bookings with several hosts: who is booked, and the shares that a linked command gives to co-hosts.
//!
//! A booking is at home in the stream of its first host; every other one has a share. The rules of a share are
//! [`crate::domain::provider`]'s; here the commands for all of them are put together, so that one unit carries them all.

use std::collections::BTreeSet;

use super::request::BookingRequest;
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::directory::FoundEventType;
use crate::api::failure::Failure;
use crate::api::provider_state::ProviderState;
use crate::api::rejection::Asked;
use crate::api::turns::{Linked, Turns, addressed, no_hosts, redeeming};
use crate::domain::event_type::Assigned;
use crate::domain::event_type::hosts::Assignment;
use crate::domain::id::{BookingId, BookingUid, ClaimId, ProviderId, SeatId, TenantId};
use crate::domain::provider::command::{
    BookingStatus, CoHosted, Demand, Disengage, Engage, Place, ProviderCommand, Share, Standing,
};
use crate::domain::provider::event::CoHost;
use crate::domain::terms::Terms;
use crate::domain::time::TimeSlot;
use crate::ledger::record::Executed;
use crate::projections::row;

/// Whether the caller speaks for one of a booking's hosts.
pub(crate) fn speaks_for(caller: &Caller, tenant: TenantId, row: &row::Booking) -> bool {
    row.hosts()
        .any(|(provider, _)| caller.speaks_for(tenant, provider))
}

/// Places a booking with the hosts of its event type: all of them, or whose turn it is; with a single one, with it or with
/// who stands in for it.
///
/// # Errors
/// 422 when the event type has no hosts; else as [`Api::execute_or_redirect`] and [`BookingRequest::execute_first`].
pub(crate) async fn placed(
    request: BookingRequest<'_>,
    event_type: &FoundEventType,
    place: Place,
    asked: &Asked<'_>,
) -> Result<Executed, Failure> {
    let (api, tenant) = (request.api, event_type.tenant);
    if let Assigned::One(host) = event_type.current.assigned() {
        let occurrences = place.occurrences.iter();
        let slots: Vec<TimeSlot> = occurrences.map(|occurrence| occurrence.slot).collect();
        let command = |provider| {
            ProviderCommand::Place(host_only(request, tenant, Some(provider), place.clone()))
        };
        let context = request.context(tenant)?;
        let executed = api.execute_or_redirect(context, host, &slots, command, asked);
        return executed.await;
    }
    let states = api.provider_states(tenant, &everybody(event_type)).await?;
    let ways = ways(request, event_type, place, &states)?;
    let ways = ways.into_iter().map(|way| addressed(tenant, way)).collect();
    request.execute_first(tenant, ways, asked).await
}

/// Everybody who may be booked with an event type.
pub(crate) fn everybody(event_type: &FoundEventType) -> Vec<ProviderId> {
    match event_type.current.assigned() {
        Assigned::One(host) => vec![host],
        Assigned::Several(assignment) => assignment.providers(),
        Assigned::Nobody => Vec::new(),
    }
}

/// The ways to place a booking with hosts as they stand, the one to try first in front.
///
/// # Errors
/// 422 when the event type has no hosts.
pub(crate) fn ways(
    request: BookingRequest<'_>,
    event_type: &FoundEventType,
    place: Place,
    states: &[(ProviderId, ProviderState)],
) -> Result<Vec<Linked>, Failure> {
    let everybody = everybody(event_type);
    let home = everybody.first().copied();
    let place = host_only(request, event_type.tenant, home, place);
    match event_type.current.assigned() {
        Assigned::One(host) => Ok(vec![vec![(host, ProviderCommand::Place(place))]]),
        Assigned::Several(assignment) if !everybody.is_empty() => {
            let placing = Placing {
                api: request.api,
                turns: Turns {
                    event_type: event_type.id,
                    now: request.api.clock.now(),
                    states,
                },
                place,
            };
            Ok(placing.ways(assignment))
        }
        Assigned::Several(_) | Assigned::Nobody => Err(no_hosts(event_type)),
    }
}

/// What only the booking's host may ask for is silently dropped for others (`reference` § 1.3).
fn host_only(
    request: BookingRequest<'_>,
    tenant: TenantId,
    home: Option<ProviderId>,
    place: Place,
) -> Place {
    let is_host = home.is_some_and(|home| request.caller.speaks_for(tenant, home));
    Place {
        out_of_bounds: place.out_of_bounds && is_host,
        limits_skipped: place.limits_skipped && is_host,
        ..place
    }
}

/// A booking to be placed, with the hosts as they stand.
struct Placing<'a> {
    api: &'a Api,
    turns: Turns<'a>,
    place: Place,
}

impl Placing<'_> {
    /// The ways to place the booking: who has the seated booking to join comes first.
    fn ways(&self, assignment: &Assignment) -> Vec<Linked> {
        let hold = self.place.hold;
        let joins = |provider| !self.joining(provider).is_empty();
        self.turns.ways(assignment, hold, joins, |hosts| {
            let others = hosts
                .first()
                .map(|home| self.turns.others_holding(*home, hold));
            redeeming(hold, others.unwrap_or_default(), self.way(hosts))
        })
    }

    /// Occurrences that join a seated booking of the provider.
    fn joining(&self, home: ProviderId) -> BTreeSet<usize> {
        let terms = &self.place.terms;
        let (Some(provider), Some(_)) = (self.turns.provider(home), &terms.seats) else {
            return BTreeSet::new();
        };
        let joins = |slot: TimeSlot| provider.seats_taken(terms.event_type, slot, self.turns.now);
        let occurrences = self.place.occurrences.iter().enumerate();
        occurrences
            .filter(|(_, occurrence)| joins(occurrence.slot).is_some())
            .map(|(index, _)| index)
            .collect()
    }

    /// The booking with the first of the hosts at home, and shares for the others.
    fn way(&self, hosts: &[ProviderId]) -> Linked {
        let Some((&home, others)) = hosts.split_first() else {
            return Vec::new();
        };
        if others.is_empty() {
            return vec![(home, ProviderCommand::Place(self.place.clone()))];
        }
        let joining = self.joining(home);
        let co_hosts = others.iter().filter_map(|other| {
            Some(CoHost {
                provider: *other,
                host: self.turns.provider(*other)?.host()?,
            })
        });
        let co_hosted = CoHosted {
            hosts: co_hosts.collect(),
            joining: joining.clone(),
        };
        let new: Vec<_> = self
            .place
            .occurrences
            .iter()
            .enumerate()
            .filter(|(index, _)| !joining.contains(index))
            .map(|(_, occurrence)| occurrence)
            .collect();
        let mut linked = vec![(
            home,
            ProviderCommand::Place(Place {
                co_hosted: Some(co_hosted),
                ..self.place.clone()
            }),
        )];
        if new.is_empty() {
            return linked;
        }
        for other in others {
            let shares = new.iter().map(|occurrence| Share {
                booking: occurrence.booking,
                uid: occurrence.uid.clone(),
                claim: ClaimId::from_uuid(self.api.ids.uuid()),
                slot: occurrence.slot,
            });
            let engage = Engage {
                home,
                terms: self.place.terms.clone(),
                shares: shares.collect(),
                standing: self.place.standing,
                demand: demand(self.place.out_of_bounds),
                hold: None,
            };
            linked.push((*other, ProviderCommand::Engage(engage)));
        }
        linked
    }
}

const fn demand(out_of_bounds: bool) -> Demand {
    if out_of_bounds {
        Demand::Room
    } else {
        Demand::Bounds
    }
}

/// A booking as it is once it has moved.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moved<'a> {
    /// Which.
    pub booking: BookingId,
    /// Its wire uid.
    pub uid: &'a BookingUid,
    /// When.
    pub slot: TimeSlot,
    /// The event type as read now.
    pub terms: &'a Terms,
    /// See [`Reschedule::by_host`](crate::domain::provider::command::Reschedule::by_host).
    pub by_host: bool,
    /// See [`Place::out_of_bounds`].
    pub out_of_bounds: bool,
}

/// The shares of a booking that moves, with those who host it.
pub(crate) fn moved(api: &Api, row: &row::Booking, moved: &Moved<'_>) -> Linked {
    let standing = if moved.by_host {
        Standing::Accepted
    } else {
        Standing::ByTerms
    };
    let engage = |claim: ClaimId| Engage {
        home: row.provider,
        terms: moved.terms.clone(),
        shares: vec![Share {
            booking: moved.booking,
            uid: moved.uid.clone(),
            claim,
            slot: moved.slot,
        }],
        standing,
        demand: demand(moved.out_of_bounds),
        hold: None,
    };
    row.co_hosts
        .iter()
        .map(|other| {
            let claim = ClaimId::from_uuid(api.ids.uuid());
            (other.provider, ProviderCommand::Engage(engage(claim)))
        })
        .collect()
}

/// The shares of a booking as it stands, as a further host takes one, or as it is confirmed.
pub(crate) fn engaged(
    api: &Api,
    row: &row::Booking,
    provider: ProviderId,
    standing: Standing,
    demand: Demand,
) -> (ProviderId, ProviderCommand) {
    let share = Share {
        booking: row.booking,
        uid: row.uid.clone(),
        claim: ClaimId::from_uuid(api.ids.uuid()),
        slot: row.slot,
    };
    let engage = Engage {
        home: row.provider,
        terms: row.terms.clone(),
        shares: vec![share],
        standing,
        demand,
        hold: None,
    };
    (provider, ProviderCommand::Engage(engage))
}

/// The shares of a booking that is confirmed.
pub(crate) fn confirmed(api: &Api, row: &row::Booking) -> Linked {
    let others = row.co_hosts.iter();
    others
        .map(|other| engaged(api, row, other.provider, Standing::Accepted, Demand::Room))
        .collect()
}

/// How a booking stands, for a further host.
pub(crate) const fn standing(row: &row::Booking) -> Standing {
    match row.status {
        BookingStatus::Pending => Standing::Pending { claims: row.claims },
        BookingStatus::Accepted | BookingStatus::Cancelled | BookingStatus::Rejected => {
            Standing::Accepted
        }
    }
}

/// The shares of bookings that end. A booking whose seat is given up stands as long as another seat is taken.
pub(crate) fn ended(rows: &[row::Booking], seat: Option<SeatId>) -> Linked {
    let stands = |row: &row::Booking| {
        let open = row.seats.iter().filter(|one| !one.released);
        seat.is_some() && 1 < open.count()
    };
    let mut linked: Vec<(ProviderId, Vec<BookingId>)> = Vec::new();
    for row in rows.iter().filter(|row| !stands(row)) {
        for other in &row.co_hosts {
            match linked
                .iter_mut()
                .find(|(known, _)| *known == other.provider)
            {
                Some((_, bookings)) => bookings.push(row.booking),
                None => linked.push((other.provider, vec![row.booking])),
            }
        }
    }
    linked
        .into_iter()
        .map(|(provider, bookings)| {
            let disengage = Disengage {
                bookings,
                replaced: false,
            };
            (provider, ProviderCommand::Disengage(disengage))
        })
        .collect()
}
