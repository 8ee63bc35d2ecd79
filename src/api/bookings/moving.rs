//! What a move asks of everybody who hosts the booking.

use super::hosts;
use crate::api::Api;
use crate::api::failure::Failure;
use crate::api::turns::{Linked, redeeming};
use crate::domain::composite::command::SegmentChange;
use crate::domain::id::{BookingId, HoldId, TenantId};
use crate::domain::provider::command::{MoveSeat, ProviderCommand, Reschedule};
use crate::projections::row;

/// What moves.
#[derive(Clone, Debug)]
pub(super) enum Moving {
    /// A whole booking.
    Whole(Reschedule),
    /// One seat of it.
    Seat(MoveSeat),
}

impl Moving {
    /// The commands to all hosts of the booking, and to whoever keeps the new slot for it.
    ///
    /// # Errors
    /// 500 or 503 when they cannot be read.
    pub(super) async fn linked(
        self,
        api: &Api,
        tenant: TenantId,
        row: &row::Booking,
    ) -> Result<Linked, Failure> {
        let hold = self.hold();
        let mut linked = match &self {
            Self::Whole(reschedule) => hosts::moved(api, row, &whole(row, reschedule)),
            Self::Seat(shift) => seat(api, row, shift),
        };
        linked.insert(0, (row.provider, self.into()));
        let others = api.others_holding(tenant, row.provider, hold).await?;
        Ok(redeeming(hold, &others, linked))
    }

    /// What is recorded of a segment of a composite booking that moves alone.
    pub(super) fn segment_moved(&self) -> Option<SegmentChange> {
        let Self::Whole(reschedule) = self else {
            return None;
        };
        reschedule.as_segment.then(|| SegmentChange::Moved {
            uid: reschedule.uid.clone(),
            number: reschedule.number,
            slot: reschedule.slot,
        })
    }

    const fn hold(&self) -> Option<HoldId> {
        match self {
            Self::Whole(reschedule) => reschedule.hold,
            Self::Seat(shift) => shift.hold,
        }
    }
}

impl From<Moving> for ProviderCommand {
    fn from(moving: Moving) -> Self {
        match moving {
            Moving::Whole(reschedule) => Self::Reschedule(reschedule),
            Moving::Seat(shift) => Self::MoveSeat(shift),
        }
    }
}

/// What co-hosts share once the booking has moved.
fn whole<'a>(row: &row::Booking, reschedule: &'a Reschedule) -> hosts::Moved<'a> {
    hosts::Moved {
        booking: row.booking,
        uid: &reschedule.uid,
        slot: reschedule.slot,
        terms: &reschedule.terms,
        by_host: reschedule.by_host,
        out_of_bounds: reschedule.out_of_bounds,
    }
}

/// The shares of a booking one seat of which moves. The last seat takes the booking along, or leaves none behind where it
/// joins another one; any other seat leaves a booking that stands. Whom it joins has its hosts already.
fn seat(api: &Api, row: &row::Booking, shift: &MoveSeat) -> Linked {
    let is_last = shift.facts.seats.len() == 1;
    match (is_last, shift.joins) {
        (true, true) => hosts::ended(std::slice::from_ref(row), None),
        (false, true) => Vec::new(),
        (true, false) => hosts::moved(api, row, &share(shift, row.booking)),
        (false, false) => hosts::moved(api, row, &share(shift, shift.to.booking)),
    }
}

/// What co-hosts share once the seat has moved.
fn share(shift: &MoveSeat, booking: BookingId) -> hosts::Moved<'_> {
    hosts::Moved {
        booking,
        uid: &shift.to.uid,
        slot: shift.to.slot,
        terms: &shift.terms,
        by_host: shift.by_host,
        out_of_bounds: false,
    }
}
