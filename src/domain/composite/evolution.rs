//! How a composite's events fold.

use super::Composite;
use super::event::CompositeEvent;

impl Composite {
    pub(in crate::domain) fn evolve(&mut self, sequence: u64, _event: &CompositeEvent) {
        self.version = sequence;
    }
}
