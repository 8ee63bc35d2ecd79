-- Changes columns of composite bookings in place: null leaves a column as it is, members of `doc` replace those of
-- the same name. Used by the append transaction and the rebuild; found by the primary key.
update composites as t set
    status = coalesce(x.status, t.status),
    start_at = coalesce(x.start_at, t.start_at),
    end_at = coalesce(x.end_at, t.end_at),
    created_at = coalesce(x.created_at, t.created_at),
    updated_at = coalesce(x.updated_at, t.updated_at),
    version = coalesce(x.version, t.version),
    key_id = coalesce(x.key_id, t.key_id),
    doc = case when x.doc is null then t.doc else (t.doc::jsonb || x.doc::jsonb)::text end
from unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::uuid[], $10::text[]
) as x (
    tenant, composite, status, start_at, end_at, created_at, updated_at, version, key_id, doc
)
where t.tenant = x.tenant and t.composite = x.composite;
