-- Used by store/admission.rs. Which of the attendee keys are alive; the transaction is the only writer.
select a.tenant, a.key_id
from json_each($1) k
cross join attendee_keys a on a.tenant = k.value ->> 0 and a.key_id = k.value ->> 1
where a.destroyed_at is null
