//! Segments of composite bookings: held, booked, undone; each step as often as it comes.

use super::Provider;
use super::command::SegmentStep;
use super::decision::Decision;
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;

impl Provider {
    /// One step of a segment; what is done already changes nothing.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; for a hold and a confirmation: `StepTooLate`, then as for placing.
    pub(super) fn segment(
        &self,
        _now: Timestamp,
        _step: &SegmentStep,
    ) -> Result<Decision, Rejection> {
        Err(Rejection::StepTooLate)
    }
}
