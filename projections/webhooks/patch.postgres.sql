-- Changes columns of webhooks in place: null leaves a column as it is, members of `doc` replace those of
-- the same name. Used by the append transaction and the rebuild; found by the primary key.
update webhooks as t set
    scope = coalesce(x.scope, t.scope),
    created_at = coalesce(x.created_at, t.created_at),
    version = coalesce(x.version, t.version),
    doc = case when x.doc is null then t.doc else (t.doc::jsonb || x.doc::jsonb)::text end
from unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::text[]
) as x (
    tenant, webhook, scope, created_at, version, doc
)
where t.tenant = x.tenant and t.webhook = x.webhook;
