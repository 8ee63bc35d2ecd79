-- Used by store/log.rs. $1: how many events each tenant got, $2: now. Hands out the positions that
-- events_append.sqlite.sql wrote.
update heads as h
set position = h.position + (k.value ->> 1), recorded_at = max(h.recorded_at, $2)
from json_each($1) k
where h.tenant = k.value ->> 0
returning tenant, position
