//! What sagas have come to since the process began.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::composite::{Action, Composite, Phase};

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepOutcome {
    /// It is done, or was done already.
    Done,
    /// The provider's rules refused it.
    Refused,
    /// The provider could not be asked, as often as it is tried.
    Failed,
}

/// Counts since the process began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SagaStatistics {
    /// Steps by what was asked (`hold`, `confirm`, `compensate`) and how it ended (`done`, `refused`, `failed`).
    pub steps: Vec<(&'static str, &'static str, u64)>,
    /// Drives that ended, by how the composite stood then (`confirmed`, `pending`, `rolledBack`, `stuck`).
    pub ended: Vec<(&'static str, u64)>,
}

const ACTIONS: [&str; 3] = ["hold", "confirm", "compensate"];
const OUTCOMES: [&str; 3] = ["done", "refused", "failed"];
const ENDS: [&str; 4] = ["confirmed", "pending", "rolledBack", "stuck"];

/// The same, being counted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    steps: [[AtomicU64; 3]; 3],
    ended: [AtomicU64; 4],
}

impl Counts {
    /// Counts steps of one kind.
    pub(super) fn steps(&self, action: Action, outcome: StepOutcome, count: usize) {
        let row = match action {
            Action::Hold => &self.steps[0],
            Action::Confirm => &self.steps[1],
            Action::Compensate => &self.steps[2],
        };
        let cell = match outcome {
            StepOutcome::Done => &row[0],
            StepOutcome::Refused => &row[1],
            StepOutcome::Failed => &row[2],
        };
        cell.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Counts a drive that has nothing more to do.
    pub(super) fn ended(&self, composite: &Composite) {
        let cell = match composite.phase() {
            Phase::Confirmed => &self.ended[0],
            Phase::Pending => &self.ended[1],
            Phase::RolledBack(_) => &self.ended[2],
            Phase::Stuck { .. } => &self.ended[3],
            Phase::Absent
            | Phase::Requested
            | Phase::Compensating(_)
            | Phase::Abandoned
            | Phase::Cancelled => return,
        };
        cell.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn statistics(&self) -> SagaStatistics {
        let steps = ACTIONS.iter().zip(&self.steps).flat_map(|(action, row)| {
            OUTCOMES
                .iter()
                .zip(row)
                .map(|(outcome, cell)| (*action, *outcome, cell.load(Ordering::Relaxed)))
        });
        let ended = ENDS
            .iter()
            .zip(&self.ended)
            .map(|(end, cell)| (*end, cell.load(Ordering::Relaxed)));
        SagaStatistics {
            steps: steps.collect(),
            ended: ended.collect(),
        }
    }
}
