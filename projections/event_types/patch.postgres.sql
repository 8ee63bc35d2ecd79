-- Changes columns of event types in place: null leaves a column as it is, members of `doc` replace those of
-- the same name. Used by the append transaction and the rebuild; found by the primary key.
update event_types as t set
    number = coalesce(x.number, t.number),
    owner = coalesce(x.owner, t.owner),
    slug = coalesce(x.slug, t.slug),
    hidden = coalesce(x.hidden, t.hidden),
    created_at = coalesce(x.created_at, t.created_at),
    updated_at = coalesce(x.updated_at, t.updated_at),
    version = coalesce(x.version, t.version),
    doc = case when x.doc is null then t.doc else (t.doc::jsonb || x.doc::jsonb)::text end
from unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::bigint[], $10::text[]
) as x (
    tenant, event_type, number, owner, slug, hidden, created_at, updated_at, version, doc
)
where t.tenant = x.tenant and t.event_type = x.event_type;
