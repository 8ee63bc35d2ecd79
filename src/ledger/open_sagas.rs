//! Composite bookings that have not settled: what the append transaction keeps of them beside the log, so that recovery
//! finds them over all tenants. Derived from their events like claims from a provider's.

use chrono::Duration;

use super::record::RecordedEvent;
use crate::domain::Event;
use crate::domain::composite::event::CompositeEvent;
use crate::domain::id::{CompositeId, TenantId};
use crate::domain::time::Timestamp;

/// How long a saga is left to whoever began to drive it, seconds: as long as a request may take to drive it to its end.
/// Once it is over any process goes on.
pub const LEASE_SECONDS: i64 = 5;

/// What becomes of a saga's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SagaChange {
    /// Which.
    pub composite: CompositeId,
    /// How it is unsettled; `None` once it has settled.
    pub open: Option<OpenState>,
    /// When that was decided.
    pub at: Timestamp,
}

/// How a saga is unsettled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OpenState {
    /// Segments are being held and confirmed.
    Requested,
    /// Waits for a person to confirm.
    Pending,
    /// Segments are being undone.
    Compensating,
    /// Waits for an operator.
    Stuck,
}

/// An unsettled saga that an operator should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenSaga {
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub composite: CompositeId,
    /// How it stands.
    pub state: OpenState,
    /// When it was requested.
    pub since: Timestamp,
}

/// Unsettled sagas in one state, over all tenants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenSagas {
    /// Which state.
    pub state: OpenState,
    /// How many.
    pub count: i64,
    /// When the oldest was requested.
    pub oldest: Timestamp,
}

impl OpenState {
    /// Every state, in the order of a saga's life.
    pub const ALL: [Self; 4] = [
        Self::Requested,
        Self::Pending,
        Self::Compensating,
        Self::Stuck,
    ];

    /// The text in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Pending => "pending",
            Self::Compensating => "compensating",
            Self::Stuck => "stuck",
        }
    }

    /// Reads the text in the database.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// When any process may take a saga on that came to this state at an instant; `None` where somebody else must act.
    pub(super) fn due_at(self, at: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Requested | Self::Compensating => {
                at.checked_add_signed(Duration::seconds(LEASE_SECONDS))
            }
            Self::Pending | Self::Stuck => None,
        }
    }
}

/// What an event does to its saga's row.
pub(super) fn change(recorded: &RecordedEvent) -> Option<SagaChange> {
    let Event::Composite(event) = &recorded.event else {
        return None;
    };
    let open = match event {
        CompositeEvent::CompositeRequested(_) => Some(OpenState::Requested),
        CompositeEvent::CompositePending(_) => Some(OpenState::Pending),
        CompositeEvent::SegmentRefused(_)
        | CompositeEvent::RollbackBegun(_)
        | CompositeEvent::CompositeRetried(_) => Some(OpenState::Compensating),
        CompositeEvent::CompositeStuck(_) => Some(OpenState::Stuck),
        CompositeEvent::CompositeRescheduled(moved) => {
            moved.waits_for_person.then_some(OpenState::Pending)
        }
        CompositeEvent::CompositeConfirmed(_)
        | CompositeEvent::CompositeRolledBack(_)
        | CompositeEvent::CompositeAbandoned(_)
        | CompositeEvent::CompositeCancelled(_) => None,
        CompositeEvent::SegmentHeld(_)
        | CompositeEvent::SegmentConfirmed(_)
        | CompositeEvent::SegmentCompensated(_)
        | CompositeEvent::SegmentChanged(_) => return None,
    };
    Some(SagaChange {
        composite: CompositeId::from_uuid(recorded.stream.id),
        open,
        at: recorded.decided_at,
    })
}
