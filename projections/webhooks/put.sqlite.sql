-- Inserts or replaces webhooks: the append transaction and the rebuild. `$1` is a JSON array of arrays in
-- column order; `where true` keeps the parser from reading `on conflict` as a join condition.
insert into webhooks (
    tenant, webhook, scope, created_at, version, doc
)
select
    r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3, r.value ->> 4, r.value ->> 5
from json_each($1) as r
where true
on conflict (tenant, webhook) do update set
    scope = excluded.scope,
    created_at = excluded.created_at,
    version = excluded.version,
    doc = excluded.doc;
