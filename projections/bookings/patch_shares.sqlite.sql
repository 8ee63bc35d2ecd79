-- Changes columns of shares in place: null leaves a column as it is. Used by the append transaction and the rebuild;
-- found by the primary key.
update booking_shares as t set
    start_at = coalesce(x.start_at, t.start_at),
    end_at = coalesce(x.end_at, t.end_at)
from (
    select
        r.value ->> 0 as tenant, r.value ->> 1 as provider, r.value ->> 2 as uid,
        r.value ->> 3 as start_at, r.value ->> 4 as end_at
    from json_each($1) as r
) as x
where t.tenant = x.tenant and t.provider = x.provider and t.uid = x.uid;
