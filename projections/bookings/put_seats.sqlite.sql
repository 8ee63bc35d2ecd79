-- Inserts or replaces seats: the append transaction and the rebuild. `$1` is a JSON array of arrays in
-- column order; `where true` keeps the parser from reading `on conflict` as a join condition.
insert into booking_seats (
    tenant, seat, uid, key_id, taken_at, sequence, doc
)
select
    r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3, r.value ->> 4, r.value ->> 5,
    r.value ->> 6
from json_each($1) as r
where true
on conflict (tenant, seat) do update set
    uid = excluded.uid,
    key_id = excluded.key_id,
    taken_at = excluded.taken_at,
    sequence = excluded.sequence,
    doc = excluded.doc;
