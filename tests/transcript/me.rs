//! `reference` § 8 (me), § 9 (`POST /v2/api-keys/refresh`) and § 1.2 (keys that end).

use serde_json::{Value, json};

use super::sheet::{ABSENT, Sheet};
use crate::harness::Salon;

const ME: &str = "/v2/me";
const REFRESH: &str = "/v2/api-keys/refresh";

on_both_databases! {
    async fn a_user_reads_and_changes_itself(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, "2024-08-13");
        sheet.get("8 GET", ME).await.expect(200);
        sheet.speak(None);
        sheet.get("1.3 any version", ME).await.expect(200);
        for (member, value) in [
            ("email", json!("ana.roze@example.org")),
            ("name", json!("Ana Roze-Ozola")),
            ("avatarUrl", json!("https://example.org/ana.png")),
            ("bio", json!("walks")),
            ("timeFormat", json!(24)),
            ("weekStart", json!("Friday")),
            ("timeZone", json!("Europe/Kiev")),
            ("locale", json!("lv")),
            ("metadata", json!({"crm": "7"})),
        ] {
            sheet.patch(&format!("8 PATCH {member}"), ME, json!({member: value})).await.expect(200);
        }
        sheet.patch("8 PATCH null", ME, json!({"avatarUrl": null, "bio": null})).await.expect(200);
        sheet.patch("8 PATCH unknown members are dropped", ME, json!({"username": "other", "surprise": 1})).await.expect(200);
        sheet.compare("me");
    }

    async fn a_default_schedule_is_one_of_ones_own(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, "2024-06-11");
        let spare = json!({"name": "Spare", "timeZone": "UTC", "isDefault": false});
        let spare = sheet.post("6", "/v2/schedules", spare).await.expect(201).data()["id"].clone();
        let changed = sheet.patch("8 PATCH defaultScheduleId", ME, json!({"defaultScheduleId": spare})).await.expect(200);
        assert_eq!(changed.data()["defaultScheduleId"], spare);
        sheet.patch("8 PATCH nobody's", ME, json!({"defaultScheduleId": ABSENT})).await.expect(404);
        for (member, value) in [
            ("email", json!("nobody")),
            ("name", json!(7)),
            ("avatarUrl", json!("here")),
            ("bio", json!(7)),
            ("timeFormat", json!(13)),
            ("weekStart", json!("Noday")),
            ("timeZone", json!("Mars/Olympus")),
            ("defaultScheduleId", json!("first")),
            ("locale", json!(7)),
            ("metadata", json!("crm")),
        ] {
            let answer = sheet.patch(&format!("8 PATCH {member}"), ME, json!({member: value})).await.expect(400);
            assert_eq!(answer.json()["error"]["details"]["errors"][0]["property"], member);
        }
        sheet.by(None);
        sheet.get("1.2 no credentials", ME).await.expect(401);
        sheet.compare("me_refused");
    }

    async fn a_refreshed_key_takes_the_place_of_the_old_one(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, "2024-08-13");
        sheet.speak(None);
        let me = sheet.client_get(ME).await;
        let key = |answer: &Value| answer["apiKey"].as_str().expect("a key").to_owned();
        let second = key(&sheet.post("9 refresh", REFRESH, json!({})).await.expect(200).data());
        sheet.get("9 the old key stops working", ME).await.expect(401);
        sheet.post("9 an old key is not refreshed", REFRESH, json!({})).await.expect(401);
        sheet.by(Some(&second));
        assert_eq!(sheet.client_get(ME).await, me);
        let third = key(&sheet.post("9 apiKeyDaysValid", REFRESH, json!({"apiKeyDaysValid": 7})).await.expect(200).data());
        sheet.by(Some(&third));
        let never = json!({"apiKeyDaysValid": 7, "apiKeyNeverExpires": true});
        let fourth = key(&sheet.post("9 apiKeyNeverExpires", REFRESH, never).await.expect(200).data());
        sheet.by(Some(&fourth));
        sheet.post("9 apiKeyDaysValid at least 1", REFRESH, json!({"apiKeyDaysValid": 0})).await.expect(400);
        sheet.post("9 apiKeyNeverExpires", REFRESH, json!({"apiKeyNeverExpires": "yes"})).await.expect(400);
        sheet.by(None);
        sheet.post("1.2 no credentials", REFRESH, json!({})).await.expect(401);
        sheet.compare("api_key_refresh");
        assert!(!payloads_of(salon).await.concat().contains(&fourth));
        let days = expiries(salon).await;
        assert_eq!(days, [Some(30), Some(7), None]);
    }

    async fn a_key_that_has_expired_opens_nothing(salon: &mut Salon) {
        let client = salon.client();
        let issue = client
            .request(reqwest::Method::POST, "/v2/api-keys")
            .header("Idempotency-Key", "k-1")
            .bearer_auth(&salon.tenant.owner_key)
            .json(&json!({"label": "short", "role": "agent", "expiresAt": "2091-01-01T00:00:00Z"}));
        let issued = client.send(issue).await.expect(201).json();
        // Nobody waits for it here.
        let ended = "update directory set target = replace(target, '2091-01-01', '2021-01-01') where kind = 'api-key'";
        salon.database().execute(ended).await.expect("a superuser may write");
        let mut sheet = Sheet::of(salon, "2024-08-13");
        sheet.by(issued["secret"].as_str());
        sheet.get("1.2 expired key", ME).await.expect(401);
        sheet.by(Some("cal_nobodys"));
        sheet.get("1.2 unknown key", ME).await.expect(401);
        sheet.compare("api_keys_ended");
    }
}

/// What every issued key left in the log, in order.
async fn payloads_of(salon: &Salon) -> Vec<String> {
    let mut rows = crate::harness::rows::Rows::of(salon.database()).await;
    let issued = "select cast(payload as text) from events where event_type = 'ApiKeyIssued' order by position";
    let payloads = rows.column(issued.to_owned()).await;
    rows.close().await;
    payloads
}

/// For how many days each refreshed key was valid when it was issued.
async fn expiries(salon: &Salon) -> Vec<Option<i64>> {
    let now = crate::harness::times::now();
    let payloads = payloads_of(salon).await;
    let days = payloads.iter().skip(2).map(|payload| {
        let issued: Value = serde_json::from_str(payload).expect("an event is JSON");
        let until: chrono::DateTime<chrono::Utc> = issued["expiresAt"].as_str()?.parse().ok()?;
        // Rounded up: some of the first day has passed.
        Some((until - now + chrono::Duration::hours(1)).num_days())
    });
    days.collect()
}
