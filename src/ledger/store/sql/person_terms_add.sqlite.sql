-- Used by store/admission.rs. Keyed hashes by which people are found.
insert into person_terms (tenant, term, key_id)
select k.value ->> 0, k.value ->> 1, k.value ->> 2
from json_each($1) k
where true
on conflict (tenant, term, key_id) do nothing
