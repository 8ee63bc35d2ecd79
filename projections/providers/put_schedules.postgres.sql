-- Inserts or replaces schedules: the append transaction and the rebuild. One array per column;
-- conflicts are found by the primary key.
insert into provider_schedules (
    tenant, provider, schedule, is_default, doc
)
select
    x.tenant, x.provider, x.schedule, x.is_default, x.doc
from unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::text[]
) as x (
    tenant, provider, schedule, is_default, doc
)
on conflict (tenant, provider, schedule) do update set
    is_default = excluded.is_default,
    doc = excluded.doc;
