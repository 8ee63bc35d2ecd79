//! Which slot is booked next: of a random provider, a random one that is still free.

use chrono::{DateTime, Duration, SecondsFormat, Utc};

/// Length of every slot, minutes.
pub(crate) const MINUTES: i64 = 15;
/// Slots of a working day, 09:00 to 17:00.
const SLOTS_OF_DAY: u64 = 32;
/// Slots of one provider: a prime, so that any stride visits each once. More than a year of working days.
const SLOTS: u64 = 10_007;
/// Pairs of slots of one provider: a prime.
const PAIRS: u64 = 5_003;
/// Neighbours in time of booking are 800 days of slots apart.
const STRIDE: u64 = 6_173;
/// The Monday on which the calendars begin, well ahead of any clock: 2035-01-01.
const FIRST_DAY: i64 = 2_051_222_400;

/// The calendars of all providers.
#[derive(Debug)]
pub(crate) struct Calendar {
    booked: Vec<u64>,
    random: u64,
}

impl Calendar {
    /// Empty calendars.
    pub(crate) fn new(providers: usize) -> Self {
        Self {
            booked: vec![0; providers],
            random: 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// A random provider and a slot of it that nobody has asked for, as its start on the wire.
    pub(crate) fn next(&mut self) -> (usize, String) {
        let provider = self.random_below(self.booked.len());
        let start = self.next_of(provider);
        (provider, start)
    }

    /// The same of one provider.
    pub(crate) fn next_of(&mut self, provider: usize) -> String {
        let booked = &mut self.booked[provider];
        assert!(
            *booked < SLOTS,
            "the calendar of a provider is full: fewer seconds, please"
        );
        let slot = *booked * STRIDE % SLOTS;
        *booked += 1;
        start(slot)
    }

    /// A random provider and the start of two neighbouring slots of one day that nobody has asked for: half as many as
    /// slots. Only for providers of whom single slots are never asked.
    pub(crate) fn next_pair(&mut self) -> (usize, String) {
        let provider = self.random_below(self.booked.len());
        let booked = &mut self.booked[provider];
        assert!(
            *booked < PAIRS,
            "the calendar of a provider is full: fewer seconds, please"
        );
        let slot = *booked * STRIDE % PAIRS * 2;
        *booked += 1;
        (provider, start(slot))
    }

    /// xorshift64: which provider comes next needs no better randomness.
    fn random_below(&mut self, bound: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        usize::try_from(self.random % bound as u64).expect("it is below a usize")
    }
}

fn start(slot: u64) -> String {
    let number = |value: u64| i64::try_from(value).expect("slots are few");
    let (day, of_day) = (number(slot / SLOTS_OF_DAY), number(slot % SLOTS_OF_DAY));
    let first = DateTime::<Utc>::from_timestamp(FIRST_DAY, 0).expect("it is in the calendar");
    let start = first
        + Duration::days(day / 5 * 7 + day % 5)
        + Duration::minutes(9 * 60 + of_day * MINUTES);
    start.to_rfc3339_opts(SecondsFormat::Secs, true)
}
