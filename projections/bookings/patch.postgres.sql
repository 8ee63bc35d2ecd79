-- Changes columns of wire bookings in place: null leaves a column as it is, members of `doc` replace those of
-- the same name. Used by the append transaction and the rebuild; found by the primary key.
update bookings as t set
    booking = coalesce(x.booking, t.booking),
    provider = coalesce(x.provider, t.provider),
    number = coalesce(x.number, t.number),
    event_type = coalesce(x.event_type, t.event_type),
    status = coalesce(x.status, t.status),
    series = coalesce(x.series, t.series),
    start_at = coalesce(x.start_at, t.start_at),
    end_at = coalesce(x.end_at, t.end_at),
    created_at = coalesce(x.created_at, t.created_at),
    updated_at = coalesce(x.updated_at, t.updated_at),
    version = coalesce(x.version, t.version),
    key_id = coalesce(x.key_id, t.key_id),
    doc = case when x.doc is null then t.doc else (t.doc::jsonb || x.doc::jsonb)::text end
from unnest(
    $1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::bigint[], $6::uuid[], $7::text[], $8::text[],
    $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::uuid[], $15::text[]
) as x (
    tenant, uid, booking, provider, number, event_type, status, series, start_at, end_at, created_at,
    updated_at, version, key_id, doc
)
where t.tenant = x.tenant and t.uid = x.uid;
