//! What events say to the ledger without being folded: which booking they are about, and what they do to the claims table.

use super::event::{BookingPlaced, HoldPlaced, ProviderEngaged, ProviderEvent};
use crate::domain::aggregate::ClaimChange;
use crate::domain::id::{BookingId, ClaimId, HoldId};
use crate::domain::time::TimeSlot;

impl ProviderEvent {
    /// The booking the event is about.
    pub fn subject(&self) -> Option<BookingId> {
        match self {
            Self::BookingPlaced(placed) | Self::BookingRequested(placed) => Some(placed.booking),
            Self::BookingConfirmed(confirmed) => Some(confirmed.booking),
            Self::BookingDeclined(ended) | Self::BookingCancelled(ended) => Some(ended.booking),
            Self::SeatTaken(taken) => Some(taken.booking),
            Self::SeatReleased(released) => Some(released.booking),
            Self::BookingRescheduled(rescheduled) => Some(rescheduled.to.booking),
            Self::BookingCompensated(compensated) => Some(compensated.ended.booking),
            Self::AttendanceMarked(marked) => Some(marked.booking),
            Self::AttendeesAdded(added) => Some(added.booking),
            Self::AttendeeRemoved(removed) => Some(removed.booking),
            Self::BookingCompleted(mark)
            | Self::BookingFinished(mark)
            | Self::LocationChanged(mark) => Some(mark.booking),
            Self::BookingDeparted(departed) => Some(departed.ended.booking),
            Self::BookingArrived(arrived) => Some(arrived.placed.booking),
            Self::ProviderEngaged(engaged) => Some(engaged.booking),
            Self::ProviderDisengaged(ended) | Self::EngagementFinished(ended) => {
                Some(ended.booking)
            }
            Self::CoHostsChanged(changed) => Some(changed.booking),
            Self::ProviderCreated(_)
            | Self::ProfileChanged(_)
            | Self::ScheduleSet(_)
            | Self::ScheduleRemoved(_)
            | Self::HoldPlaced(_)
            | Self::HoldChanged(_)
            | Self::HoldReleased(_)
            | Self::HoldExpired(_)
            | Self::HoldRedeemed(_)
            | Self::SegmentBarred(_)
            | Self::TimeBlocked(_)
            | Self::TimeUnblocked(_)
            | Self::OutOfOfficeEntered(_)
            | Self::OutOfOfficeChanged(_)
            | Self::OutOfOfficeRemoved(_) => None,
        }
    }

