-- Deletes schedules by key: the append transaction and the rebuild.
delete from provider_schedules as t
using unnest($1::uuid[], $2::uuid[], $3::bigint[]) as x (tenant, provider, schedule)
where t.tenant = x.tenant and t.provider = x.provider and t.schedule = x.schedule;
