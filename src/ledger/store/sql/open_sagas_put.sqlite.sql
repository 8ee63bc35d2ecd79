-- Used by store/open_sagas.rs. A state that is new ends the lease of the old one. Index: open_sagas_pkey.
insert into open_sagas (tenant, composite, state, since, due_at)
select k.value ->> 0, k.value ->> 1, k.value ->> 2, k.value ->> 3, k.value ->> 4
from json_each($1) k
where true
on conflict (tenant, composite)
do update set state = excluded.state, due_at = excluded.due_at, leased_by = null
