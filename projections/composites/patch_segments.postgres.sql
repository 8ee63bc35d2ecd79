-- Changes columns of segments of composite bookings in place: null leaves a column as it is. Used by the append
-- transaction and the rebuild; found by the primary key.
update composite_segments as t set
    provider = coalesce(x.provider, t.provider),
    start_at = coalesce(x.start_at, t.start_at)
from unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::bigint[]
) as x (
    tenant, composite, segment, provider, start_at
)
where t.tenant = x.tenant and t.composite = x.composite and t.segment = x.segment;
