//! How many bookings a list has, as it was counted before: counting a million takes longer than reading a page of them.
//!
//! A count holds for one head of the tenant's log: rows change only in transactions that move the head, so while it
//! stays a count of bookings whatever the time stays exact. What depends on now is put right by [`super::list`].

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::condition::Filter;
use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;
use crate::ledger::moment::Head;

/// Counts kept at most; the one that was not asked for longest goes first.
const COUNTS_MAX: usize = 1024;

/// Counts of this process. Nothing is lost with them but time.
#[derive(Debug, Default)]
pub struct Counts {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    by_question: BTreeMap<Question, (Counted, u64)>,
    /// Ticks with every use.
    uses: u64,
}

/// What was counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Question {
    /// Whose bookings.
    pub(super) tenant: TenantId,
    /// In which version of the table ([`crate::ledger::live_tables::Naming::epoch`]).
    pub(super) epoch: i64,
    /// Which of them.
    pub(super) filter: Filter,
}

/// What the answer was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// Where the log ended.
    pub(super) head: Head,
    /// What was taken for now.
    pub(super) at: Timestamp,
    /// How many matched.
    pub(super) matches: i64,
}

impl Counts {
    /// What was counted at this head, if anything was.
    pub(super) fn at(&self, question: &Question, head: Head) -> Option<Counted> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let uses = kept.uses;
        let (counted, used) = kept.by_question.get_mut(question)?;
        *used = uses;
        (counted.head == head).then_some(*counted)
    }

    /// Keeps a count, unless one of a later head is there.
    pub(super) fn keep(&self, question: Question, counted: Counted) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let uses = kept.uses;
        if let Some((present, used)) = kept.by_question.get_mut(&question) {
            if present.head.position <= counted.head.position {
                (*present, *used) = (counted, uses);
            }
            return;
        }
        if COUNTS_MAX <= kept.by_question.len() {
            let entries = kept.by_question.iter();
            let oldest = entries.min_by_key(|(_, (_, used))| *used);
            if let Some(oldest) = oldest.map(|(oldest, _)| oldest.clone()) {
                kept.by_question.remove(&oldest);
            }
        }
        kept.by_question.insert(question, (counted, uses));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projections::sample::{at, tenant};

    fn question(epoch: i64) -> Question {
        Question {
            tenant: tenant(),
            epoch,
            filter: Filter::default(),
        }
    }

    fn counted(position: i64, matches: i64) -> Counted {
        Counted {
            head: head(position),
            at: at(0),
            matches,
        }
    }

    fn head(position: i64) -> Head {
        Head {
            position,
            recorded_at: 0,
        }
    }

    #[test]
    fn a_count_holds_for_its_head_and_a_later_one_is_not_replaced() {
        let counts = Counts::default();
        counts.keep(question(0), counted(7, 3));
        counts.keep(question(0), counted(6, 2));
        assert_eq!(counts.at(&question(0), head(7)), Some(counted(7, 3)));
        assert_eq!(counts.at(&question(0), head(6)), None);
        assert_eq!(counts.at(&question(0), head(8)), None);
        assert_eq!(counts.at(&question(1), head(7)), None);
    }

    #[test]
    fn beyond_the_limit_the_one_unused_longest_goes() {
        let counts = Counts::default();
        let max = i64::try_from(COUNTS_MAX).unwrap();
        for epoch in 0..max {
            counts.keep(question(epoch), counted(1, epoch));
        }
        assert!(counts.at(&question(0), head(1)).is_some());
        counts.keep(question(max), counted(1, max));
        assert!(counts.at(&question(0), head(1)).is_some());
        assert_eq!(counts.at(&question(1), head(1)), None);
        assert!(counts.at(&question(max), head(1)).is_some());
    }
}
