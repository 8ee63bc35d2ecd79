//! Starts at which a whole chain of segments fits: what is found can be booked, and nothing is left out before it.

use chrono::{DateTime, Duration, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::salon::Client;
use crate::harness::{Answer, Salon, times};
use crate::hosts::Team;

async fn search(client: &Client, body: &Value) -> Answer {
    let request = client.request(Method::POST, "/v2/composite-bookings/search");
    client.send(request.json(body)).await
}

/// Segments within the day of slot 0, all starts.
fn on_first_day(segments: &Value) -> Value {
    let (from, to) = (times::slot(0), times::slot(15) + Duration::minutes(30));
    json!({"segments": segments, "from": times::text(from), "to": times::text(to), "limit": 50})
}

fn starts(answer: &Answer) -> Vec<Value> {
    answer.json()["starts"].as_array().expect("starts").clone()
}

fn text(value: &Value) -> String {
    value.as_str().expect("is text").to_owned()
}

/// Books the segments from a start on; says where each begins, if they can be booked, and gives them back.
async fn booked(client: &Client, segments: &Value, start: DateTime<Utc>) -> Option<Vec<Value>> {
    let mut asked = segments.clone();
    asked[0]["start"] = json!(times::text(start));
    let attendee = client.booking(start)["attendee"].clone();
    let body = json!({"segments": asked, "attendee": attendee});
    let answer = post(client, "", &body).await;
    if answer.status == 409 {
        return None;
    }
    let composite = answer.expect(201).json();
    let cancel = format!("/{}/cancel", text(&composite["uid"]));
    post(client, &cancel, &json!({})).await.expect(200);
    let made = composite["segments"].as_array().expect("segments");
    Some(made.iter().map(|one| one["start"].clone()).collect())
}

async fn post(client: &Client, below: &str, body: &Value) -> Answer {
    let once = format!("\"{}\"", uuid::Uuid::from_u128(rand::random()));
    let request = client
        .request(Method::POST, &format!("/v2/composite-bookings{below}"))
        .bearer_auth(&client.owner_key)
        .header("Idempotency-Key", once)
        .json(body);
    client.send(request).await
}

/// Every start that is found is booked as it is shown, and no other start of the day can be booked.
async fn assert_exact(client: &Client, segments: &Value) -> Vec<Value> {
    let found = search(client, &on_first_day(segments)).await.expect(200);
    let rest = (&found.json()["next"], &found.json()["truncated"]);
    assert_eq!(rest, (&Value::Null, &json!(false)));
    let found = starts(&found);
    for slot in 0..16 {
        let start = times::slot(slot);
        let shown = found
            .iter()
            .find(|one| one["start"] == times::answered(start));
        let shown = shown.map(|one| {
            let parts = one["segments"].as_array().expect("segments");
            parts.iter().map(|part| part["start"].clone()).collect()
        });
        assert_eq!(booked(client, segments, start).await, shown, "{start}");
    }
    found
}

async fn book(client: &Client, event_type: i64, start: DateTime<Utc>) {
    let mut client = client.clone();
    client.event_type = event_type;
    client.book(start).await.expect(201);
}

on_both_databases! {
    async fn what_is_found_can_be_booked_and_nothing_is_left_out(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = salon.client();
        let (ana, berta, cilla) = (team.own[0], team.own[1], team.own[2]);
        for (event_type, slot) in [(ana, 2), (berta, 5), (berta, 8), (cilla, 11), (cilla, 3)] {
            book(&client, event_type, times::slot(slot)).await;
        }
        let chain = json!([{"eventTypeId": ana}, {"eventTypeId": berta, "gapMinutes": 10}, {"eventTypeId": cilla, "gapMinutes": 20}]);
        let found = assert_exact(&client, &chain).await;
        assert!(!found.is_empty() && found.len() < 13, "{found:?}");
    }

    async fn windows_are_used_and_what_is_shown_can_be_booked(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = salon.client();
        let turns = team.event_type(json!({"slug": "turns", "schedulingType": "roundRobin"})).await;
        for slot in [1, 2, 6, 7] {
            book(&client, team.own[1], times::slot(slot)).await;
        }
        for slot in [4, 5, 6] {
            book(&client, team.own[2], times::slot(slot)).await;
        }
        let chain = json!([
            {"providerId": team.hosts[0], "eventTypeSlug": "alone"},
            {"providerId": team.hosts[1], "windowMinutes": 60},
            {"teamId": team.number, "gapMinutes": 5, "windowMinutes": 120},
            {"eventTypeId": turns},
        ]);
        let found = assert_exact(&client, &chain).await;
        for start in &found {
            let shown = start["segments"].as_array().expect("segments");
            assert_eq!((&shown[0]["start"], shown.len()), (&start["start"], 4));
            assert_eq!(shown[3]["end"], start["end"]);
        }
        // Berta is busy until slot 3, so the first chain waits for her.
        assert_eq!(found[0]["segments"][1]["start"], times::answered(times::slot(3)));
        assert_eq!(found[0]["start"], times::answered(times::slot(0)));
    }

    async fn it_goes_on_where_it_ended(salon: &mut Salon) {
        let client = salon.client();
        let mut body = on_first_day(&json!([{"eventTypeId": client.event_type}, {"eventTypeId": client.event_type}]));
        let all = starts(&search(&client, &body).await.expect(200));
        assert_eq!(all.len(), 15);
        body["limit"] = json!(4);
        let mut paged = Vec::new();
        loop {
            let page = search(&client, &body).await.expect(200);
            paged.extend(starts(&page));
            assert_eq!(page.json()["truncated"], json!(false));
            match page.json()["next"].as_str() {
                Some(next) => body["from"] = json!(next),
                None => break,
            }
        }
        assert_eq!(paged, all);
        let slots = client.slots(&text(&all[0]["start"])[..10], &text(&all[0]["start"])[..10]).await.expect(200).data();
        let slots = slots.as_object().expect("days").values().next().expect("a day").clone();
        let slots: Vec<_> = slots.as_array().expect("slots").iter().map(|slot| slot["start"].clone()).collect();
        let found: Vec<_> = all.iter().map(|start| start["start"].clone()).collect();
        assert_eq!(found, slots[..15]);
    }

    async fn buffers_notice_and_limits_are_kept(salon: &mut Salon) {
        let client = salon.client();
        let padded = salon.event_type(json!({"slug": "padded", "afterEventBuffer": 15})).await;
        let chain = |window: u32| json!([{"eventTypeId": padded}, {"eventTypeId": padded, "windowMinutes": window}]);
        let tight = search(&client, &on_first_day(&chain(14))).await.expect(200);
        assert!(starts(&tight).is_empty(), "{}", tight.text);
        let spared = starts(&search(&client, &on_first_day(&chain(15))).await.expect(200));
        assert_eq!(spared[0]["segments"][1]["start"], times::answered(times::slot(0) + Duration::minutes(45)));
        let noticed = salon.event_type(json!({"slug": "noticed", "minimumBookingNotice": 60 * 24 * 60})).await;
        let late = search(&client, &on_first_day(&json!([{"eventTypeId": client.event_type}, {"eventTypeId": noticed}]))).await;
        assert!(starts(&late.expect(200)).is_empty());
        let once = salon.event_type(json!({"slug": "once", "bookingLimitsCount": {"day": 1}})).await;
        let twice = json!([{"eventTypeId": once}, {"eventTypeId": once, "windowMinutes": 240}]);
        assert!(starts(&search(&client, &on_first_day(&twice)).await.expect(200)).is_empty());
        let apart = json!([{"eventTypeId": once}, {"eventTypeId": once, "windowMinutes": 10_080}]);
        assert!(!starts(&search(&client, &on_first_day(&apart)).await.expect(200)).is_empty());
    }

    async fn what_cannot_be_part_of_a_chain_is_named(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let together = team.event_type(json!({"schedulingType": "collective"})).await;
        let seats = json!({"seatsPerTimeSlot": 3, "showAttendeeInfo": true, "showAvailabilityCount": true});
        let seated = salon.event_type(json!({"slug": "seated", "seats": seats})).await;
        let neighbour = salon.neighbour("Neighbour").await;
        let client = salon.client();
        let good = json!({"eventTypeId": client.event_type});
        for (segment, status, member) in [
            (json!({"eventTypeId": together}), 422, "eventTypeId"),
            (json!({"eventTypeId": seated}), 422, "eventTypeId"),
            (json!({"eventTypeId": 999_999_999}), 404, "eventTypeId"),
            (json!({"providerId": 999_999_999}), 404, "providerId"),
            (json!({"teamId": 999_999_999}), 404, "teamId"),
            (json!({"providerId": team.hosts[1], "eventTypeSlug": "nothing"}), 404, "eventTypeSlug"),
            (json!({"providerId": team.hosts[1], "lengthInMinutes": 45}), 422, "providerId"),
            (json!({"eventTypeId": client.event_type, "lengthInMinutes": 45}), 422, "lengthInMinutes"),
            // Without credentials everything is found, but a chain is of one tenant.
            (json!({"eventTypeId": neighbour.event_type}), 404, "eventTypeId"),
        ] {
            let refused = search(&client, &on_first_day(&json!([good, segment]))).await.expect(status).json();
            assert_eq!(refused["segment"], 1, "{refused}");
            let detail = text(&refused["detail"]);
            assert!(detail.starts_with(&format!("segments[1].{member}: ")), "{detail}");
        }
    }
}
