-- Inserts or replaces schedules: the append transaction and the rebuild. `$1` is a JSON array of arrays in
-- column order; `where true` keeps the parser from reading `on conflict` as a join condition.
insert into provider_schedules (
    tenant, provider, schedule, is_default, doc
)
select
    r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3, r.value ->> 4
from json_each($1) as r
where true
on conflict (tenant, provider, schedule) do update set
    is_default = excluded.is_default,
    doc = excluded.doc;
