//! The units of a batch while the append transaction decides which of them stay.

use crate::ledger::unit::{Unit, UnitOutcome};

/// Units with what became of those that left; the others stay.
#[derive(Debug)]
pub(super) struct Candidates<'a> {
    units: &'a [Unit],
    left: Vec<Option<UnitOutcome>>,
}

impl<'a> Candidates<'a> {
    /// Every unit stays, so far.
    pub(super) fn new(units: &'a [Unit]) -> Self {
        Self {
            units,
            left: vec![None; units.len()],
        }
    }

    /// Every unit, staying or not, in batch order.
    pub(super) const fn all(&self) -> &'a [Unit] {
        self.units
    }

    /// Units that stay, in batch order, with their index.
    pub(super) fn staying(&self) -> impl Iterator<Item = (usize, &'a Unit)> + '_ {
        self.units
            .iter()
            .zip(&self.left)
            .enumerate()
            .filter(|(_, (_, left))| left.is_none())
            .map(|(index, (unit, _))| (index, unit))
    }

    /// Whether a unit stays.
    pub(super) fn stays(&self, index: usize) -> bool {
        matches!(self.left.get(index), Some(None))
    }

    /// A unit leaves, whole; the first reason counts.
    pub(super) fn leave(&mut self, index: usize, why: UnitOutcome) {
        if let Some(left) = self.left.get_mut(index) {
            left.get_or_insert(why);
        }
    }

    /// Corrects the reason of a unit that has left.
    pub(super) fn correct(&mut self, index: usize, why: UnitOutcome) {
        if let Some(left @ Some(_)) = self.left.get_mut(index) {
            *left = Some(why);
        }
    }

    /// Outcomes in batch order; `last_positions` are those of the units that stayed, by index.
    pub(super) fn outcomes(self, last_position: impl Fn(usize) -> u64) -> Vec<UnitOutcome> {
        self.left
            .into_iter()
            .enumerate()
            .map(|(index, left)| {
                left.unwrap_or_else(|| UnitOutcome::Committed {
                    last_position: last_position(index),
                })
            })
            .collect()
    }
}
