-- Changes columns of webhooks in place: null leaves a column as it is, members of `doc` replace those of
-- the same name. Used by the append transaction and the rebuild; found by the primary key. `json_patch` will not
-- do: it merges deeply and takes null for removal (RFC 7396), where Postgres' `||` does neither.
update webhooks as t set
    scope = coalesce(x.scope, t.scope),
    created_at = coalesce(x.created_at, t.created_at),
    version = coalesce(x.version, t.version),
    doc = case when x.doc is null then t.doc else (
        select json_group_object(m.key, json(m.value))
        from (
            select o.key, t.doc -> o.fullkey as value
            from json_each(t.doc) as o
            where not exists (select 1 from json_each(x.doc) as n where n.key = o.key)
            union all
            select n.key, x.doc -> n.fullkey from json_each(x.doc) as n
        ) as m
    ) end
from (
    select
        r.value ->> 0 as tenant, r.value ->> 1 as webhook, r.value ->> 2 as scope,
        r.value ->> 3 as created_at, r.value ->> 4 as version, r.value ->> 5 as doc
    from json_each($1) as r
) as x
where t.tenant = x.tenant and t.webhook = x.webhook;
