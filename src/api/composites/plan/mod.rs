//! What a composite booking is planned as: for every segment its provider, its event type and its slot.
//!
//! Planned over the providers as they stand ([`crate::domain::slots::chain`]); the rules decide. What does not fit is
//! planned nevertheless, so that the rules refuse it and the refusal is bound to the request's key.

pub(crate) mod body;
pub(crate) mod resolution;

use std::collections::{BTreeMap, BTreeSet};

use body::SegmentBody;
use resolution::{Candidate, Resolved, of_segment, resolved};

use crate::api::Api;
use crate::api::bookings::place;
use crate::api::bookings::screening::{Booker, screened};
use crate::api::caller::Caller;
use crate::api::directory::FoundEventType;
use crate::api::failure::Failure;
use crate::domain::id::{BookingId, ProviderId, TenantId};
use crate::domain::slots::chain::{Begins, Chain, Choice, Link, Placement};
use crate::domain::terms::Terms;
use crate::domain::time::{TimeSlot, Timestamp};

/// One segment as it is to be booked.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// With whom.
    pub provider: ProviderId,
    /// With what.
    pub event_type: FoundEventType,
    /// When.
    pub slot: TimeSlot,
    /// Where, as it is recorded.
    pub location: Option<String>,
    /// Answers by booking field, as they are recorded.
    pub answers: BTreeMap<String, String>,
}

/// Plans a composite booking: finds what its segments name, checks who books as one booking of each does, and chooses
/// providers and slots.
///
/// # Errors
/// As [`resolved`]; 400, 401 or 403 when the caller or who books may not book an event type so, or what they typed does not
/// match it; 422 for a start before the end of the segment before. All name the segment.
pub(crate) async fn planned(
    api: &Api,
    caller: &Caller,
    booker: Booker<'_>,
    segments: &[SegmentBody],
) -> Result<(TenantId, Vec<Planned>), Failure> {
    let resolved = resolved(api, caller, segments).await?;
    let begins: Vec<Begins> = segments.iter().filter_map(|one| one.begins).collect();
    let placed = fitted(api, &resolved, &begins, &BTreeSet::new())?;
    let mut planned: Vec<Planned> = Vec::with_capacity(placed.len());
    for (index, (segment, (candidate, slot))) in segments.iter().zip(placed).enumerate() {
        let event_type = &candidate.event_type;
        let (location, answers) = place::admit(caller, event_type)
            .and_then(|()| {
                let location = segment.location.as_ref();
                place::matched(event_type, booker, location, &segment.answers)
            })
            .map_err(|failure| of_segment(failure, index, ""))?;
        planned.push(Planned {
            provider: candidate.host.provider,
            event_type: event_type.clone(),
            slot,
            location,
            answers,
        });
    }
    for (index, one) in planned.iter().enumerate() {
        let same = |other: &&Planned| other.event_type.id == one.event_type.id;
        if planned.iter().take(index).any(|other| same(&other)) {
            continue;
        }
        let count = planned.iter().filter(same).count();
        screened(api, caller, &one.event_type, booker, count)
            .await
            .map_err(|failure| of_segment(failure, index, ""))?;
    }
    Ok((resolved.tenant, planned))
}

/// A segment of a composite booking that moves: its provider, its event type as it is now, and its length stay.
#[derive(Clone, Debug)]
pub(crate) struct Moving {
    /// With whom.
    pub provider: ProviderId,
    /// With what.
    pub event_type: FoundEventType,
    /// How long, minutes.
    pub length_minutes: u32,
    /// Its booking: it does not block where the whole goes.
    pub booking: BookingId,
}

/// Plans where a composite booking moves: the slot of every segment.
///
/// # Errors
/// 404 when a provider is not there, 422 for a start before the end of the segment before; both name the segment.
pub(crate) async fn moved(
    api: &Api,
    tenant: TenantId,
    segments: &[Moving],
    begins: &[Begins],
) -> Result<Vec<TimeSlot>, Failure> {
    let providers: Vec<ProviderId> = segments.iter().map(|one| one.provider).collect();
    let having = |one: &Moving| {
        let event_type = one.event_type.clone();
        vec![Candidate::having(
            one.provider,
            event_type,
            one.length_minutes,
        )]
    };
    let resolved = Resolved {
        tenant,
        candidates: segments.iter().map(having).collect(),
        states: api.provider_states(tenant, &providers).await?,
    };
    let leaving = segments.iter().map(|one| one.booking).collect();
    let placed = fitted(api, &resolved, begins, &leaving)?;
    Ok(placed.into_iter().map(|(_, slot)| slot).collect())
}

/// Chooses candidates and slots, the first start being given.
fn fitted<'a>(
    api: &Api,
    resolved: &'a Resolved,
    begins: &[Begins],
    leaving: &BTreeSet<BookingId>,
) -> Result<Vec<(&'a Candidate, TimeSlot)>, Failure> {
    let Some(Begins::At(start)) = begins.first().copied() else {
        return Err(Failure::internal());
    };
    let terms = terms(resolved);
    let links = links(resolved, &terms, begins);
    let now = api.clock.now();
    let placed = Chain::new(&links, (start, start), now, leaving).at_any_rate(start);
    in_order(resolved, &placed, begins)
}

fn in_order<'a>(
    resolved: &'a Resolved,
    placed: &[Placement],
    begins: &[Begins],
) -> Result<Vec<(&'a Candidate, TimeSlot)>, Failure> {
    let mut end: Option<Timestamp> = None;
    let mut chosen = Vec::with_capacity(begins.len());
    for (index, candidates) in resolved.candidates.iter().enumerate() {
        let placement = placed.get(index).ok_or_else(|| {
            let failure =
                Failure::unprocessable("it cannot be booked with its provider at this time");
            of_segment(failure, index, "")
        })?;
        if end.is_some_and(|end| placement.slot.start() < end) {
            let text = "must not be before the end of the segment before it";
            return Err(of_segment(Failure::unprocessable(text), index, "start"));
        }
        let candidate = candidates.get(placement.choice);
        chosen.push((candidate.ok_or_else(Failure::internal)?, placement.slot));
        end = Some(placement.slot.end());
    }
    Ok(chosen)
}

/// The terms of every candidate.
pub(crate) fn terms(resolved: &Resolved) -> Vec<Vec<Terms>> {
    let of = |candidates: &Vec<Candidate>| {
        let each = candidates.iter();
        each.map(|one| one.event_type.terms()).collect()
    };
    resolved.candidates.iter().map(of).collect()
}

/// The chain that segments are wanted as.
pub(crate) fn links<'a>(
    resolved: &'a Resolved,
    terms: &'a [Vec<Terms>],
    begins: &[Begins],
) -> Vec<Link<'a>> {
    let segments = resolved.candidates.iter().zip(terms).zip(begins);
    segments
        .map(|((candidates, terms), begins)| {
            let choices = candidates.iter().zip(terms).filter_map(|(one, terms)| {
                Some(Choice {
                    id: one.host.provider,
                    provider: resolved.state(one.host.provider)?,
                    terms,
                    length_minutes: one.length_minutes,
                })
            });
            Link {
                choices: choices.collect(),
                begins: *begins,
            }
        })
        .collect()
}
