-- Inserts or replaces wire bookings: the append transaction and the rebuild. One array per column;
-- conflicts are found by the primary key.
insert into bookings (
    tenant, uid, booking, provider, number, event_type, status, series, start_at, end_at, created_at,
    updated_at, version, key_id, doc
)
select
    x.tenant, x.uid, x.booking, x.provider, x.number, x.event_type, x.status, x.series, x.start_at,
    x.end_at, x.created_at, x.updated_at, x.version, x.key_id, x.doc
from unnest(
    $1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::bigint[], $6::uuid[], $7::text[], $8::text[],
    $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::uuid[], $15::text[]
) as x (
    tenant, uid, booking, provider, number, event_type, status, series, start_at, end_at, created_at,
    updated_at, version, key_id, doc
)
on conflict (tenant, uid) do update set
    booking = excluded.booking,
    provider = excluded.provider,
    number = excluded.number,
    event_type = excluded.event_type,
    status = excluded.status,
    series = excluded.series,
    start_at = excluded.start_at,
    end_at = excluded.end_at,
    created_at = excluded.created_at,
    updated_at = excluded.updated_at,
    version = excluded.version,
    key_id = excluded.key_id,
    doc = excluded.doc;
