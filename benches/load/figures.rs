//! Latencies of a run, and the rows printed of them.

use std::time::Duration;

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Figures {
    latencies: Vec<Duration>,
    elapsed: Duration,
}

impl Figures {
    /// Of latencies in any order.
    pub(crate) fn new(mut latencies: Vec<Duration>, elapsed: Duration) -> Self {
        latencies.sort_unstable();
        Self { latencies, elapsed }
    }

    /// Answers per second.
    pub(crate) fn per_second(&self) -> u64 {
        let answers = u128::try_from(self.latencies.len()).unwrap_or_default();
        let rate = answers * 1_000_000 / self.elapsed.as_micros().max(1);
        u64::try_from(rate).unwrap_or(u64::MAX)
    }

    /// The latency that so many of a thousand do not exceed, in microseconds.
    pub(crate) fn at(&self, per_mille: usize) -> u128 {
        let last = self.latencies.len().saturating_sub(1);
        let index = (self.latencies.len() * per_mille / 1000).min(last);
        self.latencies.get(index).map_or(0, Duration::as_micros)
    }

    /// Prints a row.
    pub(crate) fn print(&self, name: &str, clients: u32) {
        println!(
            "{name}\t{clients}\t{}\t{}\t{}",
            self.per_second(),
            self.at(500),
            self.at(990)
        );
    }
}

/// Prints a figure that is no rate.
pub(crate) fn note(name: &str, value: &str) {
    println!("note\t{name}\t{value}");
}
