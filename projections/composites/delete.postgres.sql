-- Deletes composite bookings by key: the append transaction and the rebuild.
delete from composites as t
using unnest($1::uuid[], $2::uuid[]) as x (tenant, composite)
where t.tenant = x.tenant and t.composite = x.composite;
