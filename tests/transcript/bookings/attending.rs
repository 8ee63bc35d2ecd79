//! § 4.6: guests, attendees, location; § 4.1: what others keep of a booking.

use serde_json::{Value, json};

use super::{By, Desk, offer};
use crate::harness::Salon;
use reqwest::Method;

const NONE: &str = "zzzzzzzzzzzzzzzzzzzzz9";

on_both_databases! {
    async fn guests_are_added(salon: &mut Salon) {
        let intro = offer(salon, "a", json!({})).await;
        let alone = offer(salon, "b", json!({"disableGuests": true})).await;
        let mut desk = Desk::of(salon);
        let uid = desk.book("book", intro, "2031-03-04T09:00:00Z", json!({})).await.uid();
        let path = format!("/{uid}/guests");
        let guests = json!({"guests": [{"email": "karlis@example.org"},
            {"email": "inga@example.org", "name": "Inga", "timeZone": "UTC", "phoneNumber": "+37120000002", "language": "en"}]});
        desk.post("guests", &path, guests.clone()).await.expect(200);
        desk.get("in later answers", &format!("/{uid}")).await.expect(200);
        desk.post("comes already", &path, guests.clone()).await.expect(400);
        let many = |from: usize, count: usize| {
            let guest = |index| json!({"email": format!("g{index}@example.org")});
            json!({"guests": (from..from + count).map(guest).collect::<Vec<_>>()})
        };
        desk.post("more than 10 per call", &path, many(0, 11)).await.expect(400);
        desk.post("none", &path, json!({"guests": []})).await.expect(400);
        desk.post("no address", &path, json!({"guests": [{"name": "G"}]})).await.expect(400);
        desk.ask("without credentials", By::Nobody, Method::POST, &path, guests.clone()).await.expect(403);
        desk.post("not found", &format!("/{NONE}/guests"), guests.clone()).await.expect(404);
        let alone = desk.book("book", alone, "2031-03-04T10:00:00Z", json!({})).await.uid();
        desk.post("disableGuests", &format!("/{alone}/guests"), guests).await.expect(400);
        assert_told!("bookings_guests", desk);
    }

    async fn attendees_come_and_go(salon: &mut Salon) {
        let intro = offer(salon, "a", json!({})).await;
        let mut desk = Desk::of(salon);
        let uid = desk.book("book", intro, "2031-03-04T09:00:00Z", json!({})).await.uid();
        let path = format!("/{uid}/attendees");
        let inga = json!({"name": "Inga", "timeZone": "UTC", "email": "inga@example.org", "phoneNumber": "+37120000002", "language": "en"});
        let added = desk.post("attendees POST", &path, inga.clone()).await.expect(201).data();
        desk.post("comes already", &path, inga.clone()).await.expect(400);
        desk.post("name, timeZone, email", &path, json!({})).await.expect(400);
        desk.get("attendees GET", &path).await.expect(200);
        let one = format!("{path}/{}", added["id"]);
        desk.get("one", &one).await.expect(200);
        desk.ask("DELETE", By::Host, Method::DELETE, &one, Value::Null).await.expect(200);
        desk.get("gone", &one).await.expect(404);
        desk.ask("not found", By::Host, Method::DELETE, &format!("{path}/999999"), Value::Null).await.expect(404);
        desk.get("no booking", &format!("/{NONE}/attendees")).await.expect(404);
        desk.ask("without credentials", By::Nobody, Method::POST, &path, inga).await.expect(403);
        desk.post("cancel", &format!("/{uid}/cancel"), json!({})).await.expect(200);
        let late = json!({"name": "Late", "timeZone": "UTC", "email": "late@example.org"});
        desk.post("cancelled", &path, late).await.expect(400);
        assert_told!("bookings_attendees", desk);
    }

    async fn a_location_is_changed(salon: &mut Salon) {
        let intro = offer(salon, "a", json!({})).await;
        let mut desk = Desk::of(salon);
        let uid = desk.book("book", intro, "2031-03-04T09:00:00Z", json!({})).await.uid();
        let path = format!("/{uid}/location");
        for location in [
            json!({"type": "address", "address": "1 Park Lane"}),
            json!({"type": "attendeeAddress", "address": "2 Park Lane"}),
            json!({"type": "attendeeDefined", "location": "the park"}),
            json!({"type": "phone", "phone": "+37120000000"}),
            json!({"type": "attendeePhone", "phone": "+37120000001"}),
            json!({"type": "link", "link": "https://meet.example.org/x2"}),
        ] {
            let changed = desk.ask("location", By::Host, Method::PATCH, &path, json!({"location": location})).await;
            changed.expect(200);
        }
        for wrong in [json!({}), json!({"location": {"type": "moon"}}), json!({"location": {"type": "link"}})] {
            desk.ask("wrong", By::Host, Method::PATCH, &path, wrong).await.expect(400);
        }
        let body = json!({"location": {"type": "address", "address": "A"}});
        desk.ask("without credentials", By::Nobody, Method::PATCH, &path, body.clone()).await.expect(403);
        desk.ask("not found", By::Host, Method::PATCH, &format!("/{NONE}/location"), body).await.expect(404);
        assert_told!("bookings_location", desk);
    }

    async fn others_keep_nothing_of_a_booking(salon: &mut Salon) {
        let intro = offer(salon, "a", json!({})).await;
        let mut desk = Desk::of(salon);
        let uid = desk.book("book", intro, "2031-03-04T09:00:00Z", json!({})).await.uid();
        let links = desk.get("calendar-links", &format!("/{uid}/calendar-links")).await.expect(200).data();
        let labels: Vec<_> = links.as_array().expect("a list").iter().map(|link| link["label"].clone()).collect();
        assert_eq!(labels, ["Google Calendar", "Microsoft Office", "Microsoft Outlook", "ICS"]);
        // The links hold uids and instants: their form is a unit test's.
        let mut desk = Desk { transcript: crate::transcript::told::Transcript::default(), ..desk };
        for path in ["references", "references?type=google_calendar", "recordings", "transcripts", "conferencing-sessions"] {
            desk.get(path, &format!("/{uid}/{path}")).await.expect(200);
        }
        desk.get("references: type", &format!("/{uid}/references?type=x")).await.expect(400);
        desk.get("not found", &format!("/{NONE}/references")).await.expect(404);
        desk.ask("without credentials", By::Nobody, Method::GET, &format!("/{uid}/calendar-links"), Value::Null).await.expect(403);
        assert_told!("bookings_artefacts", desk);
    }
}
