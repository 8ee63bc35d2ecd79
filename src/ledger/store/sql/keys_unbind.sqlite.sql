-- Used by store/admission.rs. Takes back keys that this transaction bound for units that left afterwards.
delete from idempotency
where (tenant, key) in (select k.value ->> 0, k.value ->> 1 from json_each($1) k)
