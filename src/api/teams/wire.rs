//! Teams and their event types on the wire, for the API document and for answers.

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::event_types::shown::EventType;
use crate::api::event_types::wire::NewEventType;
use crate::domain::tenant::team;

/// A team to found.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewTeam {
    /// Display name.
    #[schema(max_length = 1_000)]
    pub name: String,
    /// Unique among the organization's teams; made of the name when absent.
    #[schema(max_length = 1_000)]
    pub slug: Option<String>,
    /// Wire numbers of users who belong to it (an addition of Daybook's); nobody when absent.
    #[schema(max_items = 100)]
    pub members: Option<Vec<i32>>,
}

/// A team.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Team {
    /// Wire number.
    pub id: i32,
    /// Always null.
    #[schema(value_type = Option<i32>)]
    pub parent_id: (),
    /// Display name.
    pub name: String,
    /// Unique among the organization's teams.
    pub slug: String,
    /// Always false.
    pub is_organization: bool,
    /// Wire numbers of its users.
    pub members: Vec<i32>,
}

impl Team {
    /// A team with the wire numbers of its members.
    pub(super) fn of(team: &team::Team, members: &[i32]) -> Self {
        Self {
            id: team.number.get(),
            parent_id: (),
            name: team.name.clone(),
            slug: team.slug.clone(),
            is_organization: false,
            members: members.to_vec(),
        }
    }
}

/// A host to be assigned.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewTeamHost {
    /// Wire number of a user.
    pub user_id: i32,
    /// Part of every booking; always so where the scheduling is collective. False when absent.
    pub mandatory: Option<bool>,
    /// `lowest`, `low`, `medium`, `high` or `highest`; `medium` when absent.
    pub priority: Option<String>,
}

/// A team's event type to create; to change one, any of these members.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewTeamEventType {
    /// `collective` or `roundRobin`.
    pub scheduling_type: String,
    /// Who is booked; up to 100.
    #[schema(max_items = 100)]
    pub hosts: Option<Vec<NewTeamHost>>,
    /// Every member of the team is a host, instead of `hosts`.
    pub assign_all_team_members: Option<bool>,
    /// As of any event type.
    #[serde(flatten)]
    pub settings: NewEventType,
}

/// An assigned host.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TeamHost {
    /// Wire number.
    pub user_id: i32,
    /// Display name.
    pub name: String,
    /// Username.
    pub username: String,
    /// Picture.
    pub avatar_url: Option<String>,
    /// Part of every booking.
    pub mandatory: bool,
    /// `lowest` to `highest`.
    pub priority: String,
}

/// A team's event type.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TeamEventType {
    /// Wire number of the team.
    pub team_id: i32,
    /// `collective` or `roundRobin`.
    pub scheduling_type: String,
    /// Who is booked.
    pub hosts: Vec<TeamHost>,
    /// Whether the hosts were given as all members.
    pub assign_all_team_members: bool,
    /// As of any event type; its owner is the team.
    #[serde(flatten)]
    pub settings: EventType,
}
