//! Every way in which settings are refused.

use super::settings::EventTypeSettings;
use super::tests::{change, create, created, event_type, given, settings};
use crate::domain::terms::{BookingWindow, Confirmation, Frequency, Recurrence, Seats};

/// Both commands that carry settings refuse them alike.
fn refused(change_settings: impl Fn(&mut EventTypeSettings), reason: &str) {
    let mut created_with = event_type("intro");
    change_settings(&mut created_with.settings);
    let changed_to = created_with.settings.clone();
    given([]).when(create(created_with)).then_rejected(reason);
    given([created()])
        .when(change(changed_to))
        .then_rejected(reason);
}

fn accepted(change_settings: impl Fn(&mut EventTypeSettings)) {
    let mut valid = settings("intro");
    change_settings(&mut valid);
    assert_eq!(valid.validate(), Ok(()));
}

#[test]
fn texts_have_bounds() {
    let title = "title must have 1 to 500 characters";
    refused(|settings| settings.title = " ".to_owned(), title);
    refused(|settings| settings.title = "é".repeat(501), title);
    accepted(|settings| settings.title = "é".repeat(500));
    for slug in ["", "Intro", "first call", "é", &"a".repeat(101)] {
        refused(
            |settings| settings.slug = slug.to_owned(),
            "slug must have 1 to 100 characters of a-z, 0-9 and -",
        );
    }
    refused(
        |settings| settings.description = "x".repeat(65_537),
        "description must not exceed 64 KiB",
    );
}

#[test]
fn lengths_are_offered_once_and_at_most_31_days() {
    let main = "lengthInMinutes must be 1 to 44640 minutes";
    for lengths in [vec![], vec![0], vec![44_641]] {
        refused(
            |settings| settings.lengths_minutes.clone_from(&lengths),
            main,
        );
    }
    let options = |lengths: Vec<u32>| {
        move |settings: &mut EventTypeSettings| {
            settings.lengths_minutes.clone_from(&lengths);
            settings.has_length_options = true;
        }
    };
    accepted(options(vec![60, 30, 44_640]));
    refused(
        options(vec![60, 0]),
        "lengthInMinutesOptions must be 1 to 44640 minutes",
    );
    refused(
        options(vec![60, 30, 30]),
        "lengthInMinutesOptions must be unique",
    );
    refused(options((1..=101).collect()), "more than 100 length options");
    refused(
        |settings| settings.lengths_minutes = vec![60, 30],
        "lengthInMinutesOptions must be given where there are several lengths",
    );
}

#[test]
fn times_have_caps() {
    refused(
        |settings| settings.before_minutes = 44_641,
        "beforeEventBuffer must not exceed 44640 minutes",
    );
    refused(
        |settings| settings.after_minutes = 44_641,
        "afterEventBuffer must not exceed 44640 minutes",
    );
    refused(
        |settings| settings.offset_minutes = 44_641,
        "offsetStart must not exceed 44640 minutes",
    );
    for interval in [0, 44_641] {
        refused(
            |settings| settings.interval_minutes = Some(interval),
            "slotInterval must be 1 to 44640 minutes",
        );
    }
    refused(
        |settings| settings.notice_minutes = 5_270_401,
        "minimumBookingNotice must not exceed ten years",
    );
}

#[test]
fn windows_must_make_sense() {
    let range = |first: &str, last: &str| BookingWindow::Range {
        first: first.parse().unwrap(),
        last: last.parse().unwrap(),
    };
    accepted(|settings| settings.window = range("2031-03-04", "2031-03-04"));
    refused(
        |settings| settings.window = range("2031-03-04", "2031-03-03"),
        "bookingWindow must not end before it begins",
    );
    let (days, rolling) = (36_601, false);
    for window in [
        BookingWindow::CalendarDays { days, rolling },
        BookingWindow::BusinessDays { days, rolling },
    ] {
        refused(
            |settings| settings.window = window.clone(),
            "bookingWindow must not exceed a hundred years",
        );
    }
}

