-- One page of the directory: $3 providers that can be booked, numbers above $2, a row per schedule. `providers_number`
-- is read from $2 on; the limit counts providers, not rows, so it stands in the inner statement.
select
    p.provider, p.number, p.bookable, p.created_at, p.updated_at, p.version, p.doc, s.schedule,
    (case when s.is_default = 1 and s.schedule = p.default_schedule then 1 else 0 end)::bigint as is_default,
    s.doc as schedule_doc
from (
    select tenant, provider, number, bookable, default_schedule, created_at, updated_at, version, doc
    from providers
    where tenant = $1 and bookable = 1 and $2 < number
    order by number
    limit $3
) as p
left join provider_schedules as s on s.tenant = p.tenant and s.provider = p.provider
order by p.number, s.schedule;
