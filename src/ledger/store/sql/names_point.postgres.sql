-- Used by store/admission.rs. Points a tenant's names to other targets; a name that is not there yet is added (a
-- schedule's event does not say whether the schedule is new).
insert into directory (kind, scope, name, tenant, target)
select k.kind, k.scope, k.name, k.tenant, k.target
from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[]) as k (kind, scope, name, tenant, target)
order by k.kind collate "C", k.scope collate "C", k.name collate "C"
on conflict on constraint directory_pkey do update set target = excluded.target
where directory.tenant = excluded.tenant
