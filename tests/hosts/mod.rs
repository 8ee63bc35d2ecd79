//! Event types with several hosts: all of them or none, or whose turn it is.

mod holds;
mod lists;
mod races;
mod together;
mod seats;
mod turns;

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::salon::{Client, merge};
use crate::harness::{Answer, Salon, times};

/// How a team's taken slot is refused.
const NOT_AVAILABLE: &str =
    "One of the hosts either already has booking at this time or is not available";

/// A team of three providers, one of them the salon's.
pub(crate) struct Team {
    client: Client,
    /// Wire number.
    pub(crate) number: i64,
    /// Wire numbers of Ana, Berta and Cilla.
    pub(crate) hosts: Vec<i64>,
    /// An event type of each alone.
    pub(crate) own: Vec<i64>,
}

impl Team {
    /// Founds the team.
    pub(crate) async fn of(salon: &Salon) -> Self {
        let client = salon.client();
        let mut hosts = vec![salon.tenant.provider_number];
        for name in ["Berta", "Cilla"] {
            let username = name.to_lowercase();
            let body = json!({
                "name": name, "email": format!("{username}@example.org"), "username": username, "timeZone": "UTC",
            });
            let created = post(&client, "/v2/providers", &body)
                .await
                .expect(201)
                .json();
            let created = created.get("data").unwrap_or(&created).clone();
            hosts.push(created["id"].as_i64().expect("a number"));
        }
        let dentists = json!({"name": "Dentists", "slug": "dentists", "members": hosts});
        let team = post(&client, "/v2/teams", &dentists)
            .await
            .expect(201)
            .data();
        let mut own = Vec::new();
        for host in &hosts {
            let alone = json!({
                "title": "Alone", "slug": "alone", "lengthInMinutes": 30, "minimumBookingNotice": 0, "ownerId": host,
            });
            let created = post(&client, "/v2/event-types", &alone).await.expect(201);
            own.push(created.data()["id"].as_i64().expect("a number"));
        }
        Self {
            client,
            number: team["id"].as_i64().expect("a number"),
            hosts,
            own,
        }
    }

    /// An event type of the team, of all its members or of the hosts named.
    pub(crate) async fn event_type(&self, settings: Value) -> i64 {
        let mut body = json!({
            "title": "Together", "slug": "together", "lengthInMinutes": 30, "minimumBookingNotice": 0,
        });
        if settings.get("hosts").is_none() {
            merge(&mut body, json!({"assignAllTeamMembers": true}));
        }
        merge(&mut body, settings);
        let path = format!("/v2/teams/{}/event-types", self.number);
        let created = post(&self.client, &path, &body).await.expect(201);
        created.data()["id"].as_i64().expect("a number")
    }

    /// A client that books an event type.
    fn booking(&self, event_type: i64) -> Client {
        let mut client = self.client.clone();
        client.event_type = event_type;
        client
    }

    /// A client that books one of the hosts alone.
    fn alone(&self, host: usize) -> Client {
        self.booking(self.own[host])
    }
}

/// Posts as the owner, once.
async fn post(client: &Client, path: &str, body: &Value) -> Answer {
    let once = format!("\"{}\"", uuid::Uuid::from_u128(rand::random()));
    let request = client
        .request(Method::POST, path)
        .header("cal-api-version", "2024-06-14")
        .header("Idempotency-Key", once)
        .bearer_auth(&client.owner_key)
        .json(body);
    client.send(request).await
}

/// Acts on a booking as the owner.
async fn act(client: &Client, uid: &str, action: &str, body: &Value) -> Answer {
    let request = client.bookings(Method::POST, &format!("/{uid}/{action}"));
    client
        .send(request.bearer_auth(&client.owner_key).json(body))
        .await
}

/// Wire numbers of a booking's hosts, in their order.
fn hosts_of(booking: &Value) -> Vec<i64> {
    let hosts = booking["hosts"].as_array().expect("a booking has hosts");
    hosts
        .iter()
        .map(|host| host["id"].as_i64().expect("a number"))
        .collect()
}

/// Starts that are offered on the day of an instant.
async fn offered(client: &Client, at: DateTime<Utc>) -> Vec<String> {
    let day = at.date_naive().to_string();
    let slots = client.slots(&day, &day).await.expect(200).data();
    let slots = slots[&day].as_array().cloned().unwrap_or_default();
    slots
        .iter()
        .map(|slot| slot["start"].as_str().expect("an instant").to_owned())
        .collect()
}

/// Whether a start is offered.
async fn is_offered(client: &Client, at: DateTime<Utc>) -> bool {
    offered(client, at).await.contains(&times::answered(at))
}

/// How many claims every booking has; `None` where they differ.
async fn claims_per_booking(salon: &Salon) -> Option<i64> {
    let fewest_and_most = "select min(claims), max(claims)
        from (select count(*) as claims from claims group by owner) owned";
    let counts = salon.database().integers(fewest_and_most).await;
    (counts[0][0] == counts[0][1]).then(|| counts[0][0])
}
