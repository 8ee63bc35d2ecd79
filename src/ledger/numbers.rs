//! Wire numbers: drawn in blocks outside the append, so that no command waits for a counter's row.

use std::collections::{BTreeMap, BTreeSet};
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

/// The numbers of a kind at hand: the rest of a block, and what was given back. Locked while the next block is drawn.
type AtHand = Arc<tokio::sync::Mutex<BTreeSet<i32>>>;

/// Numbers of each kind: who waits for one kind's stops nobody who draws another.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    kinds: Mutex<BTreeMap<NumberKind, AtHand>>,
}

impl Numbers {
    /// The lowest numbers at hand; a new block when they do not suffice.
    pub(super) async fn draw(
        &self,
        store: &Store,
        kind: NumberKind,
        count: usize,
    ) -> Result<Vec<i32>, LedgerError> {
        let drawing = async {
            let at_hand = self.at_hand(kind);
            let mut numbers = at_hand.lock().await;
            if let Some(missing) = count.checked_sub(numbers.len()).filter(|none| 0 < *none) {
                let missing = i64::try_from(missing).unwrap_or(i64::MAX);
                let size = missing.max(kind.block());
                let first = store.draw_numbers(kind.as_str(), size).await?;
                for number in first..first.saturating_add(size) {
                    let number = i32::try_from(number).map_err(|error| {
                        LedgerError::Corrupt(format!("wire numbers are used up: {error}"))
                    })?;
                    numbers.insert(number);
                }
            }
            Ok(std::iter::from_fn(|| numbers.pop_first())
                .take(count)
                .collect())
        };
        let drawn = tokio::time::timeout(DRAWN_WITHIN, drawing).await;
        drawn.unwrap_or_else(|elapsed| {
            tracing::warn!(%elapsed, kind = kind.as_str(), "no number was drawn");
            Err(LedgerError::Unavailable)
        })
    }

    /// Takes back what nothing has recorded.
    pub(super) async fn give_back(&self, kind: NumberKind, unused: Vec<i32>) {
        self.at_hand(kind).lock().await.extend(unused);
    }

    pub(super) fn at_hand(&self, kind: NumberKind) -> AtHand {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(kinds.entry(kind).or_default())
    }
}
