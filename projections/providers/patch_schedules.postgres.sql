-- Changes columns of schedules in place: null leaves a column as it is, members of `doc` replace those of
-- the same name. Used by the append transaction and the rebuild; found by the primary key.
update provider_schedules as t set
    is_default = coalesce(x.is_default, t.is_default),
    doc = case when x.doc is null then t.doc else (t.doc::jsonb || x.doc::jsonb)::text end
from unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::text[]
) as x (
    tenant, provider, schedule, is_default, doc
)
where t.tenant = x.tenant and t.provider = x.provider and t.schedule = x.schedule;
