//! How a body names the event type to book, and how it is found.

use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::directory::FoundEventType;
use crate::api::failure::Failure;
use crate::domain::id::{EventTypeNumber, TenantId};
use crate::ledger::unit::NameKind;

/// How a body names an event type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selector {
    /// `eventTypeId`.
    Number(EventTypeNumber),
    /// `eventTypeSlug` and `username`.
    Slug {
        /// The slug, unique among the owner's.
        slug: String,
        /// Whose.
        username: String,
        /// The tenant's slug, when it is given.
        organization: Option<String>,
    },
    /// `eventTypeSlug` and `teamSlug`.
    OfTeam {
        /// The slug, unique among the team's.
        slug: String,
        /// Whose.
        team: String,
        /// The tenant's slug, when it is given.
        organization: Option<String>,
    },
}

impl Selector {
    /// The event type, which is not deleted.
    ///
    /// # Errors
    /// 404 when there is no such event type or user for this caller.
    pub(crate) async fn found(
        &self,
        api: &Api,
        caller: &Caller,
    ) -> Result<FoundEventType, Failure> {
        let event_type = match self {
            Self::Number(number) => api.event_type_by_number(caller, number.get()).await?,
            Self::Slug {
                slug,
                username,
                organization,
            } => {
                let owner = api
                    .provider_by_username(caller, username, organization.as_deref())
                    .await?;
                let (_, owner) = owner.ok_or_else(|| {
                    Failure::not_found(format!("User with username {username} not found"))
                })?;
                let scope = owner.to_string();
                api.event_type_by_slug(caller, &scope, slug).await?
            }
            Self::OfTeam {
                slug,
                team,
                organization,
            } => {
                let found = api.team_by_slug(caller, team, organization.as_deref());
                let (_, found) = found.await?.ok_or_else(|| {
                    Failure::not_found(format!("Team with slug {team} not found"))
                })?;
                let scope = found.to_string();
                api.event_type_by_slug(caller, &scope, slug).await?
            }
        };
        event_type.ok_or_else(|| Failure::not_found(self.absence()))
    }

    /// Whether it names an event type of several hosts, deleted or not, as far as that is still known: a refusal that is
    /// answered again reads as it did.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub(crate) async fn names_several_hosts(
        &self,
        api: &Api,
        caller: &Caller,
    ) -> Result<bool, Failure> {
        match self {
            Self::Number(number) => {
                let found = api.event_type_to_change(caller, number.get()).await?;
                Ok(found.is_some_and(|found| found.has_several_hosts()))
            }
            Self::OfTeam { .. } => Ok(true),
            Self::Slug { .. } => Ok(false),
        }
    }

    /// The tenant it is in, also when the event type is deleted.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub(crate) async fn tenant(
        &self,
        api: &Api,
        caller: &Caller,
    ) -> Result<Option<TenantId>, Failure> {
        let found = match self {
            Self::Number(number) => {
                let number = number.to_string();
                let found = api.look_up(caller, NameKind::EventType, "", &number);
                found.await?.map(|(tenant, _)| tenant)
            }
            Self::Slug {
                username,
                organization,
                ..
            } => {
                let found = api.provider_by_username(caller, username, organization.as_deref());
                found.await?.map(|(tenant, _)| tenant)
            }
            Self::OfTeam {
                team, organization, ..
            } => {
                let found = api.team_by_slug(caller, team, organization.as_deref());
                found.await?.map(|(tenant, _)| tenant)
            }
        };
        Ok(found)
    }

    /// Says that it is not there.
    pub(crate) fn absence(&self) -> String {
        match self {
            Self::Number(number) => format!("Event type with id {number} not found."),
            Self::Slug { slug, username, .. } => {
                format!("Event type with slug {slug} belonging to user {username} not found.")
            }
            Self::OfTeam { slug, team, .. } => {
                format!("Event type with slug {slug} belonging to team {team} not found.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_named_as_it_was_asked_for() {
        let number = Selector::Number(EventTypeNumber::new(41));
        assert_eq!(number.absence(), "Event type with id 41 not found.");
        let slug = Selector::Slug {
            slug: "intro".to_owned(),
            username: "ana".to_owned(),
            organization: None,
        };
        assert_eq!(
            slug.absence(),
            "Event type with slug intro belonging to user ana not found."
        );
    }
}
