//! How a composite's events fold. Like every fold it never fails and refuses nothing.

use super::command::SegmentChange;
use super::event::{CompositeEvent, CompositeRequested, Segment, SegmentChanged};
use super::{Composite, Identity, Phase, Progress};

impl Composite {
    pub(in crate::domain) fn evolve(&mut self, sequence: u64, event: &CompositeEvent) {
        self.version = sequence;
        match event {
            CompositeEvent::CompositeRequested(requested) => self.begin(requested),
            CompositeEvent::SegmentHeld(mark) => self.mark(mark.segment, Progress::Held),
            CompositeEvent::SegmentConfirmed(mark) => self.mark(mark.segment, Progress::Confirmed),
            CompositeEvent::SegmentRefused(refused) => {
                self.mark(refused.segment, Progress::Refused);
                self.phase = Phase::Compensating(refused.cause.clone());
            }
            CompositeEvent::SegmentCompensated(mark) => {
                self.mark(mark.segment, Progress::Compensated);
            }
            CompositeEvent::CompositePending(_) => {
                self.progress.fill(Progress::Confirmed);
                self.phase = Phase::Pending;
            }
            CompositeEvent::CompositeConfirmed(_) => {
                self.progress.fill(Progress::Confirmed);
                self.phase = Phase::Confirmed;
            }
            CompositeEvent::RollbackBegun(begun) => {
                self.phase = Phase::Compensating(begun.cause.clone());
            }
            CompositeEvent::CompositeRolledBack(rolled_back) => {
                for at in &mut self.progress {
                    if *at != Progress::Planned {
                        *at = Progress::Compensated;
                    }
                }
                self.phase = Phase::RolledBack(rolled_back.cause.clone());
            }
            CompositeEvent::CompositeStuck(stuck) => {
                self.phase = Phase::Stuck {
                    cause: stuck.cause.clone(),
                    segment: stuck.segment,
                    reason: stuck.reason.clone(),
                };
            }
            CompositeEvent::CompositeRetried(_) => {
                if let Phase::Stuck { cause, .. } = &self.phase {
                    self.phase = Phase::Compensating(cause.clone());
                }
            }
            CompositeEvent::CompositeAbandoned(_) => self.phase = Phase::Abandoned,
            CompositeEvent::CompositeCancelled(_) => self.phase = Phase::Cancelled,
            CompositeEvent::CompositeRescheduled(moved) => {
                self.shift(moved.generation, &moved.segments, moved.waits_for_person);
            }
            CompositeEvent::SegmentChanged(changed) => self.change_alone(changed),
        }
    }

    fn begin(&mut self, requested: &CompositeRequested) {
        let at = if requested.everything_held {
            Progress::Held
        } else {
            Progress::Planned
        };
        self.progress = vec![at; requested.segments.len()];
        self.phase = Phase::Requested;
        self.identity = Some(Identity {
            composite: requested.composite,
            generation: 1,
            segments: requested.segments.clone(),
            deadline: requested.deadline,
            waits_for_person: requested.waits_for_person,
            key: requested.key,
        });
    }

    fn mark(&mut self, segment: u32, progress: Progress) {
        if let Some(at) = position(segment).and_then(|index| self.progress.get_mut(index)) {
            *at = progress;
        }
    }

    /// A new generation: what happened to a segment alone before is over, but for one that was cancelled.
    fn shift(&mut self, generation: u32, segments: &[Segment], waits_for_person: bool) {
        self.alone
            .retain(|_, change| *change == SegmentChange::Cancelled);
        if let Some(identity) = &mut self.identity {
            identity.generation = generation;
            identity.segments = segments.to_vec();
            identity.waits_for_person = waits_for_person;
        }
        self.phase = if waits_for_person {
            Phase::Pending
        } else {
            Phase::Confirmed
        };
    }

    /// The segments say where each is now, and with whom.
    fn change_alone(&mut self, changed: &SegmentChanged) {
        let segment = self.identity.as_mut().and_then(|identity| {
            position(changed.segment).and_then(|index| identity.segments.get_mut(index))
        });
        if let Some(segment) = segment {
            match &changed.change {
                SegmentChange::Confirmed | SegmentChange::Cancelled => {}
                SegmentChange::Moved { uid, number, slot } => {
                    segment.uid = uid.clone();
                    segment.number = *number;
                    segment.slot = *slot;
                }
                SegmentChange::Reassigned { provider } => segment.provider = *provider,
            }
        }
        let known = self.alone.get(&changed.segment);
        let stays_confirmed = known == Some(&SegmentChange::Confirmed)
            && matches!(changed.change, SegmentChange::Reassigned { .. });
        if !stays_confirmed {
            self.alone.insert(changed.segment, changed.change.clone());
        }
    }
}

/// The place of a segment in lists of them.
pub(super) fn position(segment: u32) -> Option<usize> {
    usize::try_from(segment).ok()
}
