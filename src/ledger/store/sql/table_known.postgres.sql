-- Used by store/rebuild: whether there is a table of this name.
select count(*) as n from pg_class where oid = to_regclass($1)
