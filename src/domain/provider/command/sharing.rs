//! Commands about shares: what a booking takes of providers beside the one it is at home with.

use std::collections::BTreeSet;

use super::BookingFacts;
use crate::domain::id::{BookingId, BookingUid, ClaimId, HoldId, ProviderId};
use crate::domain::personal::Personal;
use crate::domain::provider::event::CoHost;
use crate::domain::terms::Terms;
use crate::domain::time::TimeSlot;

/// The other hosts of a placed booking. Each takes its share by a linked [`Engage`], for the same occurrences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoHosted {
    /// Who, as they were read.
    pub hosts: Vec<CoHost>,
    /// Indexes of the occurrences that, as the caller saw it, join a seated booking: its co-hosts have their shares
    /// already. Refused as `BookingChanged` where it is otherwise by now.
    pub joining: BTreeSet<usize>,
}

/// See [`super::ProviderCommand::Engage`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engage {
    /// Whose stream is home to the bookings.
    pub home: ProviderId,
    /// The event type, as in the linked command.
    pub terms: Terms,
    /// One, or the occurrences of a series in order; all or none. One it has a share in is moved.
    pub shares: Vec<Share>,
    /// How the bookings stand after the linked command.
    pub standing: Standing,
    /// What is asked of this provider besides room.
    pub demand: Demand,
    /// Its share of the hold that the linked command redeems.
    pub hold: Option<HoldId>,
}

/// A co-host's part of one booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The booking.
    pub booking: BookingId,
    /// Its wire uid after the linked command.
    pub uid: BookingUid,
    /// A new id for its claim.
    pub claim: ClaimId,
    /// When.
    pub slot: TimeSlot,
}

/// How a booking stands, for those who share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As the terms let it enter now.
    ByTerms,
    /// Accepted.
    Accepted,
    /// Pending.
    Pending {
        /// Whether it occupies its hosts meanwhile.
        claims: bool,
    },
}

/// What is asked of a co-host besides room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Notice, window, opening hours and limits, as of who is booked first.
    Bounds,
    /// Opening hours: notice, window and limits were for who booked it.
    Schedule,
    /// Nothing.
    Room,
}

/// See [`super::ProviderCommand::Disengage`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disengage {
    /// The bookings.
    pub bookings: Vec<BookingId>,
    /// Whether somebody else hosts them instead; else they end, or move, with all their hosts.
    pub replaced: bool,
}

/// See [`super::ProviderCommand::ChangeCoHosts`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeCoHosts {
    /// The booking.
    pub facts: BookingFacts,
    /// All of them from now on.
    pub co_hosts: Vec<CoHost>,
    /// Reason and by whom.
    pub personal: Option<Personal>,
}
