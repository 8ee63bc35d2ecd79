//! Ids of a tenant, made over the API, and ids in their form that nobody has.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::asks::Ask;
use crate::harness::salon::{Client, Tenant, organization};
use crate::harness::{Salon, times};

/// Names of placeholders with what they stand for.
pub(super) struct Ids {
    pub(super) owner_key: String,
    pub(super) provider_key: String,
    by_name: BTreeMap<&'static str, String>,
}

/// Placeholders of [`super::asks::ASKS`].
pub(super) const NAMES: [&str; 32] = [
    "BOOKING",
    "SEATED",
    "SEAT",
    "ATTENDEE",
    "TYPE",
    "SLUG",
    "SCHEDULE",
    "PROVIDER",
    "USER",
    "USERNAME",
    "KEY",
    "HOLD",
    "HOLD_52",
    "HOLD_54",
    "HOLD_56",
    "HOLD_58",
    "HELD",
    "HELD_TOO",
    "ORG",
    "EMAIL",
    "SPARE_SCHEDULE",
    "SPARE_TYPE",
    "LINK",
    "WEBHOOK",
    "TYPE_WEBHOOK",
    "TEAM",
    "TEAM_SLUG",
    "TEAM_TYPE",
    "SPARE_TEAM_TYPE",
    "ORG_ID",
    "AWAY",
    "COMPOSITE",
];

