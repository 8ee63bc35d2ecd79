-- Providers by id, a row per schedule: the answers that show a provider, a host, or its schedules. One statement, so
-- that provider and schedules are of one moment. Both tables are found by their primary keys.
select
    p.provider, p.number, p.bookable, p.created_at, p.updated_at, p.version, p.doc, s.schedule,
    case when s.is_default = 1 and s.schedule = p.default_schedule then 1 else 0 end as is_default,
    s.doc as schedule_doc
from providers as p
left join provider_schedules as s on s.tenant = p.tenant and s.provider = p.provider
where p.tenant = $1 and p.provider in (select i.value from json_each($2) as i)
order by p.number, s.schedule;
