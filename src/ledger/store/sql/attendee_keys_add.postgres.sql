-- Used by store/admission.rs. New attendee keys.
insert into attendee_keys (tenant, key_id, wrapped, epoch, created_at)
select k.tenant, k.key_id, k.wrapped, k.epoch, k.created_at
from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bigint[], $5::bigint[])
  as k (tenant, key_id, wrapped, epoch, created_at)
order by k.tenant, k.key_id
