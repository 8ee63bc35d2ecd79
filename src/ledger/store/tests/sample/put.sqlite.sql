-- Used by tests of the store: the sample read model.
insert into samples (tenant, id, amount, doc)
select x.value ->> 0, x.value ->> 1, x.value ->> 2, x.value ->> 3
from json_each($1) x
where true
on conflict (tenant, id) do update set amount = excluded.amount, doc = excluded.doc
