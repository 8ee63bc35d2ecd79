-- Used by store/reading.rs to replay an outcome. Index: idempotency_pkey.
select i.key, i.fingerprint, i.outcome, i.bound_at
from idempotency i
where i.tenant = $1 and i.key = $2
