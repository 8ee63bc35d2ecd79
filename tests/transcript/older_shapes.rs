//! `reference` § 1.3, § 5.6: event types and schedules as older versions have them.

use serde_json::json;

use super::sheet::{ABSENT, Sheet};
use crate::harness::Salon;

const TYPES: &str = "/v2/event-types";
const SCHEDULES: &str = "/v2/schedules";

on_both_databases! {
    async fn event_types_have_their_older_shape_in_older_versions(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, "2024-04-15");
        sheet.speak(None);
        sheet.get("5.6 list without header", TYPES).await.expect(200);
        sheet.speak(Some("2024-06-11"));
        sheet.get("1.3 list as of 2024-06-11", TYPES).await.expect(200);
        sheet.speak(Some("2024-04-15"));
        let created = sheet.post("5.6 POST", TYPES, json!({
            "title": "Visit", "slug": "visit", "length": 45, "description": "First", "hidden": false,
            "locations": [
                {"type": "inPerson", "address": "Brivibas 1", "displayLocationPublicly": false},
                {"type": "link", "link": "https://example.org/room", "displayLocationPublicly": true},
                {"type": "userPhone", "hostPhoneNumber": "+37127000000"},
                {"type": "phone"}, {"type": "attendeeInPerson"}, {"type": "somewhereElse"}, {"type": "integrations:daily"},
            ],
        })).await.expect(201).data();
        let path = format!("{TYPES}/{}", created["id"]);
        sheet.get("5.6 GET", &path).await.expect(200);
        sheet.patch("5.6 PATCH", &path, json!({"length": 50, "title": "Visit, longer"})).await.expect(200);
        sheet.get("5.6 public", "/v2/event-types/ana/visit/public").await.expect(200);
        sheet.by(None);
        sheet.get("5.6 public, without credentials", "/v2/event-types/ana/visit/public").await.expect(200);
        sheet.get("5.6 public, nobody", "/v2/event-types/nobody/visit/public").await.expect(404);
        sheet.get("5.6 list needs credentials", TYPES).await.expect(401);
        sheet.by(Some(&salon.tenant.provider_key));
        sheet.post("5.6 length", TYPES, json!({"title": "V", "slug": "v", "length": 0})).await.expect(400);
        sheet.get("5.6 404", &format!("{TYPES}/{ABSENT}")).await.expect(404);
        sheet.speak(Some("2024-06-14"));
        sheet.get("5 the same one today", &path).await.expect(200);
        sheet.get("1.3 not in this version", "/v2/event-types/ana/visit/public").await.expect(404);
        sheet.speak(Some("2024-04-15"));
        sheet.delete("5.6 DELETE", &path).await.expect(200);
        sheet.speak(Some("2024-08-13"));
        sheet.get("1.3 not in this version", TYPES).await.expect(404);
        sheet.compare("older_event_types");
    }

    async fn schedules_have_their_older_shape_in_the_oldest_version(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, "2024-04-15");
        sheet.get("1.3 list", SCHEDULES).await.expect(200);
        sheet.get("1.3 default", "/v2/schedules/default").await.expect(200);
        let created = sheet.post("1.3 POST", SCHEDULES, json!({
            "name": "Studio", "timeZone": "Europe/Riga", "isDefault": false,
            "availabilities": [{"days": [1, 2, 0], "startTime": "1970-01-01T09:00:00.000Z", "endTime": "1970-01-01T17:30:00.000Z"}],
            "dateOverrides": [{"start": "2031-03-06T12:00:00.000Z", "end": "2031-03-06T15:00:00.000Z"}],
        })).await.expect(201).data();
        let path = format!("{SCHEDULES}/{}", created["id"]);
        sheet.get("1.3 GET", &path).await.expect(200);
        sheet.patch("1.3 PATCH", &path, json!({"name": "Big studio", "dateOverrides": []})).await.expect(200);
        sheet.post("1.3 defaults", SCHEDULES, json!({"name": "Plain", "timeZone": "UTC", "isDefault": false})).await.expect(201);
        sheet.post("1.3 a day is 0 to 6", SCHEDULES, json!({"name": "Wrong", "timeZone": "UTC", "isDefault": false,
            "availabilities": [{"days": [7], "startTime": "1970-01-01T09:00:00Z", "endTime": "1970-01-01T10:00:00Z"}]})).await.expect(400);
        sheet.speak(Some("2024-06-11"));
        sheet.get("6 the same one today", &path).await.expect(200);
        sheet.speak(Some("2024-04-15"));
        sheet.delete("1.3 DELETE", &path).await.expect(200);
        sheet.compare("older_schedules");
    }

    async fn every_version_has_its_document(salon: &mut Salon) {
        let client = salon.client();
        for version in ["2024-04-15", "2024-06-11", "2024-06-14", "2024-08-13", "2024-09-04", "2026-02-25", "2026-05-01"] {
            let request = client.request(reqwest::Method::GET, &format!("/openapi/{version}.json"));
            let document = client.send(request).await.expect(200).json();
            assert_eq!(document["paths"]["/v2/me"]["get"]["operationId"], "readMe");
        }
        let request = client.request(reqwest::Method::GET, "/openapi/2024-04-16.json");
        client.send(request).await.expect(404);
    }
}
