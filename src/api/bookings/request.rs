//! What the handlers of this resource have in common: a caller with a payload, finding, executing and rendering.

use axum::response::Response;
use uuid::Uuid;

use super::outcome::Changed;
use super::people::{self, Person};
use super::rendering::{self, Opened, View};
use super::target::Target;
use super::{opening, outcome, target, wire};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::envelope::success;
use crate::api::failure::Failure;
use crate::api::idempotency;
use crate::api::payload::Payload;
use crate::api::rejection::{Asked, Doing, failed, refused};
use crate::api::turns::{Linked, addressed};
use crate::api::version::Version;
use crate::domain::id::{AttendeeNumber, TenantId};
use crate::domain::personal::Personal;
use crate::domain::provider::command::ProviderCommand;
use crate::domain::rejection::Rejection;
use crate::ledger::NumberKind;
use crate::ledger::record::{Addressed, CommandContext, Executed};
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
    /// Whether one segment of a composite booking is to be changed alone.
    pub alone: bool,
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

    /// Draws wire numbers for so many attendees.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub(crate) async fn attendee_numbers(
        &self,
        count: usize,
        asked: &Asked<'_>,
    ) -> Result<Vec<AttendeeNumber>, Failure> {
        let drawn = self.api.draw_many(NumberKind::Attendee, count, asked);
        Ok(drawn.await?.into_iter().map(AttendeeNumber::new).collect())
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
        commands: Linked,
        asked: &Asked<'_>,
    ) -> Result<Executed, Failure> {
        let context = self.context(tenant)?;
        let commands = addressed(tenant, commands);
        self.api.execute(context, commands, asked).await
    }

    /// What a command of this request comes with.
    ///
    /// # Errors
    /// 400 for a key that is none.
    pub(crate) fn context(&self, tenant: TenantId) -> Result<CommandContext, Failure> {
        let idempotency = self.payload.idempotency(self.api, self.caller, tenant)?;
        Ok(self.caller.context(tenant, idempotency))
    }

    /// See [`Api::execute_first`].
    ///
    /// # Errors
    /// As it.
    pub(crate) async fn execute_first(
        &self,
        tenant: TenantId,
        ways: Vec<Vec<Addressed>>,
        asked: &Asked<'_>,
    ) -> Result<Executed, Failure> {
        let (caller, payload) = (self.caller, self.payload);
        self.api
            .execute_first(caller, payload, tenant, ways, asked)
            .await
    }

    /// The one booking a uid names, for who may see and say who comes to it: who speaks for its host, and the tenant's
    /// agents.
    ///
    /// # Errors
    /// As [`Self::booking`]; 403 for other people of the tenant.
    pub(crate) async fn attended(
        &self,
        asked: &Asked<'_>,
    ) -> Result<(TenantId, row::Booking), Failure> {
        let (tenant, row) = self.booking(asked).await?;
        if view(self.caller, self.version, tenant, &row).shows_attendees {
            return Ok((tenant, row));
        }
        Err(Failure::forbidden(
            "You do not have permission to manage this booking",
        ))
    }

    /// A booking as the caller sees it.
    ///
    /// # Errors
    /// 500 or 503 when it cannot be read.
    pub(crate) async fn shown(
        &self,
        tenant: TenantId,
        row: &row::Booking,
    ) -> Result<wire::Booking, Failure> {
        let opened = self.opened(tenant, row).await?;
        let view = view(self.caller, self.version, tenant, row);
        Ok(rendering::booking(row, &opened, view))
    }

    /// Everybody who comes to a booking.
    ///
    /// # Errors
    /// 500 or 503 when they cannot be read.
    pub(crate) async fn people(
        &self,
        tenant: TenantId,
        row: &row::Booking,
    ) -> Result<Vec<Person>, Failure> {
        Ok(people::of(row, &self.opened(tenant, row).await?))
    }

    /// What was typed about a booking.
    ///
    /// # Errors
    /// 500 or 503 when it cannot be read.
    pub(crate) async fn opened(
        &self,
        tenant: TenantId,
        row: &row::Booking,
    ) -> Result<Opened, Failure> {
        let rows = std::slice::from_ref(row);
        let opened = opening::open_rows(&self.api.ledger, tenant, rows)
            .await
            .map_err(|error| failed(error.into(), &Asked::new(Doing::Read)))?;
        Ok(opened.into_iter().next().unwrap_or_default())
    }

    /// Executes a command on the one booking it was built from, which keeps its uid, with what it does to the shares of
    /// co-hosts.
    ///
    /// # Errors
    /// As [`Self::execute`].
    pub(crate) async fn done_on(
        &self,
        tenant: TenantId,
        row: row::Booking,
        command: ProviderCommand,
        shares: Linked,
        asked: &Asked<'_>,
    ) -> Result<Done, Failure> {
        let asked = asked.hosts(row.hosts().count());
        let mut commands = shares;
        commands.insert(0, (row.provider, command));
        Ok(Done {
            tenant,
            executed: self.execute(tenant, commands, &asked).await?,
            before: vec![row],
            typed: Personal::default(),
        })
    }

    /// Answers a request on one booking, of a caller with credentials, with the booking as it stands after it.
    ///
    /// # Errors
    /// The outcome's; 500 or 503 when the booking cannot be rendered.
    pub(crate) async fn answered(
        &self,
        asked: &Asked<'_>,
        outcome: Result<Done, Failure>,
    ) -> Result<Response, Failure> {
        let tenant = async { Ok(self.caller.tenant) };
        let done = self.settled(asked, outcome, tenant).await?;
        let changed = outcome::answered(&done.executed, asked.uid);
        let changed = changed.ok_or_else(Failure::internal)?;
        let mut bookings = self.rendered(&done, &[changed], false).await?;
        let booking = bookings.pop().ok_or_else(Failure::internal)?;
        let replayed = done.executed.replayed;
        Ok(idempotency::marked(success(booking), replayed))
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

    /// The one booking a command changed, as it stands after it.
    ///
    /// # Errors
    /// 500 or 503 when it cannot be read.
    pub(crate) async fn row_after(
        &self,
        done: &Done,
        changed: Changed,
    ) -> Result<row::Booking, Failure> {
        let (executed, before) = (&done.executed, &done.before);
        let rows = outcome::rows(&self.api.ledger, done.tenant, executed, before, &[changed])
            .await
            .map_err(|error| failed(error, &Asked::new(Doing::Read)))?;
        rows.into_iter().next().ok_or_else(Failure::internal)
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

/// How a caller sees a booking: the tenant's people and its hosts see who comes, others what the event type shows.
pub(crate) fn view(
    caller: &Caller,
    version: Version,
    tenant: TenantId,
    row: &row::Booking,
) -> View {
    View {
        shows_attendees: target::manages(caller, tenant, row),
        keeps_cancelled_seats: Version::V2026_02_25 <= version,
        ..View::default()
    }
}
