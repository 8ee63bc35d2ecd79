-- Used by store/admission.rs. Claims names; one that is not returned is taken, by whichever tenant.
insert into directory (kind, scope, name, tenant, target)
select k.value ->> 0, k.value ->> 1, k.value ->> 2, k.value ->> 3, k.value ->> 4
from json_each($1) k
where true
on conflict (kind, scope, name) do nothing
returning kind, scope, name
