-- Deletes providers by key: the append transaction and the rebuild.
delete from providers as t
using unnest($1::uuid[], $2::uuid[]) as x (tenant, provider)
where t.tenant = x.tenant and t.provider = x.provider;
