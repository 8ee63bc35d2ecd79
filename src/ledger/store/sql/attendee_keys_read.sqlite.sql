-- Used by store/reading.rs to open personal data. Index: attendee_keys_pkey.
select a.key_id, a.wrapped, a.epoch, a.created_at
from attendee_keys a
where a.tenant = $1 and a.key_id in (select k.value from json_each($2) k) and a.destroyed_at is null
order by a.key_id
