-- Used by store/admission.rs. Frees a tenant's names; also those that this transaction claimed for units that left.
delete from directory d
using unnest($1::text[], $2::text[], $3::text[], $4::uuid[]) as k (kind, scope, name, tenant)
where d.kind = k.kind and d.scope = k.scope and d.name = k.name and d.tenant = k.tenant
