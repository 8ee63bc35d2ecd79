-- Inserts or replaces entries out of office: the append transaction and the rebuild. `$1` is a JSON array of arrays in
-- column order; `where true` keeps the parser from reading `on conflict` as a join condition.
insert into out_of_office (
    tenant, provider, number, start_at, end_at, created_at, updated_at, version, doc
)
select
    r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3, r.value ->> 4, r.value ->> 5,
    r.value ->> 6, r.value ->> 7, r.value ->> 8
from json_each($1) as r
where true
on conflict (tenant, provider, number) do update set
    start_at = excluded.start_at,
    end_at = excluded.end_at,
    created_at = excluded.created_at,
    updated_at = excluded.updated_at,
    version = excluded.version,
    doc = excluded.doc;
