-- Used by tests of the store: the sample read model.
delete from samples s
using unnest($1::uuid[], $2::text[]) as x (tenant, id)
where s.tenant = x.tenant and s.id = x.id
