//! From decided facts to what is stored: ids, seals, hashes, claims, names and read-model rows of one command.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::codec;
use super::directory;
use super::hash;
use super::idempotency::Outcome;
use super::key_cache::DataKey;
use super::lanes::Hot;
use super::limits::{COMMAND_BYTES_MAX, COMMAND_EVENTS_MAX};
use super::open_sagas;
use super::record::{CommandContext, RecordedEvent, StreamKey};
use super::unit::{EventRow, KeyRow, StreamWrite, Unit};
use super::{Ledger, LedgerError};
use crate::domain::id::{CommandId, EventId, KeyId, ProviderId};
use crate::domain::personal::Personal;
use crate::domain::time::Timestamp;
use crate::domain::{Fact, Rejection};

/// What a stream's lane decided, with the stream as it was.
pub(super) struct Decided {
    pub(super) stream: StreamKey,
    pub(super) before: Hot,
    pub(super) facts: Vec<Fact>,
}

/// A unit ready to commit, and its events as every reader will see them.
pub(super) struct Recording {
    pub(super) unit: Unit,
    pub(super) events: Vec<RecordedEvent>,
}

impl Ledger {
    /// Builds the unit of an accepted command.
    pub(super) async fn record(
        &self,
        context: &CommandContext,
        now: Timestamp,
        reads: Vec<(StreamKey, u64)>,
        decided: Vec<Decided>,
    ) -> Result<Recording, LedgerError> {
        let command = CommandId::from_uuid(self.ids.uuid());
        let mut unit = empty_unit(context, command, reads);
        let metadata = metadata(context);
        let metadata_text = codec::canonical(&metadata)?;
        let mut events = Vec::new();
        let mut drawn = BTreeMap::new();
        for stream in decided {
            let mut previous_hash = stream.before.hash;
            let mut rows = Vec::with_capacity(stream.facts.len());
            for (fact, sequence) in stream.facts.iter().zip(stream.before.version + 1..) {
                let mut row = EventRow {
                    stream: stream.stream,
                    sequence,
                    event_type: String::new(),
                    event_version: String::new(),
                    payload: String::new(),
                    metadata: metadata_text.clone(),
                    id: EventId::from_uuid(self.ids.uuid()),
                    command,
                    correlation: context.correlation,
                    causation: context.causation,
                    actor: context.actor.id.clone(),
                    decided_at: now,
                    key: None,
                    sealed: None,
                    subject: fact.event.subject(),
                    previous_hash,
                    hash: hash::NO_PREVIOUS,
                };
                let encoded = codec::encode(&fact.event)?;
                row.event_type = encoded.event_type;
                row.event_version = encoded.event_version;
                row.payload = encoded.payload;
                self.seal(&mut unit, &mut drawn, fact, &mut row).await?;
                row.hash = hash::event_hash(&row);
                previous_hash = row.hash;
                unit.bytes += row.payload.len()
                    + row.metadata.len()
                    + row.sealed.as_ref().map_or(0, Vec::len)
                    + 512;
                let recorded = codec::recorded(&row, fact.event.clone(), metadata.clone());
                self.derive(&mut unit, &recorded);
                events.push(recorded);
                rows.push(row);
            }
            if !rows.is_empty() {
                unit.writes.push(StreamWrite {
                    stream: stream.stream,
                    expected: stream.before.version,
                    events: rows,
                });
            }
        }
        if COMMAND_EVENTS_MAX < events.len() {
            return Err(LedgerError::TooLarge {
                limit: "1000 events",
            });
        }
        if COMMAND_BYTES_MAX < unit.bytes {
            return Err(LedgerError::TooLarge { limit: "2 MiB" });
        }
        unit.key = key_row(context, now, &Outcome::Accepted(command))?;
        Ok(Recording { unit, events })
    }

    /// Builds the unit that binds a refusal to its idempotency key; `None` without a key, or where it is not the last word.
    pub(super) fn record_refusal(
        &self,
        context: &CommandContext,
        now: Timestamp,
        reads: Vec<(StreamKey, u64)>,
        rejection: &Rejection,
    ) -> Result<Option<Unit>, LedgerError> {
        if !context.binds_refusals() {
            return Ok(None);
        }
        let Some(key) = key_row(context, now, &Outcome::Refused(rejection.clone()))? else {
            return Ok(None);
        };
        let mut unit = empty_unit(context, CommandId::from_uuid(self.ids.uuid()), reads);
        unit.bytes = key.outcome.len() + 256;
        unit.key = Some(key);
        Ok(Some(unit))
    }