impl Ids {
    /// Makes one of everything for a tenant.
    #[expect(clippy::too_many_lines, reason = "a list of one of everything")]
    pub(super) async fn of(salon: &Salon, tenant: &Tenant, username: &str) -> Self {
        let maker = Maker {
            client: salon.client(),
            tenant,
        };
        let provider = maker.own("/v2/providers", json!({
            "name": username, "email": format!("{username}@example.org"), "username": username, "timeZone": "UTC",
        })).await;
        let intro = [
            "event-type",
            "add",
            "--tenant",
            &tenant.id,
            "--provider",
            username,
            "--slug",
            "intro",
            "--title",
            "Intro",
            "--minutes",
            "30",
        ];
        salon.program().json(&intro).await;
        let mut client = salon.client();
        client.event_type = tenant.event_type;
        client.owner_key.clone_from(&tenant.owner_key);
        let email = format!("{username}-attendee@example.org");
        let mut booking = client.booking(times::slot(30));
        booking["attendee"]["email"] = json!(email);
        let booking = client
            .send(client.bookings(Method::POST, "").json(&booking))
            .await
            .expect(201);
        let path = format!("/v2/bookings/{}/attendees", booking.uid());
        let attendees = maker.get(&path, "2024-08-13").await;
        let seats =
            json!({"seatsPerTimeSlot": 3, "showAttendeeInfo": true, "showAvailabilityCount": true});
        client.event_type = maker
            .event_type(json!({"slug": format!("{username}-seats"), "seats": seats}))
            .await;
        let seated = client.book(times::slot(32)).await.expect(201).data();
        let holds = maker
            .event_type(json!({
                "slug": format!("{username}-held"), "metadata": {"daybookHolds": "exclusive"},
            }))
            .await;
        client.event_type = holds;
        let held = client.book(times::slot(44)).await.expect(201).uid();
        let held_too = client.book(times::slot(46)).await.expect(201).uid();
        let spare_type = maker
            .event_type(json!({"slug": format!("{username}-spare")}))
            .await;
        let schedules = maker.get("/v2/schedules", "2024-06-11").await;
        let spare = json!({"name": "Spare", "timeZone": "UTC", "isDefault": false});
        let spare = client
            .request(Method::POST, "/v2/schedules")
            .header("cal-api-version", "2024-06-11")
            .bearer_auth(&tenant.provider_key)
            .json(&spare);
        let key = maker
            .own("/v2/api-keys", json!({"label": "spare", "role": "agent"}))
            .await;
        let organization = organization(&client, &tenant.owner_key).await;
        let away = format!(
            "/v2/organizations/{organization}/users/{}/ooo",
            tenant.provider_number
        );
        let days = json!({"start": "2031-07-01T00:00:00Z", "end": "2031-07-14T00:00:00Z", "notes": "summer"});
        let watched = format!("/v2/event-types/{holds}/webhooks");
        let team = json!({"name": "Team", "slug": format!("{username}-team")});
        let team = text(&maker.own("/v2/teams", team).await["data"]["id"]);
        let of_team = async |slug: &str| {
            let body = json!({
                "schedulingType": "roundRobin", "hosts": [{"userId": tenant.provider_number}], "title": "Team",
                "slug": slug, "lengthInMinutes": 30, "minimumBookingNotice": 0,
            });
            let of_this = format!("/v2/teams/{team}/event-types");
            text(&maker.own(&of_this, body).await["data"]["id"])
        };
        let teamwork = of_team("teamwork").await;
        client.event_type = teamwork.parse().expect("a number");
        client.book(times::slot(34)).await.expect(201);
        let chain = json!({
            "segments": [{"eventTypeId": tenant.event_type, "start": times::text(times::slot(36))}],
            "attendee": {"name": "Ilze", "email": email, "timeZone": "UTC"},
        });
        let composite = maker.own("/v2/composite-bookings", chain).await;
        let by_name = [
            ("COMPOSITE", text(&composite["uid"])),
            ("ORG_ID", organization.to_string()),
            ("AWAY", text(&maker.own(&away, days).await["data"]["id"])),
            ("WEBHOOK", maker.webhook("/v2/webhooks").await),
            ("TYPE_WEBHOOK", maker.webhook(&watched).await),
            ("TEAM", team.clone()),
            ("TEAM_SLUG", format!("{username}-team")),
            ("TEAM_TYPE", teamwork),
            ("SPARE_TEAM_TYPE", of_team("spare").await),
            ("BOOKING", booking.uid()),
            ("SEATED", text(&seated["uid"])),
            ("SEAT", text(&seated["seatUid"])),
            ("ATTENDEE", text(&attendees[0]["id"])),
            ("TYPE", holds.to_string()),
            ("SLUG", format!("{username}-held")),
            ("SCHEDULE", text(&schedules[0]["id"])),
            ("PROVIDER", text(&provider["uid"])),
            ("USER", tenant.provider_number.to_string()),
            ("USERNAME", username.to_owned()),
            ("KEY", text(&key["id"])),
            ("HOLD", maker.hold(holds, 50).await),
            ("HOLD_52", maker.hold(holds, 52).await),
            ("HOLD_54", maker.hold(holds, 54).await),
            ("HOLD_56", maker.hold(holds, 56).await),
            ("HOLD_58", maker.hold(holds, 58).await),
            ("HELD", held),
            ("HELD_TOO", held_too),
            ("ORG", slug_of(salon, tenant).await),
            ("EMAIL", email),
            (
                "SPARE_SCHEDULE",
                text(&client.send(spare).await.expect(201).data()["id"]),
            ),
            ("SPARE_TYPE", spare_type.to_string()),
            ("LINK", maker.private_link(holds).await),
        ];
        Self {
            owner_key: tenant.owner_key.clone(),
            provider_key: tenant.provider_key.clone(),
            by_name: by_name.into_iter().collect(),
        }
    }

    /// A text with `{<prefix>NAME}` replaced by ids.
    pub(super) fn filled(&self, prefix: &str, text: &str) -> String {
        NAMES.iter().fold(text.to_owned(), |text, name| {
            text.replace(&format!("{{{prefix}{name}}}"), &self.by_name[name])
        })
    }

    /// An answer without the id that was asked for.
    pub(super) fn hidden(&self, ask: &Ask, text: &str) -> String {
        ask.named().iter().fold(text.to_owned(), |text, name| {
            hide(&text, &self.by_name[*name])
        })
    }
}

/// Hides an id in a text; a number only where it stands alone, for uids have digits of their own.
fn hide(text: &str, id: &str) -> String {
    if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.replace(id, "ID");
    }
    let words = text.split_inclusive(|character: char| !character.is_ascii_alphanumeric());
    let is_end = |rest: &&str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric());
    words
        .map(|word| match word.strip_prefix(id).filter(is_end) {
            Some(rest) => format!("ID{rest}"),
            None => word.to_owned(),
        })
        .collect()
}

