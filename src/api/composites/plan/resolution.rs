//! Whom segments name: event types with the providers that may take them, the one to ask first in front.

use super::body::{SegmentBody, Whom};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::directory::FoundEventType;
use crate::api::failure::Failure;
use crate::api::provider_state::ProviderState;
use crate::api::rejection::{Asked, Doing, failed};
use crate::api::turns::turn;
use crate::domain::event_type::Assigned;
use crate::domain::event_type::hosts::{AssignedHost, Priority};
use crate::domain::id::{ProviderId, TeamId, TenantId};
use crate::domain::provider::Provider;
use crate::ledger::unit::NameKind;
use crate::projections::{event_types, row};

/// Who may take a segment, with what.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// Who, and as whom its turn comes.
    pub host: AssignedHost,
    /// With what.
    pub event_type: FoundEventType,
    /// How long, minutes.
    pub length_minutes: u32,
}

impl Candidate {
    /// Whoever has a segment already.
    pub(super) fn having(provider: ProviderId, event_type: FoundEventType, minutes: u32) -> Self {
        Self {
            host: alone(provider),
            event_type,
            length_minutes: minutes,
        }
    }
}

/// What every segment names, in one tenant, with its providers as they stand.
#[derive(Debug)]
pub(crate) struct Resolved {
    /// Whose.
    pub tenant: TenantId,
    /// For every segment who may take it, in order; the choices of its chain have the same indices.
    pub candidates: Vec<Vec<Candidate>>,
    /// Every candidate's provider.
    pub states: Vec<(ProviderId, ProviderState)>,
}

impl Resolved {
    /// A choice of a segment.
    pub(crate) fn candidate(&self, segment: usize, choice: usize) -> Option<&Candidate> {
        self.candidates.get(segment)?.get(choice)
    }

    /// A provider as it stands.
    pub(crate) fn state(&self, provider: ProviderId) -> Option<&Provider> {
        let found = self.states.iter().find(|(known, _)| *known == provider);
        found.and_then(|(_, state)| state.provider())
    }
}

/// Finds what segments name.
///
/// # Errors
/// 404 for what is not there or belongs to another tenant than the first segment, 422 for what no segment can be booked
/// with; both name the segment and its member.
pub(crate) async fn resolved(
    api: &Api,
    caller: &Caller,
    segments: &[SegmentBody],
) -> Result<Resolved, Failure> {
    let mut tenant: Option<TenantId> = None;
    let mut candidates: Vec<Vec<Candidate>> = Vec::with_capacity(segments.len());
    for (index, segment) in segments.iter().enumerate() {
        let seeking = Seeking {
            api,
            caller,
            segment,
            tenant,
        };
        let found = seeking
            .candidates()
            .await
            .map_err(|(failure, member)| of_segment(failure, index, member))?;
        tenant = tenant.or(found.first().map(|one| one.event_type.tenant));
        candidates.push(found);
    }
    let tenant = tenant.ok_or_else(Failure::internal)?;
    let all = candidates.iter().flatten();
    let mut providers: Vec<ProviderId> = all.map(|one| one.host.provider).collect();
    providers.sort_unstable();
    providers.dedup();
    let states = api.provider_states(tenant, &providers).await?;
    for (index, found) in candidates.iter_mut().enumerate() {
        let is_there =
            |one: &Candidate| states.iter().any(|(known, _)| *known == one.host.provider);
        found.retain(is_there);
        if found.is_empty() {
            let failure = Failure::not_found("User not found");
            let member = segments.get(index).map_or("", |one| one.whom.member());
            return Err(of_segment(failure, index, member));
        }
        found.sort_by_cached_key(|one| turn(&one.host, one.event_type.id, &states));
    }
    Ok(Resolved {
        tenant,
        candidates,
        states,
    })
}

/// Says which segment a failure is about, and which member of it, if any.
pub(crate) fn of_segment(failure: Failure, index: usize, member: &str) -> Failure {
    failure
        .about("segments", index, member)
        .member("segment", index.into())
}

/// A failure, and the member it is about.
type Refused = (Failure, &'static str);

struct Seeking<'a> {
    api: &'a Api,
    caller: &'a Caller,
    segment: &'a SegmentBody,
    /// Of the segments before.
    tenant: Option<TenantId>,
}

