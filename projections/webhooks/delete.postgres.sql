-- Deletes webhooks by key: the append transaction and the rebuild.
delete from webhooks as t
using unnest($1::uuid[], $2::uuid[]) as x (tenant, webhook)
where t.tenant = x.tenant and t.webhook = x.webhook;
