-- Deletes seats by key: the append transaction and the rebuild.
delete from booking_seats as t
using unnest($1::uuid[], $2::uuid[]) as x (tenant, seat)
where t.tenant = x.tenant and t.seat = x.seat;
