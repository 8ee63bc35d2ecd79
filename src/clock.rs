//! Time and randomness, as arguments: only this module reads the operating system's.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{Duration, SubsecRound as _, Utc};
use rand::rngs::SysRng;
use rand::{Rng as _, TryRng as _};
use uuid::Uuid;

use crate::domain::time::Timestamp;

/// Where instants come from, truncated to microseconds.
pub trait Clock: Send + Sync + Debug {
    /// The instant now, UTC.
    fn now(&self) -> Timestamp;
}

/// Where ids come from.
pub trait Ids: Send + Sync + Debug {
    /// A new time-ordered UUIDv7 (RFC 9562 § 5.7).
    fn uuid(&self) -> Uuid;
    /// Fills `bytes` with randomness fit for keys.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    fn now(&self) -> Timestamp {
        Utc::now().trunc_subsecs(6)
    }
}

/// Ids from a clock and the operating system's randomness.
#[derive(Clone, Debug)]
pub struct SystemIds {
    clock: Arc<dyn Clock>,
}

impl SystemIds {
    /// Ids whose time is the clock's.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

impl Ids for SystemIds {
    fn uuid(&self) -> Uuid {
        let milliseconds = u64::try_from(self.clock.now().timestamp_millis()).unwrap_or_default();
        // Seeded by the operating system and cryptographically strong, but without a system call per id.
        let mut random = [0; 10];
        rand::rng().fill_bytes(&mut random);
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
    }

    /// # Panics
    /// When the operating system gives no randomness: no key may be made then.
    fn fill(&self, bytes: &mut [u8]) {
        SysRng
            .try_fill_bytes(bytes)
            .expect("the operating system gives randomness");
    }
}

/// A clock that moves when it is told to: for tests.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Timestamp>,
}

impl ManualClock {
    /// A clock that stands at `now`.
    pub const fn new(now: Timestamp) -> Self {
        Self {
            now: Mutex::new(now),
        }
    }

    /// Moves the clock forward, or back.
    pub fn advance(&self, by: Duration) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::{DateTime, Duration};

    use super::{Clock as _, Ids as _, ManualClock, SystemClock, SystemIds};

    #[test]
    fn instants_are_whole_microseconds() {
        assert_eq!(SystemClock.now().timestamp_subsec_nanos() % 1000, 0);
    }

    #[test]
    fn ids_carry_the_clocks_time_and_never_repeat() {
        let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        clock.advance(Duration::milliseconds(0x0123_4567_89ab));
        let ids = SystemIds::new(clock);
        let (first, second) = (ids.uuid(), ids.uuid());
        assert_ne!(first, second);
        assert!(first.to_string().starts_with("01234567-89ab-7"), "{first}");
    }
}
