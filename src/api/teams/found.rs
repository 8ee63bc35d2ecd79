//! Finding teams, and the users they name.

use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::directory::member;
use crate::api::event_types::number_in_path;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing, failed};
use crate::domain::State;
use crate::domain::id::{ProviderId, TeamId, TenantId};
use crate::domain::tenant::team::Team;
use crate::ledger::record::StreamKey;
use crate::ledger::unit::NameKind;
use crate::projections::{providers, row};

impl Api {
    /// The team with a slug: of the named organisation, else of the caller's tenant, else wherever it is unique.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn team_by_slug(
        &self,
        caller: &Caller,
        slug: &str,
        organization: Option<&str>,
    ) -> Result<Option<(TenantId, TeamId)>, Failure> {
        let Some(scope) = self.scope(caller, organization).await? else {
            return Ok(None);
        };
        self.look_up(caller, NameKind::TeamSlug, &scope, slug)
            .await?
            .map(|(tenant, target)| Ok((tenant, member(&target, "team")?)))
            .transpose()
    }

    /// The team with a wire number.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn team_by_number(
        &self,
        caller: &Caller,
        number: i32,
    ) -> Result<Option<(TenantId, TeamId)>, Failure> {
        self.look_up(caller, NameKind::Team, "", &number.to_string())
            .await?
            .map(|(tenant, target)| Ok((tenant, member(&target, "team")?)))
            .transpose()
    }

    /// The team named in a path.
    ///
    /// # Errors
    /// 400 when it is not a number, 404 when there is no such team for this caller.
    pub(super) async fn team_in_path(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<(TenantId, Team), Failure> {
        let absent = || Failure::not_found(format!("Team with id {id} not found"));
        let number = number_in_path(id)?.ok_or_else(absent)?;
        self.team(caller, number).await?.ok_or_else(absent)
    }

    /// The team with a wire number, as it is now.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub async fn team(
        &self,
        caller: &Caller,
        number: i32,
    ) -> Result<Option<(TenantId, Team)>, Failure> {
        let Some((tenant, named)) = self.team_by_number(caller, number).await? else {
            return Ok(None);
        };
        let mut teams = self.teams(tenant).await?.into_iter();
        let team = teams.find(|team| team.team == named);
        Ok(team.map(|team| (tenant, team)))
    }

    /// Every team of a tenant.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub(super) async fn teams(&self, tenant: TenantId) -> Result<Vec<Team>, Failure> {
        let found = self.ledger.state(StreamKey::tenant(tenant)).await;
        let found = found.map_err(|error| failed(error, &Asked::new(Doing::Read)))?;
        Ok(match found.as_deref() {
            Some(State::Tenant(state)) => state.teams.values().cloned().collect(),
            Some(_) | None => Vec::new(),
        })
    }

    /// A user of the tenant that can be booked.
    ///
    /// # Errors
    /// 404 when there is none of that number, 400 when it cannot be booked.
    pub(super) async fn member_named(
        &self,
        caller: &Caller,
        tenant: TenantId,
        number: i32,
    ) -> Result<row::Provider, Failure> {
        let absent = || Failure::not_found(format!("User with ID={number} not found"));
        let named = number.to_string();
        let found = self
            .provider_named(caller, NameKind::Provider, &named)
            .await?;
        let (_, provider) = found.ok_or_else(absent)?;
        let row = self.provider_row(tenant, provider).await?;
        let row = row.ok_or_else(absent)?;
        if row.bookable {
            Ok(row)
        } else {
            Err(Failure::bad_request(format!(
                "User with ID={number} can't be booked."
            )))
        }
    }

    /// Wire numbers of providers, in their order.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub(super) async fn numbers_of(
        &self,
        tenant: TenantId,
        members: &[ProviderId],
    ) -> Result<Vec<i32>, Failure> {
        let rows = providers::by_ids(self.ledger.database(), tenant, members)
            .await
            .map_err(|error| failed(error.into(), &Asked::new(Doing::Read)))?;
        let number = |id: &ProviderId| rows.iter().find(|row| row.provider == *id);
        Ok(members
            .iter()
            .filter_map(number)
            .map(|row| row.number.get())
            .collect())
    }
}
