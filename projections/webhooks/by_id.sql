-- One webhook. Found by the primary key.
select webhook, created_at, version, doc
from webhooks
where tenant = $1 and webhook = $2;
