-- Used by store/reading.rs to load a stream, and a part of one. Index: events_pkey.
select e.aggregate_type, e.aggregate_id, e.sequence, e.event_type, e.event_version, e.payload::text as payload,
  e.metadata::text as metadata, e.tenant, e.position, e.event_id, e.command_id, e.correlation, e.causation, e.actor,
  e.decided_at, e.recorded_at, e.key_id, e.sealed, e.subject, e.previous_hash, e.hash
from events e
where e.tenant = $1 and e.aggregate_type = $2 and e.aggregate_id = $3 and $4 < e.sequence
order by e.sequence
limit $5
