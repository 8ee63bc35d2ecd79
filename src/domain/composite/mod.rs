//! The composite booking: several segments with several providers, all of them or none. Its stream is the saga.
//!
//! A segment is first held, then confirmed with its provider; what fails is compensated, the newest segment first. Where
//! nothing waits, two linked commands do it all: everything held, then everything confirmed. Step by step every segment is
//! asked of its provider by itself, and recorded here afterwards; so every step is repeated until it is known to be done,
//! and the provider's own state tells a repetition ([`crate::domain::provider::command::SegmentStep`]).
//!
//! [`Composite::next`] alone says how a saga goes on: live, after a crash, and in tests.

pub mod command;
pub mod event;
mod decision;
mod requesting;
mod recording;
mod changing;
mod evolution;
mod transition;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::id::{CompositeId, KeyId};
use crate::domain::time::Timestamp;
use event::{Cause, Segment};

pub use steps::{standing, waits_for_person};
pub use transition::{Action, Next};

/// Segments of one composite booking (DESIGN § 13).
pub const SEGMENTS_MAX: u32 = 32;

/// The state of a composite booking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Composite {
    /// Absent before it was requested.
    identity: Option<Identity>,
    phase: Phase,
    /// How far each segment is, in order.
    progress: Vec<Progress>,
    /// Segments that were changed alone, by index; see [`command::SegmentChange`].
    alone: BTreeMap<u32, command::SegmentChange>,
    /// Version of the stream.
    version: u64,
}

/// What was requested, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    composite: CompositeId,
    /// From 1; every move of the whole begins a new one.
    generation: u32,
    segments: Vec<Segment>,
    /// No segment is held or confirmed after it.
    deadline: Timestamp,
    /// Whether a person has to confirm a segment.
    waits_for_person: bool,
    /// Under which everything that was typed is sealed.
    key: KeyId,
}

/// Where a composite booking stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Phase {
    /// It is not there.
    #[default]
    Absent,
    /// Segments are being held, then confirmed.
    Requested,
    /// Every segment is a pending booking; a person must confirm.
    Pending,
    /// Every segment stands.
    Confirmed,
    /// Segments are being undone.
    Compensating(Cause),
    /// No segment stands.
    RolledBack(Cause),
    /// Undoing failed: an operator must look.
    Stuck {
        /// Why it is undone.
        cause: Cause,
        /// Which segment could not be undone.
        segment: u32,
        /// A code: why not.
        reason: String,
    },
    /// An operator gave it up as it was.
    Abandoned,
    /// It was cancelled as a whole.
    Cancelled,
}

/// How far a segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Progress {
    /// Nothing is known to be done.
    Planned,
    /// Its slot is held.
    Held,
    /// It is a booking: it stands, or waits with the others.
    Confirmed,
    /// Its provider refused it.
    Refused,
    /// It is undone.
    Compensated,
}

impl Composite {
    /// Which; absent before it was requested.
    pub fn id(&self) -> Option<CompositeId> {
        self.identity.as_ref().map(|identity| identity.composite)
    }

    /// Where it stands.
    pub const fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Version of its stream.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Its segments in order; none before it was requested.
    pub fn segments(&self) -> &[Segment] {
        self.identity
            .as_ref()
            .map_or(&[], |identity| &identity.segments)
    }

    /// How far each segment is, in order.
    pub fn progress(&self) -> &[Progress] {
        &self.progress
    }

    /// Which generation its segments are; 0 before it was requested.
    pub fn generation(&self) -> u32 {
        self.identity
            .as_ref()
            .map_or(0, |identity| identity.generation)
    }

    /// No segment is held or confirmed after it.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.identity.as_ref().map(|identity| identity.deadline)
    }

    /// Under which everything that was typed is sealed.
    pub fn key(&self) -> Option<KeyId> {
        self.identity.as_ref().map(|identity| identity.key)
    }

    /// Whether its segments are placed as pending bookings, because a person has to confirm one of them.
    pub fn waits_for_person(&self) -> bool {
        self.identity
            .as_ref()
            .is_some_and(|identity| identity.waits_for_person)
    }

    /// Segments that were cancelled, moved or given to another provider alone, by index.
    pub const fn alone(&self) -> &BTreeMap<u32, command::SegmentChange> {
        &self.alone
    }
}
