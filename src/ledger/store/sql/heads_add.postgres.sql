-- Used by store/log.rs for a tenant's first events, and by store/resolution.rs. Waits for another transaction that adds
-- the same head.
insert into heads (tenant, position, recorded_at)
select k.tenant, 0, 0
from unnest($1::uuid[]) as k (tenant)
order by k.tenant
on conflict on constraint heads_pkey do nothing
