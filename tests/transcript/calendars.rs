//! `reference` § 9: calendars and busy times, while nothing can be connected.

use reqwest::Method;
use serde_json::{Value, json};

use super::sheet::Sheet;
use crate::harness::Salon;

on_both_databases! {
    async fn calendars_are_answered_as_to_somebody_without_any(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, "2024-08-13");
        sheet.speak(None);
        sheet.get("9 nothing is connected", "/v2/calendars").await.expect(200);
        sheet.post("9 ics-feed", "/v2/calendars/ics-feed/save", json!({"urls": ["https://example.org/a.ics"]})).await.expect(404);
        sheet.post("9 ics-feed, urls", "/v2/calendars/ics-feed/save", json!({"urls": ["here"]})).await.expect(400);
        sheet.get("9 ics-feed/check", "/v2/calendars/ics-feed/check").await.expect(404);
        for kind in ["google", "office365", "apple", "moon"] {
            let is_known = kind != "moon";
            sheet.get("9 check", &format!("/v2/calendars/{kind}/check")).await.expect(if is_known { 404 } else { 400 });
            let is_by_consent = is_known && kind != "apple";
            sheet.get("9 connect", &format!("/v2/calendars/{kind}/connect?isDryRun=false"))
                .await.expect(if is_by_consent { 404 } else { 400 });
            sheet.post("9 disconnect", &format!("/v2/calendars/{kind}/disconnect"), json!({"id": 3}))
                .await.expect(if is_known { 404 } else { 400 });
        }
        sheet.get("9 isDryRun", "/v2/calendars/google/connect").await.expect(400);
        sheet.get("9 save", "/v2/calendars/google/save?state=a&code=b").await.expect(404);
        sheet.post("9 disconnect, id", "/v2/calendars/google/disconnect", json!({})).await.expect(400);
        let credentials = json!({"username": "ana", "password": "secret"});
        sheet.post("9 credentials", "/v2/calendars/apple/credentials", credentials.clone()).await.expect(404);
        sheet.post("9 credentials of no such kind", "/v2/calendars/google/credentials", credentials).await.expect(400);
        sheet.post("9 credentials, members", "/v2/calendars/apple/credentials", json!({})).await.expect(400);
        sheet.get("9 event", "/v2/calendars/google/event/abc").await.expect(404);
        sheet.get("9 event, google only", "/v2/calendars/apple/event/abc").await.expect(400);
        sheet.patch("9 event", "/v2/calendars/google/events/abc", json!({"title": "X"})).await.expect(404);
        let calendar = json!({"integration": "google_calendar", "externalId": "ana@example.org", "credentialId": 3});
        sheet.ask("9 destination", Method::PUT, "/v2/destination-calendars", calendar.clone()).await.expect(404);
        sheet.ask("9 destination, members", Method::PUT, "/v2/destination-calendars", json!({})).await.expect(400);
        sheet.post("9 select", "/v2/selected-calendars", calendar).await.expect(404);
        sheet.post("9 select, members", "/v2/selected-calendars", json!({})).await.expect(400);
        let query = "integration=google_calendar&externalId=ana@example.org&credentialId=3";
        sheet.delete("9 deselect", &format!("/v2/selected-calendars?{query}")).await.expect(404);
        sheet.delete("9 deselect, members", "/v2/selected-calendars").await.expect(400);
        sheet.by(None);
        sheet.get("1.2 no credentials", "/v2/calendars").await.expect(401);
        sheet.compare("calendars");
    }

    async fn busy_times_are_asked_of_calendars_that_are_connected(salon: &mut Salon) {
        let mut sheet = Sheet::of(salon, "2024-08-13");
        sheet.speak(None);
        let one = "calendarsToLoad[0][credentialId]=3&calendarsToLoad[0][externalId]=ana@example.org";
        for (row, query, status) in [
            ("9.1 example", format!("dateFrom=2031-03-04&dateTo=2031-03-05&timeZone=Europe/Riga&{one}"), 404),
            ("9.1 loggedInUsersTz, instants", format!("dateFrom=2031-03-04T00:00:00Z&dateTo=2031-03-05T00:00:00Z&loggedInUsersTz=Europe/Riga&{one}"), 404),
            ("9.1 dateFrom", format!("dateTo=2031-03-05&timeZone=Europe/Riga&{one}"), 400),
            ("9.1 dateTo", format!("dateFrom=2031-03-04&dateTo=soon&timeZone=Europe/Riga&{one}"), 400),
            ("9.1 a zone", format!("dateFrom=2031-03-04&dateTo=2031-03-05&{one}"), 400),
            ("9.1 timeZone", format!("dateFrom=2031-03-04&dateTo=2031-03-05&timeZone=Mars/Olympus&{one}"), 400),
            ("9.1 calendarsToLoad", "dateFrom=2031-03-04&dateTo=2031-03-05&timeZone=UTC".to_owned(), 400),
            ("9.1 credentialId", "dateFrom=2031-03-04&dateTo=2031-03-05&timeZone=UTC&calendarsToLoad[0][externalId]=a".to_owned(), 400),
            ("9.1 externalId", "dateFrom=2031-03-04&dateTo=2031-03-05&timeZone=UTC&calendarsToLoad[0][credentialId]=3".to_owned(), 400),
        ] {
            let path = format!("/v2/calendars/busy-times?{query}");
            sheet.ask(row, Method::GET, &path, Value::Null).await.expect(status);
        }
        sheet.compare("calendar_busy_times");
    }
}
