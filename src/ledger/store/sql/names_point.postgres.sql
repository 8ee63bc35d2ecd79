-- Used by store/admission.rs. Points a tenant's names to other targets.
update directory d
set target = k.target
from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[]) as k (kind, scope, name, tenant, target)
where d.kind = k.kind and d.scope = k.scope and d.name = k.name and d.tenant = k.tenant
