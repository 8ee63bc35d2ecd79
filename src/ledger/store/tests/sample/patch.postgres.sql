-- Used by tests of the store: the sample read model.
update samples s
set amount = coalesce(x.amount, s.amount),
  doc = case when x.doc is null then s.doc else (s.doc::jsonb || x.doc::jsonb)::text end
from unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[]) as x (tenant, id, amount, doc)
where s.tenant = x.tenant and s.id = x.id
