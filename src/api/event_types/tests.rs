//! What a body becomes, and what is shown of it.

use serde_json::{Map, Value, json};

use super::body::settings;
use super::booking_field::with_defaults;
use super::view::View;
use crate::api::failure::Failure;
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::{EventTypeNumber, ProviderNumber};

fn created(body: &Value) -> Result<EventTypeSettings, Failure> {
    settings(body.as_object().unwrap(), None)
}

fn shown(settings: &EventTypeSettings) -> Value {
    Value::Object(members(settings))
}

fn members(settings: &EventTypeSettings) -> Map<String, Value> {
    let view = View {
        number: EventTypeNumber::new(41),
        owner_number: ProviderNumber::new(17),
        settings,
        owner: None,
    };
    view.json("https://cal.example.org")
}

/// What is shown of an event type that a body creates.
pub(in crate::api) fn shown_of(body: &Value) -> Map<String, Value> {
    members(&created(body).unwrap())
}

#[test]
fn a_minimal_event_type_has_the_defaults_of_cal_com() {
    let settings =
        created(&json!({"title": "Intro", "slug": "In Tro!", "lengthInMinutes": 60})).unwrap();
    let shown = shown(&settings);
    assert_eq!(shown["slug"], "in-tro");
    assert_eq!(shown["minimumBookingNotice"], 120);
    assert_eq!(shown["slotInterval"], Value::Null);
    assert_eq!(
        shown["locations"],
        json!([{"type": "integration", "integration": "cal-video"}])
    );
    for policy in [
        "bookingWindow",
        "confirmationPolicy",
        "seats",
        "bookerActiveBookingsLimit",
    ] {
        assert_eq!(shown[policy], json!({"disabled": true}), "{policy}");
    }
    assert_eq!(shown["recurrence"], Value::Null);
    assert!(shown.get("lengthInMinutesOptions").is_none());
    assert!(shown.get("bookingLimitsCount").is_none());
}

#[test]
fn every_policy_comes_back_as_it_was_given() {
    let given = json!({
        "title": "Intro", "slug": "intro", "lengthInMinutes": 30, "lengthInMinutesOptions": [15, 30, 60],
        "bookingLimitsCount": {"day": 4, "week": 10}, "bookingLimitsDuration": {"day": 60, "month": 600},
        "bookingWindow": {"type": "range", "value": ["2031-03-01", "2031-04-01"]},
        "confirmationPolicy": {"type": "time", "noticeThreshold": {"unit": "hours", "count": 3}, "blockUnconfirmedBookingsInBooker": true},
        "recurrence": {"interval": 2, "occurrences": 10, "frequency": "weekly"},
        "bookerActiveBookingsLimit": {"maximumActiveBookings": 2, "offerReschedule": true},
        "disableRescheduling": {"disabled": false, "minutesBefore": 30},
        "locations": [{"type": "address", "address": "Brivibas 1", "public": true}, {"type": "attendeePhone"}],
        "customName": "{Organiser}", "color": {"lightThemeHex": "#fff", "darkThemeHex": "#000"}, "hideCalendarNotes": true,
    });
    let shown = shown(&created(&given).unwrap());
    for (name, value) in given.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name}");
    }
}

#[test]
fn a_change_keeps_what_is_not_given() {
    let given = json!({"title": "Intro", "slug": "intro", "lengthInMinutes": 30, "afterEventBuffer": 10, "seats":
        {"seatsPerTimeSlot": 4, "showAttendeeInfo": false, "showAvailabilityCount": true}});
    let before = created(&given).unwrap();
    let change = json!({"title": "Other", "seats": {"disabled": true}, "metadata": {"daybookHolds": "exclusive"}});
    let after = settings(change.as_object().unwrap(), Some(&before)).unwrap();
    assert_eq!(
        (after.title.as_str(), after.slug.as_str()),
        ("Other", "intro")
    );
    assert_eq!(after.after_minutes, 10);
    assert_eq!(after.seats, None);
    assert!(after.exclusive_holds);
}

#[test]
fn malformed_event_types_are_refused() {
    let refused = |name: &str, value: Value| {
        let mut body = json!({"title": "Intro", "slug": "intro", "lengthInMinutes": 30});
        body[name] = value;
        let failure = created(&body).expect_err(name);
        assert_eq!(failure.refusal().status.as_u16(), 400);
    };
    refused("title", json!(""));
    refused("slug", json!("!!"));
    refused("lengthInMinutes", json!(0));
    refused("lengthInMinutes", json!(99_999_999_999_i64));
    refused("lengthInMinutesOptions", json!([15, 45]));
    refused("lengthInMinutesOptions", json!([30, 30]));
    refused("bookingLimitsCount", json!({"day": 5, "week": 4}));
    refused("bookingLimitsDuration", json!({"day": 20}));
    refused(
        "bookingWindow",
        json!({"type": "range", "value": ["2031-04-01", "2031-03-01"]}),
    );
    refused(
        "confirmationPolicy",
        json!({"type": "time", "blockUnconfirmedBookingsInBooker": true}),
    );
    refused(
        "recurrence",
        json!({"interval": 1, "occurrences": 367, "frequency": "weekly"}),
    );
    refused(
        "bookerActiveBookingsLimit",
        json!({"maximumActiveBookings": 251}),
    );
    refused(
        "seats",
        json!({"seatsPerTimeSlot": 1_001, "showAttendeeInfo": true, "showAvailabilityCount": true}),
    );
    refused("locations", json!([]));
    refused("locations", json!([{"type": "address"}]));
    refused("metadata", json!({"daybookHolds": "maybe"}));
    refused(
        "bookingFields",
        json!([{"type": "select", "slug": "a", "label": "A", "required": true}]),
    );
}

#[test]
fn seats_go_with_one_location_and_without_confirmation() {
    let mut body = json!({"title": "Intro", "slug": "intro", "lengthInMinutes": 30, "seats":
        {"seatsPerTimeSlot": 4, "showAttendeeInfo": false, "showAvailabilityCount": true}});
    assert!(created(&body).is_ok());
    body["locations"] = json!([{"type": "attendeePhone"}, {"type": "attendeeAddress"}]);
    assert!(created(&body).is_err());
    body["locations"] = json!([{"type": "attendeePhone"}]);
    body["confirmationPolicy"] =
        json!({"type": "always", "blockUnconfirmedBookingsInBooker": true});
    assert!(created(&body).is_err());
}

#[test]
fn default_booking_fields_stand_around_custom_ones() {
    let custom = r#"[{"type":"text","slug":"party-size","label":"Party","required":true,"hidden":false,"placeholder":""},
        {"slug":"notes","required":true}]"#;
    let fields = with_defaults(custom, false);
    let order: Vec<&str> = fields
        .iter()
        .map(|field| field["slug"].as_str().unwrap())
        .collect();
    assert_eq!(
        order,
        [
            "name",
            "email",
            "location",
            "party-size",
            "title",
            "notes",
            "guests",
            "rescheduleReason"
        ]
    );
    assert_eq!(
        fields[0],
        json!({"isDefault": true, "type": "name", "slug": "name", "required": true, "disableOnPrefill": false})
    );
    assert_eq!(
        fields[2],
        json!({"isDefault": true, "type": "radioInput", "slug": "location", "required": false, "hidden": false})
    );
    assert_eq!(fields[3]["isDefault"], false);
    assert_eq!(fields[5]["required"], true);
    assert_eq!(fields[4]["hidden"], true);
}
