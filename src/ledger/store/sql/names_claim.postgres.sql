-- Used by store/admission.rs. Claims names; one that is not returned is taken, by whichever tenant: the row itself
-- stays invisible under row-level security. Waits for another transaction that claims the same name.
insert into directory (kind, scope, name, tenant, target)
select k.kind, k.scope, k.name, k.tenant, k.target
from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[]) as k (kind, scope, name, tenant, target)
order by k.kind collate "C", k.scope collate "C", k.name collate "C"
on conflict on constraint directory_pkey do nothing
returning kind, scope, name
