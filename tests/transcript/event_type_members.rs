//! `reference` § 5.1 to § 5.3: every member of an event type, what is kept of it and what is refused.

use serde_json::{Value, json};

use super::sheet::Sheet;
use crate::harness::Salon;

const VERSION: &str = "2024-06-14";

/// A member with a value.
type Member = (&'static str, Value);

/// Good values of each member, in the order of § 5.1, policies together.
fn kept() -> Vec<Member> {
    let flags = [
        "requiresBookerEmailVerification",
        "hideCalendarNotes",
        "lockTimeZoneToggleOnBookingPage",
        "hideCalendarEventDetails",
        "hideOrganizerEmail",
        "hidden",
        "bookingRequiresAuthentication",
        "allowReschedulingPastBookings",
        "allowReschedulingCancelledBookings",
        "showOptimizedSlots",
        "useDestinationCalendarEmail",
    ];
    let flags = flags.map(|name| (name, json!(true)));
    [numbers(), policies(), appearance(), flags.to_vec()].concat()
}

fn numbers() -> Vec<Member> {
    vec![
        ("lengthInMinutesOptions", json!([15, 30, 60])),
        ("description", json!("First visit")),
        ("disableGuests", json!(true)),
        ("slotInterval", json!(15)),
        ("minimumBookingNotice", json!(0)),
        ("beforeEventBuffer", json!(5)),
        ("afterEventBuffer", json!(10)),
    ]
}

fn policies() -> Vec<Member> {
    vec![
        (
            "bookingLimitsCount",
            json!({"day": 1, "week": 5, "month": 10, "year": 100}),
        ),
        ("bookingLimitsCount", json!({"disabled": true})),
        (
            "bookingLimitsDuration",
            json!({"day": 60, "week": 300, "month": 600, "year": 6000}),
        ),
        ("bookingLimitsDuration", json!({"disabled": true})),
        (
            "bookerActiveBookingsLimit",
            json!({"maximumActiveBookings": 3, "offerReschedule": true}),
        ),
        ("bookerActiveBookingsLimit", json!({"disabled": true})),
        ("onlyShowFirstAvailableSlot", json!(true)),
        (
            "bookingWindow",
            json!({"type": "businessDays", "value": 20, "rolling": true}),
        ),
        (
            "bookingWindow",
            json!({"type": "calendarDays", "value": 20}),
        ),
        (
            "bookingWindow",
            json!({"type": "range", "value": ["2031-03-01", "2031-04-01"]}),
        ),
        ("bookingWindow", json!({"disabled": true})),
        ("offsetStart", json!(5)),
        (
            "bookerLayouts",
            json!({"defaultLayout": "week", "enabledLayouts": ["month", "week", "column"]}),
        ),
        (
            "confirmationPolicy",
            json!({"type": "always", "blockUnconfirmedBookingsInBooker": true}),
        ),
        (
            "confirmationPolicy",
            json!({"type": "time", "noticeThreshold": {"unit": "minutes", "count": 120}, "blockUnconfirmedBookingsInBooker": false}),
        ),
        (
            "confirmationPolicy",
            json!({"type": "time", "noticeThreshold": {"unit": "days", "count": 2}, "blockUnconfirmedBookingsInBooker": false}),
        ),
        ("confirmationPolicy", json!({"disabled": true})),
        (
            "recurrence",
            json!({"interval": 2, "occurrences": 10, "frequency": "weekly"}),
        ),
        ("recurrence", json!({"disabled": true})),
    ]
}

fn appearance() -> Vec<Member> {
    vec![
        (
            "color",
            json!({"lightThemeHex": "#292929", "darkThemeHex": "#fafafa"}),
        ),
        (
            "seats",
            json!({"seatsPerTimeSlot": 4, "showAttendeeInfo": true, "showAvailabilityCount": false}),
        ),
        ("seats", json!({"disabled": true})),
        ("customName", json!("{Event type title} with {Organiser}")),
        (
            "destinationCalendar",
            json!({"integration": "google_calendar", "externalId": "ana@example.org"}),
        ),
        ("successRedirectUrl", json!("https://example.org/thanks")),
        (
            "calVideoSettings",
            json!({"disableRecordingForGuests": true, "redirectUrlOnExit": "https://example.org/bye"}),
        ),
        ("disableCancelling", json!({"disabled": true})),
        (
            "disableRescheduling",
            json!({"disabled": false, "minutesBefore": 60}),
        ),
        ("interfaceLanguage", json!("lv")),
        ("interfaceLanguage", json!("")),
    ]
}

/// Wrong values of each member.
fn refused() -> Vec<Member> {
    vec![
        ("lengthInMinutes", json!(0)),
        ("title", json!("")),
        ("slug", json!("?!")),
        ("lengthInMinutesOptions", json!([30, 30])),
        ("description", json!(7)),
        ("locations", json!([])),
        ("disableGuests", json!("yes")),
        ("slotInterval", json!(0)),
        ("minimumBookingNotice", json!(-1)),
        ("beforeEventBuffer", json!(44_641)),
        ("scheduleId", json!("first")),
        ("bookingLimitsCount", json!({"day": 5, "week": 4})),
        ("bookingLimitsCount", json!({"day": 0})),
        ("bookingLimitsDuration", json!({"day": 20})),
        ("bookingLimitsDuration", json!({"week": 60, "month": 45})),
        (
            "bookerActiveBookingsLimit",
            json!({"maximumActiveBookings": 0, "offerReschedule": true}),
        ),
        (
            "bookingWindow",
            json!({"type": "businessDays", "value": "20"}),
        ),
        (
            "bookingWindow",
            json!({"type": "range", "value": ["2031-04-01", "2031-03-01"]}),
        ),
        ("offsetStart", json!(-5)),
        (
            "bookerLayouts",
            json!({"defaultLayout": "year", "enabledLayouts": ["month"]}),
        ),
        ("confirmationPolicy", json!({"type": "always"})),
        (
            "confirmationPolicy",
            json!({"type": "time", "blockUnconfirmedBookingsInBooker": true}),
        ),
        (
            "recurrence",
            json!({"interval": 1, "occurrences": 2, "frequency": "daily"}),
        ),
        ("color", json!({"lightThemeHex": "red"})),
        (
            "seats",
            json!({"seatsPerTimeSlot": 1_001, "showAttendeeInfo": true}),
        ),
        ("customName", json!(7)),
        (
            "destinationCalendar",
            json!({"integration": "google_calendar"}),
        ),
        ("successRedirectUrl", json!("nowhere")),
        (
            "calVideoSettings",
            json!({"disableRecordingForGuests": "yes"}),
        ),
        ("disableCancelling", json!({"disabled": "yes"})),
        ("disableRescheduling", json!({"minutesBefore": -1})),
        ("interfaceLanguage", json!("english!")),
        ("hidden", json!("yes")),
    ]
}

on_both_databases! {
    async fn every_member_of_an_event_type_is_kept_and_shown(salon: &mut Salon) {
        let client = salon.client();
        let path = format!("/v2/event-types/{}", client.event_type);
        let patch = |body: Value| {
            let request = client.request(reqwest::Method::PATCH, &path).header("cal-api-version", VERSION);
            client.send(request.bearer_auth(&salon.tenant.provider_key).json(&body))
        };
        for (name, value) in kept() {
            let changed = patch(json!({name: value})).await.expect(200).data();
            let shown = &changed[name];
            let is_off = value == json!({"disabled": true});
            match name {
                "bookingLimitsCount" | "bookingLimitsDuration" | "recurrence" if is_off => assert_eq!(shown, &Value::Null),
                _ => {
                    for (member, given) in value.as_object().into_iter().flatten() {
                        assert_eq!(&shown[member], given, "{name}");
                    }
                    assert!(value.is_object() || *shown == value, "{name}: {shown}");
                }
            }
        }
        // What was not given has stayed: the last of each is there still.
        let mut sheet = Sheet::of(salon, VERSION);
        sheet.get("5.4 everything at once", &path).await.expect(200);
        sheet.compare("event_type_members_kept");
    }

    async fn a_member_that_is_wrong_is_named_with_its_rule(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, VERSION);
        for (name, value) in refused() {
            let mut body = json!({"title": "Intro", "slug": "wrong", "lengthInMinutes": 30});
            body[name] = value;
            let answer = sheet.post(&format!("5.1 {name}"), "/v2/event-types", body).await.expect(400);
            let errors = &answer.json()["error"]["details"]["errors"];
            assert_eq!(errors[0]["property"], name, "{}", answer.text);
        }
        sheet.compare("event_type_members_refused");
    }

    async fn locations_are_of_the_types_of_the_reference(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, VERSION);
        let path = format!("/v2/event-types/{}", salon.tenant.event_type);
        let every = json!([
            {"type": "address", "address": "Brivibas 1", "public": false},
            {"type": "link", "link": "https://example.org/room", "public": true},
            {"type": "phone", "phone": "+37127000000", "public": true},
            {"type": "integration", "integration": "cal-video"},
            {"type": "attendeeAddress"}, {"type": "attendeePhone"}, {"type": "attendeeDefined"},
        ]);
        let changed = sheet.patch("5.2 every type", &path, json!({"locations": every})).await.expect(200);
        assert_eq!(changed.data()["locations"], every);
        for (row, wrong) in [
            ("5.2 address without public", json!({"type": "address", "address": "Brivibas 1"})),
            ("5.2 link", json!({"type": "link", "link": "room", "public": true})),
            ("5.2 phone", json!({"type": "phone", "phone": "12", "public": true})),
            ("5.2 integration", json!({"type": "integration"})),
            ("5.2 unknown type", json!({"type": "moon"})),
        ] {
            sheet.patch(row, &path, json!({"locations": [wrong]})).await.expect(400);
        }
        sheet.compare("event_type_locations");
    }

    async fn booking_fields_are_of_the_types_of_the_reference(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, VERSION);
        let path = format!("/v2/event-types/{}", salon.tenant.event_type);
        let with_placeholder = ["phone", "address", "text", "textarea", "url", "number", "multiemail"];
        let mut every: Vec<Value> = with_placeholder.iter().map(|kind| json!({
            "type": kind, "slug": format!("a-{kind}"), "label": "L", "required": false, "placeholder": "p", "hidden": false,
        })).collect();
        every.push(json!({"type": "boolean", "slug": "a-boolean", "label": "L", "required": true, "hidden": false, "disableOnPrefill": true}));
        every.push(json!({"type": "select", "slug": "a-select", "label": "L", "required": false, "placeholder": "p", "options": ["a", "b"], "hidden": false}));
        for kind in ["radio", "multiselect", "checkbox"] {
            every.push(json!({"type": kind, "slug": format!("a-{kind}"), "label": "L", "required": false, "options": ["a", "b"], "hidden": false}));
        }
        let complete = every.clone();
        every.push(json!({"type": "name", "label": "Your name", "placeholder": "Ilze"}));
        every.push(json!({"slug": "notes", "required": true, "hidden": false}));
        sheet.patch("5.3 every type, and defaults configured", &path, json!({"bookingFields": every})).await.expect(200);
        for field in complete {
            for (member, _) in field.as_object().expect("an object") {
                if member == "disableOnPrefill" {
                    continue;
                }
                let mut without = field.clone();
                without.as_object_mut().expect("an object").remove(member);
                let row = format!("5.3 {} without {member}", field["type"]);
                // Clients leave `hidden` out, which cannot mean anything else.
                let status = if member == "hidden" { 200 } else { 400 };
                let asked = sheet.patch(&row, &path, json!({"bookingFields": [without]})).await;
                asked.expect(status);
            }
        }
        let text = |slug: &str| json!({"type": "text", "slug": slug, "label": "L", "required": false, "placeholder": "", "hidden": false});
        sheet.patch("5.3 a slug twice", &path, json!({"bookingFields": [text("a"), text("a")]})).await.expect(400);
        sheet.compare("event_type_booking_fields");
    }
}
