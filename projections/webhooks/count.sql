-- How many webhooks a user or an event type has: its limit. Counted by webhooks_scope.
select count(*) as count
from webhooks
where tenant = $1 and scope = $2;
