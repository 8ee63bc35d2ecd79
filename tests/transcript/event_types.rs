//! `reference` § 5: event types, one and many, and who may do what with them.

use serde_json::{Value, json};

use super::sheet::{ABSENT, Sheet};
use crate::harness::Salon;

const VERSION: &str = "2024-06-14";
const TYPES: &str = "/v2/event-types";

fn intro(slug: &str) -> Value {
    json!({"title": "Consultation", "slug": slug, "lengthInMinutes": 60})
}

on_both_databases! {
    async fn an_event_type_has_the_members_and_defaults_of_the_reference(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, VERSION);
        let created = sheet.post("5.1 defaults, 5.3 default fields, 5.4 output", TYPES, intro("Konsultācija, pirmā!")).await;
        let path = format!("{TYPES}/{}", created.expect(201).data()["id"]);
        sheet.get("5 GET one", &path).await.expect(200);
        sheet.post("5.1 unknown members are dropped", TYPES, json!({
            "title": "Other", "slug": "other", "lengthInMinutes": 30, "surprise": true, "seats": {"disabled": true, "surprise": 1},
        })).await.expect(201);
        sheet.post("5.4 example", TYPES, json!({
            "title": "Intro", "slug": "intro-example", "lengthInMinutes": 60, "minimumBookingNotice": 0, "afterEventBuffer": 10,
            "locations": [{"type": "address", "address": "Brivibas 1, Riga", "public": true}],
            "bookingLimitsCount": {"day": 4}, "confirmationPolicy": {"disabled": true},
        })).await.expect(201);
        sheet.patch("5.1 PATCH: everything optional", &path, json!({"title": "Consultation, long", "lengthInMinutes": 90})).await.expect(200);
        sheet.patch("5.1 PATCH: nothing", &path, json!({})).await.expect(200);
        sheet.delete("5.4 DELETE", &path).await.expect(200);
        sheet.get("5.4 deleted", &path).await.expect(404);
        sheet.compare("event_types");
    }

    async fn what_is_refused_of_an_event_type_is_refused_in_the_words_of_the_reference(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, VERSION);
        let own = sheet.post("5.1", TYPES, intro("own")).await.expect(201).data()["id"].clone();
        sheet.post("5.4 400 slug taken", TYPES, intro("own")).await.expect(400);
        let other = sheet.post("5.1", TYPES, intro("other")).await.expect(201).data()["id"].clone();
        sheet.patch("5.4 400 slug taken by a change", &format!("{TYPES}/{other}"), json!({"slug": "own"})).await.expect(400);
        let seats = json!({"seatsPerTimeSlot": 4, "showAttendeeInfo": false, "showAvailabilityCount": true});
        let mut body = intro("seats");
        body["seats"] = seats;
        body["locations"] = json!([{"type": "attendeePhone"}, {"type": "attendeeAddress"}]);
        sheet.post("5.4 400 seats with several locations", TYPES, body.clone()).await.expect(400);
        body["locations"] = json!([{"type": "attendeePhone"}]);
        body["confirmationPolicy"] = json!({"type": "always", "blockUnconfirmedBookingsInBooker": true});
        sheet.post("5.4 400 seats with confirmation", TYPES, body).await.expect(400);
        let mut lengths = intro("lengths");
        lengths["lengthInMinutesOptions"] = json!([15, 30]);
        sheet.post("5.4 400 options without the main length", TYPES, lengths).await.expect(400);
        sheet.post("5.1 required members", TYPES, json!({})).await.expect(400);
        sheet.post("6 another's schedule is none", TYPES, json!({
            "title": "T", "slug": "t", "lengthInMinutes": 30, "scheduleId": ABSENT,
        })).await.expect(404);

        let absent = format!("{TYPES}/{ABSENT}");
        sheet.get("5.4 404", &absent).await.expect(404);
        sheet.patch("5.4 404", &absent, json!({"title": "X"})).await.expect(404);
        sheet.delete("5.4 404", &absent).await.expect(404);
        sheet.get("a number is expected", &format!("{TYPES}/intro")).await.expect(400);

        let owners = owners_event_type(salon).await;
        let owners = format!("{TYPES}/{owners}");
        sheet.get("5.4 403", &owners).await.expect(403);
        sheet.patch("5.4 403", &owners, json!({"title": "X"})).await.expect(403);
        sheet.delete("5.4 403", &owners).await.expect(403);
        sheet.by(None);
        sheet.get("1.2 no credentials", &format!("{TYPES}/{own}")).await.expect(401);
        sheet.post("1.2 no credentials", TYPES, intro("nobodys")).await.expect(401);
        sheet.compare("event_types_refused");
    }

    async fn event_types_are_listed_as_asked_and_hidden_ones_to_their_owner(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, VERSION);
        let mut hidden = intro("hidden");
        hidden["hidden"] = json!(true);
        sheet.post("5.1 hidden", TYPES, hidden).await.expect(201);
        let owners = owners_event_type(salon).await;
        assert_ne!(owners, Value::Null);
        let slugs = async |on: &mut Sheet, row: &str, query: &str| -> Vec<String> {
            let answer = on.get(row, &format!("{TYPES}{query}")).await.expect(200).data();
            let shown = answer.as_array().expect("a list").iter();
            shown.map(|shown| shown["slug"].as_str().expect("a slug").to_owned()).collect()
        };
        assert_eq!(slugs(&mut sheet, "5 own", "").await, ["intro", "hidden"]);
        let by_name = slugs(&mut sheet, "5 username, as its owner", "?username=ana").await;
        assert_eq!(by_name, ["intro", "hidden"]);
        let newest = slugs(&mut sheet, "5 sortCreatedAt", "?username=ana&sortCreatedAt=desc").await;
        assert_eq!(newest, ["hidden", "intro"]);
        sheet.by(None);
        assert_eq!(slugs(&mut sheet, "5 username", "?username=ana").await, ["intro"]);
        assert_eq!(slugs(&mut sheet, "5 eventSlug", "?username=ana&eventSlug=intro").await, ["intro"]);
        assert!(slugs(&mut sheet, "5 eventSlug of a hidden one", "?username=ana&eventSlug=hidden").await.is_empty());
        assert_eq!(slugs(&mut sheet, "5 usernames", "?usernames=ana,nobody").await, ["intro"]);
        assert!(slugs(&mut sheet, "5 orgSlug of nobody", "?username=ana&orgSlug=nobodys").await.is_empty());
        assert!(slugs(&mut sheet, "5 orgId", "?username=ana&orgId=999999").await.is_empty());
        assert!(slugs(&mut sheet, "5 nobody", "?username=nobody").await.is_empty());
        assert!(slugs(&mut sheet, "5 nothing given, no credentials", "").await.is_empty());
        sheet.get("5 eventSlug without username", &format!("{TYPES}?eventSlug=intro")).await.expect(400);
        sheet.get("5 sortCreatedAt", &format!("{TYPES}?sortCreatedAt=up")).await.expect(400);
        sheet.compare("event_types_listed");
    }
}

/// An event type of the tenant's owner: the provider's it is not.
async fn owners_event_type(salon: &Salon) -> Value {
    let client = salon.client();
    let request = client
        .request(reqwest::Method::POST, TYPES)
        .header("cal-api-version", VERSION)
        .bearer_auth(&salon.tenant.owner_key)
        .json(&intro("owners"));
    client.send(request).await.expect(201).data()["id"].clone()
}
