-- Webhooks of a user or of an event type ($2), by creation, $3 of them after $4. In the order of webhooks_scope.
select webhook, created_at, version, doc
from webhooks
where tenant = $1 and scope = $2
order by created_at, webhook
limit $3 offset $4;
