-- Used by store/admission.rs. Which of the attendee keys are alive, held so until the commit: an erasure waits.
select a.tenant, a.key_id
from attendee_keys a
join unnest($1::uuid[], $2::uuid[]) as k (tenant, key_id) on a.tenant = k.tenant and a.key_id = k.key_id
where a.destroyed_at is null
order by a.tenant, a.key_id
for share of a
