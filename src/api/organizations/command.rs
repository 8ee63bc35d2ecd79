//! What is done with days out of office of one user.

use axum::response::Response;

use super::body::{self, Given};
use super::wire;
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::envelope::{created, success};
use crate::api::event_types::number_in_path;
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::idempotency::marked;
use crate::api::payload::Payload;
use crate::api::rejection::{Asked, Doing, failed, refused};
use crate::domain::id::{BlockId, KeyId, OutOfOfficeNumber, ProviderId, ProviderNumber, TenantId};
use crate::domain::personal::Personal;
use crate::domain::provider::command::{ProviderCommand, RemoveOutOfOffice, SetOutOfOffice};
use crate::domain::provider::event::Redirect;
use crate::domain::{Command, Rejection, Sealable};
use crate::ledger::NumberKind;
use crate::ledger::record::{Addressed, Executed, SealedPersonal, StreamKey};
use crate::ledger::unit::NameKind;
use crate::projections::out_of_office::{self, Filter};
use crate::projections::{Part, row};

const ASKED: Asked<'static> = Asked::new(Doing::OutOfOffice);

/// A request about one user of an organization.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'a> {
    api: &'a Api,
    caller: &'a Caller,
    organization: &'a str,
    user: &'a str,
}

/// Lists entries.
pub(super) async fn list(
    api: &Api,
    tenant: TenantId,
    (filter, part): (Filter, Part),
) -> Result<Response, Failure> {
    let rows = out_of_office::list(api.ledger.database(), tenant, &filter, part)
        .await
        .map_err(|error| failed(error.into(), &ASKED))?;
    let sealed: Vec<_> = rows.iter().filter_map(|row| row.notes.clone()).collect();
    let mut notes = notes(api, tenant, &sealed).await?.into_iter();
    let shown: Vec<_> = rows
        .iter()
        .map(|row| {
            let notes = row.notes.as_ref().and_then(|_| notes.next().flatten());
            wire::OutOfOffice::of(&row.entry, notes)
        })
        .collect();
    Ok(success(shown))
}

impl<'a> Request<'a> {
    pub(super) const fn new(
        api: &'a Api,
        caller: &'a Caller,
        organization: &'a str,
        user: &'a str,
    ) -> Self {
        Self {
            api,
            caller,
            organization,
            user,
        }
    }

    /// The user of the path, for whom the caller must speak; anybody else is answered as absent.
    pub(super) async fn user(self) -> Result<(TenantId, ProviderId), Failure> {
        let tenant = self
            .api
            .organization(self.caller, self.organization)
            .await?;
        let absent = || Failure::not_found(format!("User with ID={} not found", self.user));
        let number = number_in_path(self.user)?.ok_or_else(absent)?;
        let provider = self.named(number).await?.ok_or_else(absent)?;
        if self.caller.speaks_for(tenant, provider) {
            Ok((tenant, provider))
        } else {
            Err(absent())
        }
    }

    pub(super) async fn enter(self, payload: &Payload) -> Result<Response, Failure> {
        let given = body::new(payload.object()?)?;
        let outcome = attempted(async || {
            let (tenant, provider) = self.user().await?;
            let number = self.api.draw(NumberKind::OutOfOffice, &ASKED).await?;
            let set = SetOutOfOffice {
                expected: None,
                ..self
                    .set(OutOfOfficeNumber::new(number), &given, None)
                    .await?
            };
            let command = ProviderCommand::EnterOutOfOffice(set);
            self.execute(payload, tenant, provider, command).await
        })
        .await;
        let executed = self.settled(payload, outcome).await?;
        let shown = self.recorded(&executed).await?;
        Ok(marked(created(shown), executed.replayed))
    }

    pub(super) async fn change(self, entry: &str, payload: &Payload) -> Result<Response, Failure> {
        let body = payload.object()?;
        // Merged into the entry as it is, and merged again when somebody else changed it meanwhile.
        let outcome = attempted(async || {
            let (tenant, provider) = self.user().await?;
            let row = self.entry(tenant, provider, entry).await?;
            let known = notes(self.api, tenant, row.notes.as_slice()).await?;
            let base = Given {
                first: row.entry.first,
                last: row.entry.last,
                reason: row.entry.reason,
                notes: known.into_iter().flatten().next(),
                to_user: row.entry.redirect.map(|redirect| redirect.number.get()),
            };
            let given = body::changed(body, &base)?;
            let set = self.set(row.entry.number, &given, Some(&row)).await?;
            let command = ProviderCommand::ChangeOutOfOffice(set);
            self.execute(payload, tenant, provider, command).await
        })
        .await;
        let executed = self.settled(payload, outcome).await?;
        let shown = self.recorded(&executed).await?;
        Ok(marked(success(shown), executed.replayed))
    }

