-- Inserts or replaces composite bookings: the append transaction and the rebuild. One array per column;
-- conflicts are found by the primary key.
insert into composites (
    tenant, composite, status, start_at, end_at, created_at, updated_at, version, key_id, doc
)
select
    x.tenant, x.composite, x.status, x.start_at, x.end_at, x.created_at, x.updated_at, x.version,
    x.key_id, x.doc
from unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::uuid[], $10::text[]
) as x (
    tenant, composite, status, start_at, end_at, created_at, updated_at, version, key_id, doc
)
on conflict (tenant, composite) do update set
    status = excluded.status,
    start_at = excluded.start_at,
    end_at = excluded.end_at,
    created_at = excluded.created_at,
    updated_at = excluded.updated_at,
    version = excluded.version,
    key_id = excluded.key_id,
    doc = excluded.doc;
