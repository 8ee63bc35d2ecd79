//! Every trigger with its whole body: whoever reads them today must be able to tomorrow.

use serde_json::{Value, json};

use super::booking::{Told, no_show, payload};
use super::message::Message;
use super::out_of_office;
use super::trigger::of_event;
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::AttendeeNumber;
use crate::domain::personal::{Personal, Subscription};
use crate::domain::provider::command::BookingStatus;
use crate::domain::provider::event::{AttendanceMarked, Profile, ProviderEvent};
use crate::domain::time::Timestamp;
use crate::domain::webhook::Trigger;
use crate::projections::bookings::Opened;
use crate::projections::row;

/// The booking of the reference's example.
fn row() -> row::Booking {
    let terms = json!({
        "eventType": "0192f3c8-0000-7000-8000-000000000041", "number": 41, "version": 1, "slug": "intro",
        "title": "Intro", "lengthsMinutes": [60], "window": {"type": "unlimited"}, "confirmation": {"type": "notRequired"},
    });
    let row = json!({
        "booking": "0192f3c8-0000-7000-8000-000000000007", "number": 90211, "uid": "p4Tq8xWnKe2RzVbHs6Yc1d",
        "icsUid": "p4Tq8xWnKe2RzVbHs6Yc1d@Cal.com", "provider": "0192f3c8-0000-7000-8000-000000000017",
        "host": {"number": 17, "name": "Ana Roze", "email": "ana@example.org", "username": "ana", "zone": "Europe/Riga"},
        "terms": terms, "status": "accepted",
        "slot": {"start": "2031-03-04T07:00:00Z", "end": "2031-03-04T08:00:00Z"}, "claims": true,
        "countedOn": "2031-03-04", "attendee": 5, "attendeeAbsent": false, "hostAbsent": false, "series": null,
        "coHosts": [], "guests": [], "added": [], "removed": [], "guestsAbsent": [], "located": null,
        "seats": [], "placed": null, "moved": null, "cancelled": null, "declined": null, "rescheduledFrom": null,
        "rescheduledTo": null, "compensated": false, "completed": false, "version": 3,
        "createdAt": "2031-03-01T10:20:00Z", "updatedAt": "2031-03-01T10:20:00Z",
    });
    serde_json::from_value(row).expect("it is a row")
}

/// It moved a day.
fn moved_row() -> row::Booking {
    let mut moved = serde_json::to_value(row()).expect("a row is JSON");
    moved["number"] = json!(90230);
    moved["uid"] = json!("w9LmC3sEjX5aQvUtD7gNk2");
    moved["slot"] = json!({"start": "2031-03-05T07:00:00Z", "end": "2031-03-05T08:00:00Z"});
    moved["rescheduledFrom"] = json!("p4Tq8xWnKe2RzVbHs6Yc1d");
    serde_json::from_value(moved).expect("it is a row")
}

fn personal() -> Personal {
    let personal = json!({
        "attendee": {"name": "Ilze Berga", "email": "ilze@example.org", "timeZone": "Europe/Riga", "language": "lv"},
        "guests": ["karlis@example.org"], "answers": {"party-size": "\"4\"", "notes": "\"by the window\""},
        "metadata": {"crmId": "\"D-778\""}, "location": "Brivibas 1, Riga",
    });
    serde_json::from_value(personal).expect("it is personal")
}

fn opened() -> Opened {
    Opened {
        placed: Some(personal()),
        ..Opened::default()
    }
}

fn reason() -> Personal {
    Personal {
        reason: Some("train strike".to_owned()),
        acted_by: Some("ilze@example.org".to_owned()),
        ..Personal::default()
    }
}

fn event_type() -> EventTypeSettings {
    let mut settings = EventTypeSettings::plain("Intro".to_owned(), "intro".to_owned(), 60);
    "A first talk".clone_into(&mut settings.description);
    let fields =
        json!([{"type": "select", "slug": "party-size", "label": "Party size", "hidden": false}]);
    settings.booking_fields_json = fields.to_string();
    settings
}

fn profile() -> Profile {
    let text = str::to_owned;
    Profile {
        time_format: 24,
        ..Profile::new(
            text("Ana Roze"),
            text("ana@example.org"),
            text("ana"),
            chrono_tz::Europe::Riga,
        )
    }
}

fn created_at() -> Timestamp {
    "2031-03-02T08:00:00Z".parse().expect("an instant")
}

fn subscription(template: Option<&str>) -> Subscription {
    Subscription {
        url: "https://hooks.example.org/".to_owned(),
        secret: Some("s3".to_owned()),
        payload_template: template.map(str::to_owned),
    }
}

/// The default body, read again.
fn body(trigger: Trigger, row: &row::Booking, reason: Option<&Personal>) -> Value {
    serde_json::from_str(&sent(trigger, row, reason)).expect("it is JSON")
}