    pub(super) async fn remove(self, entry: &str, payload: &Payload) -> Result<Response, Failure> {
        let outcome = attempted(async || {
            let (tenant, provider) = self.user().await?;
            let row = self.entry(tenant, provider, entry).await?;
            let known = notes(self.api, tenant, row.notes.as_slice()).await?;
            let known = known.into_iter().flatten().next();
            let command = ProviderCommand::RemoveOutOfOffice(RemoveOutOfOffice {
                number: row.entry.number,
                expected: Some(row.version),
                sealable: self.sealable(known, Some(&row)),
            });
            self.execute(payload, tenant, provider, command).await
        })
        .await;
        let executed = self.settled(payload, outcome).await?;
        let shown = self.recorded(&executed).await?;
        Ok(marked(success(shown), executed.replayed))
    }

    /// The entry of the path.
    async fn entry(
        self,
        tenant: TenantId,
        provider: ProviderId,
        id: &str,
    ) -> Result<row::OutOfOffice, Failure> {
        let absent = || refused(&Rejection::OutOfOfficeNotFound, &ASKED);
        let number = OutOfOfficeNumber::new(number_in_path(id)?.ok_or_else(absent)?);
        out_of_office::by_number(self.api.ledger.database(), tenant, provider, number)
            .await
            .map_err(|error| failed(error.into(), &ASKED))?
            .ok_or_else(absent)
    }

    async fn set(
        self,
        number: OutOfOfficeNumber,
        given: &Given,
        known: Option<&row::OutOfOffice>,
    ) -> Result<SetOutOfOffice, Failure> {
        let redirect = match given.to_user {
            None => None,
            Some(to_user) => {
                let text = "toUserId must be a user of this organization";
                let provider = self.named(to_user).await?;
                Some(Redirect {
                    provider: provider.ok_or_else(|| Failure::bad_request(text))?,
                    number: ProviderNumber::new(to_user),
                })
            }
        };
        Ok(SetOutOfOffice {
            number,
            block: BlockId::from_uuid(self.api.ids.uuid()),
            first: given.first,
            last: given.last,
            reason: given.reason,
            redirect,
            expected: known.map(|row| row.version),
            sealable: self.sealable(given.notes.clone(), known),
        })
    }

    /// Notes, under the key they have, or under a new one.
    fn sealable(self, notes: Option<String>, known: Option<&row::OutOfOffice>) -> Option<Sealable> {
        let reason = Some(notes?);
        let key = known.and_then(|row| row.notes.as_ref()).map(|it| it.key);
        Some(Sealable {
            key: key.unwrap_or_else(|| KeyId::from_uuid(self.api.ids.uuid())),
            key_is_new: key.is_none(),
            personal: Personal {
                reason,
                ..Personal::default()
            },
        })
    }

    async fn named(self, number: i32) -> Result<Option<ProviderId>, Failure> {
        let found = self
            .api
            .provider_named(self.caller, NameKind::Provider, &number.to_string())
            .await?;
        Ok(found.map(|(_, provider)| provider))
    }

    async fn execute(
        self,
        payload: &Payload,
        tenant: TenantId,
        provider: ProviderId,
        command: ProviderCommand,
    ) -> Result<Executed, Failure> {
        let idempotency = payload.idempotency(self.api, self.caller, tenant)?;
        let context = self.caller.context(tenant, idempotency);
        let addressed = Addressed {
            stream: StreamKey::provider(tenant, provider),
            command: Command::Provider(Box::new(command)),
        };
        self.api.execute(context, vec![addressed], &ASKED).await
    }

    /// The recorded outcome where user or entry are not found any more.
    async fn settled(
        self,
        payload: &Payload,
        outcome: Result<Executed, Failure>,
    ) -> Result<Executed, Failure> {
        let tenant = self.caller.tenant;
        self.api
            .settled(self.caller, payload, tenant, &ASKED, outcome)
            .await
    }

    /// The entry as a command recorded it: first answer and replay are the same.
    async fn recorded(self, executed: &Executed) -> Result<wire::OutOfOffice, Failure> {
        let mut events = executed.events.iter();
        let (event, entry) = events
            .find_map(|event| Some((event, out_of_office::entry(event)?)))
            .ok_or_else(Failure::internal)?;
        let tenant = event.stream.tenant;
        let opened = notes(self.api, tenant, event.personal.as_slice()).await?;
        Ok(wire::OutOfOffice::of(
            entry,
            opened.into_iter().flatten().next(),
        ))
    }
}

/// Notes, in the order of what is sealed; `None` where they are erased.
async fn notes(
    api: &Api,
    tenant: TenantId,
    sealed: &[SealedPersonal],
) -> Result<Vec<Option<String>>, Failure> {
    let opened = api
        .ledger
        .vault()
        .open(api.ledger.database(), tenant, sealed)
        .await
        .map_err(|error| failed(error.into(), &ASKED))?;
    let notes = opened.into_iter();
    Ok(notes.map(|personal| personal?.reason).collect())
}
