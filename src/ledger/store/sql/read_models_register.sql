-- Used by store/migration.rs: the first version of a read model, unless any version of it is there.
insert into read_models (name, version, layout, state)
select $1, 1, $2, 'live'
where not exists (select 1 from read_models r where r.name = $1)
on conflict do nothing
