//! Lists and histories as clients see them.

use serde_json::json;

use super::desk::{AGENT, ANA, BEA, Desk, OWNER, VISITOR};
use super::{body, uid};

#[tokio::test]
async fn bookings_are_listed_by_page_by_cursor_and_by_attendee() {
    let desk = Desk::open("list").await;
    desk.offer(41, |_| {}).await;
    for hour in 7..12 {
        let start = format!("2031-03-04T{hour:02}:00:00Z");
        desk.post("/v2/bookings", None, &body(41, &start))
            .await
            .data(201);
    }
    let page = desk
        .get("/v2/bookings?status=upcoming&take=2&skip=2", Some(OWNER))
        .await
        .json();
    let starts: Vec<_> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["start"])
        .collect();
    assert_eq!(
        starts,
        ["2031-03-04T09:00:00.000Z", "2031-03-04T10:00:00.000Z"]
    );
    assert_eq!(page["pagination"]["totalItems"], 5);
    assert_eq!(page["pagination"]["currentPage"], 2);
    let newest = [("cal-api-version", "2026-05-01")];
    let (mut seen, mut path) = (Vec::new(), "/v2/bookings?limit=2".to_owned());
    loop {
        let next = desk
            .ask("GET", &path, &newest, Some(ANA), None)
            .await
            .json();
        seen.extend(next["data"].as_array().unwrap().iter().map(uid));
        let Some(cursor) = next["pagination"]["nextCursor"].as_str() else {
            assert_eq!(next["pagination"]["hasMore"], false);
            break;
        };
        path = format!("/v2/bookings?limit=2&cursor={cursor}");
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len()), (5, 5));
    let count = async |query: &str| {
        let counted = desk
            .get(&format!("/v2/bookings?{query}"), Some(OWNER))
            .await
            .json();
        counted["pagination"]["totalItems"].clone()
    };
    assert_eq!(count("attendeeEmail=ILZE@example.org").await, 5);
    assert_eq!(count("attendeeName=berga+ilze").await, 5);
    assert_eq!(count("attendeeName=berga+ana").await, 0);
    assert_eq!(count("eventTypeIds=41").await, 5);
    assert_eq!(count("eventTypeId=42").await, 0);
    assert_eq!(count("status=past,cancelled").await, 0);
    assert!(
        desk.get("/v2/bookings", None)
            .await
            .message(403)
            .starts_with("PermissionsGuard")
    );
    desk.close().await;
}

#[tokio::test]
async fn a_booking_goes_to_another_host_and_its_history_says_so() {
    let desk = Desk::open("reassign").await;
    desk.offer(41, |_| {}).await;
    let placed = desk
        .post("/v2/bookings", None, &body(41, "2031-03-04T07:00:00Z"))
        .await;
    let path = format!("/v2/bookings/{}", uid(&placed.data(201)));
    let stranger = desk
        .post(&format!("{path}/reassign/99"), Some(OWNER), &json!({}))
        .await;
    assert!(
        stranger
            .message(400)
            .contains("not one of the round-robin hosts")
    );
    let to = format!("{path}/reassign/18");
    let reassigned = desk
        .post(&to, Some(OWNER), &json!({"reason": "ill"}))
        .await
        .data(200);
    assert_eq!(reassigned["reassignedTo"]["email"], "bea@example.org");
    let read = desk.get(&path, None).await.data(200);
    assert_eq!(
        (&read["hosts"][0]["id"], &read["status"]),
        (&json!(18), &json!("accepted"))
    );
    desk.post(&to, Some(OWNER), &json!({})).await.message(400);
    desk.post(&to, Some(ANA), &json!({})).await.message(403);

    let history = desk.get(&format!("{path}/history"), Some(OWNER)).await;
    assert_eq!(history.status, 200, "{}", history.json());
    let events = history.json()["data"].as_array().unwrap().clone();
    let kinds: Vec<_> = events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds[0], "BookingPlaced");
    assert!(
        kinds.contains(&"BookingDeparted") && kinds.contains(&"BookingArrived"),
        "{kinds:?}"
    );
    assert!(events.iter().any(|event| event["reason"] == "ill"));
    assert_eq!(events[0]["role"], "anonymous");
    let first = desk
        .get(&format!("{path}/history?limit=1"), Some(OWNER))
        .await
        .json();
    let cursor = first["nextCursor"].as_str().unwrap();
    let next = format!("{path}/history?cursor={cursor}");
    assert_eq!(
        desk.get(&next, Some(OWNER)).await.json()["data"][0],
        events[1]
    );
    let forged = format!("{path}/history?cursor=1.00");
    assert_eq!(desk.get(&forged, Some(OWNER)).await.json()["status"], 400);
    assert_eq!(
        desk.get(&format!("{path}/history"), Some(ANA)).await.json()["status"],
        404
    );
    assert_eq!(desk.get(&format!("{path}/history"), None).await.status, 401);
    desk.close().await;
}

