-- Inserts or replaces composite bookings: the append transaction and the rebuild. `$1` is a JSON array of arrays in
-- column order; `where true` keeps the parser from reading `on conflict` as a join condition.
insert into composites (
    tenant, composite, status, start_at, end_at, created_at, updated_at, version, key_id, doc
)
select
    r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3, r.value ->> 4, r.value ->> 5,
    r.value ->> 6, r.value ->> 7, r.value ->> 8, r.value ->> 9
from json_each($1) as r
where true
on conflict (tenant, composite) do update set
    status = excluded.status,
    start_at = excluded.start_at,
    end_at = excluded.end_at,
    created_at = excluded.created_at,
    updated_at = excluded.updated_at,
    version = excluded.version,
    key_id = excluded.key_id,
    doc = excluded.doc;
