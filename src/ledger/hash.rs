//! The permanent hash of an event. `docs/audit-format.md` is its specification; golden vectors pin it.

use chrono::SecondsFormat;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::unit::EventRow;
use crate::domain::time::Timestamp;

/// The `previous` of a stream's first event.
pub const NO_PREVIOUS: [u8; 32] = [0; 32];

const EVENT_PREFIX: &[u8] = b"daybook/event/1\0";
const LEAF_PREFIX: &[u8] = &[0x00];
const ABSENT_LENGTH: u64 = u64::MAX;

/// The hash of an event row: over every member but `hash` and `subject`, in the order of the specification.
pub fn event_hash(row: &EventRow) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(EVENT_PREFIX);
    put_uuid(&mut hasher, row.stream.tenant.as_uuid());
    put(&mut hasher, row.stream.kind.as_str().as_bytes());
    put_uuid(&mut hasher, row.stream.id);
    put(&mut hasher, row.sequence.to_string().as_bytes());
    put(&mut hasher, row.event_type.as_bytes());
    put(&mut hasher, row.event_version.as_bytes());
    put_uuid(&mut hasher, row.id.as_uuid());
    put_uuid(&mut hasher, row.command.as_uuid());
    put_uuid(&mut hasher, row.correlation);
    put_optional_uuid(&mut hasher, row.causation);
    put(&mut hasher, row.actor.as_bytes());
    put(&mut hasher, instant_text(row.decided_at).as_bytes());
    put(&mut hasher, row.payload.as_bytes());
    put(&mut hasher, row.metadata.as_bytes());
    put_optional_uuid(&mut hasher, row.key.map(crate::domain::id::KeyId::as_uuid));
    match &row.sealed {
        Some(sealed) => put(&mut hasher, sealed),
        None => hasher.update(ABSENT_LENGTH.to_be_bytes()),
    }
    put(&mut hasher, &row.previous_hash);
    hasher.finalize().into()
}

/// The leaf of a position: leaf `position − 1` of the tenant's tree (RFC 9162 § 2.1.1).
pub fn leaf_hash(event_hash: &[u8; 32], position: u64, recorded_at: Timestamp) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(LEAF_PREFIX);
    put(&mut hasher, event_hash);
    put(&mut hasher, position.to_string().as_bytes());
    put(&mut hasher, instant_text(recorded_at).as_bytes());
    hasher.finalize().into()
}

/// RFC 3339 with six decimals and `Z`.
pub fn instant_text(instant: Timestamp) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn put(hasher: &mut Sha256, bytes: &[u8]) {
    let length = u64::try_from(bytes.len()).expect("a length fits in 64 bits");
    hasher.update(length.to_be_bytes());
    hasher.update(bytes);
}

fn put_uuid(hasher: &mut Sha256, uuid: Uuid) {
    let mut buffer = Uuid::encode_buffer();
    put(
        hasher,
        uuid.hyphenated().encode_lower(&mut buffer).as_bytes(),
    );
}

