-- Changes columns of composite bookings in place: null leaves a column as it is, members of `doc` replace those of
-- the same name. Used by the append transaction and the rebuild; found by the primary key. `json_patch` will not
-- do: it merges deeply and takes null for removal (RFC 7396), where Postgres' `||` does neither.
update composites as t set
    status = coalesce(x.status, t.status),
    start_at = coalesce(x.start_at, t.start_at),
    end_at = coalesce(x.end_at, t.end_at),
    created_at = coalesce(x.created_at, t.created_at),
    updated_at = coalesce(x.updated_at, t.updated_at),
    version = coalesce(x.version, t.version),
    key_id = coalesce(x.key_id, t.key_id),
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
        r.value ->> 0 as tenant, r.value ->> 1 as composite, r.value ->> 2 as status,
        r.value ->> 3 as start_at, r.value ->> 4 as end_at, r.value ->> 5 as created_at,
        r.value ->> 6 as updated_at, r.value ->> 7 as version, r.value ->> 8 as key_id,
        r.value ->> 9 as doc
    from json_each($1) as r
) as x
where t.tenant = x.tenant and t.composite = x.composite;
