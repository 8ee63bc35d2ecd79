//! The history of a booking, and the hashes that hold it together, computed again from what the database holds: by the
//! library and by a second implementation, written from `docs/audit-format.md` alone.

use daybook::ledger::hash;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::harness::rows::Rows;
use crate::harness::{Library, Salon, times};

const COLUMNS: [&str; 17] = [
    "tenant",
    "aggregate_type",
    "aggregate_id",
    "sequence",
    "event_type",
    "event_version",
    "event_id",
    "command_id",
    "correlation",
    "causation",
    "actor",
    "decided_at",
    "payload",
    "metadata",
    "key_id",
    "sealed",
    "previous_hash",
];
/// Which may be absent, as the format has it.
const OPTIONAL: [&str; 3] = ["causation", "key_id", "sealed"];
const BYTES: [&str; 2] = ["sealed", "previous_hash"];

/// `docs/audit-format.md`, § The hash of an event: fields in order, absent ones `None`.
fn event_hash(fields: &[Option<Vec<u8>>]) -> Vec<u8> {
    let mut bytes = b"daybook/event/1\0".to_vec();
    for field in fields {
        let length = field
            .as_ref()
            .map_or(u64::MAX, |field| u64::try_from(field.len()).expect("fits"));
        bytes.extend(length.to_be_bytes());
        bytes.extend(field.as_deref().unwrap_or_default());
    }
    Sha256::digest(bytes).to_vec()
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digits = |index| u8::from_str_radix(&hex[index..index + 2], 16).expect("hex");
    (0..hex.len()).step_by(2).map(digits).collect()
}

fn hex_of(bytes: &[u8]) -> String {
    daybook::ledger::database::hex(bytes)
}

/// What the hash covers of a column's text.
fn field(column: &str, text: &str) -> Option<Vec<u8>> {
    if OPTIONAL.contains(&column) && text.is_empty() {
        return None;
    }
    Some(match column {
        "decided_at" => {
            let micros = text.parse().expect("microseconds");
            let instant = chrono::DateTime::from_timestamp_micros(micros).expect("an instant");
            instant
                .format("%Y-%m-%dT%H:%M:%S%.6fZ")
                .to_string()
                .into_bytes()
        }
        column if BYTES.contains(&column) => bytes_of(text),
        _ => text.as_bytes().to_vec(),
    })
}

/// A row of the log: position, stream, fields, hash.
struct Stored {
    position: i64,
    stream: String,
    fields: Vec<Option<Vec<u8>>>,
    hash: Vec<u8>,
}

async fn stored(salon: &Salon) -> Vec<Stored> {
    let mut rows = Rows::of(salon.database()).await;
    let columns: Vec<_> = COLUMNS
        .iter()
        .map(|column| rows.as_text(column, BYTES.contains(column)))
        .collect();
    let query = format!(
        "select {}, {}, {} from events where tenant = '{}' order by events.position",
        columns.join(", "),
        rows.as_text("hash", true),
        rows.as_text("position", false),
        salon.tenant.id
    );
    let texts = rows.texts(query).await;
    rows.close().await;
    let stored = |row: Vec<String>| Stored {
        position: row[18].parse().expect("a position"),
        stream: format!("{} {}", row[1], row[2]),
        fields: COLUMNS
            .iter()
            .zip(&row)
            .map(|(column, text)| field(column, text))
            .collect(),
        hash: bytes_of(&row[17]),
    };
    texts.into_iter().map(stored).collect()
}

/// A booking that was placed, moved, and cancelled by three people; its last uid.
async fn lived(salon: &Salon) -> String {
    let client = salon.client();
    let uid = client.book(times::slot(0)).await.expect(201).uid();
    let moving =
        json!({"start": times::text(times::slot(2)), "reschedulingReason": "train strike"});
    let moving = client
        .bookings(Method::POST, &format!("/{uid}/reschedule"))
        .json(&moving);
    let moved = client
        .send(moving.bearer_auth(&salon.tenant.provider_key))
        .await
        .expect(201)
        .uid();
    let reason = json!({"cancellationReason": "feeling better"});
    let cancelling = client
        .bookings(Method::POST, &format!("/{moved}/cancel"))
        .json(&reason);
    let cancelling = cancelling
        .bearer_auth(&salon.tenant.owner_key)
        .header("user-agent", "Tester/1");
    client
        .send(cancelling.header("x-request-id", "request-of-the-test"))
        .await
        .expect(200);
    moved
}

