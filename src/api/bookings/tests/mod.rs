//! Bookings as clients see them, over the whole service and a database.

mod desk;
mod reading;

use serde_json::{Value, json};

use self::desk::{ANA, Desk, OWNER};
use crate::domain::terms::{Confirmation, Frequency, Recurrence, Seats};

fn body(event_type: i32, start: &str) -> Value {
    json!({"eventTypeId": event_type, "start": start,
        "attendee": {"name": "Ilze Berga", "email": "ilze@example.org", "timeZone": "Europe/Riga"},
        "guests": ["karlis@example.org"], "metadata": {"crmId": "D-778", "n": 1}})
}

fn uid(booking: &Value) -> String {
    booking["uid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_booking_is_answered_as_it_is_read_back() {
    let desk = Desk::open("read").await;
    desk.offer(41, |_| {}).await;
    let answer = desk
        .post("/v2/bookings", None, &body(41, "2031-03-04T07:00:00Z"))
        .await;
    let mut placed = answer.data(201);
    assert_eq!(placed["title"], "Intro between ANA and Ilze Berga");
    assert_eq!(placed["metadata"], json!({"crmId": "D-778", "n": 1}));
    assert_eq!(
        placed["icsUid"].as_str().unwrap().split('@').next(),
        placed["uid"].as_str()
    );
    let read = desk
        .get(&format!("/v2/bookings/{}", uid(&placed)), None)
        .await;
    placed
        .as_object_mut()
        .unwrap()
        .remove("isPlatformManagedUserBooking");
    assert_eq!(read.data(200), placed);
    assert_eq!(
        read.headers["etag"],
        format!("\"{}\"", placed["version"]).as_str()
    );

    let taken = desk
        .post(
            "/v2/bookings",
            Some(OWNER),
            &body(41, "2031-03-04T07:30:00Z"),
        )
        .await;
    assert_eq!(
        taken.message(400),
        "One of the hosts either already has booking at this time or is not available"
    );
    let past = desk
        .post("/v2/bookings", None, &body(41, "2031-03-01T07:00:00Z"))
        .await;
    assert_eq!(
        past.message(400),
        "Attempting to book a meeting in the past."
    );
    let absent = desk
        .post("/v2/bookings", None, &body(42, "2031-03-04T07:00:00Z"))
        .await;
    assert_eq!(absent.message(404), "Event type with id 42 not found.");
    let by_slug = json!({"eventTypeSlug": "intro-41", "username": "ana", "start": "2031-03-04T09:00:00Z",
        "attendee": {"name": "Ilze", "phoneNumber": "+37120000000", "timeZone": "UTC"}});
    let by_phone = desk.post("/v2/bookings", None, &by_slug).await.data(201);
    assert_eq!(by_phone["attendees"][0]["phoneNumber"], "+37120000000");
    desk.close().await;
}

#[tokio::test]
async fn a_repeated_request_is_answered_byte_for_byte_whatever_happened_since() {
    let desk = Desk::open("replay").await;
    desk.offer(41, |_| {}).await;
    let place = body(41, "2031-03-04T07:00:00Z");
    let placed = desk.post_once("/v2/bookings", "k1", &place).await;
    let old = uid(&placed.data(201));
    let move_path = format!("/v2/bookings/{old}/reschedule");
    let to = json!({"start": "2031-03-05T07:00:00Z", "reschedulingReason": "train strike"});
    let moved = desk.post_once(&move_path, "k2", &to).await;
    let new = moved.data(201);
    assert_eq!(new["rescheduledFromUid"], old);
    assert_eq!(new["reschedulingReason"], "train strike");
    assert_eq!(new["rescheduledByEmail"], "ana@example.org");
    assert_eq!(new["icsUid"], placed.data(201)["icsUid"]);
    let cancel_path = format!("/v2/bookings/{}/cancel", uid(&new));
    let why = json!({"cancellationReason": "no longer needed"});
    let cancelled = desk.post_once(&cancel_path, "k3", &why).await;
    assert_eq!(cancelled.data(200)["cancelledByEmail"], "ana@example.org");
    assert_eq!(cancelled.data(200)["status"], "cancelled");
    for (path, once, body, first) in [
        ("/v2/bookings", "k1", &place, &placed),
        (&move_path, "k2", &to, &moved),
        (&cancel_path, "k3", &why, &cancelled),
    ] {
        let again = desk.post_once(path, once, body).await;
        assert_eq!(again.bytes, first.bytes, "{path}");
        assert_eq!(again.headers["idempotent-replayed"], "true");
    }
    let again = desk.post(&cancel_path, None, &why).await;
    assert!(
        again
            .message(400)
            .contains("because it has been cancelled already.")
    );
    let moved_already = desk.post(&move_path, None, &to).await;
    assert!(
        moved_already
            .message(400)
            .contains("cancelled and rescheduled already to booking with uid=")
    );
    let old = desk
        .get(&format!("/v2/bookings/{old}"), None)
        .await
        .data(200);
    assert_eq!(
        (&old["status"], &old["rescheduledToUid"]),
        (&json!("cancelled"), &new["uid"])
    );
    desk.close().await;
}

#[tokio::test]
async fn a_series_is_booked_read_and_cancelled_as_one() {
    let desk = Desk::open("series").await;
    desk.offer(41, |settings| {
        settings.recurrence = Some(Recurrence {
            interval: 1,
            occurrences: 4,
            frequency: Frequency::Weekly,
        });
    })
    .await;
    let mut weekly = body(41, "2031-03-27T08:00:00Z");
    weekly["recurrenceCount"] = json!(3);
    let series = desk.post("/v2/bookings", None, &weekly).await.data(201);
    let starts: Vec<_> = series
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["start"])
        .collect();
    assert_eq!(
        starts,
        [
            "2031-03-27T08:00:00.000Z",
            "2031-04-03T07:00:00.000Z",
            "2031-04-10T07:00:00.000Z"
        ]
    );
    let recurring = series[0]["recurringBookingUid"].as_str().unwrap();
    let read = desk
        .get(&format!("/v2/bookings/{recurring}"), None)
        .await
        .data(200);
    assert_eq!(read.as_array().unwrap().len(), 3);
    weekly["recurrenceCount"] = json!(5);
    let more = desk.post("/v2/bookings", None, &weekly).await;
    assert!(
        more.message(400)
            .starts_with("Provided recurrence count is higher")
    );
    let later = json!({"cancelSubsequentBookings": true});
    let path = format!("/v2/bookings/{}/cancel", uid(&series[1]));
    let cancelled = desk.post(&path, None, &later).await.data(200);
    assert_eq!(cancelled.as_array().unwrap().len(), 2);
    let whole = format!("/v2/bookings/{recurring}/cancel");
    assert!(
        desk.post(&whole, None, &later)
            .await
            .message(400)
            .contains("uid of the series")
    );
    let rest = desk.post(&whole, None, &json!({})).await.data(200);
    assert_eq!(rest.as_array().unwrap().len(), 1);
    assert_eq!(rest[0]["uid"], series[0]["uid"]);
    desk.close().await;
}

