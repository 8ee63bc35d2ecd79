-- Used by store/race.rs, after the lock and as a statement of its own: a new snapshot. Versions of the streams, and
-- which tenants have a head (kind 'head'): the others get one. Indexes: streams_pkey, heads_pkey.
select s.tenant, s.kind, s.id, s.version
from unnest($1::uuid[], $2::text[], $3::uuid[]) as k (tenant, kind, id)
join streams s on s.tenant = k.tenant and s.kind = k.kind and s.id = k.id
union all
select h.tenant, 'head', h.tenant, h.position
from heads h
where h.tenant = any($1::uuid[])
