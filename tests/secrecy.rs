//! What a person types is nowhere in the database as it was typed: neither in files nor in rows, nor in the log of the
//! server.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::rows::Rows;
use crate::harness::salon::{Client, organization};
use crate::harness::{Kind, Salon, times};

/// Typed by people, each a word that nothing else contains; lower case, as e-mail addresses are kept.
const TYPED: [&str; 21] = [
    "zqaway",
    "zqsubscriber",
    "zqsecret",
    "zqtemplate",
    "zqname",
    "zqmail",
    "zqguest",
    "zqanswer",
    "zqmeta",
    "zqplace",
    "zqmoved",
    "zqmover",
    "zqgone",
    "zqseat",
    "zqdeclined",
    "zqhandover",
    "27716661",
    "zqkeyed",
    "zqseries",
    "zqalong",
    "zqwhere",
];

/// Not typed by an attendee: must be found, or nothing was searched.
const KNOWN: &str = "bookingplaced";

struct Typist<'a> {
    salon: &'a Salon,
    client: Client,
}

impl Typist<'_> {
    async fn send(&self, path: &str, body: Value) -> Value {
        let request = self.client.bookings(Method::POST, path).json(&body);
        let request = request.bearer_auth(&self.salon.tenant.provider_key);
        let answer = self.client.send(request).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text);
        answer.data()
    }

    /// Books with something typed into every member there is.
    async fn book(&self, event_type: i64, slot: usize, name: &str) -> String {
        let body = json!({
            "eventTypeId": event_type,
            "start": times::text(times::slot(slot)),
            "attendee": {
                "name": name, "email": "zqmail@example.org", "phoneNumber": "+37127716661", "timeZone": "Europe/Riga",
            },
            "guests": ["zqguest@example.org"],
            "bookingFieldsResponses": {"allergies": "zqanswer"},
            "metadata": {"crm": "zqmeta"},
            "location": {"type": "address", "address": "zqplace"},
        });
        let booked = self.send("", body).await;
        booked["uid"]
            .as_str()
            .expect("a booking has a uid")
            .to_owned()
    }
}

/// Everything that can be typed with a booking, and everything that can be typed about one.
async fn type_everything(salon: &Salon) {
    let typist = Typist {
        salon,
        client: salon.client(),
    };
    let address = json!([{"type": "attendeeAddress"}, {"type": "address", "address": "Office", "public": true}]);
    let fields = json!([{"type": "text", "slug": "allergies", "label": "Allergies", "required": false,
        "placeholder": "", "hidden": false}]);
    let open = salon
        .event_type(json!({"slug": "open", "bookingFields": fields, "locations": address}))
        .await;
    let booked = typist.book(open, 0, "ZqName").await;
    let along = json!({"guests": [{"email": "zqalong@example.org", "name": "ZqAlong"}]});
    typist.send(&format!("/{booked}/guests"), along).await;
    let place = json!({"location": {"type": "attendeeDefined", "location": "ZqWhere"}});
    let path = format!("/{booked}/location");
    let place = salon.client().bookings(Method::PATCH, &path).json(&place);
    let place = place.bearer_auth(&salon.tenant.provider_key);
    typist.client.send(place).await.expect(200);
    let moving = json!({
        "start": times::text(times::slot(2)), "reschedulingReason": "ZqMoved", "rescheduledBy": "zqmover@example.org",
    });
    let moved = typist.send(&format!("/{booked}/reschedule"), moving).await;
    let last = moved["uid"].as_str().expect("it has a uid").to_owned();
    typist
        .send(
            &format!("/{last}/cancel"),
            json!({"cancellationReason": "ZqGone"}),
        )
        .await;

    let policy = json!({"type": "always", "blockUnconfirmedBookingsInBooker": false});
    let pending = salon.event_type(json!({
        "slug": "pending", "confirmationPolicy": policy, "bookingFields": fields, "locations": address,
    })).await;
    let pending_uid = typist.book(pending, 4, "ZqName").await;
    typist
        .send(
            &format!("/{pending_uid}/decline"),
            json!({"reason": "ZqDeclined"}),
        )
        .await;
    type_more(&typist).await;
}

