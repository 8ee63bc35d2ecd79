-- Used by store/reading.rs to answer a repeated request. Index: events_command.
select e.aggregate_type, e.aggregate_id, e.sequence, e.event_type, e.event_version, e.payload,
  e.metadata, e.tenant, e.position, e.event_id, e.command_id, e.correlation, e.causation, e.actor,
  e.decided_at, e.recorded_at, e.key_id, e.sealed, e.subject, e.previous_hash, e.hash
from events e
where e.tenant = $1 and e.command_id = $2
order by e.position
