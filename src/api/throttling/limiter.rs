//! One limit over many subjects. An allowance refills evenly (GCRA), so a burst may use all of it at once.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::config::Allowance;

/// After so many requests, subjects whose allowance is whole again are forgotten: memory is bounded by who asked within
/// a window, and these.
const SWEEP_EVERY: u32 = 4_096;

/// How a subject stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Requests at most.
    pub(super) limit: u32,
    /// Requests left now.
    pub(super) remaining: u32,
    /// Seconds until all of them are there again, rounded up.
    pub(super) reset_seconds: u64,
    /// Seconds until one is, rounded up; `None` when this request was within the limit.
    pub(super) wait: Option<u64>,
}

impl Standing {
    /// The one with less left.
    pub(super) fn tighter(self, other: Self) -> Self {
        if other.wait.is_some() || self.wait.is_none() && other.remaining < self.remaining {
            other
        } else {
            self
        }
    }
}

/// Counts requests of subjects.
#[derive(Debug)]
pub(super) struct Limiter<S: Hash + Eq + Clone, C: Clock = DefaultClock> {
    governor: RateLimiter<S, DefaultKeyedStateStore<S>, C, StateInformationMiddleware>,
    clock: C,
    limit: NonZeroU32,
    /// Time for one request to come back.
    period: Duration,
    counted: AtomicU32,
}

impl<S: Hash + Eq + Clone> Limiter<S> {
    /// A limiter that nobody has asked yet.
    pub(super) fn of(allowance: Allowance) -> Self {
        Self::with_clock(allowance, DefaultClock::default())
    }
}

impl<S: Hash + Eq + Clone, C: Clock + Clone> Limiter<S, C> {
    pub(super) fn with_clock(allowance: Allowance, clock: C) -> Self {
        let limit = allowance.requests;
        let period = (allowance.window / limit.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(period)
            .expect("a period is not zero")
            .allow_burst(limit);
        let governor = RateLimiter::dashmap_with_clock(quota, clock.clone());
        Self {
            governor: governor.with_middleware(),
            clock,
            limit,
            period,
            counted: AtomicU32::new(0),
        }
    }

    /// Counts one request.
    pub(super) fn count(&self, subject: &S) -> Standing {
        if self.counted.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.governor.retain_recent();
        }
        let limit = self.limit.get();
        match self.governor.check_key(subject) {
            Ok(snapshot) => {
                let remaining = snapshot.remaining_burst_capacity();
                Standing {
                    limit,
                    remaining,
                    reset_seconds: seconds_up(self.period * limit.saturating_sub(remaining)),
                    wait: None,
                }
            }
            Err(not_until) => {
                let wait = not_until.wait_time_from(self.clock.now());
                Standing {
                    limit,
                    remaining: 0,
                    reset_seconds: seconds_up(wait + self.period * (limit - 1)),
                    wait: Some(seconds_up(wait).max(1)),
                }
            }
        }
    }

    #[cfg(test)]
    pub(super) fn subjects(&self) -> usize {
        self.governor.len()
    }
}

fn seconds_up(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(0 < duration.subsec_nanos())
}
