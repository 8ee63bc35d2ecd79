-- Used by store/rebuild/mod.rs. The next version, above every one that was ever drawn: the largest is never deleted
-- before a larger one is there.
insert into read_models (name, version, layout, state)
select $1, coalesce(max(r.version), 0) + 1, $2, 'building'
from read_models r
where r.name = $1
returning version
