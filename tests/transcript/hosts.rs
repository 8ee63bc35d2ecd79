//! `reference` § 2.1, § 4.2, § 4.3, § 4.6 and § 5 where an event type has several hosts; and teams.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::told::{Transcript, assert_transcript};
use crate::harness::Salon;
use crate::harness::salon::Client;
use crate::hosts::Team;

const CURRENT: &str = "2024-06-14";
const SLOTS: &str = "2024-09-04";
const BOOKINGS: &str = "2024-08-13";

/// A request of the owner.
fn request(client: &Client, method: Method, path: &str, version: &str) -> RequestBuilder {
    client
        .request(method, path)
        .header("cal-api-version", version)
        .bearer_auth(&client.owner_key)
}

fn post(client: &Client, path: &str, version: &str, body: &Value) -> RequestBuilder {
    request(client, Method::POST, path, version).json(body)
}

fn booking(event_type: &Value, start: &str) -> Value {
    let mut body = json!({
        "start": start,
        "attendee": {"name": "Ilze Berga", "email": "ilze@example.org", "timeZone": "Europe/Riga"},
    });
    crate::harness::salon::merge(&mut body, event_type.clone());
    body
}

on_both_databases! {
    async fn teams_and_their_event_types(salon: &mut Salon) {
        let client = salon.client();
        let mut told = Transcript::default();
        let teams = "/v2/teams";
        let made = told.ask(&client, "team: created", post(&client, teams, CURRENT, &json!({"name": "Dentists", "slug": "dentists", "members": [salon.tenant.provider_number]}))).await;
        told.ask(&client, "team: the slug is made of the name", post(&client, teams, CURRENT, &json!({"name": "Eye Doctors"}))).await;
        told.ask(&client, "team: slug taken", post(&client, teams, CURRENT, &json!({"name": "Others", "slug": "dentists"}))).await;
        told.ask(&client, "team: no such user", post(&client, teams, CURRENT, &json!({"name": "Others", "members": [999_999]}))).await;
        told.ask(&client, "team: listed", request(&client, Method::GET, teams, CURRENT)).await;
        let team = format!("{teams}/{}", made.data()["id"]);
        told.ask(&client, "team: read", request(&client, Method::GET, &team, CURRENT)).await;
        told.ask(&client, "team: absent", request(&client, Method::GET, "/v2/teams/999999", CURRENT)).await;
        told.ask(&client, "team: no credentials", client.request(Method::GET, teams)).await;

        let types = format!("{team}/event-types");
        let host = |more: Value| {
            let mut host = json!({"userId": salon.tenant.provider_number});
            crate::harness::salon::merge(&mut host, more);
            host
        };
        let body = json!({"title": "Check", "slug": "check", "lengthInMinutes": 30, "schedulingType": "roundRobin",
            "hosts": [host(json!({"mandatory": false, "priority": "high"}))]});
        let created = told.ask(&client, "schedulingType, hosts", post(&client, &types, CURRENT, &body)).await;
        let everybody = json!({"title": "All", "slug": "all", "lengthInMinutes": 60, "schedulingType": "collective", "assignAllTeamMembers": true});
        told.ask(&client, "assignAllTeamMembers", post(&client, &types, CURRENT, &everybody)).await;
        told.ask(&client, "slug taken", post(&client, &types, CURRENT, &body)).await;
        let both = json!({"title": "X", "slug": "x", "lengthInMinutes": 60, "schedulingType": "collective", "assignAllTeamMembers": true, "hosts": [host(json!({}))]});
        told.ask(&client, "hosts and assignAllTeamMembers", post(&client, &types, CURRENT, &both)).await;
        let unheard = json!({"title": "X", "slug": "x", "lengthInMinutes": 60, "schedulingType": "managed", "hosts": [host(json!({"priority": "urgent"}))]});
        told.ask(&client, "malformed", post(&client, &types, CURRENT, &unheard)).await;
        let stranger = json!({"title": "X", "slug": "x", "lengthInMinutes": 60, "schedulingType": "collective", "hosts": [{"userId": 999_999}]});
        told.ask(&client, "no such host", post(&client, &types, CURRENT, &stranger)).await;
        let one = format!("{types}/{}", created.data()["id"]);
        told.ask(&client, "read", request(&client, Method::GET, &one, CURRENT)).await;
        let change = json!({"title": "Check-up", "schedulingType": "collective"});
        told.ask(&client, "changed", request(&client, Method::PATCH, &one, CURRENT).json(&change)).await;
        told.ask(&client, "listed", request(&client, Method::GET, &types, CURRENT)).await;
        told.ask(&client, "deleted", request(&client, Method::DELETE, &one, CURRENT)).await;
        told.ask(&client, "absent", request(&client, Method::GET, &one, CURRENT)).await;
        assert_transcript!("hosts_teams", told);
    }

    async fn slots_of_several_hosts(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = salon.client();
        team.event_type(json!({"schedulingType": "collective", "lengthInMinutes": 120})).await;
        let mut told = Transcript::default();
        let day = "start=2031-03-04&end=2031-03-04";
        for (row, query) in [
            ("eventTypeSlug + teamSlug", format!("eventTypeSlug=together&teamSlug=dentists&{day}")),
            ("with organizationSlug", format!("eventTypeSlug=together&teamSlug=dentists&organizationSlug=salon&{day}&format=range")),
            ("usernames", format!("usernames=ana,berta&{day}&duration=240")),
            ("usernames: default length 30", "usernames=ana,berta&start=2031-03-04T16:00:00Z&end=2031-03-04T17:00:00Z".to_owned()),
            ("usernames: one", format!("usernames=ana&{day}")),
            ("usernames: unknown", format!("usernames=ana,nobody&{day}")),
            ("team not found", format!("eventTypeSlug=together&teamSlug=nobody&{day}")),
            ("event type not found", format!("eventTypeSlug=nothing&teamSlug=dentists&{day}")),
        ] {
            let path = format!("/v2/slots?{query}");
            told.ask(&client, row, request(&client, Method::GET, &path, SLOTS)).await;
        }
        assert_transcript!("hosts_slots", told);
    }

    async fn bookings_of_several_hosts(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = salon.client();
        team.event_type(json!({"schedulingType": "collective"})).await;
        let nobody = team.event_type(json!({"schedulingType": "collective", "slug": "nobody", "hosts": []})).await;
        let mut told = Transcript::default();
        let by_slug = json!({"eventTypeSlug": "together", "teamSlug": "dentists"});
        let at = |start: &str| post(&client, "/v2/bookings", BOOKINGS, &booking(&by_slug, start));
        let booked = told.ask(&client, "eventTypeSlug + teamSlug", at("2031-03-04T09:00:00Z")).await;
        told.ask(&client, "one of the hosts is not available", at("2031-03-04T09:00:00Z")).await;
        told.ask(&client, "outside hours", at("2031-03-04T20:00:00Z")).await;
        let absent = json!({"eventTypeSlug": "together", "teamSlug": "nobody"});
        told.ask(&client, "team unknown", post(&client, "/v2/bookings", BOOKINGS, &booking(&absent, "2031-03-04T10:00:00Z"))).await;
        let nothing = json!({"eventTypeSlug": "nothing", "teamSlug": "dentists"});
        told.ask(&client, "type unknown", post(&client, "/v2/bookings", BOOKINGS, &booking(&nothing, "2031-03-04T10:00:00Z"))).await;
        let empty = json!({"eventTypeId": nobody});
        told.ask(&client, "team type without hosts", post(&client, "/v2/bookings", BOOKINGS, &booking(&empty, "2031-03-04T10:00:00Z"))).await;
        told.ask(&client, "teamId", request(&client, Method::GET, "/v2/bookings?teamId=1&take=1", BOOKINGS)).await;
        told.ask(&client, "teamsIds: unknown", request(&client, Method::GET, "/v2/bookings?teamsIds=999999", BOOKINGS)).await;
        let move_to = json!({"start": "2031-03-05T09:00:00Z", "rescheduleWithSameHost": true});
        let path = format!("/v2/bookings/{}/reschedule", booked.uid());
        told.ask(&client, "rescheduleWithSameHost", post(&client, &path, "2026-02-25", &move_to)).await;
        assert_transcript!("hosts_bookings", told);
    }

    async fn reassigned_bookings(salon: &mut Salon) {
        let team = Team::of(salon).await;
        let client = salon.client();
        let turns = team.event_type(json!({"schedulingType": "roundRobin"})).await;
        let all = team.event_type(json!({"schedulingType": "collective", "slug": "all"})).await;
        let mut told = Transcript::default();
        let place = async |event_type: i64, start: &str| {
            let body = booking(&json!({"eventTypeId": event_type}), start);
            client.send(post(&client, "/v2/bookings", BOOKINGS, &body)).await.expect(201).uid()
        };
        let uid = place(turns, "2031-03-04T09:00:00Z").await;
        let path = format!("/v2/bookings/{uid}/reassign");
        told.ask(&client, "reassign", request(&client, Method::POST, &path, BOOKINGS)).await;
        let given = format!("{path}/{}", salon.tenant.provider_number);
        told.ask(&client, "reassign/{userId}", post(&client, &given, BOOKINGS, &json!({"reason": "ill"}))).await;
        told.ask(&client, "the host who has it", post(&client, &given, BOOKINGS, &json!({}))).await;
        told.ask(&client, "not one of the round-robin hosts", post(&client, &format!("{path}/999999"), BOOKINGS, &json!({}))).await;
        place(turns, "2031-03-04T09:00:00Z").await;
        place(turns, "2031-03-04T09:00:00Z").await;
        told.ask(&client, "no other host free", request(&client, Method::POST, &path, BOOKINGS)).await;
        let together = place(all, "2031-03-04T10:00:00Z").await;
        let path_of_all = format!("/v2/bookings/{together}/reassign");
        told.ask(&client, "collective: nobody takes turns", request(&client, Method::POST, &path_of_all, BOOKINGS)).await;
        let theirs = place(team.own[1], "2031-03-04T11:00:00Z").await;
        let path_of_theirs = format!("/v2/bookings/{theirs}/reassign");
        let stranger = client.request(Method::POST, &path_of_theirs).header("cal-api-version", BOOKINGS);
        told.ask(&client, "403", stranger.bearer_auth(&salon.tenant.provider_key)).await;
        let nowhere = "/v2/bookings/zzzzzzzzzzzzzzzzzzzzzz/reassign";
        told.ask(&client, "404", request(&client, Method::POST, nowhere, BOOKINGS)).await;
        told.ask(&client, "no credentials", client.request(Method::POST, &path).header("cal-api-version", BOOKINGS)).await;
        assert_transcript!("hosts_reassigned", told);
    }
}