impl Seeking<'_> {
    async fn candidates(&self) -> Result<Vec<Candidate>, Refused> {
        match &self.segment.whom {
            Whom::EventType(number) => self.of_event_type(*number).await,
            Whom::Provider { number, slug } => self.of_provider(*number, slug.as_deref()).await,
            Whom::Team { number, slug } => self.of_team(*number, slug.as_deref()).await,
        }
    }

    async fn of_event_type(&self, number: i32) -> Result<Vec<Candidate>, Refused> {
        const MEMBER: &str = "eventTypeId";
        let found = self.api.event_type_by_number(self.caller, number).await;
        let found = found.map_err(|failure| (failure, MEMBER))?;
        let found = found.filter(|found| self.may_be_in(found.tenant));
        let absent = || Failure::not_found(format!("Event type with id {number} not found."));
        let found = found.ok_or_else(|| (absent(), MEMBER))?;
        self.taken_by(&found, MEMBER)
    }

    async fn of_provider(
        &self,
        number: i32,
        slug: Option<&str>,
    ) -> Result<Vec<Candidate>, Refused> {
        const MEMBER: &str = "providerId";
        let name = number.to_string();
        let found = self
            .api
            .provider_named(self.caller, NameKind::Provider, &name);
        let found = found.await.map_err(|failure| (failure, MEMBER))?;
        let found = found.filter(|(tenant, _)| self.may_be_in(*tenant));
        let absent = || Failure::not_found(format!("User with ID={number} not found"));
        let (tenant, provider) = found.ok_or_else(|| (absent(), MEMBER))?;
        let Some(slug) = slug else {
            let own = self.first_of_each(tenant, &[provider]).await;
            return some(own.map_err(|failure| (failure, MEMBER))?, MEMBER);
        };
        let Some(own) = self.by_slug(&provider.to_string(), slug).await? else {
            let text = format!("Event type with slug {slug} not found.");
            return Err((Failure::not_found(text), "eventTypeSlug"));
        };
        self.taken_by(&own, "eventTypeSlug")
    }

    async fn of_team(&self, number: i32, slug: Option<&str>) -> Result<Vec<Candidate>, Refused> {
        const MEMBER: &str = "teamId";
        let found = self.api.team(self.caller, number).await;
        let found = found.map_err(|failure| (failure, MEMBER))?;
        let found = found.filter(|(tenant, _)| self.may_be_in(*tenant));
        let absent = || Failure::not_found(format!("Team with id {number} not found"));
        let (tenant, team) = found.ok_or_else(|| (absent(), MEMBER))?;
        let Some(slug) = slug else {
            return self.of_any(tenant, team.team, &team.members).await;
        };
        if let Some(shared) = self.by_slug(&team.team.to_string(), slug).await? {
            return self.taken_by(&shared, "eventTypeSlug");
        }
        let mut candidates = Vec::new();
        for member in team.members {
            let Some(own) = self.by_slug(&member.to_string(), slug).await? else {
                continue;
            };
            candidates.extend(self.taken_by(&own, "eventTypeSlug").unwrap_or_default());
        }
        some(candidates, "eventTypeSlug")
    }

    /// Any of a team: with the team's first event type that suits, else with each member's own.
    async fn of_any(
        &self,
        tenant: TenantId,
        team: TeamId,
        members: &[ProviderId],
    ) -> Result<Vec<Candidate>, Refused> {
        const MEMBER: &str = "teamId";
        let owner = [ProviderId::from_uuid(team.as_uuid())];
        let shared = self.suiting(tenant, &owner).await;
        let shared = shared.map_err(|failure| (failure, MEMBER))?;
        if let Some(found) = shared.first() {
            return self.taken_by(found, MEMBER);
        }
        let own = self.first_of_each(tenant, members).await;
        some(own.map_err(|failure| (failure, MEMBER))?, MEMBER)
    }

    /// The first event type of each provider that suits, with it alone.
    async fn first_of_each(
        &self,
        tenant: TenantId,
        providers: &[ProviderId],
    ) -> Result<Vec<Candidate>, Failure> {
        if providers.is_empty() {
            return Ok(Vec::new());
        }
        let suiting = self.suiting(tenant, providers).await?;
        let first = |provider: &ProviderId| {
            let mut own = suiting.iter().filter_map(|found| {
                let taken = self.taken_by(found, "").ok()?;
                taken.into_iter().find(|one| one.host.provider == *provider)
            });
            own.next()
        };
        Ok(providers.iter().filter_map(first).collect())
    }

    /// Event types of owners that are not hidden and that the segment may be booked with, by number.
    async fn suiting(
        &self,
        tenant: TenantId,
        owners: &[ProviderId],
    ) -> Result<Vec<FoundEventType>, Failure> {
        let filter = event_types::Filter {
            owners: owners.to_vec(),
            ..event_types::Filter::default()
        };
        let listed = event_types::list(self.api.ledger.database(), tenant, &filter).await;
        let mut rows: Vec<row::EventType> =
            listed.map_err(|error| failed(error.into(), &Asked::new(Doing::Read)))?;
        rows.sort_unstable_by_key(|row| row.number.get());
        let mut suiting = Vec::with_capacity(rows.len());
        for row in rows {
            let found = self.api.event_type(tenant, row.event_type).await?;
            let suits = |one: &FoundEventType| self.taken_by(one, "").is_ok();
            suiting.extend(found.filter(suits));
        }
        Ok(suiting)
    }

    async fn by_slug(&self, scope: &str, slug: &str) -> Result<Option<FoundEventType>, Refused> {
        let found = self.api.event_type_by_slug(self.caller, scope, slug).await;
        found.map_err(|failure| (failure, "eventTypeSlug"))
    }

    /// Who takes the segment with an event type: its provider, or those who take turns.
    fn taken_by(
        &self,
        found: &FoundEventType,
        member: &'static str,
    ) -> Result<Vec<Candidate>, Refused> {
        let unsuited = |text: &str| (Failure::unprocessable(text), member);
        if found.current.settings.seats.is_some() {
            return Err(unsuited(
                "event types with seats cannot be part of a composite booking",
            ));
        }
        let hosts: Vec<AssignedHost> = match found.current.assigned() {
            Assigned::One(provider) => vec![alone(provider)],
            Assigned::Nobody => Vec::new(),
            Assigned::Several(assignment) => {
                let fixed: Vec<ProviderId> = assignment.fixed().collect();
                let turns: Vec<AssignedHost> = assignment.by_turns().copied().collect();
                match (fixed.as_slice(), turns.is_empty()) {
                    ([], _) => turns,
                    ([only], true) => vec![alone(*only)],
                    _ => {
                        return Err(unsuited(
                            "event types that book several hosts together cannot be part of a composite booking",
                        ));
                    }
                }
            }
        };
        if hosts.is_empty() {
            return Err(unsuited("the event type has no hosts"));
        }
        let length_minutes = self.length(found)?;
        Ok(hosts
            .into_iter()
            .map(|host| Candidate {
                host,
                event_type: found.clone(),
                length_minutes,
            })
            .collect())
    }

    fn length(&self, found: &FoundEventType) -> Result<u32, Refused> {
        let offered = &found.current.settings.lengths_minutes;
        let wanted = self.segment.length_minutes.or(offered.first().copied());
        wanted
            .filter(|wanted| offered.contains(wanted))
            .ok_or_else(|| {
                let lengths: Vec<String> = offered.iter().map(ToString::to_string).collect();
                let text = format!(
                    "must be one of the event type's lengths: {}",
                    lengths.join(", ")
                );
                (Failure::unprocessable(text), "lengthInMinutes")
            })
    }

    /// Whether the caller may see it, beside what the segments before named: another tenant's is absent.
    fn may_be_in(&self, tenant: TenantId) -> bool {
        self.caller.may_see(tenant) && self.tenant.is_none_or(|known| known == tenant)
    }
}

const fn alone(provider: ProviderId) -> AssignedHost {
    AssignedHost {
        provider,
        fixed: true,
        priority: Priority::Medium,
    }
}

fn some(candidates: Vec<Candidate>, member: &'static str) -> Result<Vec<Candidate>, Refused> {
    if candidates.is_empty() {
        let text = "there is no event type that this segment could be booked with";
        return Err((Failure::unprocessable(text), member));
    }
    Ok(candidates)
}
