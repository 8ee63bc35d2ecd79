-- Changes columns of shares in place: null leaves a column as it is. Used by the append transaction and the rebuild;
-- found by the primary key.
update booking_shares as t set
    start_at = coalesce(x.start_at, t.start_at),
    end_at = coalesce(x.end_at, t.end_at)
from unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[]
) as x (
    tenant, provider, uid, start_at, end_at
)
where t.tenant = x.tenant and t.provider = x.provider and t.uid = x.uid;
