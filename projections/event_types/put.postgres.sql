-- Inserts or replaces event types: the append transaction and the rebuild. One array per column;
-- conflicts are found by the primary key.
insert into event_types (
    tenant, event_type, number, owner, slug, hidden, created_at, updated_at, version, doc
)
select
    x.tenant, x.event_type, x.number, x.owner, x.slug, x.hidden, x.created_at, x.updated_at, x.version,
    x.doc
from unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::bigint[], $10::text[]
) as x (
    tenant, event_type, number, owner, slug, hidden, created_at, updated_at, version, doc
)
on conflict (tenant, event_type) do update set
    number = excluded.number,
    owner = excluded.owner,
    slug = excluded.slug,
    hidden = excluded.hidden,
    created_at = excluded.created_at,
    updated_at = excluded.updated_at,
    version = excluded.version,
    doc = excluded.doc;