/// Ids that are not there, in the form of those that are.
pub(super) fn absent() -> Ids {
    let uuid = || "01890000-0000-7000-8000-000000000000".to_owned();
    let number = || "2147483000".to_owned();
    let by_name = NAMES.into_iter().map(|name| {
        let id = match name {
            "BOOKING" | "SEATED" | "HELD" | "HELD_TOO" => "zzzzzzzzzzzzzzzzzzzzzz".to_owned(),
            "ATTENDEE" | "TYPE" | "SCHEDULE" | "USER" | "ORG_ID" | "AWAY" | "SPARE_SCHEDULE"
            | "SPARE_TYPE" | "TEAM" | "TEAM_TYPE" | "SPARE_TEAM_TYPE" => number(),
            "SLUG" | "USERNAME" | "ORG" | "TEAM_SLUG" => "nobodys".to_owned(),
            "EMAIL" => "nobody@example.org".to_owned(),
            _ => uuid(),
        };
        (name, id)
    });
    Ids {
        owner_key: String::new(),
        provider_key: String::new(),
        by_name: by_name.collect(),
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

async fn slug_of(salon: &Salon, tenant: &Tenant) -> String {
    let mut rows = crate::harness::rows::Rows::of(salon.database()).await;
    let found = format!(
        "select name from directory where kind = 'tenant-slug' and tenant = '{}'",
        tenant.id
    );
    let slug = rows.column(found).await.remove(0);
    rows.close().await;
    slug
}

/// Makes things of a tenant.
struct Maker<'a> {
    client: Client,
    tenant: &'a Tenant,
}

impl Maker<'_> {
    /// Posts to one of Daybook's own resources as the owner.
    async fn own(&self, path: &str, body: Value) -> Value {
        let once = format!("\"{}\"", uuid::Uuid::from_u128(rand::random()));
        let request = self
            .client
            .request(Method::POST, path)
            .bearer_auth(&self.tenant.owner_key);
        let request = request.header("Idempotency-Key", once).json(&body);
        self.client.send(request).await.expect(201).json()
    }

    /// Adds a webhook as the owner.
    async fn webhook(&self, path: &str) -> String {
        let body =
            json!({"subscriberUrl": "https://hooks.example.org/", "triggers": [], "active": true});
        text(&self.own(path, body).await["data"]["id"])
    }

    async fn get(&self, path: &str, version: &str) -> Value {
        let request = self
            .client
            .request(Method::GET, path)
            .header("cal-api-version", version);
        self.client
            .send(request.bearer_auth(&self.tenant.provider_key))
            .await
            .expect(200)
            .data()
    }

    async fn hold(&self, event_type: i64, slot: usize) -> String {
        let body = json!({"eventTypeId": event_type, "slotStart": times::text(times::slot(slot))});
        let path = "/v2/slots/reservations";
        let request = self
            .client
            .request(Method::POST, path)
            .header("cal-api-version", "2024-09-04");
        let held = self.client.send(request.json(&body)).await.expect(201);
        text(&held.data()["reservationUid"])
    }

    async fn private_link(&self, event_type: i64) -> String {
        let path = format!("/v2/event-types/{event_type}/private-links");
        let request = self.client.request(Method::POST, &path).json(&json!({}));
        let request = request.bearer_auth(&self.tenant.provider_key);
        text(&self.client.send(request).await.expect(201).data()["linkId"])
    }

    async fn event_type(&self, settings: Value) -> i64 {
        let mut body =
            json!({"title": "Service", "lengthInMinutes": 30, "minimumBookingNotice": 0});
        crate::harness::salon::merge(&mut body, settings);
        let request = self
            .client
            .request(Method::POST, "/v2/event-types")
            .header("cal-api-version", "2024-06-14");
        let request = request.bearer_auth(&self.tenant.provider_key).json(&body);
        self.client.send(request).await.expect(201).data()["id"]
            .as_i64()
            .expect("a number")
    }
}
