-- Deletes shares by key: the append transaction and the rebuild.
delete from booking_shares as t
using unnest($1::uuid[], $2::uuid[], $3::text[]) as x (tenant, provider, uid)
where t.tenant = x.tenant and t.provider = x.provider and t.uid = x.uid;
