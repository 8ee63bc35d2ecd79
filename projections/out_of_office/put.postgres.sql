-- Inserts or replaces entries out of office: the append transaction and the rebuild. One array per column;
-- conflicts are found by the primary key.
insert into out_of_office (
    tenant, provider, number, start_at, end_at, created_at, updated_at, version, doc
)
select
    x.tenant, x.provider, x.number, x.start_at, x.end_at, x.created_at, x.updated_at, x.version,
    x.doc
from unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::text[]
) as x (
    tenant, provider, number, start_at, end_at, created_at, updated_at, version, doc
)
on conflict (tenant, provider, number) do update set
    start_at = excluded.start_at,
    end_at = excluded.end_at,
    created_at = excluded.created_at,
    updated_at = excluded.updated_at,
    version = excluded.version,
    doc = excluded.doc;
