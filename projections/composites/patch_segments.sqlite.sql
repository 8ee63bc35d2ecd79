-- Changes columns of segments of composite bookings in place: null leaves a column as it is. Used by the append
-- transaction and the rebuild; found by the primary key.
update composite_segments as t set
    provider = coalesce(x.provider, t.provider),
    start_at = coalesce(x.start_at, t.start_at)
from (
    select
        r.value ->> 0 as tenant, r.value ->> 1 as composite, r.value ->> 2 as segment,
        r.value ->> 3 as provider, r.value ->> 4 as start_at
    from json_each($1) as r
) as x
where t.tenant = x.tenant and t.composite = x.composite and t.segment = x.segment;
