-- Used by store/race.rs. Locks the streams of a batch in key order: the written ones against every other batch, the
-- read ones (shared) only against writers, so that batches reading one event type do not queue behind each other. One
-- ordered walk for both kinds, else two batches could meet crosswise. Index: streams_pkey, one probe per key.
select count(written.version) + count(shared.version) as locked
from (
  select k.tenant, k.kind, k.id, k.is_written
  from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[]) as k (tenant, kind, id, is_written)
  order by k.tenant, k.kind collate "C", k.id
) sought
left join lateral (
  select s.version
  from streams s
  where sought.is_written = 1 and s.tenant = sought.tenant and s.kind = sought.kind and s.id = sought.id
  for no key update
) written on true
left join lateral (
  select s.version
  from streams s
  where sought.is_written = 0 and s.tenant = sought.tenant and s.kind = sought.kind and s.id = sought.id
  for share
) shared on true
