//! A host's own list: what is at home with it, and what it shares.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Team, act};
use crate::harness::salon::{Client, merge};
use crate::harness::{Answer, Salon, times};

/// A list as one of its hosts asks for it.
async fn listed(salon: &Salon, client: &Client, query: &str) -> Answer {
    let request = client.bookings(Method::GET, query);
    let key = &salon.tenant.provider_key;
    client.send(request.bearer_auth(key)).await.expect(200)
}

/// The uids of a list and how many it says there are.
async fn uids(salon: &Salon, client: &Client, query: &str) -> (Vec<String>, u64) {
    let list = listed(salon, client, query).await.json();
    let total = list["pagination"]["totalItems"].as_u64();
    (uids_of(&list), total.expect("a count"))
}

fn uids_of(list: &Value) -> Vec<String> {
    let data = list["data"].as_array().expect("a list").iter();
    let uid = |booking: &Value| booking["uid"].as_str().expect("a uid").to_owned();
    data.map(uid).collect()
}

/// An event type that Berta and Ana host: its bookings are at home with Berta.
async fn shared(team: &Team, settings: Value) -> Client {
    let mut body = json!({
        "schedulingType": "collective", "hosts": [{"userId": team.hosts[1]}, {"userId": team.hosts[0]}],
    });
    merge(&mut body, settings);
    team.booking(team.event_type(body).await)
}

on_both_databases! {
    async fn a_hosts_list_has_what_it_shares(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = shared(&team, json!({})).await;
        let mut booked = Vec::new();
        for slot in 0..6 {
            let of = if slot % 2 == 0 { &client } else { &team.alone(0) };
            booked.push(of.book(times::slot(slot)).await.expect(201).uid());
        }
        let berta_alone = team.alone(1).book(times::slot(7)).await.expect(201).uid();
        let (shown, total) = uids(salon, &client, "?sortStart=asc").await;
        assert_eq!((&shown, total), (&booked, 6));
        let newest: Vec<String> = booked.iter().rev().cloned().collect();
        for sort in ["sortStart", "sortEnd", "sortCreated", "sortUpdatedAt"] {
            assert_eq!(uids(salon, &client, &format!("?{sort}=asc")).await, (booked.clone(), 6), "{sort}");
            assert_eq!(uids(salon, &client, &format!("?{sort}=desc")).await, (newest.clone(), 6), "{sort}");
        }
        for (page, two) in booked.chunks(2).enumerate() {
            let query = format!("?sortStart=asc&take=2&skip={}", page * 2);
            assert_eq!(uids(salon, &client, &query).await, (two.to_vec(), 6));
        }
        let halves: Vec<String> = booked.iter().step_by(2).cloned().collect();
        let of_type = format!("?sortStart=asc&eventTypeId={}", client.event_type);
        assert_eq!(uids(salon, &client, &of_type).await, (halves, 3));
        let one = format!("?bookingUid={}", booked[2]);
        assert_eq!(uids(salon, &client, &one).await, (vec![booked[2].clone()], 1));
        let other = format!("?bookingUid={berta_alone}");
        assert_eq!(uids(salon, &client, &other).await, (vec![], 0));
        let read = client.bookings(Method::GET, &format!("/{}", booked[0])).bearer_auth(&salon.tenant.provider_key);
        assert_eq!(client.send(read).await.expect(200).data()["uid"], *booked[0]);

        let oldest = client.request(Method::GET, "/v2/bookings?limit=4&filters[status]=upcoming");
        let oldest = oldest.header("cal-api-version", "2024-04-15").bearer_auth(&salon.tenant.provider_key);
        let oldest = client.send(oldest).await.expect(200).data();
        assert_eq!((oldest["bookings"].as_array().map(Vec::len), &oldest["nextCursor"]), (Some(4), &json!(4)));
    }

    async fn a_hosts_list_follows_moves_and_ends(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = shared(&team, json!({})).await;
        let first = client.book(times::slot(0)).await.expect(201).uid();
        let second = client.book(times::slot(1)).await.expect(201).uid();
        let moved = act(&client, &first, "reschedule", &json!({"start": times::text(times::slot(4))})).await;
        let moved = moved.expect(201).uid();
        let upcoming = vec![second.clone(), moved.clone()];
        assert_eq!(uids(salon, &client, "?status=upcoming").await, (upcoming, 2));
        assert_eq!(uids(salon, &client, "?status=cancelled").await, (vec![first.clone()], 1));
        client.cancel(&second).await.expect(200);
        assert_eq!(uids(salon, &client, "?status=upcoming").await, (vec![moved.clone()], 1));
        let gone = vec![first, second];
        assert_eq!(uids(salon, &client, "?status=cancelled&sortStart=asc").await, (gone, 2));
    }

    async fn a_host_who_gave_its_share_away_has_it_in_its_list_no_more(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let hosts = json!([
            {"userId": team.hosts[1], "mandatory": true}, {"userId": team.hosts[0], "priority": "highest"}, {"userId": team.hosts[2]},
        ]);
        let client = team.booking(team.event_type(json!({"schedulingType": "roundRobin", "hosts": hosts})).await);
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        assert_eq!(uids(salon, &client, "").await, (vec![uid.clone()], 1));
        act(&client, &uid, "reassign", &json!({})).await.expect(200);
        assert_eq!(uids(salon, &client, "").await, (vec![], 0));
        act(&client, &uid, &format!("reassign/{}", team.hosts[0]), &json!({})).await.expect(200);
        assert_eq!(uids(salon, &client, "").await, (vec![uid], 1));
    }

    async fn a_hosts_list_by_cursor_shows_every_booking_once(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = shared(&team, json!({})).await;
        for slot in 0..6 {
            let of = if slot % 3 == 0 { &team.alone(0) } else { &client };
            of.book(times::slot(slot)).await.expect(201);
        }
        let (mut shown, mut pages, mut cursor) = (BTreeSet::new(), 0, String::new());
        loop {
            let path = format!("/v2/bookings?status=upcoming&limit=2{cursor}");
            let request = client.request(Method::GET, &path).header("cal-api-version", "2026-05-01");
            let page = client.send(request.bearer_auth(&salon.tenant.provider_key)).await.expect(200).json();
            shown.extend(uids_of(&page));
            pages += 1;
            let Some(next) = page["pagination"]["nextCursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!((shown.len(), pages), (6, 3));
    }
}
