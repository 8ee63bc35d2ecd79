-- Used by store/admission.rs. Keyed hashes by which people are found.
insert into person_terms (tenant, term, key_id)
select k.tenant, k.term, k.key_id
from unnest($1::uuid[], $2::text[], $3::uuid[]) as k (tenant, term, key_id)
order by k.tenant, k.term collate "C", k.key_id
on conflict on constraint person_terms_pkey do nothing