#[tokio::test]
async fn seats_are_joined_hidden_and_given_up_by_their_own_attendees() {
    let desk = Desk::open("seats").await;
    desk.offer(41, |settings| {
        settings.seats = Some(Seats {
            per_slot: 2,
            show_attendees: false,
            show_availability: true,
        });
    })
    .await;
    let seated = json!({"eventTypeId": 41, "start": "2031-03-04T07:00:00Z",
        "attendee": {"name": "Ilze Berga", "email": "ilze@example.org", "timeZone": "UTC"}});
    let first = desk.post("/v2/bookings", None, &seated).await.data(201);
    let second = desk.post_once("/v2/bookings", "k1", &seated).await;
    let again = desk.post_once("/v2/bookings", "k1", &seated).await;
    assert_eq!(again.bytes, second.bytes);
    let second = second.data(201);
    assert_eq!(first["uid"], second["uid"]);
    assert_ne!(first["seatUid"], second["seatUid"]);
    assert_eq!(first["attendees"], json!([]));
    assert_eq!(second["attendees"].as_array().unwrap().len(), 2);
    let full = desk.post("/v2/bookings", None, &seated).await;
    assert_eq!(
        full.message(409),
        "No more seats left at this seated booking."
    );
    let by_seat = format!(
        "/v2/bookings/by-seat/{}",
        first["seatUid"].as_str().unwrap()
    );
    assert_eq!(
        desk.get(&by_seat, None).await.data(200)["uid"],
        first["uid"]
    );
    let path = format!("/v2/bookings/{}/cancel", uid(&first));
    desk.post(&path, None, &json!({})).await.message(400);
    let own = json!({"seatUid": first["seatUid"], "cancellationReason": "ill"});
    assert_eq!(
        desk.post(&path, None, &own).await.data(200)["status"],
        "accepted"
    );
    let unknown = desk.post(&path, None, &own).await;
    assert!(unknown.message(400).starts_with("Invalid seatUid"));
    let whole = desk.post(&path, Some(OWNER), &json!({})).await.data(200);
    assert_eq!(whole["status"], "cancelled");
    desk.close().await;
}

