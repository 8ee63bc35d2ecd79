-- What every reader of bookings selects; the condition follows (`src/projections/bookings/read.rs`, `list.rs`). Seats
-- come with their booking in one statement, so that both are of one moment; the index `booking_seats_uid` finds them.
select
    b.uid, b.booking, b.provider, b.number, b.status, b.start_at, b.end_at, b.created_at, b.updated_at, b.version,
    b.doc,
    (
        select json_agg(
            json_build_object('seat', s.seat, 'doc', s.doc) order by s.taken_at, s.sequence, s.seat
        )::text
        from booking_seats as s
        where s.tenant = b.tenant and s.uid = b.uid
    ) as seats
from bookings as b
