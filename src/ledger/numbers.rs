//! Wire numbers: drawn in blocks outside the append, so that no command waits for a counter's row.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

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

/// Longest wait for a number: for those who draw one of the same kind, and for the database.
const DRAWN_WITHIN: Duration = Duration::from_secs(10);

/// What is left of a kind's block: the next number and the first one beyond. Locked while the next block is drawn.
type Block = Arc<tokio::sync::Mutex<(i64, i64)>>;

/// A block of each kind that was drawn: who waits for one kind's stops nobody who draws another.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    blocks: Mutex<BTreeMap<NumberKind, Block>>,
}

impl Numbers {
    pub(super) async fn draw(&self, store: &Store, kind: NumberKind) -> Result<i32, LedgerError> {
        let drawing = async {
            let block = self.block(kind);
            let mut block = block.lock().await;
            if block.1 <= block.0 {
                let first = store.draw_numbers(kind.as_str(), kind.block()).await?;
                *block = (first, first + kind.block());
            }
            let next = block.0;
            block.0 += 1;
            Ok::<_, LedgerError>(next)
        };
        let drawn = tokio::time::timeout(DRAWN_WITHIN, drawing).await;
        let number = drawn.unwrap_or_else(|elapsed| {
            tracing::warn!(%elapsed, kind = kind.as_str(), "no number was drawn");
            Err(LedgerError::Unavailable)
        })?;
        i32::try_from(number)
            .map_err(|error| LedgerError::Corrupt(format!("wire numbers are used up: {error}")))
    }

    pub(super) fn block(&self, kind: NumberKind) -> Block {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(blocks.entry(kind).or_default())
    }
}
