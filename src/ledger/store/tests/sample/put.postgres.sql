-- Used by tests of the store: the sample read model.
insert into samples (tenant, id, amount, doc)
select x.tenant, x.id, x.amount, x.doc
from unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[]) as x (tenant, id, amount, doc)
on conflict on constraint samples_pkey do update set amount = excluded.amount, doc = excluded.doc