fn put_optional_uuid(hasher: &mut Sha256, uuid: Option<Uuid>) {
    match uuid {
        Some(uuid) => put_uuid(hasher, uuid),
        None => hasher.update(ABSENT_LENGTH.to_be_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::AggregateKind;
    use crate::domain::id::{CommandId, EventId, KeyId, TenantId};
    use crate::ledger::database::hex;
    use crate::ledger::record::StreamKey;

    fn id(last: u128) -> Uuid {
        Uuid::from_u128(0x0192_f3c8_0000_7000_8000_0000_0000_0000 | last)
    }

    #[test]
    fn the_document_names_every_type_of_stream() {
        let document = include_str!("../../docs/audit-format.md");
        let kinds = AggregateKind::ALL.map(|kind| format!("`{}`", kind.as_str()));
        let row = format!("| 2 | type | {} |", kinds.join(", "));
        assert!(document.contains(&row), "{row}");
    }

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn first() -> EventRow {
        EventRow {
            stream: StreamKey {
                tenant: TenantId::from_uuid(id(1)),
                kind: AggregateKind::Provider,
                id: id(2),
            },
            sequence: 1,
            event_type: "TimeUnblocked".to_owned(),
            event_version: "1.0".to_owned(),
            payload: format!(r#"{{"block":"{}"}}"#, id(7)),
            metadata: r#"{"role":"owner"}"#.to_owned(),
            id: EventId::from_uuid(id(3)),
            command: CommandId::from_uuid(id(4)),
            correlation: id(5),
            causation: None,
            actor: format!("api-key:{}", id(6)),
            decided_at: instant("2031-03-04T07:00:00Z"),
            key: None,
            sealed: None,
            subject: None,
            previous_hash: NO_PREVIOUS,
            hash: NO_PREVIOUS,
        }
    }

    /// The vectors of `docs/audit-format.md`, computed there by another program.
    #[test]
    fn the_golden_vectors_hold() {
        let first = first();
        let first_hash = event_hash(&first);
        assert_eq!(
            hex(&first_hash),
            "fc834eac72f0e5399941e74f699b44df2df666e503522c2e26b791c41248804c"
        );
        let second = EventRow {
            sequence: 2,
            id: EventId::from_uuid(id(11)),
            causation: Some(id(3)),
            decided_at: instant("2031-03-04T07:00:00.000001Z"),
            key: Some(KeyId::from_uuid(id(8))),
            sealed: Some((0..48).collect()),
            previous_hash: first_hash,
            ..first
        };
        let second_hash = event_hash(&second);
        assert_eq!(
            hex(&second_hash),
            "ce231cb34ce18a71d41d4cfce13946970459d1811f900ae160e49599aaf0249e"
        );
        let leaf = leaf_hash(&second_hash, 42, instant("2031-03-04T07:00:01Z"));
        assert_eq!(
            hex(&leaf),
            "607f99302e8a9b7cc3661637ea47c6d1ad3579dbe53f33b4a81925b2e78d7067"
        );
    }

    /// Every hashed member changes the hash; the derived subject does not.
    #[test]
    fn every_member_is_covered() {
        let row = first();
        let changed = [
            EventRow {
                sequence: 3,
                ..row.clone()
            },
            EventRow {
                event_type: "TimeBlocked".to_owned(),
                ..row.clone()
            },
            EventRow {
                event_version: "1.1".to_owned(),
                ..row.clone()
            },
            EventRow {
                payload: "{}".to_owned(),
                ..row.clone()
            },
            EventRow {
                metadata: "{}".to_owned(),
                ..row.clone()
            },
            EventRow {
                id: EventId::from_uuid(id(99)),
                ..row.clone()
            },
            EventRow {
                command: CommandId::from_uuid(id(99)),
                ..row.clone()
            },
            EventRow {
                correlation: id(99),
                ..row.clone()
            },
            EventRow {
                causation: Some(id(99)),
                ..row.clone()
            },
            EventRow {
                actor: String::new(),
                ..row.clone()
            },
            EventRow {
                decided_at: instant("2031-03-04T07:00:00.000001Z"),
                ..row.clone()
            },
            EventRow {
                key: Some(KeyId::from_uuid(id(99))),
                ..row.clone()
            },
            EventRow {
                sealed: Some(Vec::new()),
                ..row.clone()
            },
            EventRow {
                previous_hash: [1; 32],
                ..row.clone()
            },
        ];
        for altered in changed {
            assert_ne!(event_hash(&altered), event_hash(&row), "{altered:?}");
        }
        let subject = Some(crate::domain::id::BookingId::from_uuid(id(99)));
        assert_eq!(
            event_hash(&EventRow {
                subject,
                ..row.clone()
            }),
            event_hash(&row)
        );
    }
}
