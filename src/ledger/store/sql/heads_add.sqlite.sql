-- Used by store/log.rs for a tenant's first events.
insert into heads (tenant, position, recorded_at)
select k.value ->> 0, 0, 0
from json_each($1) k
where true
on conflict (tenant) do nothing
