//! Steps that fail as a test says.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use daybook::domain::Command;
use daybook::domain::composite::command::CompositeCommand;
use daybook::domain::provider::command::{ProviderCommand, SegmentAction};
use daybook::ledger::database::DatabaseError;
use daybook::ledger::record::{Addressed, CommandContext, Executed};
use daybook::ledger::{Ledger, LedgerError};
use daybook::sagas::Steps;

/// How a write fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The ledger does not take it.
    Unavailable,
    /// The database does not.
    Database,
    /// It is written, and the answer is lost.
    Lost,
    /// Nothing is written, and nothing is answered.
    Silence,
}

/// What is about to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// One segment is held, by itself.
    Hold(u32),
    /// One segment is confirmed, by itself.
    Confirm(u32),
    /// One segment is undone, by itself.
    Compensate(u32),
    /// The request, alone or with every hold.
    Request,
    /// Every segment's step and the composite's settlement.
    Together,
    /// What came of a step, or of all.
    Record,
}

impl Writing {
    fn of(commands: &[Addressed]) -> Self {
        let first = &commands[0].command;
        if let Command::Provider(command) = first {
            let ProviderCommand::Segment(step) = command.as_ref() else {
                panic!("is no step: {command:?}");
            };
            return match &step.action {
                SegmentAction::Hold(_) => Self::Hold(step.segment),
                SegmentAction::Confirm(_) => Self::Confirm(step.segment),
                SegmentAction::Compensate { .. } => Self::Compensate(step.segment),
            };
        }
        if matches!(first, Command::Composite(CompositeCommand::Request(_))) {
            Self::Request
        } else if 1 < commands.len() {
            Self::Together
        } else {
            Self::Record
        }
    }
}

type Rule = Box<dyn Fn(Writing) -> Option<Fault> + Send + Sync>;

/// The ledger, but for what a rule says fails.
pub(super) struct Faulty {
    ledger: Arc<Ledger>,
    rule: Rule,
}

impl Faulty {
    pub(super) fn new(
        ledger: &Arc<Ledger>,
        rule: impl Fn(Writing) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        Self {
            ledger: Arc::clone(ledger),
            rule: Box::new(rule),
        }
    }
}

impl fmt::Debug for Faulty {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Faulty")
    }
}

#[async_trait]
impl Steps for Faulty {
    async fn execute(
        &self,
        context: CommandContext,
        commands: Vec<Addressed>,
    ) -> Result<Executed, LedgerError> {
        match (self.rule)(Writing::of(&commands)) {
            None => self.ledger.execute(context, commands).await,
            Some(Fault::Unavailable) => Err(LedgerError::Unavailable),
            Some(Fault::Database) => Err(LedgerError::Database(DatabaseError::Driver(
                sqlx::Error::PoolTimedOut,
            ))),
            Some(Fault::Lost) => {
                self.ledger.execute(context, commands).await?;
                Err(LedgerError::OutcomeUnknown)
            }
            Some(Fault::Silence) => std::future::pending().await,
        }
    }
}
