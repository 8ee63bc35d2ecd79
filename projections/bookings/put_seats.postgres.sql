-- Inserts or replaces seats: the append transaction and the rebuild. One array per column;
-- conflicts are found by the primary key.
insert into booking_seats (
    tenant, seat, uid, key_id, taken_at, sequence, doc
)
select
    x.tenant, x.seat, x.uid, x.key_id, x.taken_at, x.sequence, x.doc
from unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[], $6::bigint[], $7::text[]
) as x (
    tenant, seat, uid, key_id, taken_at, sequence, doc
)
on conflict (tenant, seat) do update set
    uid = excluded.uid,
    key_id = excluded.key_id,
    taken_at = excluded.taken_at,
    sequence = excluded.sequence,
    doc = excluded.doc;
