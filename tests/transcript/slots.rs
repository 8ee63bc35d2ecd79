//! `reference` § 2 (slots), § 3 (reservations) and the vectors of § 11.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::told::{Transcript, assert_transcript};
use crate::harness::Salon;
use crate::harness::salon::{Client, merge};

/// The version of slots.
const NOW: &str = "2024-09-04";
/// A version before it.
const BEFORE: &str = "2024-08-13";

fn get(client: &Client, version: &str, path_and_query: &str) -> RequestBuilder {
    client
        .request(Method::GET, path_and_query)
        .header("cal-api-version", version)
}

fn slots(client: &Client, query: &str) -> RequestBuilder {
    get(client, NOW, &format!("/v2/slots?{query}"))
}

/// The salon's client with an event type of four hours: two slots a day.
async fn long(salon: &Salon, slug: &str, more: Value) -> Client {
    let mut settings = json!({"slug": slug, "lengthInMinutes": 240});
    merge(&mut settings, more);
    let mut client = salon.client();
    client.event_type = salon.event_type(settings).await;
    client
}

/// The salon's client with an event type of one hour, open so, with such settings.
async fn open(salon: &Salon, slug: &str, zone: &str, hours: (&str, &str), more: Value) -> Client {
    let mut client = salon.client();
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
    let schedule = json!({"name": slug, "timeZone": zone, "isDefault": false,
        "availability": [{"days": days, "startTime": hours.0, "endTime": hours.1}]});
    let schedule = client
        .request(Method::POST, "/v2/schedules")
        .header("cal-api-version", "2024-06-11")
        .bearer_auth(&salon.tenant.provider_key)
        .json(&schedule);
    let schedule = client.send(schedule).await.expect(201).data()["id"].clone();
    let mut settings = json!({"slug": slug, "lengthInMinutes": 60, "scheduleId": schedule});
    merge(&mut settings, more);
    client.event_type = salon.event_type(settings).await;
    client
}

