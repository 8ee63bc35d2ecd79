//! How slots are written.

use chrono_tz::Tz;

use super::list::shown;
use crate::domain::time::Timestamp;

#[test]
fn a_start_is_shown_in_the_zone_asked_for() {
    let at = Timestamp::from_timestamp(1_930_287_600, 0).unwrap();
    assert_eq!(shown(at, Tz::UTC), "2031-03-03T07:00:00.000Z");
    assert_eq!(shown(at, Tz::Europe__Riga), "2031-03-03T09:00:00.000+02:00");
    assert_eq!(
        shown(at, Tz::Asia__Kolkata),
        "2031-03-03T12:30:00.000+05:30"
    );
}
