-- Used by store/log.rs. $1: events in batch order, $2: now, $3: the projection epoch this process knows; a head of
-- another one makes position 0, which events_position_positive refuses. Positions follow each tenant's head;
-- recorded_at never runs backwards.
insert into events (
  tenant, aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata,
  event_id, command_id, correlation, causation, actor, decided_at, key_id,
  sealed, subject, previous_hash, hash, position, recorded_at)
select e.value ->> 0, e.value ->> 1, e.value ->> 2, e.value ->> 3, e.value ->> 4, e.value ->> 5, e.value ->> 6,
  e.value ->> 7, e.value ->> 8, e.value ->> 9, e.value ->> 10, e.value ->> 11, e.value ->> 12, e.value ->> 13,
  e.value ->> 14, unhex(e.value ->> 15), e.value ->> 16, unhex(e.value ->> 17), unhex(e.value ->> 18),
  case when h.projection_epoch = $3
    then h.position + row_number() over (partition by h.tenant order by e.key) else 0 end,
  max(h.recorded_at, $2)
from json_each($1) e
cross join heads h on h.tenant = e.value ->> 0
order by e.key
