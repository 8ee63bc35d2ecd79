-- Used by store/reading.rs. Index: idempotency_bound_at.
delete from idempotency
where (tenant, key) in (
  select o.tenant, o.key from idempotency o where o.bound_at < $1 order by o.bound_at limit $2)
returning 1 as expired
