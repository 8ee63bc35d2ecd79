-- Deletes event types by key: the append transaction and the rebuild.
delete from event_types as t
using unnest($1::uuid[], $2::uuid[]) as x (tenant, event_type)
where t.tenant = x.tenant and t.event_type = x.event_type;
