-- Used by store/log.rs for a tenant's first events.
insert into heads (tenant, position, recorded_at, projection_epoch)
select k.value ->> 0, 0, 0, (select coalesce(max(r.epoch), 0) from read_models r)
from json_each($1) k
where true
on conflict (tenant) do nothing
