-- Changes columns of seats in place: null leaves a column as it is, members of `doc` replace those of
-- the same name. Used by the append transaction and the rebuild; found by the primary key. `json_patch` will not
-- do: it merges deeply and takes null for removal (RFC 7396), where Postgres' `||` does neither.
update booking_seats as t set
    uid = coalesce(x.uid, t.uid),
    key_id = coalesce(x.key_id, t.key_id),
    taken_at = coalesce(x.taken_at, t.taken_at),
    sequence = coalesce(x.sequence, t.sequence),
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
        r.value ->> 0 as tenant, r.value ->> 1 as seat, r.value ->> 2 as uid, r.value ->> 3 as key_id,
        r.value ->> 4 as taken_at, r.value ->> 5 as sequence, r.value ->> 6 as doc
    from json_each($1) as r
) as x
where t.tenant = x.tenant and t.seat = x.seat;
