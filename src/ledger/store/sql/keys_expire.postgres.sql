-- Used by store/reading.rs. Over all tenants, so the function deletes, not the runtime role.
select idempotency_expire($1, $2) as expired
