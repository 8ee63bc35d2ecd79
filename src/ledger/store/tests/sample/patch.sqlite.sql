-- Used by tests of the store: the sample read model.
update samples as s
set amount = coalesce(x.value ->> 2, s.amount),
  doc = case when x.value ->> 3 is null then s.doc else json_patch(s.doc, x.value ->> 3) end
from json_each($1) x
where s.tenant = x.value ->> 0 and s.id = x.value ->> 1
