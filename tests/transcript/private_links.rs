//! `reference` § 5.5: private links.

use serde_json::{Value, json};

use super::sheet::{ABSENT, Sheet};
use crate::harness::Salon;

on_both_databases! {
    async fn private_links_come_change_and_go(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, "2024-06-14");
        sheet.speak(None);
        let links = format!("/v2/event-types/{}/private-links", salon.tenant.event_type);
        sheet.get("5.5 none yet", &links).await.expect(200);
        let once = sheet.post("5.5 maxUsageCount is 1", &links, json!({})).await.expect(201).data();
        assert_eq!((&once["maxUsageCount"], &once["usageCount"]), (&json!(1), &json!(0)));
        sheet.post("5.5 maxUsageCount", &links, json!({"maxUsageCount": 5})).await.expect(201);
        let until = sheet.post("5.5 expiresAt", &links, json!({"expiresAt": "2031-03-04T09:00:00Z"})).await.expect(201).data();
        let past = json!({"expiresAt": "2001-03-04T09:00:00Z"});
        let ended = sheet.post("5.5 isExpired", &links, past).await.expect(201).data();
        assert_eq!(ended["isExpired"], true);
        let listed = sheet.client_get(&links).await;
        assert_eq!(listed.as_array().map(Vec::len), Some(4));

        let link = |shown: &Value| format!("{links}/{}", shown["linkId"].as_str().expect("a name"));
        let (once, until) = (link(&once), link(&until));
        sheet.patch("5.5 PATCH: an instant instead of uses", &once, json!({"expiresAt": "2031-03-04T09:00:00Z"})).await.expect(200);
        sheet.patch("5.5 PATCH: uses instead of an instant", &until, json!({"maxUsageCount": 2})).await.expect(200);
        sheet.patch("5.5 PATCH: nothing", &until, json!({})).await.expect(200);
        sheet.delete("5.5 DELETE", &once).await.expect(200);
        sheet.delete("5.5 DELETE: gone", &once).await.expect(404);
        sheet.patch("5.5 PATCH: gone", &once, json!({})).await.expect(404);

        sheet.post("5.5 maxUsageCount at least 1", &links, json!({"maxUsageCount": 0})).await.expect(400);
        sheet.post("5.5 expiresAt is an instant", &links, json!({"expiresAt": "soon"})).await.expect(400);
        let absent = format!("/v2/event-types/{ABSENT}/private-links");
        sheet.get("5.4 404", &absent).await.expect(404);
        sheet.post("5.4 404", &absent, json!({})).await.expect(404);
        sheet.by(None);
        sheet.get("1.2 no credentials", &links).await.expect(401);
        sheet.compare("private_links");
    }
}
