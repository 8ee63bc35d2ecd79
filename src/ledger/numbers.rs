//! Wire numbers: drawn in blocks outside the append, so that no command waits for a counter's row.

use std::collections::BTreeMap;

use tokio::sync::Mutex;

use super::LedgerError;
use super::store::Store;

/// The wire numbers the ledger draws, global over all tenants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NumberKind {
    /// [`crate::domain::id::ProviderNumber`].
    Provider,
    /// [`crate::domain::id::EventTypeNumber`].
    EventType,
    /// [`crate::domain::id::BookingNumber`].
    Booking,
    /// [`crate::domain::id::ScheduleNumber`].
    Schedule,
    /// [`crate::domain::id::AttendeeNumber`].
    Attendee,
    /// [`crate::domain::id::TeamNumber`].
    Team,
    /// [`crate::domain::id::OutOfOfficeNumber`].
    OutOfOffice,
    /// [`crate::domain::id::TenantNumber`].
    Tenant,
}

impl NumberKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::EventType => "event-type",
            Self::Booking => "booking",
            Self::Schedule => "schedule",
            Self::Attendee => "attendee",
            Self::Team => "team",
            Self::OutOfOffice => "out-of-office",
            Self::Tenant => "tenant",
        }
    }

    /// Numbers per block: a restart skips the rest of a block, so kinds that are drawn rarely take few.
    const fn block(self) -> i64 {
        match self {
            Self::Booking | Self::Attendee => 2048,
            Self::Provider
            | Self::EventType
            | Self::Schedule
            | Self::Team
            | Self::OutOfOffice
            | Self::Tenant => 1,
        }
    }
}

/// The rest of each kind's block: next number and the first one beyond.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    blocks: Mutex<BTreeMap<NumberKind, (i64, i64)>>,
}

impl Numbers {
    pub(super) async fn draw(&self, store: &Store, kind: NumberKind) -> Result<i32, LedgerError> {
        let mut blocks = self.blocks.lock().await;
        let (next, end) = match blocks.get(&kind) {
            Some((next, end)) if next < end => (*next, *end),
            Some(_) | None => {
                let first = store.draw_numbers(kind.as_str(), kind.block()).await?;
                (first, first + kind.block())
            }
        };
        blocks.insert(kind, (next + 1, end));
        i32::try_from(next)
            .map_err(|error| LedgerError::Corrupt(format!("wire numbers are used up: {error}")))
    }
}
