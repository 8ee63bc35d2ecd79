//! Round robin: whose turn it is, and who takes a booking over.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::{NOT_AVAILABLE, Team, act, hosts_of, is_offered};
use crate::harness::{Salon, times};

on_both_databases! {
    async fn hosts_take_turns(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = team.booking(team.event_type(json!({"schedulingType": "roundRobin"})).await);
        let mut taken = Vec::new();
        for round in 0..6 {
            taken.extend(hosts_of(&client.book(times::slot(round)).await.expect(201).data()));
        }
        let everybody: BTreeSet<i64> = team.hosts.iter().copied().collect();
        for round in taken.chunks(3) {
            assert_eq!(round.iter().copied().collect::<BTreeSet<_>>(), everybody, "{taken:?}");
        }
    }

    async fn a_slot_is_offered_and_booked_while_anybody_is_free(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = team.booking(team.event_type(json!({"schedulingType": "roundRobin"})).await);
        let mut taken = BTreeSet::new();
        for _ in 0..3 {
            assert!(is_offered(&client, times::slot(0)).await);
            taken.extend(hosts_of(&client.book(times::slot(0)).await.expect(201).data()));
        }
        assert_eq!(taken, team.hosts.iter().copied().collect());
        assert!(!is_offered(&client, times::slot(0)).await);
        let refused = client.book(times::slot(0)).await.expect(400);
        assert!(refused.message().starts_with(NOT_AVAILABLE), "{refused:?}");
    }

    async fn fixed_hosts_are_part_of_every_booking_and_the_highest_is_asked_first(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let [ana, berta, cilla] = [team.hosts[0], team.hosts[1], team.hosts[2]];
        let hosts = json!([
            {"userId": berta, "priority": "low"},
            {"userId": ana, "mandatory": true},
            {"userId": cilla, "priority": "highest"},
        ]);
        let settings = json!({"schedulingType": "roundRobin", "hosts": hosts});
        let client = team.booking(team.event_type(settings).await);
        let first = client.book(times::slot(0)).await.expect(201).data();
        assert_eq!(hosts_of(&first), [ana, cilla]);
        team.alone(2).book(times::slot(1)).await.expect(201);
        assert_eq!(hosts_of(&client.book(times::slot(1)).await.expect(201).data()), [ana, berta]);
        team.alone(0).book(times::slot(2)).await.expect(201);
        assert!(!is_offered(&client, times::slot(2)).await);
        client.book(times::slot(2)).await.expect(400);

        // Whoever has it by turn gives it away; the fixed host stays.
        let uid = first["uid"].as_str().unwrap();
        let given = act(&client, uid, "reassign", &json!({})).await.expect(200).data();
        assert_eq!((&given["bookingUid"], &given["reassignedTo"]["id"]), (&first["uid"], &json!(berta)));
        assert_eq!(hosts_of(&client.booking_of(uid).await.expect(200).data()), [ana, berta]);
        team.alone(2).book(times::slot(0)).await.expect(201);
        team.alone(1).book(times::slot(0)).await.expect_taken();
        // Cilla is busy now.
        act(&client, uid, "reassign", &json!({})).await.expect(400);
        act(&client, uid, &format!("reassign/{cilla}"), &json!({})).await.expect(400);
        let refused = act(&client, uid, &format!("reassign/{ana}"), &json!({})).await.expect(400);
        assert!(refused.message().contains("is not one of the round-robin hosts"), "{refused:?}");
        client.cancel(uid).await.expect(200);
        team.alone(1).book(times::slot(0)).await.expect(201);
    }

    async fn the_next_free_host_takes_a_booking_over(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = team.booking(team.event_type(json!({"schedulingType": "roundRobin"})).await);
        let booked = client.book(times::slot(0)).await.expect(201).data();
        let (uid, first) = (booked["uid"].as_str().unwrap(), hosts_of(&booked)[0]);
        let key = format!("\"{}\"", uuid::Uuid::from_u128(rand::random()));
        let reassign = || {
            let request = client.bookings(Method::POST, &format!("/{uid}/reassign"));
            client.send(request.bearer_auth(&client.owner_key).header("Idempotency-Key", &key))
        };
        let answer = reassign().await.expect(200);
        let second = answer.data()["reassignedTo"]["id"].as_i64().unwrap();
        assert_ne!(first, second);
        assert_eq!(hosts_of(&client.booking_of(uid).await.expect(200).data()), [second]);
        assert_eq!(reassign().await.expect(200).text, answer.text);
        let left = team.hosts.iter().position(|host| *host == first).unwrap();
        team.alone(left).book(times::slot(0)).await.expect(201);
        let third = act(&client, uid, "reassign", &json!({})).await.expect(200).data();
        assert!(![first, second].contains(&third["reassignedTo"]["id"].as_i64().unwrap()));
        act(&client, uid, &format!("reassign/{second}"), &json!({"reason": "ill"})).await.expect(200);
        let both = act(&client, uid, "reassign/2147483647", &json!({})).await.expect(400);
        assert!(both.message().contains("round-robin hosts"), "{both:?}");
    }

    async fn the_command_line_names_several_providers(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let tenant = salon.tenant.id.clone();
        let add = async |slug: &str, scheduling: &str| {
            let line = [
                "event-type", "add", "--tenant", &tenant, "--provider", "ana", "--host", "berta", "--scheduling", scheduling,
                "--slug", slug, "--title", "Both", "--minutes", "30",
            ];
            salon.program().json(&line).await["id"].as_i64().expect("a number")
        };
        let both = team.booking(add("both", "collective").await);
        assert_eq!(hosts_of(&both.book(times::slot(6)).await.expect(201).data()), team.hosts[..2]);
        let either = team.booking(add("either", "round-robin").await);
        for _ in 0..2 {
            assert_eq!(hosts_of(&either.book(times::slot(8)).await.expect(201).data()).len(), 1);
        }
        either.book(times::slot(8)).await.expect(400);
    }

    async fn all_occurrences_of_a_series_are_of_one_host(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let weekly = json!({
            "schedulingType": "roundRobin",
            "recurrence": {"interval": 1, "occurrences": 4, "frequency": "weekly"},
        });
        let client = team.booking(team.event_type(weekly).await);
        for _ in 0..3 {
            let booked = client.book(times::slot(0)).await.expect(201).data();
            let hosts: BTreeSet<i64> = booked.as_array().unwrap().iter().flat_map(hosts_of).collect();
            assert_eq!((booked.as_array().unwrap().len(), hosts.len()), (4, 1));
        }
        client.book(times::slot(0)).await.expect(400);
    }

    async fn who_joins_sits_with_the_host_who_has_the_seats(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let seats = json!({
            "schedulingType": "roundRobin",
            "seats": {"seatsPerTimeSlot": 2, "showAttendeeInfo": true, "showAvailabilityCount": true},
        });
        let client = team.booking(team.event_type(seats).await);
        let mut uids = Vec::new();
        for _ in 0..6 {
            let booked = client.book(times::slot(0)).await.expect(201).data();
            uids.push(booked["uid"].clone());
        }
        let apart: Vec<&[Value]> = uids.chunks(2).collect();
        assert!(apart.iter().all(|pair| pair[0] == pair[1]), "{uids:?}");
        assert_ne!(apart[0][0], apart[1][0]);
        client.book(times::slot(0)).await.expect(409);
    }

    async fn team_and_slug_name_an_event_type_and_narrow_a_list(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let event_type = team.event_type(json!({"schedulingType": "collective"})).await;
        let mut body = team.client.booking(times::slot(0));
        body.as_object_mut().unwrap().remove("eventTypeId");
        body["eventTypeSlug"] = json!("together");
        body["teamSlug"] = json!("dentists");
        let request = team.client.bookings(Method::POST, "").bearer_auth(&team.client.owner_key);
        let booked = team.client.send(request.json(&body)).await.expect(201).data();
        assert_eq!(booked["eventTypeId"], event_type);
        team.alone(0).book(times::slot(1)).await.expect(201);

        let listed = async |query: &str| {
            let list = team.client.bookings(Method::GET, query).bearer_auth(&team.client.owner_key);
            let listed = team.client.send(list).await.expect(200).data();
            listed.as_array().unwrap().iter().map(|one| one["uid"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(listed(&format!("?teamId={}", team.number)).await, [booked["uid"].clone()]);
        assert_eq!(listed(&format!("?teamsIds={}", team.number)).await, [booked["uid"].clone()]);
        assert_eq!(listed("?teamId=2147483647").await, [Value::Null; 0]);

        let day = times::slot(0).date_naive();
        let slots = async |selector: &str| {
            let path = format!("/v2/slots?{selector}&start={day}&end={day}");
            let ask = team.client.request(Method::GET, &path).header("cal-api-version", "2024-09-04");
            let found = team.client.send(ask.bearer_auth(&team.client.owner_key)).await.expect(200).data();
            found[day.to_string()].as_array().cloned().unwrap_or_default()
        };
        assert_eq!(slots("eventTypeSlug=together&teamSlug=dentists").await.len(), 14);
        assert_eq!(slots("usernames=ana,berta&duration=60").await.len(), 7);
        assert_eq!(slots("usernames=berta,cilla").await.len(), 15);
    }
}
