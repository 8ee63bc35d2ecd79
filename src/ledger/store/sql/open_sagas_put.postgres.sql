-- Used by store/open_sagas.rs. A state that is new ends the lease of the old one. Index: open_sagas_pkey.
insert into open_sagas (tenant, composite, state, since, due_at)
select k.tenant, k.composite, k.state, k.since, k.due_at
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[])
  as k (tenant, composite, state, since, due_at)
order by k.tenant, k.composite
on conflict on constraint open_sagas_pkey
do update set state = excluded.state, due_at = excluded.due_at, leased_by = null
