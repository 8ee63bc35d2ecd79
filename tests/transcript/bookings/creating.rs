//! § 4.2: booking.

use serde_json::{Value, json};

use super::{By, Desk, offer};
use crate::harness::Salon;
use reqwest::Method;

on_both_databases! {
    async fn a_body_has_these_members(salon: &mut Salon) {
        let fields = json!([{"type": "text", "slug": "party-size", "label": "Party", "required": false, "placeholder": "2"}]);
        let locations = json!([{"type": "link", "link": "https://meet.example.org/x1", "public": true},
            {"type": "attendeeAddress"}, {"type": "attendeePhone"}, {"type": "attendeeDefined"},
            {"type": "integration", "integration": "cal-video"}]);
        let intro = offer(salon, "a", json!({"bookingFields": fields, "locations": locations})).await;
        let lengths = offer(salon, "b", json!({"lengthInMinutesOptions": [30, 60]})).await;
        let mut desk = Desk::of(salon);
        desk.book("4.2.3 the example", intro, "2031-03-04T09:00:00Z", json!({
            "guests": ["karlis@example.org"], "bookingFieldsResponses": {"party-size": "4", "empty": null},
            "metadata": {"crmId": "D-778", "vip": true, "visits": 3},
        })).await.expect(201);
        let by_slug = json!({"start": "2031-03-04T10:00:00Z", "eventTypeSlug": "a", "username": "ana",
            "attendee": {"name": "Ilze", "phoneNumber": "+371 2000 0000", "timeZone": "UTC"}});
        desk.ask("eventTypeSlug, username; phoneNumber; language", By::Nobody, Method::POST, "", by_slug).await.expect(201);
        desk.book("lengthInMinutes", lengths, "2031-03-04T11:00:00Z", json!({"lengthInMinutes": 30})).await.expect(201);
        desk.book("meetingUrl", intro, "2031-03-04T12:00:00Z", json!({"meetingUrl": "https://meet.example.org/own"})).await.expect(201);
        for (hour, location) in [
            (13, json!({"type": "link"})),
            (14, json!({"type": "attendeeAddress", "address": "1 Park Lane"})),
            (15, json!({"type": "attendeePhone", "phone": "+37120000001"})),
            (16, json!({"type": "attendeeDefined", "location": "the park"})),
        ] {
            let start = format!("2031-03-04T{hour}:00:00Z");
            desk.book("4.2.2 location", intro, &start, json!({"location": location})).await.expect(201);
        }
        for (hour, location) in [(9, json!({"type": "integration", "integration": "cal-video"})), (10, json!("by the river"))] {
            let start = format!("2031-03-05T{hour:02}:00:00Z");
            desk.book("4.2.2 location", intro, &start, json!({"location": location})).await.expect(201);
        }
        desk.book("routing", intro, "2031-03-05T11:00:00Z", json!({"routing": {"teamMemberIds": [1]}})).await.expect(201);
        assert_told!("bookings_create_members", desk);
    }

    async fn a_body_that_is_wrong_is_refused(salon: &mut Salon) {
        let intro = offer(salon, "a", json!({})).await;
        let mut desk = Desk::of(salon);
        let start = "2031-03-04T09:00:00Z";
        for (row, more) in [
            ("no selector", json!({"eventTypeId": null})),
            ("unknown key", json!({"surprise": 1})),
            ("attendee without contact", json!({"attendee": {"name": "I", "timeZone": "UTC"}})),
            ("attendee.timeZone", json!({"attendee": {"name": "I", "email": "i@example.org", "timeZone": "Mars/Olympus"}})),
            ("attendee.language", json!({"attendee": {"name": "I", "email": "i@example.org", "timeZone": "UTC", "language": "tlh"}})),
            ("metadata: 50 keys, 40, 500", json!({"metadata": {"k": {"deep": 1}}})),
            ("guests", json!({"guests": ["nobody"]})),
            ("start", json!({"start": "tomorrow"})),
            ("past", json!({"start": "2021-03-04T09:00:00Z"})),
            ("host outside hours", json!({"start": "2031-03-04T03:00:00Z"})),
            ("lengthInMinutes not allowed", json!({"lengthInMinutes": 30})),
            ("recurrenceCount on a type that does not recur", json!({"recurrenceCount": 2})),
            ("location not offered", json!({"location": {"type": "address"}})),
            ("instant", json!({"instant": true})),
            ("type unknown", json!({"eventTypeId": 999_999})),
            ("type of user unknown", json!({"eventTypeId": null, "eventTypeSlug": "none", "username": "ana"})),
            ("user unknown", json!({"eventTypeId": null, "eventTypeSlug": "a", "username": "nobody"})),
            ("team unknown", json!({"eventTypeId": null, "eventTypeSlug": "a", "teamSlug": "dentists"})),
            ("a newer member", json!({"allowConflicts": true})),
        ] {
            let refused = desk.book(row, intro, start, more).await;
            assert!(refused.status.is_client_error(), "{row}: {}", refused.text);
        }
        desk.book("first", intro, start, json!({})).await.expect(201);
        desk.book("host busy", intro, start, json!({})).await.expect(400);
        assert_told!("bookings_create_errors", desk);
    }

    async fn an_event_type_may_ask_for_more(salon: &mut Salon) {
        let field = |more: Value| {
            let mut field = json!({"type": "text", "slug": "why", "label": "Why", "required": true, "placeholder": "?"});
            crate::harness::salon::merge(&mut field, more);
            json!([field])
        };
        let rows = [
            ("required answer absent", json!({"bookingFields": field(json!({}))}), json!({})),
            ("answer not in options", json!({"bookingFields": field(json!({"type": "select", "options": ["a", "b"]}))}),
                json!({"bookingFieldsResponses": {"why": "c"}})),
            ("wrong JSON type", json!({"bookingFields": field(json!({"type": "number"}))}),
                json!({"bookingFieldsResponses": {"why": "7"}})),
            ("booking window", json!({"bookingWindow": {"type": "calendarDays", "value": 3, "rolling": false}}), json!({})),
            ("disableGuests", json!({"disableGuests": true}), json!({"guests": ["g@example.org"]})),
            ("bookingRequiresAuthentication", json!({"bookingRequiresAuthentication": true}), json!({})),
            ("requiresBookerEmailVerification", json!({"requiresBookerEmailVerification": true}), json!({})),
            ("emailVerificationCode", json!({"requiresBookerEmailVerification": true}), json!({"emailVerificationCode": "123456"})),
            ("recurrenceCount too high", json!({"recurrence": {"interval": 1, "occurrences": 2, "frequency": "weekly"}}),
                json!({"recurrenceCount": 3})),
        ];
        let mut desk = Desk::of(salon);
        for (index, (row, settings, more)) in rows.into_iter().enumerate() {
            let event_type = offer(salon, &format!("r{index}"), settings).await;
            let refused = desk.book(row, event_type, "2031-03-04T09:00:00Z", more).await;
            assert!(refused.status.is_client_error(), "{row}: {}", refused.text);
        }
        let late = offer(salon, "late", json!({"minimumBookingNotice": 86_400})).await;
        let mut soon = desk.client.booking(crate::harness::times::slot(0));
        soon["eventTypeId"] = json!(late);
        let soon = desk.client.bookings(Method::POST, "").json(&soon);
        let soon = desk.client.send(soon).await.expect(400);
        assert!(soon.message().starts_with("The event type can't be booked at the \"start\" time provided."));
        let limit = json!({"maximumActiveBookings": 1, "offerReschedule": true});
        let limited = offer(salon, "limited", json!({"bookerActiveBookingsLimit": limit})).await;
        desk.book("under the active-bookings cap", limited, "2031-03-04T09:00:00Z", json!({})).await.expect(201);
        desk.book("active-bookings cap for this e-mail", limited, "2031-03-04T10:00:00Z", json!({})).await.expect(400);
        let other = json!({"attendee": {"name": "Uldis", "email": "uldis@example.org", "timeZone": "UTC"}});
        desk.book("another e-mail", limited, "2031-03-04T10:00:00Z", other).await.expect(201);
        let daily = offer(salon, "daily", json!({"bookingLimitsCount": {"day": 1}})).await;
        desk.book("under the limit", daily, "2031-03-05T09:00:00Z", json!({})).await.expect(201);
        desk.book("limit reached", daily, "2031-03-05T10:00:00Z", json!({})).await.expect(400);
        assert_told!("bookings_create_rules", desk);
    }

    async fn a_newer_version_takes_flags_of_hosts(salon: &mut Salon) {
        let intro = offer(salon, "a", json!({})).await;
        let mut desk = Desk::of(salon);
        desk.version = "2026-02-25";
        let flags = json!({"allowConflicts": true, "allowBookingOutOfBounds": true, "skipBookingLimits": true});
        let at_night = |more: &Value| {
            let mut body = json!({"eventTypeId": intro, "start": "2031-03-04T03:00:00Z",
                "attendee": {"name": "I", "email": "i@example.org", "timeZone": "UTC"}});
            crate::harness::salon::merge(&mut body, more.clone());
            body
        };
        desk.ask("not the host: ignored", By::Nobody, Method::POST, "", at_night(&flags)).await.expect(400);
        let booked = desk.ask("the host", By::Host, Method::POST, "", at_night(&flags)).await.expect(201);
        desk.ask("conflicts are refused all the same", By::Host, Method::POST, "", at_night(&flags)).await.expect(400);
        let path = format!("/{}/reschedule", booked.uid());
        let body = json!({"start": "2031-03-04T12:00:00Z", "rescheduleWithSameHost": true});
        desk.post("rescheduleWithSameHost", &path, body).await.expect(201);
        let daily = offer(salon, "b", json!({"bookingLimitsCount": {"day": 1}})).await;
        for (row, hour, flag) in [("under the limit", 13, false), ("skipBookingLimits", 14, true)] {
            let booking = json!({"eventTypeId": daily, "start": format!("2031-03-04T{hour}:00:00Z"), "skipBookingLimits": flag,
                "attendee": {"name": "I", "email": "i@example.org", "timeZone": "UTC"}});
            desk.post(row, "", booking).await.expect(201);
        }
        desk.version = "2024-09-04";
        desk.get("1.3 no bookings in this version", "").await.expect(404);
        assert_told!("bookings_versions", desk);
    }
}
