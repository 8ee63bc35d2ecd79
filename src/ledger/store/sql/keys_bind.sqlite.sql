-- Used by store/admission.rs. Binds idempotency keys; a key that is not returned is known.
insert into idempotency (tenant, key, fingerprint, outcome, bound_at)
select k.value ->> 0, k.value ->> 1, k.value ->> 2, k.value ->> 3, k.value ->> 4
from json_each($1) k
where true
on conflict (tenant, key) do nothing
returning tenant, key
