//! Time and randomness, as arguments: only this module reads the operating system's.

use std::fmt::Debug;

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
