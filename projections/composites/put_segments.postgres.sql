-- Inserts or replaces segments of composite bookings: the append transaction and the rebuild. One array per column;
-- conflicts are found by the primary key.
insert into composite_segments (
    tenant, composite, segment, provider, start_at
)
select
    x.tenant, x.composite, x.segment, x.provider, x.start_at
from unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::bigint[]
) as x (
    tenant, composite, segment, provider, start_at
)
on conflict (tenant, composite, segment) do update set
    provider = excluded.provider,
    start_at = excluded.start_at;
