-- Used by store/admission.rs. Binds idempotency keys; a key that is not returned is known. Waits for another
-- transaction that binds the same key.
insert into idempotency (tenant, key, fingerprint, outcome, bound_at)
select k.tenant, k.key, k.fingerprint, k.outcome, k.bound_at
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[])
  as k (tenant, key, fingerprint, outcome, bound_at)
order by k.tenant, k.key collate "C"
on conflict on constraint idempotency_pkey do nothing
returning tenant, key
