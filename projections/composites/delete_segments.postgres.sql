-- Deletes segments of composite bookings by key: the append transaction and the rebuild.
delete from composite_segments as t
using unnest($1::uuid[], $2::uuid[], $3::bigint[]) as x (tenant, composite, segment)
where t.tenant = x.tenant and t.composite = x.composite and t.segment = x.segment;
