//! How many requests a caller may make: `off`, or `<requests>/<seconds>`.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

/// Most requests of one window.
const REQUESTS_MAX: u32 = 1_000_000;
/// Longest window: a day.
const SECONDS_MAX: u32 = 86_400;

/// The limit on requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimit {
    /// None.
    Off,
    /// Cal.com's: 120 a minute for each API key and each address, 500 for each bearer token.
    Standard,
    /// The same for everybody.
    Every(Allowance),
}

/// So many requests in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// 1 to 1,000,000.
    pub requests: NonZeroU32,
    /// One second to a day.
    pub window: Duration,
}

/// What is wrong with the text of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "neither off nor <requests>/<seconds>, at most {REQUESTS_MAX} requests and {SECONDS_MAX} seconds"
)]
pub struct RateLimitError;

impl FromStr for RateLimit {
    type Err = RateLimitError;

    fn from_str(text: &str) -> Result<Self, RateLimitError> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let (requests, seconds) = text.split_once('/').ok_or(RateLimitError)?;
        let number = |digits: &str, max: u32| {
            let number: NonZeroU32 = digits.parse().map_err(|_source| RateLimitError)?;
            (number.get() <= max)
                .then_some(number)
                .ok_or(RateLimitError)
        };
        Ok(Self::Every(Allowance {
            requests: number(requests, REQUESTS_MAX)?,
            window: Duration::from_secs(number(seconds, SECONDS_MAX)?.get().into()),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowance, RateLimit};

    #[test]
    fn a_limit_is_off_or_requests_per_seconds() {
        assert_eq!("off".parse(), Ok(RateLimit::Off));
        let every: RateLimit = "3/3600".parse().unwrap();
        let RateLimit::Every(Allowance { requests, window }) = every else {
            panic!("{every:?}");
        };
        assert_eq!((requests.get(), window.as_secs()), (3, 3_600));
        for text in [
            "",
            "on",
            "3",
            "0/60",
            "3/0",
            "-3/60",
            "3/86401",
            "1000001/60",
            "3/60/1",
        ] {
            assert!(text.parse::<RateLimit>().is_err(), "{text}");
        }
    }
}
