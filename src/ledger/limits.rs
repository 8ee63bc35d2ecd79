//! Limits of the ledger, each with its reason; README § Limits lists them.

use std::time::Duration;

/// Commands under way in a process, whether they wait for their key, a lane or the committer: about one second of peak
/// load. More are answered 503 at once.
pub const QUEUE_MAX: usize = 8_192;
/// Longest wait of a command for its key, its lanes and its turn, before anything of it is written: with the time that a
/// batch may take it stays below the 30 s of a request.
pub const LANES_WITHIN: Duration = Duration::from_secs(15);
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
/// Events of a stream between two snapshots: what a cold stream is at most behind, a few milliseconds of folding.
pub const SNAPSHOT_EVERY: u64 = 500;
/// One snapshot in so many events is kept for ever, so that a stream as of any instant costs no more than this to fold.
pub const SNAPSHOT_KEPT_EVERY: u64 = 5_000;
/// Snapshots that may wait to be written: each keeps a state in memory. More are dropped, and offered again later.
pub const SNAPSHOT_QUEUE_MAX: usize = 64;
/// Claims that a look for idle providers reads: bounds it after a long downtime; the next look goes on.
pub const CLAIMS_OVER_MAX: u32 = 10_000;
/// Events loaded in one round trip: about 4 MiB.
pub const LOAD_CHUNK: u32 = 2_000;
