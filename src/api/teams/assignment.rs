//! Hosts of a team's event type: read from a body, and shown.

use serde_json::{Map, Value};

use super::wire;
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::failure::Failure;
use crate::api::validation::{Members, Style, value};
use crate::domain::event_type::hosts::{AssignedHost, Assignment, Priority, Scheduling};
use crate::domain::id::TenantId;
use crate::domain::tenant::team::Team;
use crate::projections::row;

const HOSTS_MAX: usize = 100;
const SCHEDULINGS: &[&str] = &["collective", "roundRobin"];
const PRIORITIES: &[&str] = &["lowest", "low", "medium", "high", "highest"];

/// A host as a body names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NamedHost {
    user: i32,
    mandatory: bool,
    priority: Priority,
}

/// What a body says of hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asking {
    scheduling: Option<Scheduling>,
    hosts: Option<Vec<NamedHost>>,
    all_members: Option<bool>,
}

/// Reads the members about hosts; the others are the event type's.
///
/// # Errors
/// 400 with every fault.
pub(super) fn read(body: &Map<String, Value>, is_new: bool) -> Result<Asking, Failure> {
    let mut members = Members::new(body);
    let scheduling = if is_new || members.has("schedulingType") {
        Some(members.required("schedulingType", value::one_of(SCHEDULINGS)))
    } else {
        None
    };
    let asking = Asking {
        scheduling: scheduling.map(scheduling_named),
        hosts: members.objects("hosts", HOSTS_MAX, |host| NamedHost {
            user: host.required("userId", value::wire_number),
            mandatory: host
                .optional("mandatory", value::boolean)
                .unwrap_or_default(),
            priority: host
                .optional("priority", value::one_of(PRIORITIES))
                .map_or(Priority::Medium, priority_named),
        }),
        all_members: members.optional("assignAllTeamMembers", value::boolean),
    };
    members.finish(Style::Dropping)?;
    if asking.all_members == Some(true) && asking.hosts.is_some() {
        return Err(Failure::bad_request(
            "Either hosts or assignAllTeamMembers can be provided, not both.",
        ));
    }
    Ok(asking)
}

fn scheduling_named(text: &str) -> Scheduling {
    if text == "collective" {
        Scheduling::Collective
    } else {
        Scheduling::RoundRobin
    }
}

const fn scheduling_text(scheduling: Scheduling) -> &'static str {
    match scheduling {
        Scheduling::Collective => "collective",
        Scheduling::RoundRobin => "roundRobin",
    }
}

fn priority_named(text: &str) -> Priority {
    match text {
        "lowest" => Priority::Lowest,
        "low" => Priority::Low,
        "high" => Priority::High,
        "highest" => Priority::Highest,
        _ => Priority::Medium,
    }
}

const fn priority_text(priority: Priority) -> &'static str {
    match priority {
        Priority::Lowest => "lowest",
        Priority::Low => "low",
        Priority::Medium => "medium",
        Priority::High => "high",
        Priority::Highest => "highest",
    }
}

impl Asking {
    /// The assignment over the one before; `None` when nothing of it is to change.
    ///
    /// # Errors
    /// 404 for a host that is no user of the tenant, 400 for one that cannot be booked.
    pub(super) async fn over(
        &self,
        api: &Api,
        caller: &Caller,
        (tenant, team): (TenantId, &Team),
        before: Option<&Assignment>,
    ) -> Result<Option<Assignment>, Failure> {
        if before.is_some()
            && self.scheduling.is_none()
            && self.hosts.is_none()
            && self.all_members.is_none()
        {
            return Ok(None);
        }
        let scheduling = self
            .scheduling
            .or(before.map(|before| before.scheduling))
            .unwrap_or(Scheduling::Collective);
        let all_members = self.all_members.unwrap_or_else(|| {
            self.hosts.is_none() && before.is_some_and(|before| before.all_members)
        });
        let mut hosts = Vec::new();
        if all_members {
            hosts.extend(team.members.iter().map(|member| AssignedHost {
                provider: *member,
                fixed: false,
                priority: Priority::Medium,
            }));
        } else if let Some(named) = &self.hosts {
            for host in named {
                let row = api.member_named(caller, tenant, host.user).await?;
                hosts.push(AssignedHost {
                    provider: row.provider,
                    fixed: host.mandatory,
                    priority: host.priority,
                });
            }
        } else if let Some(before) = before {
            hosts.clone_from(&before.hosts);
        }
        Ok(Some(Assignment {
            scheduling,
            hosts,
            all_members,
        }))
    }
}

/// The members about hosts, of the users as they are known.
pub(super) fn shown(
    assignment: &Assignment,
    users: &[row::Provider],
) -> (&'static str, Vec<wire::TeamHost>, bool) {
    let is_collective = assignment.scheduling == Scheduling::Collective;
    let host = |host: &AssignedHost| {
        let user = users.iter().find(|user| user.provider == host.provider)?;
        Some(wire::TeamHost {
            user_id: user.number.get(),
            name: user.profile.name.clone(),
            username: user.profile.username.clone(),
            avatar_url: user.profile.avatar_url.clone(),
            mandatory: is_collective || host.fixed,
            priority: priority_text(host.priority).to_owned(),
        })
    };
    (
        scheduling_text(assignment.scheduling),
        assignment.hosts.iter().filter_map(host).collect(),
        assignment.all_members,
    )
}
