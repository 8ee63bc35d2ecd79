//! Claims in time: what occupies the provider, buffers included.
//!
//! Claims never overlap, so ordered by start they are ordered by end too, and whatever lies over an interval is found
//! by walking back from its end: O(log n) for a free interval, one step more per claim that lies over it.
//! The rules keep them apart ([`super::room`]); the database asserts the same once more.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::id::{BookingId, HoldId};
use crate::domain::time::Timestamp;

/// Whose claim it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Claimant {
    /// A booking that takes its slot.
    Booking(BookingId),
    /// An exclusive hold of a whole slot.
    Hold(HoldId),
}

impl Claimant {
    /// Sorts before every other claimant: a bound for ranges by instant.
    const FIRST: Self = Self::Booking(BookingId::from_uuid(Uuid::nil()));
}

/// The claims of one provider by padded start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Occupancy {
    /// Padded end by padded start. The claimant is part of the key only so that a fold of a log with overlapping claims (a bug
    /// that `audit verify` reports) loses none of them.
    claims: BTreeMap<(Timestamp, Claimant), Timestamp>,
}

/// One claim: `[start, end)`, buffers included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// Whose.
    pub(super) claimant: Claimant,
    /// From.
    pub(super) start: Timestamp,
    /// To, exclusive.
    pub(super) end: Timestamp,
}

impl Occupancy {
    /// Claims over `[start, end)`, the last one first.
    pub(super) fn over(
        &self,
        start: Timestamp,
        end: Timestamp,
    ) -> impl Iterator<Item = Claim> + '_ {
        self.claims
            .range(..(end, Claimant::FIRST))
            .rev()
            .take_while(move |(_, claim_end)| start < **claim_end)
            .map(|(&(start, claimant), &end)| Claim {
                claimant,
                start,
                end,
            })
    }

    pub(super) fn insert(&mut self, claim: Claim) {
        self.claims.insert((claim.start, claim.claimant), claim.end);
    }

    pub(super) fn remove(&mut self, start: Timestamp, claimant: Claimant) {
        self.claims.remove(&(start, claimant));
    }
}
