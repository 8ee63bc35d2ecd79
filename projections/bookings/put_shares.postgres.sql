-- Inserts or replaces shares: the append transaction and the rebuild. One array per column; conflicts are found by the
-- primary key.
insert into booking_shares (
    tenant, provider, uid, start_at, end_at
)
select
    x.tenant, x.provider, x.uid, x.start_at, x.end_at
from unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[]
) as x (
    tenant, provider, uid, start_at, end_at
)
on conflict (tenant, provider, uid) do update set
    start_at = excluded.start_at,
    end_at = excluded.end_at;