on_both_databases! {
    async fn it_says_who_did_what_when_from_where_and_why(salon: &mut Salon) {
        let before = times::now();
        let uid = lived(salon).await;

        let history = salon.client().history(&uid).await.expect(200).json();
        let entries = history["data"].as_array().expect("a list");
        let members = |name: &str| -> Vec<Value> {
            entries.iter().map(|entry| entry[name].clone()).collect()
        };

        assert_eq!(members("type"), ["BookingPlaced", "BookingRescheduled", "BookingCancelled"]);
        assert_eq!(members("reason")[1..], ["train strike", "feeling better"]);
        assert_eq!(members("role"), ["anonymous", "provider", "owner"]);
        assert_eq!(members("actor")[0], "anonymous");
        assert!(members("actor")[1..].iter().all(|actor| {
            actor.as_str().is_some_and(|actor| actor.starts_with("api-key:"))
        }));
        assert!(members("ip").iter().all(|ip| ip == "127.0.0.0/24"), "{history}");
        assert_eq!(members("userAgent")[2], "Tester/1");
        assert!(members("requestId").iter().all(|id| id.as_str().is_some_and(|id| !id.is_empty())));
        assert!(members("version").iter().all(Value::is_string));
        for name in ["decidedAt", "recordedAt"] {
            for instant in members(name) {
                let instant: chrono::DateTime<chrono::Utc> =
                    instant.as_str().expect("text").parse().expect("RFC 3339");
                let early = before - chrono::Duration::seconds(1);
                assert!(early <= instant && instant <= times::now(), "{name} {instant}");
            }
        }
        let sequences: Vec<_> = members("sequence").iter().filter_map(Value::as_i64).collect();
        assert!(sequences.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{sequences:?}");
        for (one, next) in members("hash").iter().zip(&members("previousHash")[1..]) {
            assert_eq!(one, next);
        }
    }

    async fn its_hashes_are_those_of_the_documented_format(salon: &mut Salon) {
        let uid = lived(salon).await;
        let rows = stored(salon).await;
        let mut last = std::collections::BTreeMap::new();
        for row in &rows {
            let previous = last.insert(&row.stream, &row.hash);
            let previous = previous.cloned().unwrap_or_else(|| vec![0; 32]);
            assert_eq!(row.fields[16].as_ref(), Some(&previous), "position {}", row.position);
            assert_eq!(event_hash(&row.fields), row.hash, "position {}", row.position);
        }
        // Sealed and unsealed events were among them, in several streams.
        assert!(rows.iter().any(|row| row.fields[15].is_some()));
        assert!(rows.iter().any(|row| row.fields[15].is_none()));
        assert!(3 <= last.len());

        let own = Library::open(salon, times::now()).await;
        let logged = own.ledger.store().log_rows(salon.tenant_id(), 0, 1000).await;
        let logged = logged.expect("the database answers");
        assert_eq!(logged.len(), rows.len());
        for (one, row) in logged.iter().zip(&rows) {
            assert_eq!(hash::event_hash(&one.row).to_vec(), row.hash);
        }
        own.close().await;

        let history = salon.client().history(&uid).await.expect(200).json();
        for entry in history["data"].as_array().expect("a list") {
            let position = entry["position"].as_i64();
            let row = rows.iter().find(|row| Some(row.position) == position).expect("it is there");
            assert_eq!(entry["hash"], hex_of(&row.hash));
        }
    }
}

/// The vectors of the document, by the implementation of this file: both can be trusted, or neither.
#[test]
fn the_golden_vectors_are_those_of_the_document() {
    let document = include_str!("../docs/audit-format.md");
    let id = |last: u32| format!("0192f3c8-0000-7000-8000-{last:012x}").into_bytes();
    let text = |text: &str| text.as_bytes().to_vec();
    let mut fields: Vec<Option<Vec<u8>>> = [
        id(1),
        text("provider"),
        id(2),
        text("1"),
        text("TimeUnblocked"),
        text("1.0"),
        id(3),
        id(4),
        id(5),
        id(0),
        text("api-key:0192f3c8-0000-7000-8000-000000000006"),
        text("2031-03-04T07:00:00.000000Z"),
        text(r#"{"block":"0192f3c8-0000-7000-8000-000000000007"}"#),
        text(r#"{"role":"owner"}"#),
        id(0),
        id(0),
        vec![0; 32],
    ]
    .into_iter()
    .map(Some)
    .collect();
    for absent in [9, 14, 15] {
        fields[absent] = None;
    }
    let first = event_hash(&fields);
    assert!(document.contains(&hex_of(&first)));

    fields[3] = Some(text("2"));
    fields[6] = Some(id(11));
    fields[9] = Some(id(3));
    fields[11] = Some(text("2031-03-04T07:00:00.000001Z"));
    fields[14] = Some(id(8));
    fields[15] = Some((0..48).collect());
    fields[16] = Some(first);
    assert!(document.contains(&hex_of(&event_hash(&fields))));
}
