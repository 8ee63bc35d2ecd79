-- Used by store/log.rs. The new versions of the written streams.
insert into streams (tenant, kind, id, version, hash)
select s.value ->> 0, s.value ->> 1, s.value ->> 2, s.value ->> 3, unhex(s.value ->> 4)
from json_each($1) s
where true
on conflict (tenant, kind, id) do update set version = excluded.version, hash = excluded.hash
