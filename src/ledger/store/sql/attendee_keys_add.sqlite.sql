-- Used by store/admission.rs. New attendee keys.
insert into attendee_keys (tenant, key_id, wrapped, epoch, created_at)
select k.value ->> 0, k.value ->> 1, unhex(k.value ->> 2), k.value ->> 3, k.value ->> 4
from json_each($1) k
