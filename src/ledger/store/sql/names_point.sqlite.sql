-- Used by store/admission.rs. Points a tenant's names to other targets.
update directory as d
set target = k.value ->> 4
from json_each($1) k
where d.kind = k.value ->> 0 and d.scope = k.value ->> 1 and d.name = k.value ->> 2 and d.tenant = k.value ->> 3
