-- Used by store/log.rs for a tenant's first events, and by store/resolution.rs. Waits for another transaction that adds
-- the same head, and for a flip of the read models (which locks the table): the epoch is that of the moment after.
insert into heads (tenant, position, recorded_at, projection_epoch)
select k.tenant, 0, 0, (select coalesce(max(r.epoch), 0) from read_models r)
from unnest($1::uuid[]) as k (tenant)
order by k.tenant
on conflict on constraint heads_pkey do nothing
