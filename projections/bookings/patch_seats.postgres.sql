-- Changes columns of seats in place: null leaves a column as it is, members of `doc` replace those of
-- the same name. Used by the append transaction and the rebuild; found by the primary key.
update booking_seats as t set
    uid = coalesce(x.uid, t.uid),
    key_id = coalesce(x.key_id, t.key_id),
    taken_at = coalesce(x.taken_at, t.taken_at),
    sequence = coalesce(x.sequence, t.sequence),
    doc = case when x.doc is null then t.doc else (t.doc::jsonb || x.doc::jsonb)::text end
from unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[], $6::bigint[], $7::text[]
) as x (
    tenant, seat, uid, key_id, taken_at, sequence, doc
)
where t.tenant = x.tenant and t.seat = x.seat;
