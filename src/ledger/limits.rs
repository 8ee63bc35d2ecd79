//! Limits of the ledger, each with its reason; README § Limits lists them.

/// Commands that may wait for the committer: about one second of peak load. More are answered 503 at once.
pub const QUEUE_MAX: usize = 8_192;
/// Commands in one transaction: beyond it a batch gains no throughput, only latency.
pub const BATCH_UNITS_MAX: usize = 1_024;
/// Bytes in one transaction: bounds memory and the time the heads are locked.
pub const BATCH_BYTES_MAX: usize = 4 * 1_024 * 1_024;
/// Tenants in one transaction: each is a head that is locked until the commit.
pub const BATCH_TENANTS_MAX: usize = 64;
/// Events of one command: a series of 366 occurrences with what lapses beside it fits.
pub const COMMAND_EVENTS_MAX: usize = 1_000;
/// Bytes of one command: half a batch.
pub const COMMAND_BYTES_MAX: usize = 2 * 1_024 * 1_024;
/// Streams one command may be linked over: each is a lane that is held.
pub const LINKED_STREAMS_MAX: usize = 100;
/// Streams kept hot; beyond it the least recently used sixteenth is dropped.
pub const HOT_STREAMS_MAX: usize = 4_096;
/// Events loaded in one round trip: about 4 MiB.
pub const LOAD_CHUNK: u32 = 2_000;
