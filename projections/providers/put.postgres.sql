-- Inserts or replaces providers: the append transaction and the rebuild. One array per column;
-- conflicts are found by the primary key.
insert into providers (
    tenant, provider, number, bookable, default_schedule, created_at, updated_at, version, doc
)
select
    x.tenant, x.provider, x.number, x.bookable, x.default_schedule, x.created_at, x.updated_at,
    x.version, x.doc
from unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::text[]
) as x (
    tenant, provider, number, bookable, default_schedule, created_at, updated_at, version, doc
)
on conflict (tenant, provider) do update set
    number = excluded.number,
    bookable = excluded.bookable,
    default_schedule = excluded.default_schedule,
    created_at = excluded.created_at,
    updated_at = excluded.updated_at,
    version = excluded.version,
    doc = excluded.doc;