    /// What the event does to the claims: deletions first. A deletion may name a claim that is not there (a
    /// finished booking that only waited); an insertion never names one that is.
    pub fn claims(&self) -> Vec<ClaimChange> {
        match self {
            Self::BookingPlaced(placed) | Self::BookingRequested(placed) => claim_placed(placed),
            Self::BookingArrived(arrived) => claim_placed(&arrived.placed),
            Self::BookingConfirmed(confirmed) => vec![
                remove_booking(confirmed.booking),
                insert(
                    ClaimId::from_uuid(confirmed.booking.as_uuid()),
                    confirmed.slot,
                    confirmed.before_minutes,
                    confirmed.after_minutes,
                ),
            ],
            Self::BookingDeclined(ended) | Self::BookingCancelled(ended) => {
                removed(ended.claimed, ended.booking)
            }
            Self::BookingCompensated(compensated) => {
                removed(compensated.ended.claimed, compensated.ended.booking)
            }
            Self::BookingDeparted(departed) => {
                removed(departed.ended.claimed, departed.ended.booking)
            }
            Self::BookingRescheduled(rescheduled) => {
                let mut changes = removed(rescheduled.from_claimed, rescheduled.to.booking);
                changes.extend(claim_placed(&rescheduled.to));
                changes
            }
            Self::BookingFinished(mark) => vec![remove_booking(mark.booking)],
            Self::ProviderEngaged(engaged) => claim_share(engaged),
            Self::ProviderDisengaged(ended) | Self::EngagementFinished(ended) => ended
                .claimed
                .then_some(ClaimChange::Remove(ended.claim))
                .into_iter()
                .collect(),
            Self::HoldPlaced(placed) => claim_hold(placed).into_iter().collect(),
            // Decided only where both the old and the new hold have a claim, or neither.
            Self::HoldChanged(placed) => claim_hold(placed)
                .map(|inserted| vec![remove_hold(placed.hold, placed.claim), inserted])
                .unwrap_or_default(),
            Self::HoldReleased(ended) | Self::HoldExpired(ended) | Self::HoldRedeemed(ended) => {
                if ended.exclusive {
                    vec![remove_hold(ended.hold, ended.claim)]
                } else {
                    Vec::new()
                }
            }
            Self::ProviderCreated(_)
            | Self::ProfileChanged(_)
            | Self::ScheduleSet(_)
            | Self::ScheduleRemoved(_)
            | Self::SeatTaken(_)
            | Self::SeatReleased(_)
            | Self::AttendanceMarked(_)
            | Self::AttendeesAdded(_)
            | Self::AttendeeRemoved(_)
            | Self::LocationChanged(_)
            | Self::BookingCompleted(_)
            | Self::CoHostsChanged(_)
            | Self::SegmentBarred(_)
            | Self::TimeBlocked(_)
            | Self::TimeUnblocked(_)
            | Self::OutOfOfficeEntered(_)
            | Self::OutOfOfficeChanged(_)
            | Self::OutOfOfficeRemoved(_) => Vec::new(),
        }
    }
}

fn claim_placed(placed: &BookingPlaced) -> Vec<ClaimChange> {
    if !placed.claims {
        return Vec::new();
    }
    vec![insert(
        ClaimId::from_uuid(placed.booking.as_uuid()),
        placed.slot,
        placed.terms.before_minutes,
        placed.terms.after_minutes,
    )]
}

/// A share has a claim of its own, owned by the booking.
fn claim_share(engaged: &ProviderEngaged) -> Vec<ClaimChange> {
    let removed = engaged
        .claimed
        .then_some(ClaimChange::Remove(engaged.claim));
    let (start, end) = engaged
        .slot
        .padded(engaged.before_minutes, engaged.after_minutes);
    let inserted = engaged.claims.then_some(ClaimChange::Insert {
        claim: engaged.claim,
        owner: engaged.booking.as_uuid(),
        start,
        end,
    });
    removed.into_iter().chain(inserted).collect()
}

fn claim_hold(placed: &HoldPlaced) -> Option<ClaimChange> {
    (placed.exclusive && !placed.seated).then(|| {
        insert(
            claim_of_hold(placed.hold, placed.claim),
            placed.slot,
            placed.before_minutes,
            placed.after_minutes,
        )
    })
}

fn insert(claim: ClaimId, slot: TimeSlot, before_minutes: u32, after_minutes: u32) -> ClaimChange {
    let (start, end) = slot.padded(before_minutes, after_minutes);
    ClaimChange::Insert {
        claim,
        owner: claim.as_uuid(),
        start,
        end,
    }
}

fn removed(claimed: bool, booking: BookingId) -> Vec<ClaimChange> {
    if claimed {
        vec![remove_booking(booking)]
    } else {
        Vec::new()
    }
}

const fn remove_booking(booking: BookingId) -> ClaimChange {
    ClaimChange::Remove(ClaimId::from_uuid(booking.as_uuid()))
}

fn remove_hold(hold: HoldId, share: Option<ClaimId>) -> ClaimChange {
    ClaimChange::Remove(claim_of_hold(hold, share))
}

/// At home a hold's claim is called as it is; each share has one of its own.
fn claim_of_hold(hold: HoldId, share: Option<ClaimId>) -> ClaimId {
    share.unwrap_or_else(|| ClaimId::from_uuid(hold.as_uuid()))
}