on_both_databases! {
    async fn slots_are_listed_as_asked(salon: &mut Salon) {
        let client = long(salon, "long", json!({"lengthInMinutesOptions": [120, 240]})).await;
        let mut transcript = Transcript::default();
        let number = format!("eventTypeId={}", client.event_type);
        for (row, query) in [
            ("2.1 eventTypeId, days", format!("{number}&start=2031-03-04&end=2031-03-05")),
            ("2.1 instants; midnight at the end is moved", format!("{number}&start=2031-03-04T12:00:00Z&end=2031-03-05T00:00:00Z")),
            ("2.1 an instant with an offset", format!("{number}&start=2031-03-04T12:30:00%2B02:00&end=2031-03-04T23:00:00Z")),
            ("2.1 eventTypeSlug and username", "eventTypeSlug=long&username=ana&start=2031-03-04&end=2031-03-04".to_owned()),
            ("2.1 organizationSlug", "eventTypeSlug=long&username=ana&organizationSlug=salon&start=2031-03-04&end=2031-03-04".to_owned()),
            ("2.1 duration", format!("{number}&duration=120&start=2031-03-04&end=2031-03-04")),
            ("2.1 format, whatever its case", format!("{number}&format=RANGE&start=2031-03-04&end=2031-03-04")),
            ("2.1 rescheduleWithSameHost", format!("{number}&rescheduleWithSameHost=true&start=2031-03-04&end=2031-03-04")),
            ("2.2 no slot at all", format!("{number}&start=2031-03-08&end=2031-03-09")),
            ("2.3 UTC by name", format!("{number}&timeZone=UTC&start=2031-03-04&end=2031-03-04")),
            ("2.3 another zone", format!("{number}&timeZone=Europe/Riga&start=2031-03-04&end=2031-03-04")),
            ("2.3 another zone, other days", format!("{number}&timeZone=Pacific/Auckland&format=range&start=2031-03-04&end=2031-03-04")),
        ] {
            transcript.ask(&client, row, slots(&client, &query)).await.expect(200);
        }
        let booking = json!({"eventTypeId": client.event_type, "start": "2031-03-04T09:00:00Z",
            "attendee": {"name": "Ilze", "email": "ilze@example.org", "timeZone": "Europe/Riga"}});
        let booked = client.send(client.bookings(Method::POST, "").json(&booking)).await.expect(201).uid();
        let window = format!("{number}&start=2031-03-04&end=2031-03-04");
        transcript.ask(&client, "2.2 what is booked is left out", slots(&client, &window)).await;
        let moving = format!("{window}&bookingUidToReschedule={booked}");
        transcript.ask(&client, "2.1 bookingUidToReschedule", slots(&client, &moving)).await;
        assert_transcript!("slots_listed", transcript);
    }

    async fn seated_slots_tell_their_seats(salon: &mut Salon) {
        let seats = json!({"seatsPerTimeSlot": 4, "showAttendeeInfo": true, "showAvailabilityCount": true});
        let client = long(salon, "seats", json!({"seats": seats})).await;
        let mut transcript = Transcript::default();
        let booking = json!({"eventTypeId": client.event_type, "start": "2031-03-04T09:00:00Z",
            "attendee": {"name": "Ilze", "email": "ilze@example.org", "timeZone": "Europe/Riga"}});
        client.send(client.bookings(Method::POST, "").json(&booking)).await.expect(201);
        let window = format!("eventTypeId={}&start=2031-03-04&end=2031-03-04", client.event_type);
        for (row, query) in [("2.2 time", window.clone()), ("2.2 range", format!("{window}&format=range"))] {
            transcript.ask(&client, row, slots(&client, &query)).await.expect(200);
        }
        let window = window.replace("start=", "startTime=").replace("end=", "endTime=");
        for (row, format) in [("2.6 time", "time"), ("2.6 range", "range")] {
            let path = format!("/v2/slots/available?{window}&slotFormat={format}");
            transcript.ask(&client, row, get(&client, BEFORE, &path)).await.expect(200);
        }
        assert_transcript!("slots_seated", transcript);
    }

    async fn slots_are_refused_with_their_reasons(salon: &mut Salon) {
        let client = salon.client();
        let mut transcript = Transcript::default();
        let number = format!("eventTypeId={}", client.event_type);
        for (row, status, query) in [
            ("no start", 400, format!("{number}&end=2031-03-05")),
            ("no end", 400, format!("{number}&start=2031-03-05")),
            ("bad start", 400, format!("{number}&start=tomorrow&end=2031-03-05")),
            ("bad timeZone", 400, format!("{number}&start=2031-03-04&end=2031-03-05&timeZone=Mars/Olympus")),
            ("bad format", 400, format!("{number}&start=2031-03-04&end=2031-03-05&format=list")),
            ("start after end", 400, format!("{number}&start=2031-03-05&end=2031-03-04")),
            ("more than a year", 400, format!("{number}&start=2031-03-05&end=2032-03-06")),
            ("unknown key", 400, format!("{number}&start=2031-03-04&end=2031-03-05&surprise=1")),
            ("no selector", 400, "start=2031-03-04&end=2031-03-05".to_owned()),
            ("duration that is not offered", 400, format!("{number}&start=2031-03-04&end=2031-03-05&duration=45")),
            ("no such event type", 404, "eventTypeId=999999&start=2031-03-04&end=2031-03-05".to_owned()),
            ("no such slug", 404, "eventTypeSlug=none&username=ana&start=2031-03-04&end=2031-03-05".to_owned()),
            ("no such user", 404, "eventTypeSlug=intro&username=none&start=2031-03-04&end=2031-03-05".to_owned()),
            ("no such team", 404, "eventTypeSlug=intro&teamSlug=none&start=2031-03-04&end=2031-03-05".to_owned()),
        ] {
            let row = format!("2.5 {row}");
            transcript.ask(&client, &row, slots(&client, &query)).await.expect(status);
        }
        for version in [BEFORE, "2024-06-14", "2026-02-25", "none"] {
            let wrong = get(&client, version, "/v2/slots?eventTypeId=999999&start=2031-03-04");
            transcript.ask(&client, "2.5 wrong version", wrong).await.expect(404);
        }
        assert_transcript!("slots_refused", transcript);
    }

    async fn slots_are_listed_as_before_2024_09_04(salon: &mut Salon) {
        let client = long(salon, "long", json!({"lengthInMinutesOptions": [120, 240]})).await;
        let mut transcript = Transcript::default();
        let number = format!("eventTypeId={}", client.event_type);
        let day = "startTime=2031-03-04T00:00:00Z&endTime=2031-03-04T23:59:59Z";
        for (row, status, query) in [
            ("eventTypeId", 200, format!("{number}&{day}")),
            ("eventTypeSlug and usernameList[]", 200, format!("eventTypeSlug=long&usernameList[]=ana&{day}")),
            ("orgSlug", 200, format!("eventTypeSlug=long&usernameList[]=ana&orgSlug=salon&{day}")),
            ("duration", 200, format!("{number}&duration=120&{day}")),
            ("timeZone", 200, format!("{number}&timeZone=Europe/Riga&{day}")),
            ("slotFormat", 200, format!("{number}&slotFormat=range&{day}")),
            ("unknown keys are dropped", 200, format!("{number}&isTeamEvent=false&{day}")),
            ("no slot at all", 200, format!("{number}&startTime=2031-03-08&endTime=2031-03-09")),
            ("orgSlug of nobody", 404, format!("eventTypeSlug=long&usernameList[]=ana&orgSlug=none&{day}")),
            ("no startTime", 400, format!("{number}&endTime=2031-03-04")),
            ("start after end", 400, format!("{number}&startTime=2031-03-05&endTime=2031-03-04")),
            ("no selector", 400, day.to_owned()),
            ("no such event type", 404, format!("eventTypeId=999999&{day}")),
        ] {
            let row = format!("2.6 {row}");
            let path = format!("/v2/slots/available?{query}");
            transcript.ask(&client, &row, get(&client, BEFORE, &path)).await.expect(status);
        }
        for (version, status) in [("2024-04-15", 200), ("2024-06-11", 200), ("2024-06-14", 200), ("none", 200), (NOW, 404),
            ("2026-02-25", 404), ("2026-05-01", 404)]
        {
            let path = format!("/v2/slots/available?{number}&startTime=2031-03-08&endTime=2031-03-09");
            transcript.ask(&client, "1.3 versions", get(&client, version, &path)).await.expect(status);
        }
        let slot = |end: &str| json!({"eventTypeId": client.event_type, "slotUtcStartDate": "2031-03-04T09:00:00Z",
            "slotUtcEndDate": end});
        let reserve = |version: &str, body: &Value| client.request(Method::POST, "/v2/slots/reserve")
            .header("cal-api-version", version).json(body);
        let good = slot("2031-03-04T13:00:00.000Z");
        let held = transcript.ask(&client, "2.6 reserve", reserve(BEFORE, &good)).await.expect(201);
        let uid = held.data().as_str().expect("data is the uid").to_owned();
        transcript.ask(&client, "2.6 reserve again", reserve(BEFORE, &good)).await.expect(422);
        transcript.ask(&client, "2.6 reserve another length", reserve(BEFORE, &slot("2031-03-04T10:00:00Z"))).await.expect(400);
        transcript.ask(&client, "2.6 reserve nothing", reserve(BEFORE, &json!({}))).await.expect(400);
        transcript.ask(&client, "2.6 reserve, wrong version", reserve(NOW, &good)).await.expect(404);
        let delete = |version: &str, path: &str| client.request(Method::DELETE, path).header("cal-api-version", version);
        let selected = format!("/v2/slots/selected-slot?uid={uid}");
        transcript.ask(&client, "2.6 selected-slot, wrong version", delete(NOW, &selected)).await.expect(404);
        transcript.ask(&client, "2.6 selected-slot", delete(BEFORE, &selected)).await.expect(200);
        transcript.ask(&client, "2.6 selected-slot, nothing there", delete(BEFORE, &selected)).await.expect(200);
        transcript.ask(&client, "2.6 selected-slot, nothing named", delete(BEFORE, "/v2/slots/selected-slot")).await.expect(200);
        transcript.ask(&client, "2.6 reserve/{id}", delete(BEFORE, &format!("/v2/slots/reserve/{uid}"))).await.expect(200);
        assert_transcript!("slots_before_2024_09_04", transcript);
    }

    async fn slots_are_reserved(salon: &mut Salon) {
        let single = long(salon, "single", json!({})).await;
        let several = long(salon, "several", json!({"lengthInMinutesOptions": [120, 240]})).await;
        let client = salon.client();
        let (provider, mut transcript) = (&salon.tenant.provider_key, Transcript::default());
        let at = |method: Method, path: &str| {
            client.request(method, &format!("/v2/slots/reservations{path}")).header("cal-api-version", NOW)
        };
        let start = "2031-03-04T09:00:00Z";
        let body = |more: Value| {
            let mut body = json!({"eventTypeId": single.event_type, "slotStart": start});
            merge(&mut body, more);
            body
        };
        let post = |more: Value| at(Method::POST, "").json(&body(more));
        let held = transcript.ask(&client, "3 POST", post(json!({}))).await.expect(201);
        let uid = held.data()["reservationUid"].as_str().expect("has a uid").to_owned();
        let own = format!("/{uid}");
        transcript.ask(&client, "3 GET", at(Method::GET, &own)).await.expect(200);
        let nobody = "/0b8f7f0e-3c0d-4b6c-9a51-5f7d1a2e9c33";
        transcript.ask(&client, "3 GET, unknown", at(Method::GET, nobody)).await.expect(200);
        transcript.ask(&client, "3 GET, no uuid", at(Method::GET, "/none")).await.expect(200);
        let later = json!({"slotStart": "2031-03-04T13:00:00Z", "reservationDuration": 10});
        let patch = at(Method::PATCH, &own).json(&body(later.clone())).bearer_auth(provider);
        transcript.ask(&client, "3 PATCH", patch).await.expect(200);
        transcript.ask(&client, "3.3 PATCH, unknown", at(Method::PATCH, nobody).json(&body(json!({})))).await.expect(404);
        transcript.ask(&client, "3 DELETE", at(Method::DELETE, &own)).await.expect(200);
        transcript.ask(&client, "3 DELETE, nothing there", at(Method::DELETE, &own)).await.expect(200);
        transcript.ask(&client, "3 DELETE, no uuid", at(Method::DELETE, "/none")).await.expect(200);

        let ten = json!({"reservationDuration": 10});
        transcript.ask(&client, "3.1 reservationDuration", post(ten.clone()).bearer_auth(provider)).await.expect(201);
        transcript.ask(&client, "3.3 reservationDuration without credentials", post(ten)).await.expect(401);
        for (row, more) in [
            ("3.3 slotDuration of one length", json!({"slotDuration": 240})),
            ("3.3 slotDuration not offered", json!({"eventTypeId": several.event_type, "slotDuration": 60})),
            ("3.3 bad date", json!({"slotStart": "soon"})),
            ("3.3 no number", json!({"eventTypeId": "x"})),
            ("3.3 reservationDuration of a week", json!({"reservationDuration": 10_080})),
        ] {
            transcript.ask(&client, row, post(more)).await.expect(400);
        }
        transcript.ask(&client, "3.3 no such event type", post(json!({"eventTypeId": 999_999}))).await.expect(404);
        transcript.ask(&client, "3.3 reserved by another", post(json!({}))).await.expect(422);
        let inside = json!({"eventTypeId": several.event_type, "slotStart": "2031-03-04T11:00:00Z", "slotDuration": 120});
        transcript.ask(&client, "3.3 overlaps a reservation", post(inside)).await.expect(422);
        let beside = json!({"eventTypeId": several.event_type, "slotStart": "2031-03-04T13:00:00Z", "slotDuration": 120, "surprise": 1});
        transcript.ask(&client, "3.3 back to back; 1.5 unknown keys are dropped", post(beside)).await.expect(201);
        let booking = json!({"eventTypeId": single.event_type, "start": "2031-03-05T09:00:00Z",
            "attendee": {"name": "Ilze", "email": "ilze@example.org", "timeZone": "UTC"}});
        client.send(client.bookings(Method::POST, "").json(&booking)).await.expect(201);
        let booked = post(json!({"slotStart": "2031-03-05T11:00:00Z"}));
        transcript.ask(&client, "3.3 overlaps a booking", booked).await.expect(422);

        let seats = json!({"seatsPerTimeSlot": 1, "showAttendeeInfo": true, "showAvailabilityCount": true});
        let seated = long(salon, "seats", json!({"seats": seats})).await;
        let full = json!({"eventTypeId": seated.event_type, "slotStart": "2031-03-06T09:00:00Z"});
        transcript.ask(&client, "3 a seat", post(full.clone())).await.expect(201);
        transcript.ask(&client, "3.3 no seat is left", post(full)).await.expect(422);
        let wrong = client.request(Method::POST, "/v2/slots/reservations").header("cal-api-version", BEFORE).json(&body(json!({})));
        transcript.ask(&client, "1.3 wrong version", wrong).await.expect(404);
        assert_transcript!("slots_reserved", transcript);
    }

    async fn the_vectors_of_the_reference_hold(salon: &mut Salon) {
        let mut transcript = Transcript::default();
        let rome = open(salon, "rome", "Europe/Rome", ("09:00", "17:00"), json!({})).await;
        let week = format!("eventTypeId={}&timeZone=UTC&start=2050-09-05&end=2050-09-09", rome.event_type);
        let week = transcript.ask(&rome, "11 vector A", slots(&rome, &week)).await.expect(200).data();
        let days = week.as_object().expect("days");
        assert!(days.len() == 5 && days.values().all(|day| day.as_array().is_some_and(|day| day.len() == 8)));
        for (row, slug, until, settings, expected) in [
            ("11 vector B", "odd", "12:00", json!({}), vec!["10:00", "11:00"]),
            ("11 vector B, shorter", "odd-shorter", "11:55", json!({}), vec!["10:00"]),
            ("11 vector B, optimised", "odd-optimised", "11:55", json!({"showOptimizedSlots": true}), vec!["09:15", "10:15"]),
        ] {
            let client = open(salon, slug, "UTC", ("09:05", until), settings).await;
            let day = format!("eventTypeId={}&start=2031-03-04&end=2031-03-04", client.event_type);
            let listed = transcript.ask(&client, row, slots(&client, &day)).await.expect(200).data();
            let expected: Vec<Value> =
                expected.iter().map(|time| json!({"start": format!("2031-03-04T{time}:00.000Z")})).collect();
            assert_eq!(listed["2031-03-04"], json!(expected), "{row}");
        }
        assert_transcript!("slots_vectors", transcript);
    }
}
