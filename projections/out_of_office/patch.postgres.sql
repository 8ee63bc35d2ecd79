-- Changes columns of entries out of office in place: null leaves a column as it is, members of `doc` replace those of
-- the same name. Used by the append transaction and the rebuild; found by the primary key.
update out_of_office as t set
    start_at = coalesce(x.start_at, t.start_at),
    end_at = coalesce(x.end_at, t.end_at),
    created_at = coalesce(x.created_at, t.created_at),
    updated_at = coalesce(x.updated_at, t.updated_at),
    version = coalesce(x.version, t.version),
    doc = case when x.doc is null then t.doc else (t.doc::jsonb || x.doc::jsonb)::text end
from unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::text[]
) as x (
    tenant, provider, number, start_at, end_at, created_at, updated_at, version, doc
)
where t.tenant = x.tenant and t.provider = x.provider and t.number = x.number;