#[tokio::test]
async fn a_pending_booking_is_answered_by_its_host() {
    let desk = Desk::open("pending").await;
    desk.offer(41, |settings| {
        settings.confirmation = Confirmation::Always { blocks_slot: false };
    })
    .await;
    let mut pending = Vec::new();
    for start in ["2031-03-04T07:00:00Z", "2031-03-04T07:00:00Z"] {
        let booking = desk
            .post("/v2/bookings", None, &body(41, start))
            .await
            .data(201);
        assert_eq!(booking["status"], "pending");
        pending.push(format!("/v2/bookings/{}", uid(&booking)));
    }
    let confirm = format!("{}/confirm", pending[0]);
    let nobody = desk.post(&confirm, None, &json!({})).await.message(403);
    assert!(nobody.starts_with("PermissionsGuard - no authentication provided."));
    let confirmed = desk.post(&confirm, Some(ANA), &json!({})).await.data(200);
    assert_eq!(confirmed["status"], "accepted");
    let again = desk.post(&confirm, Some(ANA), &json!({})).await;
    assert_eq!(again.json()["error"]["code"], "TRPCError");
    desk.post(&format!("{}/confirm", pending[1]), Some(ANA), &json!({}))
        .await
        .message(400);
    let decline = format!("{}/decline", pending[1]);
    let declined = desk
        .post(&decline, Some(OWNER), &json!({"reason": "full"}))
        .await
        .data(200);
    assert_eq!(declined["status"], "rejected");
    assert_eq!(declined["cancellationReason"], "");
    let absent = format!("{}/mark-absent", pending[0]);
    let early = desk.post(&absent, Some(ANA), &json!({"host": true})).await;
    assert!(
        early
            .message(400)
            .contains("after their scheduled start time")
    );
    desk.close().await;
}

#[tokio::test]
async fn refused_requests_use_up_no_numbers() {
    let desk = Desk::open("numbers").await;
    desk.offer(41, |_| {}).await;
    let at = |start: &str| body(41, start);
    let taken = at("2031-03-04T07:00:00Z");
    let first = desk.post_once("/v2/bookings", "k1", &taken).await.data(201);
    for _ in 0..3 {
        desk.post("/v2/bookings", None, &taken).await.message(400);
        desk.post_once("/v2/bookings", "k1", &taken).await.data(201);
    }
    let path = format!("/v2/bookings/{}/reschedule", uid(&first));
    let past = json!({"start": "2031-03-01T07:00:00Z"});
    desk.post(&path, None, &past).await.message(400);
    let second = desk
        .post("/v2/bookings", None, &at("2031-03-04T09:00:00Z"))
        .await
        .data(201);
    let number = |booking: &Value| booking["id"].as_i64().unwrap();
    assert_eq!(number(&second), number(&first) + 1);
    let people = format!("/v2/bookings/{}/attendees", uid(&second));
    let people = desk.get(&people, Some(OWNER)).await.data(200);
    assert_eq!((&people[0]["id"], &people[1]["id"]), (&json!(3), &json!(4)));
    desk.close().await;
}

#[tokio::test]
async fn a_hold_from_before_holds_were_advisory_is_redeemed() {
    let desk = Desk::open("hold").await;
    desk.offer(41, |settings| settings.exclusive_holds = true)
        .await;
    let start = "2031-03-04T07:00:00Z";
    let of_slots = [("cal-api-version", "2024-09-04")];
    let keep = json!({"eventTypeId": 41, "slotStart": start});
    let held = desk
        .ask(
            "POST",
            "/v2/slots/reservations",
            &of_slots,
            None,
            Some(&keep),
        )
        .await
        .data(201);
    let advisory = json!({"metadata": {"daybookHolds": "advisory"}});
    let version = [("cal-api-version", "2024-06-14")];
    desk.ask(
        "PATCH",
        "/v2/event-types/41",
        &version,
        Some(OWNER),
        Some(&advisory),
    )
    .await
    .data(200);
    let place = async |own: &str| {
        let headers = [("x-daybook-hold", own)];
        let place = body(41, start);
        desk.ask("POST", "/v2/bookings", &headers, None, Some(&place))
            .await
    };
    place("0192f3c8-0000-7000-8000-000000000001")
        .await
        .message(400);
    place(held["reservationUid"].as_str().unwrap())
        .await
        .data(201);
    desk.close().await;
}

#[tokio::test]
async fn a_booking_is_called_as_its_event_type_says() {
    let desk = Desk::open("title").await;
    desk.offer(41, |settings| {
        settings.presentation_json =
            json!({"customName": "{Scheduler} at {Organiser}"}).to_string();
    })
    .await;
    let placed = desk
        .post("/v2/bookings", None, &body(41, "2031-03-04T07:00:00Z"))
        .await
        .data(201);
    assert_eq!(placed["title"], "Ilze Berga at ANA");
    let path = format!("/v2/bookings/{}", uid(&placed));
    assert_eq!(
        desk.get(&path, None).await.data(200)["title"],
        placed["title"]
    );
    desk.close().await;
}
