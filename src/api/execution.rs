//! Executing a command of a request: built from what was read, and built anew when that has moved on.

use super::Api;
use super::failure::Failure;
use super::rejection::{Asked, failed};
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
}