/// The default body as it is sent.
fn sent(trigger: Trigger, row: &row::Booking, reason: Option<&Personal>) -> String {
    let (opened, profile, event_type, old) = (opened(), profile(), event_type(), self::row());
    let told = Told {
        row,
        opened: &opened,
        reason,
        profile: Some(&profile),
        event_type: Some(&event_type),
        replaced: Some(&old),
    };
    let message = || {
        let payload = payload(trigger, &told);
        Message::new(trigger, created_at(), &payload, &subscription(None)).unwrap()
    };
    assert_eq!(message(), message(), "the same bytes each time");
    assert_eq!(message().content_type, "application/json");
    message().body
}

#[test]
fn a_created_booking() {
    insta::assert_snapshot!(sent(Trigger::BookingCreated, &row(), None));
}

#[test]
fn a_requested_booking_waits() {
    let mut row = row();
    row.status = BookingStatus::Pending;
    let body = body(Trigger::BookingRequested, &row, None);
    assert_eq!(body["triggerEvent"], "BOOKING_REQUESTED");
    insta::assert_json_snapshot!(body);
}

#[test]
fn a_confirmed_booking_is_created() {
    let confirmed = body(Trigger::BookingCreated, &row(), None);
    assert_eq!(confirmed["payload"]["status"], "ACCEPTED");
}

#[test]
fn a_rejected_booking() {
    let mut row = row();
    row.status = BookingStatus::Rejected;
    insta::assert_json_snapshot!(body(Trigger::BookingRejected, &row, Some(&reason())));
}

#[test]
fn a_rescheduled_booking_says_where_it_was() {
    let body = body(Trigger::BookingRescheduled, &moved_row(), Some(&reason()));
    insta::assert_json_snapshot!(body);
}

#[test]
fn a_cancelled_booking_says_by_whom_and_why() {
    let mut row = row();
    row.status = BookingStatus::Cancelled;
    insta::assert_json_snapshot!(body(Trigger::BookingCancelled, &row, Some(&reason())));
}

/// A booking of which one of two added guests was taken off, and which takes place elsewhere than was agreed on.
fn visited() -> (row::Booking, Opened) {
    let mut row = serde_json::to_value(row()).expect("a row is JSON");
    row["guests"] = json!([6]);
    row["added"] = json!([{"attendees": [7, 8], "typed": null}]);
    row["removed"] = json!([7]);
    let companion = |name: &str| json!({"name": name, "email": format!("{name}@example.org"), "timeZone": "UTC", "language": "en"});
    let added = json!({"companions": [companion("inga"), companion("uldis")]});
    let opened = Opened {
        located: Some(Personal {
            location: Some("Tallinas 2, Riga".to_owned()),
            ..Personal::default()
        }),
        added: vec![serde_json::from_value(added).expect("it is personal")],
        ..opened()
    };
    (serde_json::from_value(row).expect("it is a row"), opened)
}

#[test]
fn who_comes_and_where_is_told_as_it_is_now() {
    let (row, opened) = visited();
    let told = Told {
        row: &row,
        opened: &opened,
        reason: None,
        profile: None,
        event_type: None,
        replaced: None,
    };
    let payload = serde_json::to_value(payload(Trigger::BookingCreated, &told)).unwrap();
    assert_eq!(payload["location"], "Tallinas 2, Riga");
    let emails = [
        "ilze@example.org",
        "karlis@example.org",
        "uldis@example.org",
    ];
    let attendees = payload["attendees"].as_array().unwrap().iter();
    let named: Vec<_> = attendees.map(|it| it["email"].as_str().unwrap()).collect();
    assert_eq!(named, emails);
    assert_eq!(payload["attendees"][2]["name"], "uldis");
    assert_eq!(payload["responses"]["guests"]["value"], json!(emails[1..]));
}

#[test]
fn who_was_absent() {
    let (row, opened) = (row(), opened());
    let told = Told {
        row: &row,
        opened: &opened,
        reason: None,
        profile: None,
        event_type: None,
        replaced: None,
    };
    let marked = AttendanceMarked {
        booking: row.booking,
        uid: row.uid.clone(),
        host_absent: Some(false),
        attendees: vec![(row.attendee, true)],
    };
    let payload = no_show(&marked, &told);
    let message = Message::new(
        Trigger::BookingNoShowUpdated,
        created_at(),
        &payload,
        &subscription(None),
    )
    .unwrap();
    insta::assert_snapshot!(message.body);
}

#[test]
fn an_absent_guest_is_named_and_not_who_booked() {
    let (row, opened) = visited();
    let told = Told {
        row: &row,
        opened: &opened,
        reason: None,
        profile: None,
        event_type: None,
        replaced: None,
    };
    let marked = AttendanceMarked {
        booking: row.booking,
        uid: row.uid.clone(),
        host_absent: None,
        attendees: [6, 8, 99]
            .map(|it| (AttendeeNumber::new(it), true))
            .to_vec(),
    };
    let payload = no_show(&marked, &told);
    let attendees = payload["attendees"].as_array().unwrap().iter();
    let named: Vec<_> = attendees.map(|it| it["email"].as_str().unwrap()).collect();
    assert_eq!(
        named,
        ["karlis@example.org", "uldis@example.org", "unknown"]
    );
}

