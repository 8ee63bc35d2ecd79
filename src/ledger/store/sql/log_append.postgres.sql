-- Used by store/log.rs, the last statement of the append transaction: heads locked in order (an unordered update of
-- many heads deadlocks), positions and recorded_at assigned, events and stream versions written, heads advanced.
-- A head of another projection epoch than $25, the one this process knows, puts its events at position 0, which
-- events_position_positive refuses: nobody writes past a flip of the read models, at the cost of one comparison.
-- $1 to $19: events in batch order. $20 to $24: the streams' new versions.
with input as (
  select e.*
  from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::uuid[], $10::uuid[], $11::uuid[], $12::uuid[], $13::text[], $14::bigint[], $15::uuid[],
              $16::bytea[], $17::uuid[], $18::bytea[], $19::bytea[]) with ordinality
    as e (tenant, aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata,
          event_id, command_id, correlation, causation, actor, decided_at, key_id,
          sealed, subject, previous_hash, hash, ordinal)
),
locked as materialized (
  select h.tenant, h.position, h.recorded_at, h.projection_epoch
  from heads h
  where h.tenant = any($1::uuid[])
  order by h.tenant
  for no key update
),
placed as materialized (
  select i.*,
    case when l.projection_epoch = $25::bigint
      then l.position + row_number() over (partition by i.tenant order by i.ordinal) else 0 end as position,
    greatest(l.recorded_at, l.clock) as recorded_at
  from input i
  join (
    select h.tenant, h.position, h.recorded_at, h.projection_epoch,
      (extract(epoch from clock_timestamp()) * 1000000)::bigint as clock
    from locked h
    offset 0
  ) l on l.tenant = i.tenant
),
appended as (
  insert into events (
    tenant, aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata,
    event_id, command_id, correlation, causation, actor, decided_at, recorded_at, key_id,
    sealed, subject, previous_hash, hash, position)
  select p.tenant, p.aggregate_type, p.aggregate_id::text, p.sequence, p.event_type, p.event_version,
    p.payload::json, p.metadata::json, p.event_id, p.command_id, p.correlation, p.causation, p.actor,
    p.decided_at, p.recorded_at, p.key_id, p.sealed, p.subject, p.previous_hash, p.hash, p.position
  from placed p
  order by p.ordinal
),
advanced as (
  insert into streams (tenant, kind, id, version, hash)
  select s.tenant, s.kind, s.id, s.version, s.hash
  from unnest($20::uuid[], $21::text[], $22::uuid[], $23::bigint[], $24::bytea[])
    as s (tenant, kind, id, version, hash)
  order by s.tenant, s.kind collate "C", s.id
  on conflict on constraint streams_pkey do update set version = excluded.version, hash = excluded.hash
)
update heads h
set position = ends.position, recorded_at = ends.recorded_at
from (
  select p.tenant, max(p.position) as position, max(p.recorded_at) as recorded_at
  from placed p
  group by p.tenant
) ends
where h.tenant = ends.tenant
returning h.tenant, h.position
