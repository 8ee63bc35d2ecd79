-- Used by store/reading.rs for the history of a booking, after a position. Index: events_subject.
select e.aggregate_type, e.aggregate_id, e.sequence, e.event_type, e.event_version, e.payload::text as payload,
  e.metadata::text as metadata, e.tenant, e.position, e.event_id, e.command_id, e.correlation, e.causation, e.actor,
  e.decided_at, e.recorded_at, e.key_id, e.sealed, e.subject, e.previous_hash, e.hash
from events e
where e.tenant = $1 and e.subject = $2 and $3 < e.position
order by e.position
limit $4