#[tokio::test]
async fn a_former_host_is_answered_again_what_it_was_answered() {
    let desk = Desk::open("former-host").await;
    desk.offer(41, |_| {}).await;
    let placed = desk
        .post("/v2/bookings", None, &body(41, "2031-03-04T07:00:00Z"))
        .await
        .data(201);
    let path = format!("/v2/bookings/{}/reassign/18", uid(&placed));
    let first = desk.post_once(&path, "k1", &json!({})).await;
    assert_eq!(first.data(200)["reassignedTo"]["id"], 18);
    let again = desk.post_once(&path, "k1", &json!({})).await;
    assert_eq!(again.bytes, first.bytes);
    assert_eq!(again.headers["idempotent-replayed"], "true");
    let other = desk.post_once(&path, "k2", &json!({})).await;
    let refusal = "You do not have permission to reassign this booking";
    assert_eq!(other.message(403), refusal);
    desk.close().await;
}

#[tokio::test]
async fn a_number_names_a_booking_to_its_own_people_only() {
    let desk = Desk::open("number").await;
    desk.offer(41, |_| {}).await;
    let placed = desk
        .post("/v2/bookings", None, &body(41, "2031-03-04T07:00:00Z"))
        .await
        .data(201);
    let path = format!("/v2/bookings/{}", placed["id"]);
    for key in [OWNER, AGENT, ANA] {
        let read = desk.get(&path, Some(key)).await.data(200);
        assert_eq!(read["uid"], placed["uid"], "{key}");
    }
    let to = json!({"start": "2031-03-05T07:00:00Z"});
    for key in [Some(BEA), Some(VISITOR), None] {
        desk.get(&path, key).await.message(404);
        for (action, body) in [("cancel", &json!({})), ("reschedule", &to)] {
            let asked = desk.post(&format!("{path}/{action}"), key, body).await;
            asked.message(404);
        }
        desk.ask("PATCH", &path, &[], key, Some(&to))
            .await
            .message(404);
        desk.ask("DELETE", &path, &[], key, Some(&json!({})))
            .await
            .message(404);
    }
    desk.close().await;
}

#[tokio::test]
async fn slots_to_move_to_are_as_long_as_the_booking() {
    let desk = Desk::open("move-length").await;
    desk.offer(41, |settings| {
        settings.lengths_minutes = vec![60, 30];
        settings.has_length_options = true;
    })
    .await;
    let mut short = body(41, "2031-03-04T07:00:00Z");
    short["lengthInMinutes"] = json!(30);
    let placed = desk.post("/v2/bookings", None, &short).await.data(201);
    let count = async |more: &str| {
        let path = format!("/v2/slots?eventTypeId=41&start=2031-03-05&end=2031-03-05{more}");
        let version = [("cal-api-version", "2024-09-04")];
        let slots = desk.ask("GET", &path, &version, None, None).await.data(200);
        slots["2031-03-05"].as_array().unwrap().len()
    };
    let moving = format!("&bookingUidToReschedule={}", uid(&placed));
    assert_eq!(count("").await, 24);
    assert_eq!(count(&moving).await, 48);
    assert_eq!(count(&format!("{moving}&duration=60")).await, 24);
    desk.close().await;
}
