//! What a move asks of everybody who hosts the booking.

use super::hosts;
use crate::api::Api;
use crate::api::failure::Failure;
use crate::api::turns::{Linked, redeeming};
use crate::domain::id::{HoldId, TenantId};
use crate::domain::provider::command::{MoveSeat, ProviderCommand, Reschedule};
use crate::projections::row;

/// A seat has no shares of its own.
const SEAT_OF_SEVERAL_HOSTS: &str = "A single seat of a booking with several hosts can't be moved. Please cancel the seat and book another one.";

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
            Self::Whole(reschedule) => hosts::moved(api, row, reschedule),
            Self::Seat(_) if row.co_hosts.is_empty() => Vec::new(),
            Self::Seat(_) => return Err(Failure::bad_request(SEAT_OF_SEVERAL_HOSTS)),
        };
        linked.insert(0, (row.provider, self.into()));
        let others = api.others_holding(tenant, row.provider, hold).await?;
        Ok(redeeming(hold, &others, linked))
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
