//! Bookings that are segments of a composite booking: what is done to one of them is recorded with the whole.

use super::request::BookingRequest;
use crate::api::composites::finding::Known;
use crate::api::failure::Failure;
use crate::api::rejection::Asked;
use crate::api::turns::{Linked, addressed, joined};
use crate::domain::Command;
use crate::domain::composite::Phase;
use crate::domain::composite::command::{CompositeCommand, SegmentChange};
use crate::domain::id::TenantId;
use crate::domain::provider::event::SegmentPlace;
use crate::ledger::record::{Addressed, Executed, StreamKey};

impl BookingRequest<'_> {
    /// Changes one segment alone, and records it with the composite booking; not with one that was given up as it was.
    ///
    /// # Errors
    /// As [`Self::execute`]; 409 when the composite booking has not settled.
    pub(crate) async fn segment_alone(
        &self,
        tenant: TenantId,
        place: SegmentPlace,
        change: SegmentChange,
        commands: Linked,
        asked: &Asked<'_>,
    ) -> Result<Executed, Failure> {
        let known = Known::read(self.api, tenant, place.composite).await?;
        let mut linked = addressed(tenant, commands);
        if *known.composite()?.phase() != Phase::Abandoned {
            linked.insert(0, changed(tenant, place, change));
        }
        self.execute_joined(tenant, linked, asked).await
    }

    /// Executes commands of a composite booking and of its segments, linked.
    ///
    /// # Errors
    /// As [`Self::execute`].
    pub(crate) async fn execute_joined(
        &self,
        tenant: TenantId,
        linked: Vec<Addressed>,
        asked: &Asked<'_>,
    ) -> Result<Executed, Failure> {
        let context = joined(self.context(tenant)?, &linked);
        self.api.execute(context, linked, asked).await
    }
}

/// The command that records with a composite booking what happens to one of its segments.
pub(crate) fn changed(tenant: TenantId, place: SegmentPlace, change: SegmentChange) -> Addressed {
    let segment = place.segment;
    Addressed {
        stream: StreamKey::composite(tenant, place.composite),
        command: Command::Composite(CompositeCommand::ChangeSegment { segment, change }),
    }
}
