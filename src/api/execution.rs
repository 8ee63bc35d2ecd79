//! Executing a command of a request: built from what was read, and built anew when that has moved on.

use super::Api;
use super::caller::Caller;
use super::failure::{Failure, Standing};
use super::payload::Payload;
use super::rejection::{Asked, failed};
use crate::domain::id::TenantId;
use crate::ledger::NumberKind;
use crate::ledger::record::{Addressed, CommandContext, Executed};

/// How often a request is built anew before the caller is told to try again.
const ATTEMPTS_MAX: usize = 3;

/// Runs `once` until it succeeds or fails for another reason than that what it read has moved on.
///
/// # Errors
/// Its failure; after three lost races the last one: 409 or 503.
pub async fn attempted<T, F, Attempt>(mut once: F) -> Result<T, Failure>
where
    F: FnMut() -> Attempt,
    Attempt: Future<Output = Result<T, Failure>>,
{
    let mut attempt = 1;
    loop {
        match once().await {
            Err(failure) if failure.is_stale() && attempt < ATTEMPTS_MAX => attempt += 1,
            outcome => return outcome,
        }
    }
}

impl Api {
    /// What a request came to: its outcome, unless the api refused by itself what the ledger has answered before.
    ///
    /// Checks of the api (is it still there, is it still the caller's, `If-Match`) may fail the second time only because
    /// of what the first time did, so a keyed request that fails one of them is looked up: one indexed read. Requests
    /// that succeed, and those without a key, read nothing here.
    ///
    /// # Errors
    /// The recorded refusal; the api's own when the key is not bound; 422 when it is bound to another request.
    pub async fn settled(
        &self,
        caller: &Caller,
        payload: &Payload,
        tenant: Option<TenantId>,
        asked: &Asked<'_>,
        outcome: Result<Executed, Failure>,
    ) -> Result<Executed, Failure> {
        let failure = match outcome {
            Err(failure) if failure.refusal().standing == Standing::Unasked => failure,
            outcome => return outcome,
        };
        let Some(tenant) = tenant.or(caller.tenant) else {
            return Err(failure);
        };
        let Some(idempotency) = payload.idempotency(self, caller, tenant)? else {
            return Err(failure);
        };
        let recorded = self.ledger.recorded_outcome(tenant, &idempotency).await;
        let recorded = recorded.map_err(|error| failed(error, asked))?;
        recorded.ok_or(failure)
    }

    /// Executes commands, and says in the api's words why they were not executed.
    ///
    /// # Errors
    /// See [`failed`].
    pub async fn execute(
        &self,
        context: CommandContext,
        commands: Vec<Addressed>,
        asked: &Asked<'_>,
    ) -> Result<Executed, Failure> {
        self.ledger
            .execute(context, commands)
            .await
            .map_err(|error| failed(error, asked))
    }

    /// Draws a wire number.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub async fn draw(&self, kind: NumberKind, asked: &Asked<'_>) -> Result<i32, Failure> {
        self.ledger
            .draw_number(kind)
            .await
            .map_err(|error| failed(error, asked))
    }

    /// Draws wire numbers, ascending.
    ///
    /// # Errors
    /// As [`Self::draw`].
    pub async fn draw_many(
        &self,
        kind: NumberKind,
        count: usize,
        asked: &Asked<'_>,
    ) -> Result<Vec<i32>, Failure> {
        self.ledger
            .draw_numbers(kind, count)
            .await
            .map_err(|error| failed(error, asked))
    }
}
