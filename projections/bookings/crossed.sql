-- How many bookings a list has among those that ended between $2 and $3; the condition follows
-- (`src/projections/bookings/list.rs`). The limit limits nothing: it keeps both databases from looking the rows up by
-- another index than `bookings_end`.
select count(*) as matches
from (
    select c.tenant, c.uid, c.provider, c.event_type, c.status, c.series, c.start_at, c.end_at, c.created_at,
        c.updated_at
    from bookings as c
    where c.tenant = $1 and c.end_at >= $2 and c.end_at <= $3
    limit 9223372036854775807
) as b
