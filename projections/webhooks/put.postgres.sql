-- Inserts or replaces webhooks: the append transaction and the rebuild. One array per column;
-- conflicts are found by the primary key.
insert into webhooks (
    tenant, webhook, scope, created_at, version, doc
)
select
    x.tenant, x.webhook, x.scope, x.created_at, x.version, x.doc
from unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::text[]
) as x (
    tenant, webhook, scope, created_at, version, doc
)
on conflict (tenant, webhook) do update set
    scope = excluded.scope,
    created_at = excluded.created_at,
    version = excluded.version,
    doc = excluded.doc;
