//! What the handlers of this resource have in common: a caller with a payload, finding, executing and rendering.

use uuid::Uuid;

use super::outcome::Changed;
use super::rendering::{self, View};
use super::target::Target;
use super::{hosts, opening, outcome, target, wire};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::failure::Failure;
use crate::api::payload::Payload;
use crate::api::rejection::{Asked, Doing, failed, refused};
use crate::api::version::Version;
use crate::domain::Command;
use crate::domain::id::{ProviderId, TenantId};
use crate::domain::personal::Personal;
use crate::domain::provider::command::ProviderCommand;
use crate::domain::rejection::Rejection;
use crate::domain::tenant::Role;
use crate::ledger::LedgerError;
use crate::ledger::record::{Addressed, Executed, Idempotency, StreamKey};
use crate::projections::row;

/// A request that changes bookings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BookingRequest<'a> {
    /// The service.
    pub api: &'a Api,
    /// Who asks.
    pub caller: &'a Caller,
    /// With what.
    pub payload: &'a Payload,
    /// In which version.
    pub version: Version,
}

/// What a request came to, with what it was built from.
#[derive(Debug)]
pub(crate) struct Done {
    /// Whose.
    pub tenant: TenantId,
    /// What was recorded.
    pub executed: Executed,
    /// The bookings as they stood before; none for a replay, which is rendered from the log alone.
    pub before: Vec<row::Booking>,
    /// What was typed with a command that begins wire bookings; nothing for a replay.
    pub typed: Personal,
}

