-- Used by store/reading.rs for a batch, before any of its items. Which of the keys are bound to another request. Index:
-- idempotency_pkey.
select i.key
from json_each($2) k
cross join idempotency i on i.tenant = $1 and i.key = k.value
where i.fingerprint <> $3
limit 1
