-- Used by store/admission.rs. Takes back keys that this transaction bound for units that left afterwards.
delete from idempotency i
using unnest($1::uuid[], $2::text[]) as k (tenant, key)
where i.tenant = k.tenant and i.key = k.key
