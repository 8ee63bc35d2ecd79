//! Events to stored text and back: canonical JSON out, upcast on the way in.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::LedgerError;
use super::record::{Logged, RecordedEvent, SealedPersonal};
use super::unit::{EventRow, LoggedRow};
use super::upcast;
use crate::domain::{AggregateKind, Event};

/// An event's name and canonical payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// `event_type`.
    pub event_type: String,
    /// `event_version`.
    pub event_version: String,
    /// Canonical JSON (RFC 8785).
    pub payload: String,
}

/// Writes an event as it is stored and hashed.
///
/// # Errors
/// [`LedgerError::Corrupt`] when the event does not serialise: a defect of its type.
pub fn encode(event: &Event) -> Result<Encoded, LedgerError> {
    let value = match event {
        Event::Tenant(event) => serde_json::to_value(event),
        Event::Provider(event) => serde_json::to_value(event),
        Event::EventType(event) => serde_json::to_value(event),
        Event::Webhook(event) => serde_json::to_value(event),
        Event::Composite(event) => serde_json::to_value(event),
    }
    .map_err(|error| LedgerError::Corrupt(error.to_string()))?;
    let Value::Object(members) = value else {
        return Err(LedgerError::Corrupt("event is not an object".to_owned()));
    };
    let (event_type, payload) = members
        .into_iter()
        .next()
        .ok_or_else(|| LedgerError::Corrupt("event has no name".to_owned()))?;
    Ok(Encoded {
        event_version: upcast::current_version(&event_type).to_owned(),
        payload: canonical(&payload)?,
        event_type,
    })
}

/// Canonical JSON (RFC 8785) of a value.
///
/// # Errors
/// [`LedgerError::Corrupt`] when the value holds a number beyond ±2^53.
pub fn canonical<T: serde::Serialize>(value: &T) -> Result<String, LedgerError> {
    serde_json_canonicalizer::to_string(value)
        .map_err(|error| LedgerError::Corrupt(error.to_string()))
}

/// Reads a stored event, upcast to the current version.
///
/// # Errors
/// [`LedgerError::Corrupt`] with stream and sequence when it cannot be read.
pub fn decode(row: &EventRow) -> Result<RecordedEvent, LedgerError> {
    let corrupt = |reason: &dyn std::fmt::Display| {
        LedgerError::Corrupt(format!(
            "{} {} sequence {}: {reason}",
            row.stream.kind.as_str(),
            row.stream.id,
            row.sequence
        ))
    };
    let payload: Value = serde_json::from_str(&row.payload).map_err(|error| corrupt(&error))?;
    let event = event_from_value(
        row.stream.kind,
        &row.event_type,
        &row.event_version,
        payload,
    )
    .map_err(|error| corrupt(&error))?;
    let metadata: BTreeMap<String, String> =
        serde_json::from_str(&row.metadata).map_err(|error| corrupt(&error))?;
    if row.key.is_some() != row.sealed.is_some() {
        return Err(corrupt(&"key and sealed data must come together"));
    }
    Ok(recorded(row, event, metadata))
}

/// A row as readers see it, its event and metadata known already.
pub fn recorded(row: &EventRow, event: Event, metadata: BTreeMap<String, String>) -> RecordedEvent {
    let personal = row
        .key
        .zip(row.sealed.as_ref())
        .map(|(key, sealed)| SealedPersonal {
            key,
            event: row.id,
            data: BASE64.encode(sealed),
        });
    RecordedEvent {
        stream: row.stream,
        sequence: row.sequence,
        event,
        event_type: row.event_type.clone(),
        event_version: row.event_version.clone(),
        id: row.id,
        command: row.command,
        correlation: row.correlation,
        causation: row.causation,
        actor: row.actor.clone(),
        decided_at: row.decided_at,
        metadata,
        personal,
        previous_hash: row.previous_hash,
        hash: row.hash,
    }
}

/// Reads a stored event with its place in the log.
///
/// # Errors
/// As [`decode`].
pub fn decode_logged(logged: &LoggedRow) -> Result<Logged, LedgerError> {
    Ok(Logged {
        position: logged.position,
        recorded_at: logged.recorded_at,
        event: decode(&logged.row)?,
    })
}

/// Reads a payload of any released version.
///
/// # Errors
/// What is wrong with it.
pub fn event_from_value(
    kind: AggregateKind,
    event_type: &str,
    event_version: &str,
    payload: Value,
) -> Result<Event, serde_json::Error> {
    let payload = upcast::upcast(event_type, event_version, payload);
    match kind {
        AggregateKind::Tenant => named(event_type, payload).map(Event::Tenant),
        AggregateKind::Provider => named(event_type, payload).map(Event::Provider),
        AggregateKind::EventType => named(event_type, payload).map(Event::EventType),
        AggregateKind::Webhook => named(event_type, payload).map(Event::Webhook),
        AggregateKind::Composite => named(event_type, payload).map(Event::Composite),
    }
}

fn named<T: DeserializeOwned>(event_type: &str, payload: Value) -> Result<T, serde_json::Error> {
    let mut members = Map::new();
    members.insert(event_type.to_owned(), payload);
    serde_json::from_value(Value::Object(members))
}