#[test]
fn an_erased_person_leaves_placeholders() {
    let row = row();
    let told = Told {
        row: &row,
        opened: &Opened::default(),
        reason: None,
        profile: None,
        event_type: None,
        replaced: None,
    };
    let payload = serde_json::to_value(payload(Trigger::BookingCreated, &told)).unwrap();
    assert_eq!(payload["title"], "Intro between Ana Roze and unknown");
    assert_eq!(payload["attendees"][0]["email"], "unknown");
    assert_eq!(payload["location"], Value::Null);
    assert_eq!(payload["metadata"], json!({}));
}

#[test]
fn a_template_sees_the_payload_and_what_fired() {
    let (row, opened) = (row(), opened());
    let told = Told {
        row: &row,
        opened: &opened,
        reason: None,
        profile: None,
        event_type: None,
        replaced: None,
    };
    let payload = payload(Trigger::BookingCreated, &told);
    let sent = |template: &str| {
        let subscription = subscription(Some(template));
        Message::new(
            Trigger::BookingCreated,
            created_at(),
            &payload,
            &subscription,
        )
        .unwrap()
    };
    let json = sent(
        r#"{"content":"{{triggerEvent}}: {{title}} at {{startTime}}, {{attendees.0.firstName}}"}"#,
    );
    assert_eq!(
        json.body,
        r#"{"content":"BOOKING_CREATED: Intro between Ana Roze and Ilze Berga at 2031-03-04T07:00:00.000Z, Ilze"}"#
    );
    assert_eq!(json.content_type, "application/json");
    let form = sent("text={{type}}&when={{createdAt}}");
    assert_eq!(form.body, "text=intro&when=2031-03-02T08:00:00.000Z");
    assert_eq!(form.content_type, "application/x-www-form-urlencoded");
    assert_ne!(form.signature, json.signature);
}

#[test]
fn days_out_of_office() {
    let provider = |number: i32, name: &str| -> row::Provider {
        let provider = json!({
            "provider": format!("0192f3c8-0000-7000-8000-0000000000{number}"), "number": number, "profile": profile(),
            "bookable": true, "schedules": [], "version": 1, "createdAt": created_at(), "updatedAt": created_at(),
        });
        let mut provider: row::Provider = serde_json::from_value(provider).expect("it is a row");
        name.clone_into(&mut provider.profile.name);
        provider
    };
    let golden = include_str!("../../../tests/golden/events/provider/OutOfOfficeEntered-1.0.json");
    let row = row::OutOfOffice {
        provider: provider(17, "Ana Roze").provider,
        entry: serde_json::from_str(golden).expect("it is an entry"),
        notes: None,
        version: 4,
        created_at: created_at(),
        updated_at: created_at(),
    };
    let (user, to_user) = (provider(17, "Ana Roze"), provider(18, "Kai"));
    let payload = out_of_office::payload(&row, Some("summer".to_owned()), &user, Some(&to_user));
    let message = Message::new(
        Trigger::OooCreated,
        created_at(),
        &payload,
        &subscription(None),
    )
    .unwrap();
    insta::assert_snapshot!(message.body);
}

#[test]
fn a_seat_that_moves_is_told_of_once() {
    let fired = |name: &str, member: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/events/provider");
        let file = std::fs::read_to_string(format!("{folder}/{name}-1.0.json")).unwrap();
        let mut payload: Value = serde_json::from_str(&file).unwrap();
        payload[member] = json!("p4Tq8xWnKe2RzVbHs6Yc1d");
        let event: ProviderEvent = serde_json::from_value(json!({ name: payload })).unwrap();
        of_event(&event)
    };
    assert_eq!(fired("SeatReleased", "movedTo"), None);
    assert_eq!(fired("BookingCancelled", "movedTo"), None);
    let moved = Some(Trigger::BookingRescheduled);
    assert_eq!(fired("SeatTaken", "movedFrom"), moved);
    assert_eq!(fired("BookingPlaced", "movedFrom"), moved);
    let requested = Some(Trigger::BookingRequested);
    assert_eq!(fired("BookingRequested", "movedFrom"), requested);
    let told = body(Trigger::BookingRescheduled, &row(), Some(&reason()));
    assert_eq!(told["payload"]["rescheduleUid"], "p4Tq8xWnKe2RzVbHs6Yc1d");
    assert_eq!(told["payload"]["rescheduledBy"], "ilze@example.org");
}

/// The golden events of the provider, each with what it fires.
#[test]
fn every_event_fires_what_the_reference_says() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/events/provider");
    let mut fired = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let (name, _) = name.split_once('-').unwrap();
        let payload: Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let event: ProviderEvent = serde_json::from_value(json!({ name: payload })).unwrap();
        if let Some(trigger) = of_event(&event) {
            fired.push(format!("{name} {}", trigger.as_str()));
        }
    }
    fired.sort();
    insta::assert_json_snapshot!(fired);
}
