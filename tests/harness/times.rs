//! Slots that are open: 09:00 to 17:00 UTC on weekdays, at least two weeks ahead.

use std::sync::OnceLock;

use chrono::{DateTime, Datelike as _, Duration, NaiveDate, SecondsFormat, Utc, Weekday};

const DAYS_AHEAD: i64 = 14;
const SLOTS_PER_DAY: usize = 16;

/// The instant now.
#[expect(
    clippy::disallowed_methods,
    reason = "tests book in the future of the real clock"
)]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The first day of slots: the same in the whole run, also over midnight.
fn first_day() -> NaiveDate {
    static FIRST_DAY: OnceLock<NaiveDate> = OnceLock::new();
    *FIRST_DAY.get_or_init(|| (now() + Duration::days(DAYS_AHEAD)).date_naive())
}

/// The `index`-th half hour that is open, from 0.
pub(crate) fn slot(index: usize) -> DateTime<Utc> {
    let (mut days, half_hours) = (index / SLOTS_PER_DAY, index % SLOTS_PER_DAY);
    let mut day = first_day();
    loop {
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            if days == 0 {
                break;
            }
            days -= 1;
        }
        day = day.succ_opt().expect("the calendar goes on");
    }
    let opens = day.and_hms_opt(9, 0, 0).expect("nine is an hour").and_utc();
    opens + Duration::minutes(30 * i64::try_from(half_hours).expect("few"))
}

/// As the wire writes it in requests.
pub(crate) fn text(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// As answers write it.
pub(crate) fn answered(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}