/// Seats, a series, idempotency keys, and searches.
async fn type_more(typist: &Typist<'_>) {
    let salon = typist.salon;
    let seats =
        json!({"seatsPerTimeSlot": 3, "showAttendeeInfo": true, "showAvailabilityCount": true});
    let seated = salon
        .event_type(json!({"slug": "seated", "seats": seats}))
        .await;
    let mut booking = typist.client.booking(times::slot(6));
    booking["eventTypeId"] = json!(seated);
    booking["attendee"]["name"] = json!("ZqSeat");
    typist.send("", booking.clone()).await;

    let recurrence = json!({"interval": 1, "occurrences": 3, "frequency": "weekly"});
    let series = salon
        .event_type(json!({"slug": "series", "recurrence": recurrence}))
        .await;
    booking["eventTypeId"] = json!(series);
    booking["start"] = json!(times::text(times::slot(8)));
    booking["attendee"]["name"] = json!("ZqSeries");
    typist.send("", booking.clone()).await;

    type_webhook(typist).await;
    type_away(typist).await;

    // The outcome bound to an idempotency key, of an answer and of a refusal.
    for slot in [10, 10] {
        let mut keyed = typist.client.booking(times::slot(slot));
        keyed["attendee"]["name"] = json!("ZqKeyed");
        let once = format!("\"{}\"", uuid::Uuid::from_u128(rand::random()));
        let request = typist.client.bookings(Method::POST, "").json(&keyed);
        typist
            .client
            .send(request.header("Idempotency-Key", once))
            .await;
    }
    for path in ["?attendeeEmail=zqmail@example.org", "?attendeeName=ZqName"] {
        let request = typist.client.bookings(Method::GET, path);
        let found = typist
            .client
            .send(request.bearer_auth(&salon.tenant.owner_key))
            .await
            .expect(200);
        assert!(
            found.text.contains("zqmail@example.org"),
            "{path}: {}",
            found.text
        );
    }
}

/// Days out of office, far from the bookings.
async fn type_away(typist: &Typist<'_>) {
    let (client, tenant) = (&typist.client, &typist.salon.tenant);
    let organization = organization(client, &tenant.owner_key).await;
    let path = format!(
        "/v2/organizations/{organization}/users/{}/ooo",
        tenant.provider_number
    );
    let days =
        json!({"start": "2041-07-01T00:00:00Z", "end": "2041-07-01T00:00:00Z", "notes": "ZqAway"});
    let request = client
        .request(Method::POST, &path)
        .bearer_auth(&tenant.provider_key);
    client.send(request.json(&days)).await.expect(201);
}

/// A webhook, changed once: where it goes is often a password by itself.
async fn type_webhook(typist: &Typist<'_>) {
    let (client, key) = (&typist.client, &typist.salon.tenant.provider_key);
    let webhook = json!({
        "subscriberUrl": "https://hooks.example.org/ZqSubscriber", "triggers": ["BOOKING_CREATED"], "active": true,
        "secret": "ZqSecret", "payloadTemplate": "ZqTemplate",
    });
    let made = client
        .request(Method::POST, "/v2/webhooks")
        .bearer_auth(key);
    let made = client.send(made.json(&webhook)).await.expect(201).data();
    let path = format!("/v2/webhooks/{}", made["id"].as_str().expect("a uuid"));
    let change = client.request(Method::PATCH, &path).bearer_auth(key);
    let changed = client.send(change.json(&json!({"active": false}))).await;
    assert_eq!(changed.expect(200).data()["secret"], "ZqSecret");
}

/// Which words are in it, whatever their case; hexadecimal digits are read as bytes, too.
fn words_in(haystack: &[u8]) -> Vec<&'static str> {
    let lower = haystack.to_ascii_lowercase();
    let holds = |needle: &[u8]| lower.windows(needle.len()).any(|window| window == needle);
    let hex = |word: &str| -> String { daybook::ledger::database::hex(word.as_bytes()) };
    let upper = |word: &str| format!("Zq{}{}", word[2..3].to_uppercase(), &word[3..]);
    TYPED
        .into_iter()
        .filter(|word| {
            holds(word.as_bytes())
                || holds(hex(word).as_bytes())
                || holds(hex(&upper(word)).as_bytes())
        })
        .collect()
}

fn files(salon: &Salon) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(salon.database().folder()).expect("the folder can be listed");
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        (
            path.display().to_string(),
            std::fs::read(&path).expect("a file can be read"),
        )
    };
    entries.map(read).collect()
}

on_both_databases! {
    async fn nothing_that_a_person_typed_is_stored_as_typed(salon: &mut Salon) {
        salon.take_server().stop();
        salon.start_with("DAYBOOK_LOG_LEVEL", "debug");
        type_everything(salon).await;

        // While the server runs: what is only in the write-ahead log yet is searched, too.
        let mut known = false;
        for (name, bytes) in files(salon) {
            assert_eq!(words_in(&bytes), [""; 0], "{name}");
            known |= bytes.to_ascii_lowercase().windows(KNOWN.len()).any(|window| window == KNOWN.as_bytes());
        }
        assert_eq!(known, salon.kind() == Kind::Sqlite, "the events are in a file");

        let mut rows = Rows::of(salon.database()).await;
        known = false;
        for table in rows.tables().await {
            for row in rows.dump(&table).await {
                assert_eq!(words_in(row.as_bytes()), [""; 0], "{table}: {row}");
                known |= row.to_lowercase().contains(KNOWN);
            }
        }
        rows.close().await;
        assert!(known, "no row was searched");
    }
}