impl BookingRequest<'_> {
    /// The outcome of a request, or the recorded one where the api refused by itself: see [`Api::settled`]. `tenant` is
    /// asked only then.
    ///
    /// # Errors
    /// As [`Api::settled`].
    pub(crate) async fn settled(
        &self,
        asked: &Asked<'_>,
        outcome: Result<Done, Failure>,
        tenant: impl Future<Output = Result<Option<TenantId>, Failure>>,
    ) -> Result<Done, Failure> {
        let failure = match outcome {
            Err(failure) if self.payload.is_keyed() => failure,
            outcome => return outcome,
        };
        let known = match self.caller.tenant {
            Some(own) => Some(own),
            None => tenant.await?,
        };
        let Some(known) = known else {
            return Err(failure);
        };
        let (api, caller, payload) = (self.api, self.caller, self.payload);
        let executed = api
            .settled(caller, payload, Some(known), asked, Err(failure))
            .await?;
        Ok(Done {
            tenant: known,
            executed,
            before: Vec::new(),
            typed: Personal::default(),
        })
    }

    /// What a uid names.
    ///
    /// # Errors
    /// 404 when there is no such booking for this caller.
    pub(crate) async fn target(&self, asked: &Asked<'_>) -> Result<Target, Failure> {
        target::find(self.api, self.caller, asked.uid)
            .await?
            .ok_or_else(|| refused(&Rejection::BookingNotFound, asked))
    }

    /// The one booking a uid names.
    ///
    /// # Errors
    /// 404 when there is no such booking for this caller, or the uid is a series'.
    pub(crate) async fn booking(
        &self,
        asked: &Asked<'_>,
    ) -> Result<(TenantId, row::Booking), Failure> {
        let target = self.target(asked).await?;
        let row = target
            .single()
            .ok_or_else(|| refused(&Rejection::BookingNotFound, asked))?;
        Ok((target.tenant, row.clone()))
    }

    /// Executes commands of providers of one tenant, linked.
    ///
    /// # Errors
    /// What the ledger answers, in the words of what was asked.
    pub(crate) async fn execute(
        &self,
        tenant: TenantId,
        commands: Vec<(ProviderId, ProviderCommand)>,
        asked: &Asked<'_>,
    ) -> Result<Executed, Failure> {
        let idempotency = self.payload.idempotency(self.api, self.caller, tenant)?;
        let context = self.caller.context(tenant, idempotency);
        let commands = addressed(tenant, commands);
        self.api.execute(context, commands, asked).await
    }

    /// Executes the first of several ways that the rules do not refuse. Only the last refusal is the answer, and bound to
    /// the key; every other one is followed by the next way.
    ///
    /// # Errors
    /// As [`Self::execute`]; 500 without any way.
    pub(crate) async fn execute_first(
        &self,
        tenant: TenantId,
        ways: Vec<Vec<(ProviderId, ProviderCommand)>>,
        asked: &Asked<'_>,
    ) -> Result<Executed, Failure> {
        let idempotency = self.payload.idempotency(self.api, self.caller, tenant)?;
        let mut left = ways.len();
        for commands in ways {
            left = left.saturating_sub(1);
            let key = idempotency.clone().map(|key| Idempotency {
                binds_refusals: left == 0,
                ..key
            });
            let context = self.caller.context(tenant, key);
            let commands = addressed(tenant, commands);
            match self.api.ledger.execute(context, commands).await {
                Err(LedgerError::Refused {
                    replayed: false, ..
                }) if 0 < left => {}
                outcome => return outcome.map_err(|error| failed(error, asked)),
            }
        }
        Err(Failure::internal())
    }

    /// The bookings a command changed, rendered as they stood after it, occurrences of a series in order. With `begun`
    /// the command begins wire bookings: what was typed with it a moment ago is not opened again.
    ///
    /// # Errors
    /// 500 or 503 when they cannot be read.
    pub(crate) async fn rendered(
        &self,
        done: &Done,
        changed: &[Changed],
        begun: bool,
    ) -> Result<Vec<wire::Booking>, Failure> {
        let Done {
            tenant, executed, ..
        } = done;
        let tenant = *tenant;
        let reading = |error| failed(error, &Asked::new(Doing::Read));
        let ledger = &self.api.ledger;
        let rows = outcome::rows(ledger, tenant, executed, &done.before, changed)
            .await
            .map_err(reading)?;
        let new = begun.then_some(&done.typed);
        let opened = match new.and_then(|typed| opening::just_typed(executed, &rows, typed)) {
            Some(opened) => opened,
            None => opening::open_rows(ledger, tenant, &rows)
                .await
                .map_err(|error| reading(error.into()))?,
        };
        let mut bookings: Vec<_> = rows.iter().zip(&opened).zip(changed).collect();
        bookings.sort_by_key(|((row, _), _)| row.series.as_ref().map(|place| place.index));
        Ok(bookings
            .into_iter()
            .map(|((row, typed), change)| {
                let view = View {
                    is_new: begun,
                    seat: change.seat,
                    ..view(self.caller, self.version, tenant, row)
                };
                rendering::booking(row, typed, view)
            })
            .collect())
    }

    /// The e-mail address of whom the caller acts as, when it acts as somebody.
    ///
    /// # Errors
    /// 500 or 503 when it cannot be read.
    pub(crate) async fn acting_email(&self, tenant: TenantId) -> Result<Option<String>, Failure> {
        let own = self.caller.tenant == Some(tenant);
        let Some(provider) = self.caller.provider.filter(|_| own) else {
            return Ok(None);
        };
        let row = self.api.provider_row(tenant, provider).await?;
        Ok(row.map(|row| row.profile.email))
    }

    /// A random UUID, for uids that whoever knows them may act on.
    pub(crate) fn random_uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.api.ids.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

fn addressed(tenant: TenantId, commands: Vec<(ProviderId, ProviderCommand)>) -> Vec<Addressed> {
    commands
        .into_iter()
        .map(|(provider, command)| Addressed {
            stream: StreamKey::provider(tenant, provider),
            command: Command::Provider(Box::new(command)),
        })
        .collect()
}

/// How a caller sees a booking: the tenant's people and its hosts see who comes, others what the event type shows.
pub(crate) fn view(
    caller: &Caller,
    version: Version,
    tenant: TenantId,
    row: &row::Booking,
) -> View {
    let is_agent = caller.role == Role::Agent && caller.tenant == Some(tenant);
    View {
        shows_attendees: is_agent || hosts::speaks_for(caller, tenant, row),
        keeps_cancelled_seats: Version::V2026_02_25 <= version,
        ..View::default()
    }
}
