-- Used by store/race.rs. Versions of the streams, and which tenants have a head (kind 'head'): the others get one.
-- Indexes: streams_pkey, heads_pkey.
select s.tenant, s.kind, s.id, s.version
from json_each($1) k
cross join streams s on s.tenant = k.value ->> 0 and s.kind = k.value ->> 1 and s.id = k.value ->> 2
union all
select h.tenant, 'head', h.tenant, h.position
from heads h
where h.tenant in (select k.value ->> 0 from json_each($1) k)
