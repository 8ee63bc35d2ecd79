//! `reference` § 6: schedules.

use serde_json::{Value, json};

use super::sheet::{ABSENT, Sheet};
use crate::harness::Salon;

const SCHEDULES: &str = "/v2/schedules";

fn studio() -> Value {
    json!({
        "name": "Studio", "timeZone": "Europe/Riga", "isDefault": true,
        "availability": [{"days": ["Monday", "Tuesday", "Wednesday"], "startTime": "09:00", "endTime": "17:00"}],
        "overrides": [{"date": "2031-03-06", "startTime": "12:00", "endTime": "15:00"}],
    })
}

on_both_databases! {
    async fn schedules_come_change_and_go(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, "2024-06-11");
        sheet.get("6 the first one", SCHEDULES).await.expect(200);
        let created = sheet.post("6 example", SCHEDULES, studio()).await.expect(201).data();
        let path = format!("{SCHEDULES}/{}", created["id"]);
        sheet.get("6 GET default", "/v2/schedules/default").await.expect(200);
        sheet.get("6 GET one", &path).await.expect(200);
        sheet.speak(Some("2024-06-14"));
        sheet.get("1.3 also 2024-06-14", &path).await.expect(200);
        sheet.speak(Some("2024-06-11"));
        let plain = json!({"name": "Plain", "timeZone": "Asia/Calcutta", "isDefault": false, "surprise": 1});
        let plain = sheet.post("6 defaults; zones by their names of today; unknown members are dropped", SCHEDULES, plain).await.expect(201).data();
        let plain = format!("{SCHEDULES}/{}", plain["id"]);
        sheet.patch("6 PATCH: arrays replace", &path, json!({
            "availability": [{"days": ["Friday"], "startTime": "10:00", "endTime": "23:59"}],
            "overrides": [
                {"date": "2031-03-07", "startTime": "08:00", "endTime": "09:00"},
                {"date": "2031-03-07", "startTime": "12:00", "endTime": "13:00"},
                {"date": "2031-03-14", "startTime": "00:00", "endTime": "00:00"},
            ],
        })).await.expect(200);
        sheet.patch("6 PATCH: the rest stays", &path, json!({"name": "Big studio"})).await.expect(200);
        sheet.patch("6 PATCH: another default", &plain, json!({"isDefault": true})).await.expect(200);
        sheet.patch("6 PATCH: a default stays until there is another", &plain, json!({"isDefault": false})).await.expect(200);
        sheet.delete("6 DELETE the default", &plain).await.expect(400);
        sheet.delete("6 DELETE", &path).await.expect(200);
        sheet.get("6 404", &path).await.expect(404);
        sheet.compare("schedules");
    }

    async fn overrides_replace_their_day(salon: &mut Salon) {
        let client = salon.client();
        let sheet = Sheet::of(salon, "2024-06-11");
        let schedule = sheet.client_get("/v2/schedules/default").await["id"].clone();
        let change = client
            .request(reqwest::Method::PATCH, &format!("{SCHEDULES}/{schedule}"))
            .header("cal-api-version", "2024-06-11")
            .bearer_auth(&salon.tenant.provider_key)
            .json(&json!({"overrides": [
                // A Friday with two pieces, one until midnight, and a Monday that is closed.
                {"date": "2031-03-07", "startTime": "08:00", "endTime": "08:30"},
                {"date": "2031-03-07", "startTime": "23:00", "endTime": "23:59"},
                {"date": "2031-03-10", "startTime": "00:00", "endTime": "00:00"},
            ]}));
        client.send(change).await.expect(200);
        let slots = client.slots("2031-03-07", "2031-03-11").await.expect(200).data();
        let starts = |day: &str| -> Vec<&str> {
            let day = slots[day].as_array().into_iter().flatten();
            day.map(|slot| slot["start"].as_str().expect("a start")).collect()
        };
        assert_eq!(starts("2031-03-07"), ["2031-03-07T08:00:00.000Z", "2031-03-07T23:00:00.000Z", "2031-03-07T23:30:00.000Z"]);
        assert!(starts("2031-03-10").is_empty());
        assert_eq!(starts("2031-03-11").len(), 16);
    }

    async fn what_is_refused_of_a_schedule_is_refused_in_the_words_of_the_reference(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, "2024-06-11");
        sheet.post("6 required members", SCHEDULES, json!({})).await.expect(400);
        for (row, name, value) in [
            ("6 name", "name", json!(7)),
            ("6 timeZone", "timeZone", json!("Mars/Olympus")),
            ("6 isDefault", "isDefault", json!("yes")),
            ("6 availability, day", "availability", json!([{"days": ["Mon"], "startTime": "09:00", "endTime": "17:00"}])),
            ("6 availability, time", "availability", json!([{"days": ["Monday"], "startTime": "9", "endTime": "25:00"}])),
            ("6 availability, order", "availability", json!([{"days": ["Monday"], "startTime": "17:00", "endTime": "09:00"}])),
            ("6 overrides, date", "overrides", json!([{"date": "6 March", "startTime": "09:00", "endTime": "17:00"}])),
        ] {
            let mut body = studio();
            body[name] = value;
            let answer = sheet.post(row, SCHEDULES, body).await.expect(400);
            assert_eq!(answer.json()["error"]["details"]["errors"][0]["property"], name);
        }
        let absent = format!("{SCHEDULES}/{ABSENT}");
        sheet.get("6 404", &absent).await.expect(404);
        sheet.patch("6 404", &absent, json!({"name": "X"})).await.expect(404);
        sheet.delete("6 400 DELETE of an unknown id", &absent).await.expect(400);

        let client = salon.client();
        let owners = client
            .request(reqwest::Method::POST, SCHEDULES)
            .header("cal-api-version", "2024-06-11")
            .bearer_auth(&salon.tenant.owner_key)
            .json(&studio());
        let owners = client.send(owners).await.expect(201).data()["id"].clone();
        let owners = format!("{SCHEDULES}/{owners}");
        sheet.get("6 403", &owners).await.expect(403);
        sheet.patch("6 403", &owners, json!({"name": "X"})).await.expect(403);
        sheet.delete("6 403", &owners).await.expect(403);
        sheet.by(None);
        sheet.get("1.2 no credentials", SCHEDULES).await.expect(401);
        sheet.compare("schedules_refused");
    }

    async fn a_user_without_schedules_has_no_default(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, "2024-06-11");
        sheet.by(Some(&salon.tenant.owner_key));
        sheet.get("6 data may be null", "/v2/schedules/default").await.expect(200);
        sheet.get("6 none", SCHEDULES).await.expect(200);
        sheet.get("8 defaultScheduleId may be null", "/v2/me").await.expect(200);
        sheet.compare("schedules_none");
    }
}
