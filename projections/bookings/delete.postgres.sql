-- Deletes wire bookings by key: the append transaction and the rebuild.
delete from bookings as t
using unnest($1::uuid[], $2::text[]) as x (tenant, uid)
where t.tenant = x.tenant and t.uid = x.uid;
