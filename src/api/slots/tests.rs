//! How slots are written, and how many may be asked for.

use chrono_tz::Tz;
use uuid::Uuid;

use super::list::{check_cost, shown};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::{EventTypeId, EventTypeNumber};
use crate::domain::slots::SlotQuery;
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

#[test]
fn what_would_take_long_is_not_cut() {
    let costs = |minutes: u32, start: &str, hosts: usize| {
        let settings = EventTypeSettings::plain("Intro".to_owned(), "intro".to_owned(), minutes);
        let event_type = EventTypeId::from_uuid(Uuid::from_u128(41));
        let query = SlotQuery {
            terms: &settings.terms(event_type, EventTypeNumber::new(41), 1),
            start: start.parse().unwrap(),
            end: "2032-03-01T00:00:00Z".parse().unwrap(),
            length_minutes: minutes,
            zone: Tz::UTC,
            now: "2031-03-01T10:00:00Z".parse().unwrap(),
            moving: None,
            own_hold: None,
        };
        check_cost(&query, hosts)
            .err()
            .map(|it| it.refusal().status.as_u16())
    };
    let year = "2031-03-01T00:00:00Z";
    assert_eq!(costs(30, year, 28), None);
    assert_eq!(costs(1, year, 1), Some(400));
    assert_eq!(costs(1, year, 50), Some(400));
    assert_eq!(costs(1, "2032-02-29T00:00:00Z", 50), None);
    // What is past is not cut either.
    assert_eq!(costs(30, "2001-03-01T00:00:00Z", 28), None);
}
