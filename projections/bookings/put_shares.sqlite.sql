-- Inserts or replaces shares: the append transaction and the rebuild. `$1` is a JSON array of arrays in column order;
-- `where true` keeps the parser from reading `on conflict` as a join condition.
insert into booking_shares (
    tenant, provider, uid, start_at, end_at
)
select
    r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3, r.value ->> 4
from json_each($1) as r
where true
on conflict (tenant, provider, uid) do update set
    start_at = excluded.start_at,
    end_at = excluded.end_at;
