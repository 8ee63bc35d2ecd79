-- Used by tests of the store: the sample read model.
delete from samples
where (tenant, id) in (select x.value ->> 0, x.value ->> 1 from json_each($1) x)