    async fn seal(
        &self,
        unit: &mut Unit,
        drawn: &mut BTreeMap<KeyId, DataKey>,
        fact: &Fact,
        row: &mut EventRow,
    ) -> Result<(), LedgerError> {
        let Some(sealable) = &fact.sealable else {
            return Ok(());
        };
        let tenant = unit.tenant;
        if sealable.key_is_new {
            if let Entry::Vacant(place) = drawn.entry(sealable.key) {
                let (wrapped, data_key) = self.vault.draw_key(tenant, sealable.key);
                unit.keys_new.push(wrapped);
                place.insert(data_key);
                self.find_by(unit, sealable.key, &sealable.personal);
            }
        } else if !unit.keys_used.contains(&sealable.key) {
            unit.keys_used.push(sealable.key);
            // Who was there from the beginning is found already.
            if !sealable.personal.companions.is_empty() {
                self.find_by(unit, sealable.key, &sealable.personal);
            }
        }
        let (key, personal) = (sealable.key, &sealable.personal);
        let sealed = match drawn.get(&key) {
            // It is in no database yet, and a cache may have forgotten it.
            Some(data_key) => self
                .vault
                .seal_with(*data_key, tenant, key, row.id, personal)?,
            None => self
                .vault
                .seal(&self.database, tenant, key, row.id, personal)
                .await?
                .ok_or(LedgerError::Erased)?,
        };
        row.key = Some(sealable.key);
        row.sealed = Some(sealed);
        Ok(())
    }

    /// What was typed is found by the key it is sealed under.
    fn find_by(&self, unit: &mut Unit, key: KeyId, personal: &Personal) {
        let terms = self.vault.terms(unit.tenant, personal);
        unit.terms.extend(terms.into_iter().map(|term| (term, key)));
    }

    /// What follows from an event and is written with it.
    fn derive(&self, unit: &mut Unit, recorded: &RecordedEvent) {
        unit.names.extend(directory::names(recorded));
        let provider = ProviderId::from_uuid(recorded.stream.id);
        unit.claims.extend(
            recorded
                .event
                .claims()
                .into_iter()
                .map(|claim| (provider, claim)),
        );
        unit.sagas.extend(open_sagas::change(recorded));
        for projection in &self.projections {
            unit.rows.extend(projection.project(recorded));
        }
    }
}

fn empty_unit(context: &CommandContext, command: CommandId, reads: Vec<(StreamKey, u64)>) -> Unit {
    Unit {
        tenant: context.tenant,
        command,
        reads,
        writes: Vec::new(),
        key: None,
        names: Vec::new(),
        claims: Vec::new(),
        sagas: Vec::new(),
        keys_new: Vec::new(),
        keys_used: Vec::new(),
        terms: Vec::new(),
        rows: Vec::new(),
        bytes: 0,
    }
}

fn key_row(
    context: &CommandContext,
    now: Timestamp,
    outcome: &Outcome,
) -> Result<Option<KeyRow>, LedgerError> {
    context
        .idempotency
        .as_ref()
        .map(|idempotency| {
            Ok(KeyRow {
                key: idempotency.key.clone(),
                fingerprint: idempotency.fingerprint.clone(),
                outcome: codec::canonical(outcome)?,
                bound_at: now,
            })
        })
        .transpose()
}

/// What is recorded about the request with every event: a flat object of strings.
fn metadata(context: &CommandContext) -> BTreeMap<String, String> {
    let origin = &context.origin;
    let request_id = Some(&origin.request_id).filter(|id| !id.is_empty());
    let idempotency_key = context
        .idempotency
        .as_ref()
        .map(|idempotency| &idempotency.key);
    let optional = [
        ("requestId", request_id),
        ("ip", origin.ip.as_ref()),
        ("userAgent", origin.user_agent.as_ref()),
        ("idempotencyKey", idempotency_key),
    ];
    std::iter::once(("role".to_owned(), context.actor.role.as_str().to_owned()))
        .chain(
            optional
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?.clone()))),
        )
        .collect()
}
