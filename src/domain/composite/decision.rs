//! What a composite's stream decides.

use super::Composite;
use super::command::CompositeCommand;
use crate::domain::aggregate::Fact;
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;

impl Composite {
    pub(in crate::domain) fn decide(
        &self,
        _now: Timestamp,
        _command: &CompositeCommand,
    ) -> Result<Vec<Fact>, Rejection> {
        Err(Rejection::AlreadyExists)
    }
}
