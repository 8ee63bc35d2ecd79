//! § 4.3 and § 1.7: lists.

use serde_json::{Value, json};

use super::{By, Desk, offer};
use crate::harness::Salon;
use reqwest::Method;

/// Four bookings: two stand, one waits, one is cancelled.
async fn four(salon: &Salon, desk: &mut Desk) -> (i64, String) {
    let intro = offer(salon, "a", json!({})).await;
    let policy = json!({"type": "always", "blockUnconfirmedBookingsInBooker": true});
    let asking = offer(salon, "b", json!({"confirmationPolicy": policy})).await;
    let first = desk
        .book("first", intro, "2031-03-04T09:00:00Z", json!({}))
        .await
        .expect(201)
        .uid();
    let other = json!({"attendee": {"name": "Uldis Kalns", "email": "uldis+work@example.org", "timeZone": "UTC"}});
    desk.book("second", intro, "2031-03-04T10:00:00Z", other)
        .await
        .expect(201);
    desk.book("third, pending", asking, "2031-03-04T11:00:00Z", json!({}))
        .await
        .expect(201);
    let fourth = desk
        .book("fourth", intro, "2031-03-04T12:00:00Z", json!({}))
        .await
        .expect(201)
        .uid();
    desk.post("cancelled", &format!("/{fourth}/cancel"), json!({}))
        .await
        .expect(200);
    (intro, first)
}

/// What a list holds, in short: starts and page.
fn short(answer: &Value) -> Value {
    let starts = answer["data"].as_array().into_iter().flatten();
    let starts: Vec<_> = starts.map(|booking| booking["start"].clone()).collect();
    json!({"starts": starts, "pagination": answer["pagination"]})
}

on_both_databases! {
    async fn a_list_is_narrowed_sorted_and_paged(salon: &mut Salon) {
        let mut desk = Desk::of(salon);
        let (intro, first) = four(salon, &mut desk).await;
        let mut told = Vec::new();
        for query in [
            String::new(),
            "status=upcoming".to_owned(),
            "status=recurring".to_owned(),
            "status=past".to_owned(),
            "status=cancelled".to_owned(),
            "status=unconfirmed".to_owned(),
            "status=upcoming,cancelled".to_owned(),
            "attendeeEmail=uldis%2Bwork@example.org".to_owned(),
            "attendeeEmail=uldis+work@example.org".to_owned(),
            "attendeeName=kalns".to_owned(),
            format!("bookingUid={first}"),
            format!("eventTypeId={intro}"),
            format!("eventTypeIds={intro},999999"),
            "afterStart=2031-03-04T10:00:00Z".to_owned(),
            "beforeEnd=2031-03-04T11:00:00Z".to_owned(),
            "afterCreatedAt=2020-01-01T00:00:00Z".to_owned(),
            "beforeCreatedAt=2020-01-01T00:00:00Z".to_owned(),
            "afterUpdatedAt=2020-01-01T00:00:00Z".to_owned(),
            "beforeUpdatedAt=2020-01-01T00:00:00Z".to_owned(),
            "sortStart=asc".to_owned(),
            "sortStart=desc".to_owned(),
            "sortEnd=asc".to_owned(),
            "sortCreated=asc".to_owned(),
            "sortUpdatedAt=asc".to_owned(),
            "sortStart=asc&take=2".to_owned(),
            "sortStart=asc&skip=2&take=2".to_owned(),
            "take=2&skip=9&sortStart=asc".to_owned(),
            "unknown=1".to_owned(),
        ] {
            let request = desk.client.bookings(Method::GET, &format!("?{query}"));
            let answer = desk.client.send(request.bearer_auth(&desk.client.owner_key)).await.expect(200);
            let query = query.replace(&first, "[uid]");
            let query = query.replace(&format!("eventTypeId={intro}"), "eventTypeId=[number]");
            let query = query.replace(&format!("eventTypeIds={intro},"), "eventTypeIds=[number],");
            told.push(json!({"query": query, "answer": short(&answer.json())}));
        }
        insta::with_settings!({
            snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true, sort_maps => true
        }, {
            insta::assert_json_snapshot!("bookings_list", told);
        });
    }

    async fn a_list_that_cannot_be_is_refused(salon: &mut Salon) {
        let mut desk = Desk::of(salon);
        for (row, query) in [
            ("status", "status=soon"),
            ("take", "take=251"),
            ("skip", "skip=-1"),
            ("eventTypeIds", "eventTypeIds=x"),
            ("afterStart", "afterStart=x"),
            ("sortStart", "sortStart=up"),
        ] {
            desk.get(row, &format!("?{query}")).await.expect(400);
        }
        desk.ask("1.2 without credentials", By::Nobody, Method::GET, "", Value::Null).await.expect(403);
        assert_told!("bookings_list_errors", desk);
    }

    async fn a_list_goes_on_at_a_cursor(salon: &mut Salon) {
        let mut desk = Desk::of(salon);
        four(salon, &mut desk).await;
        desk.version = "2026-05-01";
        let mut desk = Desk { transcript: crate::transcript::told::Transcript::default(), ..desk };
        let page = desk.get("limit", "?status=upcoming&limit=2").await.expect(200).json();
        let cursor = page["pagination"]["nextCursor"].as_str().expect("a cursor").to_owned();
        let next = desk.client.request(Method::GET, &format!("/v2/bookings?status=upcoming&limit=2&cursor={cursor}"));
        let next = next.header("cal-api-version", "2026-05-01").bearer_auth(&desk.host_key);
        let next = desk.client.send(next).await.expect(200).json();
        assert_eq!(next["data"].as_array().map(Vec::len), Some(1));
        assert_eq!(next["pagination"], json!({"nextCursor": null, "hasMore": false}));
        desk.get("omitted: backward from the far future", "?limit=2").await.expect(200);
        desk.get("one status only", "?status=past,cancelled").await.expect(400);
        desk.get("unrecognised parameters are dropped", "?status=past&take=9999&surprise=1").await.expect(200);
        desk.get("cursor that is none", "?cursor=x").await.expect(400);
        desk.get("limit", "?limit=101").await.expect(400);
        assert_told!("bookings_list_cursor", desk);
    }
}
