-- Used by store/reading.rs for a provider's profile and schedules as they stood: replays of their changes, so rarely that
-- the events between are read over rather than indexed. Index: events_pkey.
select e.aggregate_type, e.aggregate_id, e.sequence, e.event_type, e.event_version, e.payload::text as payload,
  e.metadata::text as metadata, e.tenant, e.position, e.event_id, e.command_id, e.correlation, e.causation, e.actor,
  e.decided_at, e.recorded_at, e.key_id, e.sealed, e.subject, e.previous_hash, e.hash
from events e
where e.tenant = $1 and e.aggregate_type = 'provider' and e.aggregate_id = $2
  and e.event_type in ('ProviderCreated', 'ProfileChanged', 'ScheduleSet', 'ScheduleRemoved')
order by e.sequence