#[test]
fn limits_grow_with_their_period() {
    accepted(|settings| {
        settings.limits.count.day = Some(4);
        settings.limits.count.month = Some(4);
        settings.limits.minutes.week = Some(15);
        settings.limits.minutes.year = Some(600);
    });
    refused(
        |settings| settings.limits.count.week = Some(0),
        "bookingLimitsCount must be at least 1",
    );
    for minutes in [0, 10, 20] {
        refused(
            |settings| settings.limits.minutes.day = Some(minutes),
            "bookingLimitsDuration must be a multiple of 15 minutes, at least 15",
        );
    }
    let more = "must not allow more in a shorter period than in a longer one";
    refused(
        |settings| {
            settings.limits.count.day = Some(5);
            settings.limits.count.year = Some(4);
        },
        &format!("bookingLimitsCount {more}"),
    );
    refused(
        |settings| {
            settings.limits.minutes.week = Some(60);
            settings.limits.minutes.month = Some(45);
        },
        &format!("bookingLimitsDuration {more}"),
    );
}

#[test]
fn malformed_policies_are_refused() {
    for minutes in [0, 5_270_401] {
        refused(
            |settings| {
                settings.confirmation = Confirmation::WithinNotice {
                    minutes,
                    blocks_slot: true,
                };
            },
            "confirmationPolicy must have a threshold of 1 minute to ten years",
        );
    }
    let recurrence = |interval, occurrences| {
        move |settings: &mut EventTypeSettings| {
            settings.recurrence = Some(Recurrence {
                interval,
                occurrences,
                frequency: Frequency::Weekly,
            });
        }
    };
    accepted(recurrence(1, 366));
    for interval in [0, 367] {
        refused(
            recurrence(interval, 1),
            "recurrence must have an interval of 1 to 366",
        );
    }
    for occurrences in [0, 367] {
        refused(
            recurrence(1, occurrences),
            "recurrence must have 1 to 366 occurrences",
        );
    }
    refused(
        |settings| settings.rescheduling.minutes_before = Some(5_270_401),
        "disableRescheduling must not exceed ten years",
    );
}

#[test]
fn carried_texts_are_json_of_their_kind_and_bounded() {
    for wrong in ["", "{}", "[", "null"] {
        refused(
            |settings| settings.locations_json = wrong.to_owned(),
            "locations must be a JSON text of its kind",
        );
    }
    refused(
        |settings| settings.booking_fields_json = "{}".to_owned(),
        "bookingFields must be a JSON text of its kind",
    );
    refused(
        |settings| settings.metadata_json = "[]".to_owned(),
        "metadata must be a JSON text of its kind",
    );
    refused(
        |settings| settings.presentation_json = "1".to_owned(),
        "presentation must be a JSON text of its kind",
    );
    refused(
        |settings| settings.metadata_json = format!(r#"{{"a":"{}"}}"#, "x".repeat(65_536)),
        "metadata must not exceed 64 KiB",
    );
}

#[test]
fn seats_go_with_one_location_and_no_confirmation() {
    let seated = |settings: &mut EventTypeSettings, per_slot| {
        settings.locations_json = r#"[{"type":"attendeePhone"}]"#.to_owned();
        settings.seats = Some(Seats {
            per_slot,
            show_attendees: false,
            show_availability: true,
        });
    };
    accepted(|settings| seated(settings, 1_000));
    for per_slot in [0, 1_001] {
        refused(
            |settings| seated(settings, per_slot),
            "seats must be 1 to 1000 per slot",
        );
    }
    refused(
        |settings| {
            seated(settings, 4);
            settings.locations_json = "[{},{}]".to_owned();
        },
        "seats cannot be combined with several locations",
    );
    refused(
        |settings| {
            seated(settings, 4);
            settings.confirmation = Confirmation::Always { blocks_slot: true };
        },
        "seats cannot be combined with confirmation",
    );
}
