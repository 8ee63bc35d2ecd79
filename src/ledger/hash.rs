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
