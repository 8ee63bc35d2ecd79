-- Deletes entries out of office by key: the append transaction and the rebuild.
delete from out_of_office as t
using unnest($1::uuid[], $2::uuid[], $3::bigint[]) as x (tenant, provider, number)
where t.tenant = x.tenant and t.provider = x.provider and t.number = x.number;
