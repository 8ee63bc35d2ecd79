-- Used by store/admission.rs. Points a tenant's names to other targets; a name that is not there yet is added (a
-- schedule's event does not say whether the schedule is new).
insert into directory (kind, scope, name, tenant, target)
select k.value ->> 0, k.value ->> 1, k.value ->> 2, k.value ->> 3, k.value ->> 4
from json_each($1) k
where true
on conflict (kind, scope, name) do update set target = excluded.target
where directory.tenant = excluded.tenant
