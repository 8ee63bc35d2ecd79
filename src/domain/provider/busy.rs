//! Busy time: blocks, out of office, imported events. It refuses new claims, never touches old ones, and may lie over
//! anything, itself included; so its union is kept beside its sources, and a probe is O(log n) like that of claims.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use uuid::Uuid;

use crate::domain::id::BlockId;
use crate::domain::time::Timestamp;

/// Blocks a provider may have in its state: an imported calendar of ten events a day for nearly three years.
pub const BLOCKS_MAX: u32 = 10_000;

/// Days a block stays after its end, so that what was just entered can still be taken back; then it leaves the state,
/// which must stay bounded. Removing it later answers `BlockNotFound`.
const KEPT_DAYS: i64 = 31;

/// From so many blocks that leave at once, the union is built anew instead of mended once per block.
const MENDED_MAX: usize = 16;

/// The busy time of one provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct BusyTime {
    sources: BTreeMap<BlockId, (Timestamp, Timestamp)>,
    by_start: BTreeSet<(Timestamp, BlockId)>,
    by_end: BTreeSet<(Timestamp, BlockId)>,
    /// End by start; disjoint, and never touching: one union has one shape, so replay and snapshot compare equal.
    union: BTreeMap<Timestamp, Timestamp>,
}

const FIRST: BlockId = BlockId::from_uuid(Uuid::nil());

impl BusyTime {
    pub(super) fn knows(&self, block: BlockId) -> bool {
        self.sources.contains_key(&block)
    }

    pub(super) fn len(&self) -> usize {
        self.sources.len()
    }

    /// Merged busy time over `[start, end)`, the last first.
    pub(super) fn over(
        &self,
        start: Timestamp,
        end: Timestamp,
    ) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        self.union
            .range(..end)
            .rev()
            .take_while(move |(_, busy_end)| start < **busy_end)
            .map(|(&start, &end)| (start, end))
    }

    /// Every block with its interval, by id.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (BlockId, Timestamp, Timestamp)> + '_ {
        self.sources
            .iter()
            .map(|(&block, &(start, end))| (block, start, end))
    }

    pub(super) fn insert(&mut self, block: BlockId, start: Timestamp, end: Timestamp) {
        self.remove(block);
        self.sources.insert(block, (start, end));
        self.by_start.insert((start, block));
        self.by_end.insert((end, block));
        self.merge(start, end);
    }

    pub(super) fn remove(&mut self, block: BlockId) {
        let Some(start) = self.forget(block) else {
            return;
        };
        let Some((from, to)) = self
            .union
            .range(..=start)
            .next_back()
            .map(|(&from, &to)| (from, to))
        else {
            return;
        };
        self.union.remove(&from);
        self.merge_sources((from, FIRST), Some((to, FIRST)));
    }

    /// Drops the blocks that ended [`KEPT_DAYS`] before `now` or earlier.
    pub(super) fn forget_old(&mut self, now: Timestamp) {
        let Some(before) = now.checked_sub_signed(Duration::days(KEPT_DAYS)) else {
            return;
        };
        let old: Vec<BlockId> = self
            .by_end
            .range(..(before, FIRST))
            .map(|&(_, block)| block)
            .collect();
        if old.len() < MENDED_MAX {
            for block in old {
                self.remove(block);
            }
            return;
        }
        for block in old {
            self.forget(block);
        }
        self.union.clear();
        if let Some(&first) = self.by_start.first() {
            self.merge_sources(first, None);
        }
    }

    /// Takes a block out of the sources, not out of the union; answers its start.
    fn forget(&mut self, block: BlockId) -> Option<Timestamp> {
        let (start, end) = self.sources.remove(&block)?;
        self.by_start.remove(&(start, block));
        self.by_end.remove(&(end, block));
        Some(start)
    }

    /// Merges the sources that start in a range into the union.
    fn merge_sources(&mut self, from: (Timestamp, BlockId), to: Option<(Timestamp, BlockId)>) {
        let intervals: Vec<(Timestamp, Timestamp)> = self
            .by_start
            .range(from..)
            .take_while(|key| to.is_none_or(|to| **key < to))
            .filter_map(|(_, block)| self.sources.get(block).copied())
            .collect();
        for (start, end) in intervals {
            self.merge(start, end);
        }
    }

    fn merge(&mut self, start: Timestamp, end: Timestamp) {
        if end <= start {
            return;
        }
        let touching: Vec<(Timestamp, Timestamp)> = self
            .union
            .range(..=end)
            .rev()
            .take_while(|(_, busy_end)| start <= **busy_end)
            .map(|(&from, &to)| (from, to))
            .collect();
        let (mut from, mut to) = (start, end);
        for (touched_from, touched_to) in touching {
            self.union.remove(&touched_from);
            from = from.min(touched_from);
            to = to.max(touched_to);
        }
        self.union.insert(from, to);
    }
}
